"""The terminal's line settings (termios): keys one by one and unchanged, and back; and its size."""

import os
import termios
from contextlib import suppress
from typing import Any, Final

_IFLAG, _LFLAG, _CC = 0, 3, 6
_UNTOUCHED_INPUT: Final = (
    termios.IXON | termios.IXOFF  # ^S and ^Q are keys
    | termios.ICRNL | termios.INLCR | termios.IGNCR | termios.ISTRIP
)  # fmt: skip
_KEY_BY_KEY: Final = termios.ECHO | termios.ICANON | termios.IEXTEN | termios.ISIG
_UNKNOWN_SIZE: Final = (80, 24)


class RawMode:
    """Of one terminal. Whatever happens meanwhile, what is restored is what was found first."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._found: list[Any] | None = None

    def enter(self) -> None:
        """Take keys one by one; once more changes nothing. Waits until in the foreground.

        Raises termios.error where the terminal is gone, or when a signal came meanwhile.
        """
        # Restarts output that nobody has stopped. The system stops a background process that asks
        # for it, until it is in the foreground; only then do the settings belong to it.
        termios.tcflow(self._descriptor, termios.TCOON)
        settings = termios.tcgetattr(self._descriptor)
        if self._found is None:
            self._found = termios.tcgetattr(self._descriptor)
        settings[_IFLAG] &= ~_UNTOUCHED_INPUT
        settings[_LFLAG] &= ~_KEY_BY_KEY
        settings[_CC][termios.VMIN] = 1
        settings[_CC][termios.VTIME] = 0
        termios.tcsetattr(self._descriptor, termios.TCSANOW, settings)

    def leave(self) -> None:
        """Restore what was found; what was typed ahead is dropped, it may be half a password."""
        if self._found is None:
            return
        # A terminal that is gone needs nothing.
        with suppress(termios.error):
            termios.tcflush(self._descriptor, termios.TCIFLUSH)
            # Not after the output, as it is customary: a line that has stalled would never end.
            termios.tcsetattr(self._descriptor, termios.TCSANOW, self._found)


def size_of(descriptor: int) -> tuple[int, int]:
    """The columns and rows of a terminal, as it says itself, whatever the environment says."""
    try:
        columns, rows = os.get_terminal_size(descriptor)
    except OSError:
        return _UNKNOWN_SIZE
    return (columns, rows) if columns and rows else _UNKNOWN_SIZE
