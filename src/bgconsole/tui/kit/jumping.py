"""Where the focus can jump to in two keys: what takes keys and is in view."""

from dataclasses import dataclass
from typing import Final

from textual.screen import Screen
from textual.widget import Widget

LETTERS: Final = "asdfghjklqwertyuiopzxcvbnm"
"""The home row first."""


@dataclass(frozen=True, slots=True)
class Target:
    """A widget, the letter that jumps to it, and where its first cell is on the screen."""

    widget: Widget
    letter: str
    x: int
    y: int


def targets_of(screen: Screen[object]) -> tuple[Target, ...]:
    """What can have the focus and is in view, in the order of tab."""
    seen = [widget for widget in screen.focus_chain if _in_view(widget)]
    return tuple(
        Target(widget, letter, widget.region.x, widget.region.y)
        for widget, letter in zip(seen, LETTERS, strict=False)
    )


def _in_view(widget: Widget) -> bool:
    region = widget.region
    return bool(region) and widget.screen.region.contains(region.x, region.y)
