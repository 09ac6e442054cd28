"""Makes Textual's events of what a terminal reports of its mouse."""

import re
from typing import Final

from textual.events import (
    MouseDown,
    MouseEvent,
    MouseMove,
    MouseScrollDown,
    MouseScrollLeft,
    MouseScrollRight,
    MouseScrollUp,
    MouseUp,
)

from bgconsole.tui.terminal.tokens import Control, OldMouse

__all__ = ["Mouse"]

_SGR: Final = re.compile(r"\[<(\d{1,4});(\d{1,5});(\d{1,5})([Mm])")
_URXVT: Final = re.compile(r"\[(\d{1,4});(\d{1,5});(\d{1,5})M")
_OFFSET: Final = 32
"""What is added to each number where it must be a printable character."""

_WHEEL: Final = (MouseScrollUp, MouseScrollDown, MouseScrollLeft, MouseScrollRight)
_BUTTONS: Final = 3
_SHIFT: Final = 4
_META: Final = 8
_CTRL: Final = 16
_MOVED: Final = 32
_WHEELED: Final = 64


class Mouse:
    """Remembers where the mouse was, since events tell how far it moved."""

    def __init__(self) -> None:
        self._x = self._y = 0

    def event(self, token: Control | OldMouse) -> MouseEvent | None:
        """What is reported, None if it is no mouse, or nowhere."""
        if isinstance(token, OldMouse):
            button, x, y = (code - _OFFSET for code in token.codes)
            return self._event(button, x, y)
        if match := _SGR.fullmatch(token.text):
            return self._event(*map(int, match.groups()[:3]), released=match[4] == "m")
        if match := _URXVT.fullmatch(token.text):
            button, x, y = map(int, match.groups())
            return self._event(button - _OFFSET, x, y)
        return None

    def _event(
        self, code: int, x: int, y: int, *, released: bool | None = None
    ) -> MouseEvent | None:
        """`released` is None where a button without a number says it."""
        if code < 0 or x < 1 or y < 1:
            return None
        x, y = x - 1, y - 1
        moved_x, moved_y = x - self._x, y - self._y
        self._x, self._y = x, y
        kind, button = _kind(code, released)
        held = (bool(code & _SHIFT), bool(code & _META), bool(code & _CTRL))
        return kind(None, x, y, moved_x, moved_y, button, *held, screen_x=x, screen_y=y)


def _kind(code: int, released: bool | None) -> tuple[type[MouseEvent], int]:
    """The event, and the button from 1 on; 0 for none."""
    button = (code + 1) & _BUTTONS
    if code & _WHEELED:
        return _WHEEL[code & _BUTTONS], 0
    if code & _MOVED:
        return MouseMove, button
    if button == 0:
        # Textual wants a number; the left button is what is clicked with.
        return (MouseUp, 1) if released is None else (MouseMove, 0)
    return (MouseUp if released else MouseDown), button
