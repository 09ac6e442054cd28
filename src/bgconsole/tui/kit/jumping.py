"""Where the focus can jump to in two keys: what takes keys and is in view."""

from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len
from textual.geometry import Region
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

LETTERS: Final = "asdfghjklqwertyuiopzxcvbnm"
"""The home row first."""

_LABEL: Final = 2
"""Cells that a letter takes with the gap behind it, where there is room for both."""

_NOWHERE: Final = (Region(), Region())


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
    places = screen._compositor.visible_widgets  # pyright: ignore[reportPrivateUsage]
    # What a widget is scrolled in may hide a part of it, or all.
    seen = [
        (widget, region.intersection(clip))
        for widget in screen.focus_chain
        for region, clip in (places.get(widget, _NOWHERE),)
        if region.overlaps(clip)
    ]
    rows = _rows(screen)
    return tuple(
        Target(widget, letter, *_beside(widget, region, rows))
        for (widget, region), letter in zip(seen, LETTERS, strict=False)
    )


def _beside(widget: Widget, region: Region, rows: list[str]) -> tuple[int, int, int]:
    """Column, row and width of the letter: on blank cells before the widget, else in its margin.

    A field has none: its first cell is where its text begins. What begins with a rule across the
    screen has them further down.
    """
    x = region.x
    inside = [] if isinstance(widget, Input) else [(x, _LABEL), (x, 1)]
    for y in range(region.y, region.bottom):
        for place, width in ((x - _LABEL, _LABEL), *inside, (x - 1, 1)):
            if place >= 0 and not rows[y][place : place + width].strip():
                return place, y, width
    return max(x - 1, 0), region.y, 1


def _rows(screen: Screen[object]) -> list[str]:
    """The screen as text, a character for each cell."""
    strips = screen._compositor.render_strips()  # pyright: ignore[reportPrivateUsage]
    return ["".join(char * cell_len(char) for char in strip.text) for strip in strips]
