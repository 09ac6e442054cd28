"""What a server writes about itself: it waits for no reader, and a stalled one stops no request."""

import io
import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from typing import Final, TextIO, cast

WAITING: Final = 2_000
"""Pieces of text that may wait for a reader, for each output; what comes after is lost."""

_AT_LAST: Final = 0.5
"""Seconds in which what waits may be taken when the process ends."""


class ProcessOutput(io.TextIOBase):
    """Takes text at once and writes it in a thread of its own, bounded.

    Fails open: what a reader does not take in time is lost, and how much is told when it reads on.
    """

    def __init__(self, descriptor: int, told_of_loss: Callable[[int], str]) -> None:
        super().__init__()
        self._descriptor = descriptor
        self._told_of_loss = told_of_loss
        self._waiting: deque[str] = deque()
        self._lost = 0
        self._changed = threading.Condition()
        self._writing = False
        self._thread = threading.Thread(target=self._run, name="bgconsole-output", daemon=True)
        self._thread.start()

    def write(self, text: str, /) -> int:
        """Let `text` be written as soon as there is a reader."""
        with self._changed:
            if len(self._waiting) >= WAITING:
                self._lost += 1
            elif text:
                self._waiting.append(text)
                self._changed.notify_all()
        return len(text)

    def writable(self) -> bool:
        """It is."""
        return True

    def drain(self, seconds: float = _AT_LAST) -> None:
        """Wait until all is written, for so long at most."""
        with self._changed:
            self._changed.wait_for(lambda: not self._waiting and not self._writing, seconds)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._writing = False
                self._changed.notify_all()
                self._changed.wait_for(lambda: self._waiting)
                text = "".join(self._waiting)
                self._waiting.clear()
                lost, self._lost = self._lost, 0
                self._writing = True
            if lost:
                text += self._told_of_loss(lost)
            # Not through the file that Python has for it, whose lock would hold up the exit.
            with suppress(OSError):
                _write(self._descriptor, text.encode("utf-8", "backslashreplace"))


@contextmanager
def waiting_for_nobody() -> Generator[None]:
    """While inside, standard output and error are such outputs, for this process alone."""
    before = sys.stdout, sys.stderr
    sys.stdout = cast("TextIO", _output(sys.stdout, lambda lost: f'{{"lost_lines": {lost}}}\n'))
    sys.stderr = cast("TextIO", _output(sys.stderr, lambda lost: f"bgconsole: {lost} lines lost\n"))
    try:
        yield
    finally:
        drain()
        sys.stdout, sys.stderr = before


def drain() -> None:
    """Give what waits a moment to be written, before the process ends."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, ProcessOutput):
            stream.drain()


def _output(stream: TextIO, told_of_loss: Callable[[int], str]) -> object:
    """What takes the place of `stream`: as much of a text file as `print` needs."""
    try:
        stream.flush()
        descriptor = stream.fileno()
    except (AttributeError, OSError, ValueError):
        # There is none, or it is no file: nobody can stall it.
        return stream
    return ProcessOutput(descriptor, told_of_loss)


def _write(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]
