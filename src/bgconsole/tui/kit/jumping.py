"""Where the focus can jump to in two keys: what takes keys and is in view."""

from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

LETTERS: Final = "asdfghjklqwertyuiopzxcvbnm"
"""The home row first."""

_LABEL: Final = 2
"""Cells that a letter takes with the gap behind it, where there is room for both."""


@dataclass(frozen=True, slots=True)
class Target:
    """A widget, the letter that jumps to it, and where on the screen the letter is shown."""

    widget: Widget
    letter: str
    x: int
    y: int
    width: int


def targets_of(screen: Screen[object]) -> tuple[Target, ...]:
    """What can have the focus and is in view, in the order of tab."""
    seen = [widget for widget in screen.focus_chain if _in_view(widget)]
    rows = _rows(screen)
    return tuple(
        Target(widget, letter, *_beside(widget, rows[widget.region.y]))
        for widget, letter in zip(seen, LETTERS, strict=False)
    )


def _beside(widget: Widget, row: str) -> tuple[int, int, int]:
    """Column, row and width of the letter: on blank cells before the widget, else in its margin.

    A field has none: its first cell is where its text begins.
    """
    x, y = widget.region.x, widget.region.y
    inside = [] if isinstance(widget, Input) else [(x, _LABEL), (x, 1)]
    for place, width in ((x - _LABEL, _LABEL), *inside, (x - 1, 1)):
        if place >= 0 and not row[place : place + width].strip():
            return place, y, width
    return max(x - 1, 0), y, 1


def _rows(screen: Screen[object]) -> list[str]:
    """The screen as text, a character for each cell."""
    strips = screen._compositor.render_strips()  # pyright: ignore[reportPrivateUsage]
    return ["".join(char * cell_len(char) for char in strip.text) for strip in strips]


def _in_view(widget: Widget) -> bool:
    region = widget.region
    return bool(region) and widget.screen.region.contains(region.x, region.y)
