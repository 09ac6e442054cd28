"""The terminal's modes: how the console sets each, sets it once more, and resets it.

Start, redraw, continue, suspend and leave all take their bytes from this one table.
"""

from dataclasses import dataclass
from typing import Final

from bgconsole.tui.terminal.keyboard import KEYBOARD_FLAGS

__all__ = ["MOUSE_OFF", "MOUSE_ON", "Modes", "erased"]


@dataclass(frozen=True, slots=True)
class _Mode:
    """`again` is written where the mode may be set already; empty where that is `on` too."""

    on: str
    off: str
    again: str = ""


_ALTERNATE_SCREEN: Final = _Mode("\x1b[?1049h", "\x1b[?1049l")
_MOUSE: Final = (
    # Clicks and drags, not every move: those would travel over the line too.
    _Mode("\x1b[?1000h", "\x1b[?1000l"),
    _Mode("\x1b[?1002h", "\x1b[?1002l"),
    _Mode("\x1b[?1006h", "\x1b[?1006l"),
)
MOUSE_ON: Final = "".join(mode.on for mode in _MOUSE)
MOUSE_OFF: Final = "".join(mode.off for mode in reversed(_MOUSE))
_KEYBOARD: Final = _Mode(
    # The terminal keeps a stack of these: one push, one pop, and in between they are only set.
    f"\x1b[>{KEYBOARD_FLAGS}u",
    "\x1b[<u",
    again=f"\x1b[={KEYBOARD_FLAGS};1u",
)
_BRACKETED_PASTE: Final = _Mode("\x1b[?2004h", "\x1b[?2004l")
_HIDDEN_CURSOR: Final = _Mode("\x1b[?25l", "\x1b[?25h")
_NO_LINE_WRAP: Final = _Mode("\x1b[?7l", "\x1b[?7h")

_AS_AFTER_A_RESET: Final = "\x1b(B\x0f\x1b[4l\x1b[?6l\x1b[r\x1b[m"
"""Undoes what another program may have left: character set, insert and origin mode, margins."""


class Modes:
    """What is written to set and reset every mode. `mouse` says whether the mouse is used.

    Nothing is asked of the terminal: an answer that is late would be typed into the shell. For the
    same reason focus reports are off: some terminals send one as soon as they are switched on.
    """

    def __init__(self, *, mouse: bool) -> None:
        self.mouse: Final = mouse
        # The keyboard's flags belong to the screen that is shown: set after the alternate screen
        # is, reset before it is left.
        modes = (
            _ALTERNATE_SCREEN,
            *(_MOUSE if mouse else ()),
            _KEYBOARD,
            _BRACKETED_PASTE,
            _HIDDEN_CURSOR,
            _NO_LINE_WRAP,
        )
        self.on: Final = "".join(mode.on for mode in modes)
        """Sets every mode, where none is set."""
        self.again: Final = "".join(mode.again or mode.on for mode in modes) + _AS_AFTER_A_RESET
        """Sets every mode, whether it is set or not."""
        self.off: Final = "".join(mode.off for mode in reversed(modes))
        """Resets every mode."""


def erased(rows: int) -> str:
    """What erases a screen of `rows` rows and puts the cursor into its first cell.

    Row by row: many terminals keep a screen that is erased as a whole in their scrollback.
    """
    each = "".join(f"\x1b[{row}H\x1b[K" for row in range(1, rows + 1))
    return f"\x1b[m{each}\x1b[J\x1b[H"
