"""A list of any length under a cursor: its rows are values, found by number."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import ClassVar, Protocol

from textual import events
from textual.content import Content
from textual.geometry import Offset, Size
from textual.message import Message

from bgconsole.tui.kit.actions import Action
from bgconsole.tui.kit.painted_rows import PaintedRows
from bgconsole.tui.kit.pane import Draw
from bgconsole.tui.kit.render.text import EMPTY


class Rows(Protocol):
    """Rows found by number, from 0: a tuple or a list, or what makes them when they are wanted."""

    def __len__(self) -> int: ...

    def __getitem__(self, number: int, /) -> Hashable: ...


Paint = Callable[[Hashable, int, bool], Content]
"""Draws a row in a width; the last argument is whether the cursor is marked on it."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A row between others on which the cursor does not stop."""

    words: str
    count: int = 0


class RowList(PaintedRows[tuple[Hashable, bool]], can_focus=True):
    """Shows rows and knows nothing of what they mean; where there are none, what `show` was told.

    What extends it may bind its own keys to these actions.
    """

    MARKED_ONLY_IN_FOCUS: ClassVar[bool] = False
    """Whether the cursor is shown only where keys move it."""

    ACTIONS = (
        Action("lines.up", "up,k", "", "Row above", "move(-1)", key_display="↑↓"),
        Action("lines.down", "down,j", "", "Row below", "move(1)"),
        Action("lines.page_up", "pageup", "", "Page up", "page(-1)"),
        Action("lines.page_down", "pagedown", "", "Page down", "page(1)"),
        Action("lines.first", "home", "", "The first row", "first"),
        Action("lines.last", "end", "", "The last row", "last"),
    )

    class Moved(Message):
        """The cursor is on another row."""

    @dataclass
    class Clicked(Message):
        """A row was clicked: the cursor is on it; `again`: it was there before."""

        again: bool

    class Opened(Message):
        """The row under the cursor was clicked twice."""

    class Resized(Message):
        """There is room for other rows."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._rows: Rows = ()
        self._paint: Paint | None = None
        self._empty: Draw | None = None
        self._cursor = 0
        self._top = 0

    def stops(self, row: Hashable) -> bool:
        """Whether the cursor stops on a row."""
        return not isinstance(row, Heading)

    @property
    def current(self) -> Hashable | None:
        """The row under the cursor; None where there is none."""
        row = self._rows[self._cursor] if self._cursor < len(self._rows) else None
        return row if row is not None and self.stops(row) else None

    @property
    def cursor(self) -> int:
        """The number of the row under the cursor, from 0."""
        return self._cursor

    @property
    def shown(self) -> range:
        """The numbers of the rows in view."""
        return range(self._top, min(self._top + max(self.size.height, 1), len(self._rows)))

    @property
    def cursor_offset(self) -> Offset | None:
        """Where the row under the cursor begins, if keys move it."""
        moves = self.has_focus or not self.can_focus
        return Offset(0, self._cursor - self._top) if moves and self._rows else None

    def show(
        self,
        rows: Rows,
        paint: Paint,
        cursor: int,
        *,
        top: int | None = None,
        empty: Draw | None = None,
    ) -> None:
        """Show these rows, with the cursor on the one of number `cursor` or the next that it may.

        `paint` equal to the one before draws the same row the same way. `top` is the first row in
        view; without it the cursor stays as high as it was.
        """
        if paint != self._paint or not rows:
            self.forget()
        other_height = len(rows) != len(self._rows)
        self._top = cursor - (self._cursor - self._top) if top is None else top
        self._rows, self._paint, self._empty = rows, paint, empty
        self.set_class(not rows, "-empty")
        self._place(cursor, 1)
        if other_height and self.styles.is_auto_height:
            self.refresh(layout=True)

    def action_move(self, rows: int) -> None:
        """Move the cursor by rows on which it stops; it stays at both ends."""
        step, cursor = (1 if rows > 0 else -1), self._cursor
        for _ in range(abs(rows)):
            stop = self._stop(cursor + step, step)
            if stop is None:
                break
            cursor = stop
        self._go(cursor, step)

    def action_page(self, pages: int) -> None:
        """Move by pages."""
        self._go(self._cursor + pages * max(self.size.height - 1, 1), pages)

    def action_first(self) -> None:
        """Go to the first row."""
        self._go(0, 1)

    def action_last(self) -> None:
        """Go to the last row."""
        self._go(len(self._rows) - 1, -1)

    def watch_has_focus(self, _has_focus: bool) -> None:
        """The cursor may be shown only in focus."""
        super().watch_has_focus(_has_focus)
        self.repaint()

    def on_resize(self, event: events.Resize) -> None:
        """Another width or height: every row again."""
        self.forget()
        self._place(self._cursor, 1)
        self.post_message(self.Resized())

    def on_click(self, event: events.Click) -> None:
        """Put the cursor there; a second click opens the row."""
        row = self._top + event.y
        if row >= len(self._rows) or not self.stops(self._rows[row]):
            return
        again = row == self._cursor
        self._go(row, 1)
        self.post_message(self.Clicked(again))
        if event.chain > 1:
            self.post_message(self.Opened())

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many rows as there are, where the style leaves the height to the list."""
        return len(self._rows) or len(self._instead(width))

    def in_view(self) -> list[tuple[Hashable, bool]]:
        """Each row with whether the cursor is marked on it."""
        if not self._rows:
            return [(row, False) for row in self._instead(self.size.width)]
        marked = self.has_focus or not self.MARKED_ONLY_IN_FOCUS
        return [(self._rows[n], marked and n == self._cursor) for n in self.shown]

    def content(self, row: tuple[Hashable, bool]) -> Content:
        """What a row shows, or a line of what is said instead of rows."""
        value, marked = row
        if isinstance(value, Content):
            return value
        return EMPTY if self._paint is None else self._paint(value, self.size.width, marked)

    def merges_styles(self, row: tuple[Hashable, bool]) -> bool:
        """Not where it is said instead of rows."""
        return self.MERGES_STYLES and not isinstance(row[0], Content)

    def moved(self) -> None:
        """The cursor went to another row by a key or a click."""
        self.post_message(self.Moved())

    def _instead(self, width: int) -> list[Content]:
        """What is said where there are no rows."""
        return [] if self._empty is None else self._empty(width).split("\n")

    def _stop(self, number: int, step: int) -> int | None:
        """The first row from `number` on, in steps of `step`, on which the cursor stops."""
        while 0 <= number < len(self._rows):
            if self.stops(self._rows[number]):
                return number
            number += step
        return None

    def _go(self, cursor: int, step: int) -> None:
        before = self._cursor
        self._place(cursor, step)
        if self._cursor != before:
            self.moved()

    def _place(self, cursor: int, step: int) -> None:
        """Put the cursor on the row, or on the next one on which it stops, and bring it in view."""
        last = max(len(self._rows) - 1, 0)
        wanted = min(max(cursor, 0), last)
        stop = self._stop(wanted, step)
        stop = self._stop(wanted, -step) if stop is None else stop
        self._cursor = wanted if stop is None else stop
        if self.size.height:
            self._scroll()
        self.repaint()

    def _scroll(self) -> None:
        """Keep the cursor in view, with the heading right above it, or all that is above."""
        cursor, room = self._cursor, self.size.height
        above = cursor
        if cursor and not self.stops(self._rows[cursor - 1]):
            above -= 1
        if self._stop(above - 1, -1) is None:
            above = 0
        lowest = max(len(self._rows) - room, 0)
        self._top = max(min(max(min(self._top, above), cursor - room + 1), lowest), 0)


class FoundList(RowList, can_focus=False, inherit_bindings=False):
    """What the letters in a field have found: the keys go to the field, which passes them on."""

    MERGES_STYLES = False
