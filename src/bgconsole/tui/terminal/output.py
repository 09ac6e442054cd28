"""The thread that writes to the terminal, so that a line that has stalled holds up nothing else."""

import os
import select
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Final

_BEHIND: Final = 32_768
"""Bytes that wait for the line, beyond what the system takes, from which on it is too slow."""

_BUSY: Final = 1.0
"""Seconds between two tries where another program has made the terminal non-blocking."""


class Output:
    """Writes in the background, in order. Used by one thread, beside its own."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        # Safe to put into from a signal handler, which may have interrupted a put.
        self._queue: SimpleQueue[bytes | Callable[[], object] | None] = SimpleQueue()
        self._given = 0
        self._gone_out = 0
        self._lost = False
        self._thread = Thread(target=self._run, name="terminal-output", daemon=True)
        self._thread.start()

    @property
    def is_behind(self) -> bool:
        """Whether the line takes less than it is given: what can wait should."""
        return self._given - self._gone_out > _BEHIND

    def write(self, data: bytes) -> None:
        """Write `data` after everything that was given before."""
        self._given += len(data)
        self._queue.put(data)

    def when_written(self, call: Callable[[], object]) -> None:
        """Call `call`, in the thread that writes, once everything given so far is written."""
        self._queue.put(call)

    def drain(self, seconds: float) -> bool:
        """Wait until everything given so far is written; False where that takes longer."""
        written = Event()
        self.when_written(written.set)
        return written.wait(seconds)

    def drop(self) -> None:
        """Forget what is not being written yet, and try anew what is.

        For a terminal whose waiting output was thrown away: the writer does not notice by itself
        that there is room.
        """
        for part in self._at_hand():
            self._count(part)
        if self._thread.ident is not None and self._thread.is_alive():
            signal.pthread_kill(self._thread.ident, signal.SIGWINCH)

    def stop(self, seconds: float) -> None:
        """End the thread; it is left behind where the line keeps it longer."""
        self._queue.put(None)
        self._thread.join(seconds)

    def _run(self) -> None:
        parts: list[bytes | Callable[[], object] | None] = []
        while None not in parts:
            # What has gathered meanwhile goes out in one piece, as one packet of the line.
            parts = [self._queue.get(), *self._at_hand()]
            self._write_all(b"".join(part for part in parts if isinstance(part, bytes)))
            for part in parts:
                self._count(part)
                if callable(part):
                    part()

    def _at_hand(self) -> Iterator[bytes | Callable[[], object] | None]:
        with suppress(Empty):
            while True:
                yield self._queue.get_nowait()

    def _count(self, part: object) -> None:
        if isinstance(part, bytes):
            self._gone_out += len(part)

    def _write_all(self, data: bytes) -> None:
        left = memoryview(data)
        while left and not self._lost:
            try:
                left = left[os.write(self._descriptor, left) :]
            except BlockingIOError:
                select.select([], [self._descriptor], [], _BUSY)
            except OSError:
                # The terminal is gone: whoever reads from it notices, and ends the console.
                self._lost = True
