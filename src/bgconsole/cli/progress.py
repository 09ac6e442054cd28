"""Progress of long work, on stderr when that is a terminal and nowhere else."""

import sys
import time
from types import TracebackType
from typing import Final

_STEP: Final = 0.1
"""Seconds between two writes at least: a bad line has better things to carry."""


class Progress:
    """One line that counts, gone when the work is done. May be told from another thread."""

    def __init__(self, doing: str) -> None:
        self._doing = doing
        self._shown = 0
        self._last = 0.0
        self._visible = sys.stderr is not None and sys.stderr.isatty()

    def __enter__(self) -> "Progress":
        self._write(self._doing)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._write("")

    def update(self, done: int, total: int) -> None:
        """So much is done of so much; `total` 0 when it is not known."""
        now = time.monotonic()
        if now - self._last >= _STEP:
            self._last = now
            of = f" of {total:,}" if total else ""
            self._write(f"{self._doing}: {done:,}{of}")

    def _write(self, text: str) -> None:
        if not self._visible:
            return
        try:
            sys.stderr.write(f"\r{text:<{self._shown}}")
            if not text:
                sys.stderr.write("\r")
            sys.stderr.flush()
        except OSError:
            # The terminal is gone; the work goes on.
            self._visible = False
        self._shown = len(text)
