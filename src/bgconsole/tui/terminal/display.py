"""The screen of the terminal: taken, written to, and left with nothing on it to read."""

import re
import termios
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from bgconsole.tui.terminal.capabilities import Terminal
from bgconsole.tui.terminal.modes import MOUSE_OFF, MOUSE_ON, Modes, erased
from bgconsole.tui.terminal.output import Output
from bgconsole.tui.terminal.raw_mode import size_of

_LAST_WORDS: Final = 0.5
"""Seconds that the line may take for what resets the terminal; then what it holds is dropped."""

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


class Display:
    """Of one terminal. Writes nothing before `take` and after `leave`."""

    def __init__(self, descriptor: int, terminal: Terminal, *, mouse: bool) -> None:
        self._descriptor = descriptor
        self._terminal = terminal
        self._modes = Modes(mouse=mouse and terminal.modern)
        self._output: Output | None = None
        self._title: str | None = None
        self.is_taken = False

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows by now."""
        return size_of(self._descriptor)

    def take(self) -> None:
        """Set every mode."""
        if self._output is None:
            self._output = Output(self._descriptor)
        self.is_taken = True
        self.write(self._modes.on)
        if self._title is not None:
            self.write(f"{_PUSH_TITLE}{_titled(self._title)}")

    def restore_modes(self) -> None:
        """Set every mode once more: another program may have reset them."""
        self.write(self._modes.again)

    @property
    def reads_mouse(self) -> bool:
        """Whether clicks are asked for."""
        return self._modes.mouse

    def read_mouse(self, *, wanted: bool) -> None:
        """Ask for clicks, or no longer."""
        self._modes = Modes(mouse=wanted and self._terminal.modern)
        self.write(MOUSE_ON if self._modes.mouse else MOUSE_OFF)

    def leave(self) -> None:
        """Erase everything and reset every mode, as far as the line takes it."""
        if not self.is_taken or self._output is None:
            return
        title = "" if self._title is None else _POP_TITLE
        last = f"{erased(self.size[1])}{title}{self._modes.off}"
        self.write(last)
        self.is_taken = False
        if self._output.drain(_LAST_WORDS):
            return
        # The line has stalled: what it still gets, should it move again, is this alone.
        self._output.drop()
        with suppress(termios.error):
            termios.tcflush(self._descriptor, termios.TCOFLUSH)
            self._output.write(self._encoded(f"{_CANCEL}{last}"))
            self._output.drain(_LAST_WORDS)

    def close(self) -> None:
        """End the thread that writes."""
        if self._output is not None:
            self._output.stop(_LAST_WORDS)

    def name(self, title: str) -> None:
        """Set the window's title, where that can be undone. `title` holds no control characters."""
        if self._terminal.has_title:
            first, self._title = self._title is None, title[:_TITLE_LENGTH]
            self.write(f"{_PUSH_TITLE if first else ''}{_titled(self._title)}")

    @property
    def is_behind(self) -> bool:
        """Whether the line is too slow for what it is given."""
        return self._output is not None and self._output.is_behind

    def when_written(self, call: Callable[[], None]) -> None:
        """Call `call`, in a thread of its own, once everything given so far is on the line."""
        if self._output is not None:
            self._output.when_written(call)

    def write(self, data: str) -> None:
        """Write what this terminal understands of `data`."""
        if self.is_taken and self._output is not None:
            self._output.write(self._encoded(data))

    def _encoded(self, data: str) -> bytes:
        known = data if self._terminal.modern else _UNKNOWN_TO_OLD.sub("", data)
        return known.encode(self._terminal.encoding, "backslashreplace")


def _titled(title: str) -> str:
    return f"\x1b]2;{title}\x07"
