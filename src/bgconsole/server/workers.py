"""Several serving processes on the same sockets: one that dies is replaced, all end together."""

import os
import signal
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

from bgconsole.server import notices

_HEARD: Final = frozenset(
    {signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD, signal.SIGUSR1}
)
_ENOUGH: Final = 5
"""Workers that may die in a row, each within a second: then serving is given up."""

_SHORT_LIFE: Final = 1.0

Work = Callable[[int, Callable[[], None]], int]
"""Serves until told to stop; gets the lifeline, and what to call once it serves."""


@dataclass
class Supervisor:
    """Keeps processes running. `ready` is called once the first one serves.

    `ending` is called when they are told to stop, `buried` with the id of each that ended. Nothing
    else may run in this process beside it: it forks, and takes its signals one by one, so that none
    comes at a bad moment.
    """

    works: tuple[Work, ...]
    ready: Callable[[], None]
    ending: Callable[[], None]
    buried: Callable[[int], None]
    _running: dict[int, tuple[Work, float]] = field(default_factory=dict)
    _deaths: int = 0
    _stopping: bool = False
    _failed: bool = False
    _said_ready: bool = False

    def run(self) -> int:
        """Serve until told to stop; the exit code."""
        with _signals_held(), _lifeline() as (held, given):
            for work in self.works:
                self._start(work, held, given)
            while self._running:
                heard = signal.sigwait(_HEARD)
                if heard is signal.SIGCHLD:
                    self._bury(held, given)
                elif heard is signal.SIGUSR1:
                    self._tell_ready()
                elif heard is signal.SIGHUP:
                    self._tell_all(signal.SIGHUP)
                else:
                    self._stop()
        return 1 if self._failed else 0

    def _start(self, work: Work, held: int, given: int) -> None:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        pid = os.fork()
        if pid:
            self._running[pid] = (work, time.monotonic())
            return
        code = 1
        try:
            os.close(given)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _HEARD)
            parent = os.getppid()
            code = work(held, lambda: os.kill(parent, signal.SIGUSR1))
        finally:
            with suppress(OSError, ValueError):
                sys.stdout.flush()
            os._exit(code)

    def _bury(self, held: int, given: int) -> None:
        # One signal may stand for several deaths.
        for pid in list(self._running):
            ended, _ = os.waitpid(pid, os.WNOHANG)
            if not ended:
                continue
            work, since = self._running.pop(pid)
            self.buried(pid)
            if self._stopping:
                continue
            short = time.monotonic() - since < _SHORT_LIFE
            self._deaths = self._deaths + 1 if short else 0
            if self._deaths >= _ENOUGH:
                self._failed = True
                self._stop()
                continue
            notices.tell(f"worker {pid} died and is replaced")
            if short:
                time.sleep(0.1 * self._deaths)
            self._start(work, held, given)

    def _tell_ready(self) -> None:
        if not self._said_ready:
            self._said_ready = True
            self.ready()

    def _stop(self) -> None:
        """Tell all to stop; the second time they are ended."""
        self._tell_all(signal.SIGKILL if self._stopping else signal.SIGTERM)
        self._stopping = True
        self.ending()

    def _tell_all(self, what: signal.Signals) -> None:
        for pid in self._running:
            with suppress(ProcessLookupError):
                os.kill(pid, what)


@contextmanager
def _signals_held() -> Generator[None]:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _HEARD)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _lifeline() -> Generator[tuple[int, int]]:
    """A pipe: workers see at its reading end when the supervisor is gone, however that came."""
    reading, writing = os.pipe()
    try:
        yield reading, writing
    finally:
        os.close(reading)
        os.close(writing)
