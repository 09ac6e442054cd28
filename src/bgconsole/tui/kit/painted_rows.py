"""A widget of rows under a cursor, painted one by one; a painting is kept until colours change."""

from collections.abc import Hashable
from typing import Final, Generic, TypeVar

from textual import events
from textual.cache import LRUCache
from textual.content import Content
from textual.strip import Strip
from textual.widget import Widget

from bgconsole.tui.kit.render.strips import Painter

_KEPT: Final = 256
_WHEEL_ROWS: Final = 3

Key = TypeVar("Key", bound=Hashable)
"""What tells rows apart that look different."""


class PaintedRows(Widget, Generic[Key]):
    """Rows of any number; whoever extends it says which are in view, and draws and moves."""

    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._painted: list[Key] = []
        """The rows in view, from above."""
        self._strips: LRUCache[Key, Strip] = LRUCache(_KEPT)
        self._painter: Painter | None = None

    def action_move(self, rows: int) -> None:
        """Move the cursor."""
        raise NotImplementedError

    def _content(self, row: Key) -> Content:
        """What stands in a row that is in view."""
        raise NotImplementedError

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Some rows up."""
        event.stop()
        self.action_move(-_WHEEL_ROWS)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Some rows down."""
        event.stop()
        self.action_move(_WHEEL_ROWS)

    def notify_style_update(self) -> None:
        """The theme or the focus changed: what was drawn may have other colours now."""
        self._strips.clear()
        self._painter = None
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """A row, or nothing."""
        if y >= len(self._painted):
            return Strip.blank(self.size.width, self.visual_style.rich_style)
        row = self._painted[y]
        strip = self._strips.get(row)
        if strip is None:
            if self._painter is None:
                self._painter = Painter(self.visual_style)
            strip = self._strips[row] = self._painter.strip(self._content(row), self.size.width)
        return strip
