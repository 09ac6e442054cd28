"""The people of 'Who gets in' as a list of rows, painted one by one: ten thousand cost as ten."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Offset, Region
from textual.message import Message

from bgconsole.tui.kit.grouped_rows import GroupedRows, Row
from bgconsole.tui.kit.painted_rows import PaintedRows

Paint = Callable[[Row, int, bool], Content]
"""Draws a row in so many cells; whether the cursor stands on it comes last."""


class WhoList(PaintedRows[int], can_focus=True):
    """Shows an grouped; knows nothing of what its rows mean."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "up", "move(-1)", "person", id="gets_in.up", key_display="↑↓", tooltip="Person above"
        ),
        Binding("down", "move(1)", id="gets_in.down", show=False, tooltip="Person below"),
        Binding("pageup", "page(-1)", id="gets_in.page_up", show=False, tooltip="Page up"),
        Binding("pagedown", "page(1)", id="gets_in.page_down", show=False, tooltip="Page down"),
        Binding("home", "first", id="gets_in.first", show=False, tooltip="The first person"),
        Binding("end", "last", id="gets_in.last", show=False, tooltip="The last person"),
    ]

    class Moved(Message):
        """The cursor stands elsewhere."""

    @dataclass
    class Opened(Message):
        """A row was clicked twice."""

        row: Row

    class Resized(Message):
        """There is room for another number of rows."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.grouped = GroupedRows(())
        self._paint: Paint | None = None
        self._cursor = 0
        self._top = 0
        self._contents: list[Content] = []

    @property
    def current(self) -> Row:
        """The row that the cursor stands on."""
        return self.grouped.row(self._cursor)

    @property
    def room(self) -> int:
        """Rows that can be seen at once."""
        return self.size.height

    @property
    def hidden_below(self) -> int:
        """Rows below the last one seen."""
        return max(self.grouped.height - self._top - self.room, 0)

    @property
    def cursor_offset(self) -> Offset | None:
        """Where the row under the cursor begins, if keys move it."""
        return Offset(0, self._cursor - self._top) if self.has_focus else None

    def show(self, grouped: GroupedRows, paint: Paint, cursor: int) -> None:
        """Show these rows, the cursor at or after the one of number `cursor`."""
        if grouped.height != self.grouped.height:
            # Other rows: as much as can be seen from the first one on.
            self._top = 0
        self.grouped, self._paint = grouped, paint
        stop = grouped.stop(cursor, 1)
        self._place(stop if stop is not None else grouped.stop(grouped.height - 1, -1) or 0)

    def action_move(self, rows: int) -> None:
        """Move the cursor by rows that it can stand on."""
        step = 1 if rows > 0 else -1
        for _ in range(abs(rows)):
            stop = self.grouped.stop(self._cursor + step, step)
            if stop is None:
                # What is above the first person can be seen all the same.
                self._top = 0 if step < 0 else self._top
                break
            self._cursor = stop
        self._moved()

    def action_page(self, pages: int) -> None:
        """Move by pages."""
        target = self._cursor + pages * max(self.room - 1, 1)
        target = min(max(target, 0), self.grouped.height - 1)
        stop = self.grouped.stop(target, 1 if pages > 0 else -1)
        self._place(stop if stop is not None else self._end(last=pages > 0))
        self.post_message(self.Moved())

    def action_first(self) -> None:
        """Go to the first person."""
        self._place(self._end(last=False))
        self.post_message(self.Moved())

    def action_last(self) -> None:
        """Go to the last person."""
        self._place(self._end(last=True))
        self.post_message(self.Moved())

    def watch_has_focus(self, _has_focus: bool) -> None:
        """The cursor is dimmer where keys do not move it."""
        super().watch_has_focus(_has_focus)
        self._repaint()

    def on_resize(self, event: events.Resize) -> None:
        """Another number of rows, or another width: they have to be laid out again."""
        self._painted, self._contents = [], []
        self.post_message(self.Resized())

    def on_click(self, event: events.Click) -> None:
        """Put the cursor there; a second click opens the row."""
        row = self._top + event.y
        if self.grouped.row(row).stops:
            self._cursor = row
            self._moved()
            if event.chain > 1:
                self.post_message(self.Opened(self.current))

    def _content(self, row: int) -> Content:
        return self._contents[row]

    def _end(self, *, last: bool) -> int:
        start, step = (self.grouped.height - 1, -1) if last else (0, 1)
        return self.grouped.stop(start, step) or 0

    def _place(self, cursor: int) -> None:
        self._cursor = cursor
        self._scroll()
        self._repaint()

    def _moved(self) -> None:
        self._scroll()
        self._repaint()
        self.post_message(self.Moved())

    def _scroll(self) -> None:
        """Keep the cursor in view, and with a group's first person the head above."""
        if not self.room:
            return
        above = self._cursor
        if (
            self.grouped.row(above - 1).section is not None
            and not self.grouped.row(above - 1).stops
        ):
            above -= 1
        if self.grouped.stop(above - 1, -1) is None:
            above = 0
        lowest = max(self.grouped.height - self.room, 0)
        self._top = min(max(min(self._top, above), self._cursor - self.room + 1), lowest)

    def _repaint(self) -> None:
        paint, before = self._paint, self._contents
        if paint is None or not self.size.width:
            return
        rows = range(self._top, min(self._top + self.room, self.grouped.height))
        width, here = self.size.width, self._cursor
        now = [paint(self.grouped.row(n), width, n == here) for n in rows]
        changed = [
            y
            for y in range(max(len(before), len(now)))
            if y >= len(before) or y >= len(now) or not before[y].is_same(now[y])
        ]
        self._contents, self._painted = now, list(range(len(now)))
        for y in changed:
            self._strips.discard(y)
        if changed:
            self.refresh(*(Region(0, y, width, 1) for y in changed))
