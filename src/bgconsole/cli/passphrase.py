"""Asking for secrets at a terminal without echo, as readpassphrase(3) does.

While a prompt waits, the terminal is without echo and without line editing of its own, which would
cut a line at 4,095 bytes; erasing is done here. Whatever stops or ends the process meanwhile, the
terminal is given back first; after a stop the prompt begins anew. What was typed before echo was
off has been seen and is dropped; what is pasted for several prompts in a row serves them all, and
the rest of it never reaches the shell.
"""

import contextlib
import errno
import os
import signal
import sys
import termios
from collections.abc import Callable, Generator, Sequence
from typing import Any, Final

from bgconsole.cli.caught_signals import CaughtSignals
from bgconsole.system.locale_encoding import (
    environment_as_started,
    keyboard_encoding,
    terminal_encoding,
)

__all__ = ["MAX_BYTES", "NoEchoError", "NotTextError", "TooLongError", "asking"]

MAX_BYTES: Final = 64 * 1024
"""The longest answer, in bytes."""

_ENDING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGALRM)
_STOPPING: Final = (signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU)

_LOCAL_FLAGS, _CHARACTERS = 3, 6
"""Where `tcgetattr` has them."""

_ENTER: Final = b"\r\n"
_BACKSPACE: Final = b"\b\x7f"

Ask = Callable[[str], str]
_Modes = list[Any]


class NoEchoError(Exception):
    """The terminal cannot hide what is typed."""


class NotTextError(Exception):
    """What was typed is no text in the terminal's encoding."""


class TooLongError(Exception):
    """What was typed is longer than `MAX_BYTES`."""


class _BeginAnewError(Exception):
    """The process was stopped, and what was typed before counts no more."""


@contextlib.contextmanager
def asking() -> Generator[Ask]:
    """Gives what asks for a secret: the prompt in, the answer out.

    Echo stays off from the first prompt to the end. Asking raises EOFError at the end of input,
    KeyboardInterrupt when a signal is to end the process, NoEchoError, NotTextError, TooLongError.
    """
    terminal = _opened()
    try:
        hidden = _Hidden(terminal)
        try:
            hidden.hide()
            yield hidden.ask
        finally:
            hidden.show()
            hidden.pass_on()
    finally:
        os.close(terminal)


def _opened() -> int:
    """The controlling terminal; without one, the terminal that is standard input."""
    try:
        return os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError:
        return os.dup(sys.stdin.fileno())


class _Hidden:
    """A terminal without echo, and the signals that must not leave it so."""

    def __init__(self, terminal: int) -> None:
        self._terminal = terminal
        self._before: _Modes | None = None
        # A stop before the SIGCONT that came with it: one of them is acted on, the rest is dropped.
        self._signals = CaughtSignals(first=(*_ENDING, *_STOPPING))

    def ask(self, prompt: str) -> str:
        """The answer to `prompt`."""
        typed = None
        while typed is None:
            self._write(prompt)
            try:
                typed = self._line()
            except _BeginAnewError:
                continue
            except EOFError:
                self._write("\n")
                raise
        self._write("\n")
        try:
            return typed.decode(_encoding())
        except UnicodeDecodeError:
            raise NotTextError from None

    def hide(self) -> None:
        """Switch echo off; a job in the background stops here until it is in the foreground."""
        self._signals.catch(*_ENDING, signal.SIGTSTP, signal.SIGCONT)
        try:
            if self._before is None:
                self._before = termios.tcgetattr(self._terminal)
            self._set(_without_echo(self._before))
            flags = termios.tcgetattr(self._terminal)[_LOCAL_FLAGS]
        except termios.error as error:
            raise NoEchoError from error
        if flags & termios.ECHO:
            raise NoEchoError
        # Not before: by these the job stopped above, and went on by the other.
        self._signals.catch(signal.SIGTTIN, signal.SIGTTOU)
        self._signals.forget(signal.SIGCONT)

    def show(self) -> None:
        """Give the terminal back as it was, unless it belongs to another job by now."""
        if self._before is not None and self._in_foreground():
            with contextlib.suppress(termios.error):
                self._set(self._before)
        self._signals.release()

    def _set(self, modes: _Modes) -> None:
        """Set the terminal's modes, and drop what was typed and not read."""
        while True:
            try:
                termios.tcsetattr(self._terminal, termios.TCSAFLUSH, modes)
            except termios.error as error:
                if error.args[0] != errno.EINTR:
                    raise
            else:
                return

    def pass_on(self) -> None:
        """Let a signal that came meanwhile do what it does."""
        for number in self._signals.taken():
            if number in _ENDING:
                signal.raise_signal(number)

    def _line(self) -> bytes:
        line = _Line([] if self._before is None else self._before[_CHARACTERS])
        while not line.complete:
            if self._signals.wait_for(self._terminal):
                line.take(self._byte())
            self._attend()
        return line.typed

    def _byte(self) -> bytes:
        # Ignored, so that reading in the background fails: otherwise it would be tried for ever.
        before = signal.signal(signal.SIGTTIN, signal.SIG_IGN)
        try:
            byte = os.read(self._terminal, 1)
        except OSError:
            byte = b""
        finally:
            signal.signal(signal.SIGTTIN, before)
        if byte:
            return byte
        if self._in_foreground():
            raise EOFError
        self._stop(signal.SIGTTIN)
        raise _BeginAnewError

    def _attend(self) -> None:
        """Do what the signals say that came meanwhile."""
        for number in self._signals.taken():
            if number in _ENDING:
                self._write("\n")
                self.show()
                signal.raise_signal(number)
                raise KeyboardInterrupt
            if number in _STOPPING:
                self._stop(number)
            elif self._in_foreground():
                # It was stopped by what nobody can catch: the shell has set the terminal since.
                self.hide()
            else:
                self._stop(signal.SIGTTIN)
            raise _BeginAnewError

    def _stop(self, number: signal.Signals) -> None:
        """Stop as the signal does, and switch echo off again when the process goes on."""
        self.show()
        signal.raise_signal(number)
        self.hide()

    def _in_foreground(self) -> bool:
        try:
            return os.tcgetpgrp(self._terminal) == os.getpgrp()
        except OSError:
            # It is not the controlling terminal, so that there are no jobs on it.
            return True

    def _write(self, text: str) -> None:
        try:
            os.write(self._terminal, text.encode(_encoding(), "replace"))
        except OSError as error:
            raise EOFError from error


class _Line:
    """A line as it is typed, and the keys that erase in it, as this terminal has them."""

    def __init__(self, characters: Sequence[bytes | int]) -> None:
        self.typed = b""
        self.complete = False
        self._quoted = False
        self._characters = characters

    def take(self, byte: bytes) -> None:
        """One byte more. Raises EOFError for the end of input before anything was typed."""
        if self._quoted:
            self._quoted = False
            self.typed += byte
        elif byte in _ENTER:
            self.complete = True
        elif self._is(byte, termios.VEOF):
            if not self.typed:
                raise EOFError
        elif self._is(byte, termios.VKILL):
            self.typed = b""
        elif self._is(byte, termios.VWERASE):
            kept = self.typed.rstrip(b" ")
            self.typed = kept[: kept.rfind(b" ") + 1]
        elif byte in _BACKSPACE or self._is(byte, termios.VERASE):
            self._erase()
        elif self._is(byte, termios.VLNEXT):
            self._quoted = True
        else:
            self.typed += byte
        if len(self.typed) > MAX_BYTES:
            raise TooLongError

    def _erase(self) -> None:
        end = len(self.typed) - 1
        if _encoding() == "utf-8":
            while end > 0 and self.typed[end] & 0xC0 == 0x80:
                end -= 1
        self.typed = self.typed[: max(end, 0)]

    def _is(self, byte: bytes, place: int) -> bool:
        """Whether `byte` is that special character; NUL and 255 say that there is none."""
        return bool(self._characters) and byte == self._characters[place] not in {b"\0", b"\xff"}


def _without_echo(modes: _Modes) -> _Modes:
    """These modes without echo, and with each byte given at once."""
    hidden = [*modes]
    hidden[_LOCAL_FLAGS] &= ~(termios.ECHO | termios.ECHONL | termios.ICANON)
    characters = [*hidden[_CHARACTERS]]
    characters[termios.VMIN], characters[termios.VTIME] = 1, 0
    hidden[_CHARACTERS] = characters
    return hidden


def _encoding() -> str:
    """In which encoding the terminal sends what is typed."""
    return keyboard_encoding(terminal_encoding(environment_as_started()))
