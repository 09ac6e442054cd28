"""The terminal's driver: keys in, pictures out, and the terminal left as it was found.

Textual's own starts anew with every SIGCONT, asks the terminal questions whose answers may reach
the shell, draws on standard error, polls ten times a second, and waits for ever for a line that has
stalled. Here nothing is asked, and whatever sets a mode is in `modes.py`.
"""

import errno
import os
import re
import selectors
import signal
import sys
import termios
import time
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread
from types import FrameType
from typing import Final, Protocol, runtime_checkable

from textual.app import App
from textual.driver import Driver
from textual.events import Resize
from textual.geometry import Size

from bgconsole.tui.terminal import job_control, signals
from bgconsole.tui.terminal.capabilities import MODERN, Terminal
from bgconsole.tui.terminal.modes import MOUSE_OFF, MOUSE_ON, Modes, erased
from bgconsole.tui.terminal.output import Output
from bgconsole.tui.terminal.raw_mode import RawMode, size_of
from bgconsole.tui.terminal.terminal_input import TerminalInput

_READ_SIZE: Final = 4096
_LAST_WORDS: Final = 0.5
"""Seconds that the line may take for what resets the terminal; then what it holds is dropped."""

_READER_ENDS: Final = 1.0
"""Seconds that the thread that reads may take to end."""

_ENDS_WITHIN: Final = 5.0
"""Seconds after a signal from which on another one ends the console at once."""

_CANCEL: Final = "\x18"
"""Makes the terminal forget a sequence that was cut."""

_TITLE_LENGTH: Final = 80
_PUSH_TITLE: Final = "\x1b[22;2t"
_POP_TITLE: Final = "\x1b]2;\x07\x1b[23;2t"
"""Emptied first: a terminal that keeps no stack would go on naming the team."""

_UNKNOWN_TO_OLD: Final = re.compile(
    r"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"  # strings: titles, the pointer's shape, the clipboard
    r"|\x1b\[[<>=][\d;]*[a-zA-Z]"  # the keyboard's protocol
    r"|\x1b\[\?(?!25[hl]|7[hl])[\d;]+[hl]"  # modes other than cursor and line wrap
)


@runtime_checkable
class OnTerminal(Protocol):
    """An app that knows its terminal, and what is to be done when that stops or ends."""

    terminal: Terminal

    def about_to_stop(self) -> None:
        """The console is suspended next: other people may see the terminal, or end the process."""
        ...

    def ended_by(self, number: int) -> None:
        """A signal of this number asked the console to end."""
        ...


class ConsoleDriver(Driver):
    """Reads keys without polling; an ended input ends the console."""

    def __init__(
        self,
        app: "App[object]",
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        if sys.__stdin__ is None or sys.__stdout__ is None:
            raise ValueError("The console needs a terminal")
        self._console = app if isinstance(app, OnTerminal) else None
        self._terminal = MODERN if self._console is None else self._console.terminal
        self.fileno = sys.__stdin__.fileno()
        self._shown_on = sys.__stdout__.fileno()
        super().__init__(app, debug=debug, mouse=mouse, size=size or size_of(self._shown_on))
        self._modes = Modes(mouse=mouse and self._terminal.modern)
        self._raw = RawMode(self.fileno)
        self._output: Output | None = None
        self._key_thread: Thread | None = None
        self.exit_event = Event()
        self._title: str | None = None
        self._ending: signals.Replaced | None = None
        self._asked_to_end: float | None = None
        self._active = False

    # Starting and leaving

    def start_application_mode(self) -> None:
        """Take over the terminal, and the signals that would leave it as it is then."""
        self._output = Output(self._shown_on)
        self._ending = signals.take_ending(self._asked_by_signal)
        self._loop.add_signal_handler(signal.SIGWINCH, self._resized)
        self._loop.add_signal_handler(signal.SIGCONT, self._continued)
        if signal.getsignal(signal.SIGTSTP) is not signal.SIG_IGN:
            self._loop.add_signal_handler(signal.SIGTSTP, self.suspend)
        self._take_terminal()

    def stop_application_mode(self) -> None:
        """Leave the terminal as it was found, and without anything to read."""
        self._leave_terminal()
        for number in (signal.SIGWINCH, signal.SIGCONT, signal.SIGTSTP):
            self._loop.remove_signal_handler(number)
        if self._ending is not None:
            self._ending.put_back()

    def close(self) -> None:
        """Nothing is written any more."""
        self.stop_application_mode()
        if self._output is not None:
            self._output.stop(_LAST_WORDS)

    def _take_terminal(self) -> bool:
        """Set every mode and read keys; False where that is not to be, or cannot be."""
        if not self._enter_raw_mode():
            return False
        self._active = True
        self.write(self._modes.on)
        self._write_title()
        self._wake_reader, self._wake_writer = os.pipe()
        self._key_thread = Thread(target=self._read_keys, name="terminal-input", daemon=True)
        self._key_thread.start()
        return True

    def _enter_raw_mode(self) -> bool:
        """Take keys one by one, once the terminal is this process's to use."""
        waiting = signals.stopped_in_background()
        try:
            while self._asked_to_end is None:
                try:
                    self._raw.enter()
                except termios.error as error:
                    if error.args[0] != errno.EINTR:
                        signal.raise_signal(signal.SIGHUP)
                        return False
                else:
                    return True
        finally:
            waiting.put_back()
        return False

    def _leave_terminal(self) -> None:
        """Erase the screen, reset every mode and restore the line settings."""
        if not self._active or self._output is None:
            return
        self.disable_input()
        has_terminal = job_control.is_in_foreground(self.fileno)
        title = "" if self._title is None else _POP_TITLE
        _, rows = size_of(self._shown_on)
        last = f"{erased(rows)}{title}{self._modes.off}"
        self.write(last)
        self._active = False
        if not self._output.drain(_LAST_WORDS):
            self._drop_what_waits(f"{_CANCEL}{last}", self._output)
        if has_terminal:
            # Otherwise a shell has it already, with settings of its own.
            self._raw.leave()

    def _drop_what_waits(self, last: str, output: Output) -> None:
        """The line has stalled: what it still gets, when it moves again, is `last` alone."""
        output.drop()
        try:
            termios.tcflush(self._shown_on, termios.TCOFLUSH)
        except termios.error:
            return
        output.write(self._encoded(last))
        output.drain(_LAST_WORDS)

    # Stopping and continuing

    @property
    def can_suspend(self) -> bool:
        """Whether a shell is there that could continue the console."""
        ignored = signal.getsignal(signal.SIGTSTP) is signal.SIG_IGN
        return not ignored and job_control.can_be_continued(self.fileno)

    def suspend(self) -> None:
        """Give the terminal back and stop, until a shell continues the console."""
        if not self._active or self._asked_to_end is not None or not self.can_suspend:
            return
        self.disable_input()
        if self._console is not None:
            self._console.about_to_stop()
        self._leave_terminal()
        taken = signals.Replaced()
        taken.set(signal.SIGTSTP, signal.SIG_DFL)
        # What continues this process is no reason to draw twice.
        taken.set(signal.SIGCONT, signal.SIG_DFL)
        job_control.stop()
        taken.put_back()
        if self._take_terminal():
            self._send_size()
            self.send_message(self.SignalResume())

    def restore_modes(self) -> None:
        """Set every mode once more: another program may have reset them."""
        if self._active and self._enter_raw_mode():
            self.write(self._modes.again)

    def _continued(self) -> None:
        """SIGCONT came to a console that was not suspended: a shell may have used the terminal."""
        self._resized()

    def _resized(self) -> None:
        """The size may have changed, or the terminal itself: a multiplexer attached another one."""
        if self._active:
            self.restore_modes()
            self._send_size()

    def _send_size(self) -> None:
        size = Size(*size_of(self._shown_on))
        self.send_message(Resize(size, size))

    # Ends

    def _asked_by_signal(self, number: int, frame: FrameType | None) -> None:
        """End in good order; where that has hung since the last signal, at once."""
        now = time.monotonic()
        if self._asked_to_end is None:
            self._asked_to_end = now
            self._loop.call_soon_threadsafe(self._ask_to_end, number)
        elif now - self._asked_to_end > _ENDS_WITHIN:
            self._leave_terminal()
            os._exit(128 + number)

    def _ask_to_end(self, number: int) -> None:
        if self._console is not None:
            self._console.ended_by(number)
        else:
            self._app.exit()

    # Output

    def name_window(self, title: str) -> None:
        """Set the window's title, where that can be undone. `title` holds no control characters."""
        if self._terminal.has_title:
            first, self._title = self._title is None, title[:_TITLE_LENGTH]
            self._write_title(push=first)

    def _write_title(self, *, push: bool = True) -> None:
        if self._title is not None:
            self.write(f"{_PUSH_TITLE if push else ''}\x1b]2;{self._title}\x07")

    @property
    def is_behind(self) -> bool:
        """Whether the line is too slow for what it is given."""
        return self._output is not None and self._output.is_behind

    def when_written(self, call: Callable[[], None]) -> None:
        """Call `call`, as the app's loop does, once everything written so far is on the line."""

        def written() -> None:
            # A loop that is closed has nobody left to tell.
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(call)

        if self._output is not None:
            self._output.when_written(written)

    def write(self, data: str) -> None:
        """Write what this terminal understands of `data`; nothing while it is not the console's."""
        if self._active and self._output is not None:
            self._output.write(self._encoded(data))

    def _encoded(self, data: str) -> bytes:
        known = data if self._terminal.modern else _UNKNOWN_TO_OLD.sub("", data)
        return known.encode(self._terminal.encoding, "backslashreplace")

    # Input

    @property
    def can_read_mouse(self) -> bool:
        """Whether the terminal can tell of clicks."""
        return self._terminal.modern

    @property
    def reads_mouse(self) -> bool:
        """Whether clicks are asked for."""
        return self._modes.mouse

    def read_mouse(self, *, wanted: bool) -> None:
        """Ask for clicks, or let the terminal select text with them as it does without."""
        self._modes = Modes(mouse=wanted and self.can_read_mouse)
        self.write(MOUSE_ON if self._modes.mouse else MOUSE_OFF)

    def disable_input(self) -> None:
        """End the thread that reads, at once."""
        if self._key_thread is None:
            return
        self.exit_event.set()
        os.write(self._wake_writer, b"\0")
        self._key_thread.join(_READER_ENDS)
        self.exit_event.clear()
        self._key_thread = None
        os.close(self._wake_reader)
        os.close(self._wake_writer)

    def _read_keys(self) -> None:
        try:
            self.run_input_thread()
        except Exception as error:  # noqa: BLE001 (as every unexpected error: a report and the end)
            self._loop.call_soon_threadsafe(self._app._handle_exception, error)  # pyright: ignore[reportPrivateUsage]

    def run_input_thread(self) -> None:
        """Wait for keys and hand them on, until told to stop or the input ends."""
        # Never with `debug`: that writes every key to a file, those of passwords too.
        terminal_input = TerminalInput(self._terminal)
        with selectors.DefaultSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            selector.register(self._wake_reader, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                wait = terminal_input.wait(time.monotonic())
                ready = {key.fd for key, _ in selector.select(wait)}
                if self._wake_reader in ready:
                    return
                if self.fileno in ready:
                    data = self._read()
                    if not data:
                        # A line that was lost, as if the signal had told of it.
                        signal.raise_signal(signal.SIGHUP)
                        return
                    events = terminal_input.feed(data, time.monotonic())
                else:
                    # Only now: bytes that waited to be read have been no silence.
                    events = terminal_input.tick(time.monotonic())
                for event in events:
                    self.process_message(event)

    def _read(self) -> bytes:
        try:
            return os.read(self.fileno, _READ_SIZE)
        except OSError:
            # The terminal is gone (EIO): the same as its end.
            return b""
