"""Where the terminal's cursor belongs: to what the next key is about.

It is hidden, but braille displays show the row it is in, and input methods open beside it.
"""

from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

from textual.geometry import Offset, Region
from textual.screen import Screen
from textual.widget import Widget

_Visible = Mapping[Widget, tuple[Region, Region]]
"""The widgets on the screen, each with its region and what can be seen of it."""


@runtime_checkable
class HasCursor(Protocol):
    """A widget with a place in it that the next key is about."""

    @property
    def cursor_offset(self) -> Offset | None:
        """That place, from the upper left of its content; None where it has none now."""
        ...


def cursor_on(screen: Screen[Any], *, walking: bool) -> Offset | None:
    """Where the cursor goes on the screen as it is laid out now; None where nothing tells.

    What has the focus comes first, then a row that is marked without it; while `walking` it is the
    other way round, for then keys of a field move that mark. Without either, it is where the text
    of what has the focus, or of a dialog, begins.
    """
    # What `Widget.region` gives may lay out anew: then the update at hand is of another layout.
    visible = screen._compositor.visible_widgets  # pyright: ignore[reportPrivateUsage]
    found = {widget: place for widget in visible if (place := _place(widget, visible)) is not None}
    focused = screen.focused
    place = found.pop(focused, None) if focused is not None else None
    mark = next(iter(found.values()), None)
    if mark is not None and (walking or place is None):
        return mark
    if place is not None:
        return place
    boxes = (child for child in screen.children if child.is_container and child in visible)
    start = focused if focused in visible else next(boxes, None)
    return None if start is None else _within(start, visible, Offset())


def _place(widget: Widget, visible: _Visible) -> Offset | None:
    offset = widget.cursor_offset if isinstance(widget, HasCursor) else None
    return None if offset is None else _within(widget, visible, offset)


def _within(widget: Widget, visible: _Visible, offset: Offset) -> Offset:
    """The cell of the screen; the nearest one in view where it is scrolled out of it."""
    region, clip = visible[widget]
    place = region.offset + widget.styles.gutter.top_left + offset
    seen = region.intersection(clip)
    x = max(seen.x, min(place.x, seen.right - 1))
    y = max(seen.y, min(place.y, seen.bottom - 1))
    return Offset(x, y)
