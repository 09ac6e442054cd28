"""Probe: runs a terminal program in a pty of its own and measures it from the outside.

Linux only. Times are seconds; those of a start count from just before the fork.
"""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from benchmarks.emulator import Emulator, Size
from benchmarks.usage import Usage, usage_of_tree

now = time.perf_counter

_KEYS = {
    "tab": "\t",
    "enter": "\r",
    "escape": "\x1b",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
}
_INHERITED = ("PATH", "HOME", "TMPDIR", "VIRTUAL_ENV", "PYTHONPATH")


class NeverShownError(Exception):
    """The awaited text did not come on the screen in time, or the program ended before it."""


@dataclass(frozen=True)
class Stroke:
    """What came of one key, in seconds since it was sent; None where nothing came.

    `first_byte` is the first output after the key, `shown` the output that made the awaited text
    appear, `byte_count` all output until the program was silent again. `sent` counts from the
    program's start.
    """

    sent: float
    first_byte: float | None
    shown: float | None
    byte_count: int


@dataclass(frozen=True)
class Idle:
    """A program left alone: its CPU in percent of one core, its bytes and wake-ups per second."""

    cpu_percent: float
    bytes_per_second: float
    wakeups_per_second: float


@dataclass(frozen=True)
class Ending:
    """How a program ended.

    `exit_code` is negative when a signal ended it and None when it did not end in time, `seconds`
    count from the key to the end, `left_on` are the terminal modes that it forgot to reset.
    """

    exit_code: int | None
    seconds: float
    left_on: tuple[str, ...]


class Terminal:
    """A pty with a program in it.

    Output is read and stamped at once; the screen, which is slow to draw, follows only while no
    output waits, so that it never holds the program up, and text that appears carries the time at
    which its bytes came. `environment` is added to a small, fixed one. Use it as a context
    manager: leaving it ends the program.
    """

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str] | None = None,
        size: Size | None = None,
    ) -> None:
        self.byte_count = 0
        self.exit_code: int | None = None
        self._emulator = Emulator(size or Size())
        self._last_output: float | None = None
        self._ended: float | None = None
        plain = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        plain |= {"TERM": "xterm-256color", "LANG": "C.UTF-8"}
        self._started = now()
        self._pid, self._fd = pty.fork()
        if self._pid == 0:
            self._become(command, plain | dict(environment or {}))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not self._has_ended():
            os.kill(self._pid, signal.SIGKILL)
            self._wait_for_end(2)
        os.close(self._fd)

    def wait_for(self, pattern: str, timeout: float = 30) -> float:
        """Seconds from the start to the output that made the screen match `pattern`.

        Raises NeverShownError.
        """
        wanted = re.compile(pattern, re.MULTILINE)
        if self._last_output is not None and wanted.search(self._emulator.text()):
            return self._last_output - self._started
        seen = self._watch(wanted, self._started, timeout)
        if seen is None:
            shown = "\n".join(line for line in self.screen().splitlines() if line)
            raise NeverShownError(f"{pattern!r} was not shown; the screen:\n{shown}")
        return seen - self._started

    def moment_of(self, pattern: str, timeout: float = 30) -> float:
        """When, by `now`, the output came that made the screen match. Raises NeverShownError."""
        return self._started + self.wait_for(pattern, timeout)

    def press(self, key: str, shows: str | None = None, quiet: float = 0.03) -> Stroke:
        """Send one key (a character or a name such as 'tab' or 'ctrl+q') and watch what comes.

        `shows` is a pattern that the screen must not match before; watching ends when `quiet`
        seconds have passed without output.
        """
        before, sent = self.byte_count, now()
        os.write(self._fd, _bytes_of(key))
        first = self._last_output if self._read(1) else None
        pattern = re.compile(shows, re.MULTILINE) if shows else None
        seen = self._watch(pattern, sent, 10) if pattern else None
        if first is not None:
            self.rest(quiet)
        return Stroke(
            sent=sent - self._started,
            first_byte=first and first - sent,
            shown=seen and seen - sent,
            byte_count=self.byte_count - before,
        )

    def type(self, text: str) -> None:
        """Send text at once, as a paste into a terminal without bracketed paste would."""
        os.write(self._fd, text.encode())

    def rest(self, quiet: float, timeout: float = 10) -> bool:
        """Read on until `quiet` seconds have passed without output; False after `timeout`."""
        end = now() + timeout
        while now() < end:
            due = (self._last_output or self._started) + quiet
            if now() >= due:
                return True
            if self._read(due - now()) is None:
                return True
        return False

    def idle(self, seconds: float) -> Idle:
        """Leave the program alone for so long and see what it does."""
        before, byte_count, begun = self.usage(), self.byte_count, now()
        while (left := begun + seconds - now()) > 0:
            if self._read(left) is None:
                break
        after, passed = self.usage(), now() - begun
        return Idle(
            cpu_percent=(after.cpu - before.cpu) / passed * 100,
            bytes_per_second=(self.byte_count - byte_count) / passed,
            wakeups_per_second=(after.wakeups - before.wakeups) / passed,
        )

    def usage(self) -> Usage:
        """What the program and its children have used until now."""
        return usage_of_tree(self._pid)

    def screen(self) -> str:
        """What is on the screen now, a line per row."""
        while self._emulator.next_arrival() is not None:
            self._emulator.draw()
        return self._emulator.text()

    def finish(self, key: str | None = None, timeout: float = 10) -> Ending:
        """Send the key that ends the program, if one is needed, and wait for its end."""
        begun = now()
        if key is not None:
            os.write(self._fd, _bytes_of(key))
        ended = self._wait_for_end(timeout)
        while ended is not None and self._read(0.02):
            pass
        seconds = (ended or now()) - begun
        return Ending(self.exit_code, seconds, self._emulator.left_on())

    def _become(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """In the child: turn into the program; never returns."""
        size = self._emulator.size
        try:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("4H", size.rows, size.columns, 0, 0))
            # After pty.fork() there is no other way to become the program.
            os.execvpe(command[0], list(command), dict(environment))
        except OSError as error:
            os.write(2, f"{command[0]}: {error.strerror}\r\n".encode())
        finally:
            os._exit(127)

    def _read(self, timeout: float) -> bool | None:
        """Take one piece of output. True: got some; False: none came in time; None: it is over."""
        if not select.select([self._fd], [], [], max(0.0, timeout))[0]:
            return False
        try:
            data = os.read(self._fd, 65536)
        except OSError:  # Linux says EIO when the last writer has gone
            return None
        self._last_output = now()
        self.byte_count += len(data)
        if answer := self._emulator.take(data, self._last_output):
            os.write(self._fd, answer)
        return True

    def _watch(self, pattern: re.Pattern[str], since: float, timeout: float) -> float | None:
        """When the output came, at `since` or later, that made the screen match; None if none did.

        What matched before `since` says nothing and gives None.
        """
        end, fresh = now() + timeout, False
        while now() < end:
            arrived = self._emulator.next_arrival()
            got = self._read(0 if arrived is not None else min(0.05, end - now()))
            if got or arrived is None:
                if got is None:
                    return None
                continue
            if arrived >= since and not fresh:
                fresh = True
                if pattern.search(self._emulator.text()):
                    return None
            self._emulator.draw()
            if fresh and pattern.search(self._emulator.text()):
                return arrived
        return None

    def _has_ended(self) -> bool:
        if self._ended is None:
            pid, status = os.waitpid(self._pid, os.WNOHANG)
            if pid:
                self._ended, self.exit_code = now(), os.waitstatus_to_exitcode(status)
        return self._ended is not None

    def _wait_for_end(self, timeout: float) -> float | None:
        end = now() + timeout
        while not self._has_ended() and now() < end:
            if self._read(0.002) is None:
                time.sleep(0.0005)
        return self._ended


def _bytes_of(key: str) -> bytes:
    if key.startswith("ctrl+"):
        return bytes([ord(key.removeprefix("ctrl+").upper()) & 0x1F])
    return _KEYS.get(key, key).encode()
