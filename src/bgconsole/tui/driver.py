"""The terminal's driver: as Textual's, but it sleeps while no key comes and ends with the line.

Textual polls ten times a second and, when the terminal is gone, reads its end over and over.
"""

import os
import selectors
import signal
from codecs import getincrementaldecoder
from typing import Final

from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

_READ_SIZE: Final = 4096
_ESCAPE_WAIT: Final = 0.1
"""Seconds after which a lone escape is the key, not the start of a sequence."""


class ConsoleDriver(LinuxDriver):
    """Reads keys without polling; an ended input ends the console."""

    def start_application_mode(self) -> None:
        """Open the pipe that wakes the reader, then start as Textual does."""
        self._wake_reader, self._wake_writer = os.pipe()
        super().start_application_mode()

    def disable_input(self) -> None:
        """Wake the reader, so that it ends at once instead of at the next poll."""
        if not self.exit_event.is_set():
            os.write(self._wake_writer, b"\0")
        super().disable_input()

    def run_input_thread(self) -> None:
        """Wait for keys and hand them on, until told to stop or the input ends."""
        # Never with `debug`: that writes every key to a file, those of passwords too.
        parser = XTermParser()
        decode = getincrementaldecoder("utf-8")("replace").decode
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
