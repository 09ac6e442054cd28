"""A widget of rows under a cursor, painted one by one, and only those that changed."""

from collections.abc import Hashable
from itertools import zip_longest
from typing import ClassVar, Final, Generic, TypeVar

from textual import events
from textual.cache import LRUCache
from textual.content import Content
from textual.geometry import Region
from textual.strip import Strip
from textual.visual import Visual
from textual.widget import Widget

from bgconsole.tui.kit.actions import HasActions
from bgconsole.tui.kit.render.strips import Painter

_KEPT: Final = 256
_WHEEL_ROWS: Final = 3

Key = TypeVar("Key", bound=Hashable)
"""What tells rows apart that look different."""


class PaintedRows(HasActions, Widget, Generic[Key]):
    """Paints the rows in view; what extends it says which they are, and moves the cursor."""

    ALLOW_SELECT = False

    MERGES_STYLES: ClassVar[bool] = True
    """Whether rows are drawn with few segments, which is quick; else as Textual draws them."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._painted: list[Key] | None = None
        self._strips: LRUCache[Key, Strip] = LRUCache(_KEPT)
        self._painter: Painter | None = None

    def action_move(self, rows: int) -> None:
        """Move the cursor."""
        raise NotImplementedError

    def in_view(self) -> list[Key]:
        """The rows on the screen, from above."""
        raise NotImplementedError

    def content(self, row: Key) -> Content:
        """What a row shows."""
        raise NotImplementedError

    def repaint(self) -> None:
        """Paint the rows that are others than before."""
        width, height = self.size
        if not width:
            return
        before, self._painted = self._painted, self.in_view()
        if before is None:
            self.refresh()
            return
        pairs = enumerate(zip_longest(before, self._painted))
        changed = [y for y, (old, now) in pairs if old != now and y < height]
        if changed:
            self.refresh(*(Region(0, y, width, 1) for y in changed))

    def forget(self) -> None:
        """The same rows look different from now on, because of a new size for example."""
        self._strips.clear()
        self._painted = None

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Some rows up."""
        event.stop()
        self.action_move(-_WHEEL_ROWS)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Some rows down."""
        event.stop()
        self.action_move(_WHEEL_ROWS)

    def notify_style_update(self) -> None:
        """The theme or the focus changed: what was painted may have other colours."""
        self._strips.clear()
        self._painter = None
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """A row, or nothing."""
        if self._painted is None:
            self._painted = self.in_view()
        if y >= len(self._painted):
            return Strip.blank(self.size.width, self.visual_style.rich_style)
        row = self._painted[y]
        strip = self._strips.get(row)
        if strip is None:
            strip = self._strips[row] = self._paint_row(row)
        return strip

    def merges_styles(self, row: Key) -> bool:
        """Whether this row is drawn so."""
        return self.MERGES_STYLES

    def _paint_row(self, row: Key) -> Strip:
        content, width = self.content(row), self.size.width
        if not self.merges_styles(row):
            return Visual.to_strips(self, content, width, 1, self.visual_style)[0]
        if self._painter is None:
            self._painter = Painter(self.visual_style)
        return self._painter.strip(content, width)
