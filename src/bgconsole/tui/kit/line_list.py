"""A list of any length under a cursor: rows painted one by one, and only those that changed."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Offset, Region
from textual.message import Message

from bgconsole.tui.kit.painted_rows import PaintedRows
from bgconsole.tui.kit.render.text import EMPTY

Paint = Callable[[Hashable, int, bool], Content]
"""Draws a row in so many cells; whether the cursor stands on it comes last."""

_Shown = tuple[Hashable, bool]


@dataclass(frozen=True, slots=True)
class Heading:
    """A row between others on which the cursor does not stop."""

    words: str
    count: int = 0


class LineList(PaintedRows[_Shown], can_focus=True):
    """Shows rows, which are values, and knows nothing of what they mean."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", id="lines.up", key_display="↑↓", tooltip="Row above",
                show=False),
        Binding("down,j", "move(1)", id="lines.down", show=False, tooltip="Row below"),
        Binding("pageup", "page(-1)", id="lines.page_up", show=False, tooltip="Page up"),
        Binding("pagedown", "page(1)", id="lines.page_down", show=False, tooltip="Page down"),
        Binding("home", "first", id="lines.first", show=False, tooltip="The first row"),
        Binding("end", "last", id="lines.last", show=False, tooltip="The last row"),
    ]  # fmt: skip

    class Moved(Message):
        """The cursor stands on another row."""

    class Opened(Message):
        """The row under the cursor was clicked twice."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._rows: Sequence[Hashable] = ()
        self._paint: Paint | None = None
        self._cursor = 0
        self._top = 0

    @property
    def current(self) -> Hashable | None:
        """The row under the cursor; None where there is none."""
        row = self._rows[self._cursor] if self._cursor < len(self._rows) else None
        return None if isinstance(row, Heading) else row

    @property
    def cursor(self) -> int:
        """The number of the row under the cursor, from 0."""
        return self._cursor

    @property
    def cursor_offset(self) -> Offset | None:
        """Where the row under the cursor begins, if keys move it."""
        moves = self.has_focus or not self.can_focus
        return Offset(0, self._cursor - self._top) if moves and self._rows else None

    def show(self, rows: Sequence[Hashable], paint: Paint, cursor: int) -> None:
        """Show these rows, with the cursor on the one of number `cursor`, as high as it was.

        `paint` equal to the one before draws the same row the same way.
        """
        if paint != self._paint:
            self._strips.clear()
            self._painted = []
        self._top = cursor - (self._cursor - self._top)
        self._rows, self._paint = rows, paint
        self._place(cursor, 1)

    def action_move(self, rows: int) -> None:
        """Move the cursor; it stops at both ends."""
        self._go(self._cursor + rows, 1 if rows > 0 else -1)

    def action_page(self, pages: int) -> None:
        """Move by pages."""
        self._go(self._cursor + pages * max(self.size.height - 1, 1), pages)

    def action_first(self) -> None:
        """Go to the first row."""
        self._go(0, 1)

    def action_last(self) -> None:
        """Go to the last row."""
        self._go(len(self._rows) - 1, -1)

    def on_resize(self, event: events.Resize) -> None:
        """Another width or height: every row anew."""
        self._strips.clear()
        self._painted = []
        self._place(self._cursor, 1)

    def on_click(self, event: events.Click) -> None:
        """Put the cursor there; a second click opens the row."""
        self._go(self._top + event.y, 1)
        if event.chain > 1 and self.current is not None:
            self.post_message(self.Opened())

    def _content(self, row: _Shown) -> Content:
        told, marked = row
        return EMPTY if self._paint is None else self._paint(told, self.size.width, marked)

    def _go(self, cursor: int, step: int) -> None:
        before = self._cursor
        self._place(cursor, step)
        if self._cursor != before:
            self.post_message(self.Moved())

    def _place(self, cursor: int, step: int) -> None:
        """Put the cursor on the row, or on the next one on which it stops, and show it."""
        last = len(self._rows) - 1
        wanted = min(max(cursor, 0), max(last, 0))
        for way in (step, -step):
            place = wanted
            while 0 <= place <= last and isinstance(self._rows[place], Heading):
                place += 1 if way > 0 else -1
            if 0 <= place <= last:
                wanted = place
                break
        self._cursor = wanted
        room = max(self.size.height, 1)
        above = wanted - 1 if wanted and isinstance(self._rows[wanted - 1], Heading) else wanted
        lowest = max(len(self._rows) - room, 0)
        self._top = max(min(max(min(self._top, above), wanted - room + 1), lowest), 0)
        self._repaint()

    def _repaint(self) -> None:
        room, width = self.size.height, self.size.width
        if not width:
            return
        end = min(self._top + room, len(self._rows))
        before = self._painted
        self._painted = [(self._rows[n], n == self._cursor) for n in range(self._top, end)]
        if len(before) != len(self._painted):
            self.refresh()
            return
        changed = [y for y, row in enumerate(self._painted) if row != before[y]]
        if changed:
            self.refresh(*(Region(0, y, width, 1) for y in changed))
