"""The terminal's driver: keys in, pictures out, and the terminal left as it was found.

Textual's own starts anew with every SIGCONT, asks the terminal questions whose answers may reach
the shell, draws on standard error, polls ten times a second, and waits for ever for a line that has
stalled. Here nothing is asked, and whatever sets a mode is in `modes.py`.
"""

import errno
import os
import selectors
import signal
import sys
import termios
import time
from collections.abc import Callable
from contextlib import nullcontext, suppress
from threading import Event, Thread
from types import FrameType
from typing import Final

from textual.app import App
from textual.driver import Driver
from textual.events import Resize
from textual.geometry import Size

from bgconsole.tui.terminal import job_control, signals
from bgconsole.tui.terminal.capabilities import MODERN
from bgconsole.tui.terminal.display import Display
from bgconsole.tui.terminal.on_terminal import OnTerminal
from bgconsole.tui.terminal.raw_mode import RawMode
from bgconsole.tui.terminal.terminal_input import TerminalInput

_READ_SIZE: Final = 4096

_READER_ENDS: Final = 1.0
"""Seconds that the thread that reads may take to end."""

_ENDS_WITHIN: Final = 10.0
"""Seconds that an end in good order may take; then the console ends at once."""


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
        # Not standard error: that may be a file, which must not hold what is on the screen.
        self.display = Display(sys.__stdout__.fileno(), self._terminal, mouse=mouse)
        super().__init__(app, debug=debug, mouse=mouse, size=size or self.display.size)
        self._raw = RawMode(self.fileno)
        self._key_thread: Thread | None = None
        self.exit_event = Event()
        self._signals = signals.Replaced()
        self._ends_since: float | None = None
        self._stops = False

    # Starting and leaving

    def start_application_mode(self) -> None:
        """Take over the terminal, and the signals that would leave it as it is then."""
        self._signals = signals.take_ending(self._asked_to_end)
        if signal.getsignal(signal.SIGTSTP) is not signal.SIG_IGN:
            self._signals.set(signal.SIGTSTP, self._asked_to_stop)
        self._loop.add_signal_handler(signal.SIGWINCH, self._resized)
        self._loop.add_signal_handler(signal.SIGCONT, self._continued)
        if self._enter_raw_mode():
            self._take_terminal()

    def stop_application_mode(self) -> None:
        """Leave the terminal as it was found, and without anything to read."""
        self._leave_terminal()
        for number in (signal.SIGWINCH, signal.SIGCONT):
            self._loop.remove_signal_handler(number)
        self._signals.put_back()

    def close(self) -> None:
        """Nothing is written any more."""
        self.stop_application_mode()
        self.display.close()

    def _take_terminal(self) -> None:
        """Set every mode and read keys."""
        self.display.take()
        self._wake_reader, self._wake_writer = os.pipe()
        self._key_thread = Thread(target=self._read_keys, name="terminal-input", daemon=True)
        self._key_thread.start()

    def _enter_raw_mode(self) -> bool:
        """Take keys one by one, once the terminal is this process's to use.

        False where the console is to end meanwhile, or the terminal is gone.
        """
        waiting = signals.stopped_in_background()
        try:
            while self._ends_since is None:
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
        if not self.display.is_taken:
            return
        self.disable_input()
        has_terminal = job_control.is_in_foreground(self.fileno)
        self.display.leave()
        if has_terminal:
            # Otherwise a shell has it already, with settings of its own.
            self._raw.leave()

    # Stopping and continuing

    @property
    def can_suspend(self) -> bool:
        """Whether a shell is there that could continue the console."""
        ignored = signal.getsignal(signal.SIGTSTP) is signal.SIG_IGN
        return not ignored and job_control.can_be_continued(self.fileno)

    def _asked_to_stop(self, number: int, frame: FrameType | None) -> None:
        """SIGTSTP: however often it comes before the console has stopped, it stops once."""
        if not self._stops:
            self._stops = True
            self._loop.call_soon_threadsafe(self.suspend)

    def suspend(self) -> None:
        """Give the terminal back and stop, until a shell continues the console."""
        if self.display.is_taken and self._ends_since is None and self.can_suspend:
            self._stops = True
            console = self._console
            with nullcontext(True) if console is None else console.stopping() as may_stop:
                if may_stop:
                    self._stop()
        self._stops = False

    def _stop(self) -> None:
        self._leave_terminal()
        # While the terminal is somebody else's there is nothing to restore, and nothing to draw.
        taken = signals.Replaced()
        taken.set(signal.SIGTSTP, signal.SIG_DFL)
        taken.set(signal.SIGCONT, signal.SIG_DFL)
        job_control.stop()
        continued = self._enter_raw_mode()
        taken.put_back()
        if continued:
            self._take_terminal()
            self._send_size()
            self.send_message(self.SignalResume())

    def restore_modes(self) -> None:
        """Set every mode once more: another program may have reset them."""
        if self.display.is_taken and self._enter_raw_mode():
            self.display.restore_modes()

    def _continued(self) -> None:
        """SIGCONT came to a console that was not suspended: a shell may have used the terminal."""
        self._resized()

    def _resized(self) -> None:
        """The size may have changed, or the terminal itself: a multiplexer attached another one."""
        if self.display.is_taken:
            self.restore_modes()
            self._send_size()

    def _send_size(self) -> None:
        size = Size(*self.display.size)
        self.send_message(Resize(size, size))

    # Ends

    def end_soon(self) -> None:
        """An end has begun: should it hang, the system's clock ends it."""
        if self._ends_since is None:
            self._ends_since = time.monotonic()
            signal.setitimer(signal.ITIMER_REAL, _ENDS_WITHIN)

    def _asked_to_end(self, number: int, frame: FrameType | None) -> None:
        if self._ends_since is None:
            self.end_soon()
            self._loop.call_soon_threadsafe(self._end, number)
        elif time.monotonic() - self._ends_since >= _ENDS_WITHIN:
            self._leave_terminal()
            os._exit(128 + number)

    def _end(self, number: int) -> None:
        if self._console is not None:
            self._console.ended_by(number)
        else:
            self._app.exit()

    # Output

    @property
    def is_behind(self) -> bool:
        """Whether the line is too slow for what it is given."""
        return self.display.is_behind

    def when_written(self, call: Callable[[], None]) -> None:
        """Call `call`, as the app's loop does, once everything written so far is on the line."""

        def written() -> None:
            # A loop that is closed has nobody left to tell.
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(call)

        self.display.when_written(written)

    def write(self, data: str) -> None:
        """Write what this terminal understands of `data`; nothing while it is not the console's."""
        self.display.write(data)

    # Input

    @property
    def can_read_mouse(self) -> bool:
        """Whether the terminal can tell of clicks."""
        return self._terminal.modern

    @property
    def reads_mouse(self) -> bool:
        """Whether clicks are asked for."""
        return self.display.reads_mouse

    def read_mouse(self, *, wanted: bool) -> None:
        """Ask for clicks, or let the terminal select text with them as it does without."""
        self.display.read_mouse(wanted=wanted)

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
