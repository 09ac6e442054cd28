"""The terminal's driver: as Textual's, but it sleeps while no key comes and ends with the line.

Textual polls ten times a second and, when the terminal is gone, reads its end over and over. It
also writes what old terminals print as text, and leaves a mode of the mouse on.
"""

import os
import re
import selectors
import signal
from codecs import getincrementaldecoder
from typing import Final, Protocol, runtime_checkable

from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

from bgconsole.tui.terminal.capabilities import MODERN, Terminal

_READ_SIZE: Final = 4096
_ESCAPE_WAIT: Final = 0.1
"""Seconds after which a lone escape is the key, not the start of a sequence."""

_TITLE_LENGTH: Final = 80
_UNKNOWN_TO_OLD: Final = re.compile(
    r"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"  # strings: titles, the pointer's shape, the clipboard
    r"|\x1b\[[<>=][\d;]*[a-zA-Z]"  # the keyboard's protocol
    r"|\x1b\[\?[\d;]*\$p"  # queries
    r"|\x1b\[\?(?!25[hl]|7[hl])[\d;]+[hl]"  # modes other than cursor and line wrap
)
_CLEARED: Final = "\x1b[0m\x1b[H\x1b[2J"


@runtime_checkable
class _OnTerminal(Protocol):
    """An app that knows its terminal."""

    terminal: Terminal


class ConsoleDriver(LinuxDriver):
    """Reads keys without polling; an ended input ends the console."""

    def __init__(
        self,
        app: "App[object]",
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        self._terminal = app.terminal if isinstance(app, _OnTerminal) else MODERN
        self._titled = False
        super().__init__(app, debug=debug, mouse=mouse and self._terminal.modern, size=size)

    def start_application_mode(self) -> None:
        """Open the pipe that wakes the reader, then start as Textual does."""
        self._wake_reader, self._wake_writer = os.pipe()
        super().start_application_mode()

    def stop_application_mode(self) -> None:
        """Leave the terminal as it was found, the window's title too."""
        if self._titled:
            self._titled = False
            self.write("\x1b[23;2t")
        if not self._terminal.modern:
            # It has no second screen to go back to.
            self.write(_CLEARED)
        super().stop_application_mode()

    def name_window(self, title: str) -> None:
        """Set the window's title, where that can be undone. `title` holds no control characters."""
        if self._terminal.has_title and self._writer_thread is not None:
            if not self._titled:
                self._titled = True
                self.write("\x1b[22;2t")
            self.write(f"\x1b]2;{title[:_TITLE_LENGTH]}\x07")

    def write(self, data: str) -> None:
        """Write what this terminal understands of `data`."""
        super().write(data if self._terminal.modern else _UNKNOWN_TO_OLD.sub("", data))

    def _enable_mouse_support(self) -> None:
        """Ask for clicks and drags, not for every move: those would come over the line too."""
        if self._mouse:
            self.write("\x1b[?1000h\x1b[?1002h\x1b[?1006h")
            self.flush()

    def _disable_mouse_support(self) -> None:
        if self._mouse:
            self.write("\x1b[?1000l\x1b[?1002l\x1b[?1006l")
            self.flush()

    def _enable_mouse_pixels(self) -> None:
        """Cells are enough; Textual never switches this off again."""

    def disable_input(self) -> None:
        """Wake the reader, so that it ends at once instead of at the next poll."""
        if not self.exit_event.is_set():
            os.write(self._wake_writer, b"\0")
        super().disable_input()

    def run_input_thread(self) -> None:
        """Wait for keys and hand them on, until told to stop or the input ends."""
        # Never with `debug`: that writes every key to a file, those of passwords too.
        parser = XTermParser()
        decode = getincrementaldecoder(self._terminal.keyboard_encoding)("replace").decode
        with selectors.DefaultSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            selector.register(self._wake_reader, selectors.EVENT_READ)
            timeout: float | None = None
            while not self.exit_event.is_set():
                ready = {key.fd for key, _ in selector.select(timeout)}
                if self._wake_reader in ready:
                    return
                if self.fileno in ready:
                    data = self._read()
                    if not data:
                        # A line that was lost, as if the signal had told of it.
                        signal.raise_signal(signal.SIGHUP)
                        return
                    for event in parser.feed(decode(data)):
                        self.process_message(event)
                for event in parser.tick():
                    self.process_message(event)
                timeout = _ESCAPE_WAIT if ready else None

    def _read(self) -> bytes:
        try:
            return os.read(self.fileno, _READ_SIZE)
        except OSError:
            # The terminal is gone (EIO): the same as its end.
            return b""
