"""The list of audit events: rows drawn one by one, and only those that changed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from textual import events
from textual.content import Content
from textual.geometry import Offset
from textual.message import Message
from textual.strip import Strip

from bgconsole.policy.audit import AuditEvent
from bgconsole.tui.audit.render import rows as audit
from bgconsole.tui.audit.render.rows import RowGround, RowLook, day_line, mark_line, nothing
from bgconsole.tui.audit.state import AuditState
from bgconsole.tui.audit.view import ViewRow
from bgconsole.tui.kit.actions import Action
from bgconsole.tui.kit.painted_rows import PaintedRows
from bgconsole.tui.kit.render.text import EMPTY


@dataclass(frozen=True, slots=True)
class _Row:
    """What one row of the list shows; equal ones look the same. `seq` is 0 without an event."""

    look: RowLook
    seq: int
    ground: RowGround
    words: Content
    event: AuditEvent | None = field(compare=False)


class AuditList(PaintedRows[_Row], can_focus=True):
    """Newest at the bottom, under a header row."""

    ACTIONS = (
        Action("audit.up", "up", "event", "Event above", "move(-1)", key_display="↑↓"),
        Action("audit.down", "down", "", "Event below", "move(1)", in_bar=False),
        Action("audit.page_up", "pageup", "", "Page up", "page(-1)", in_bar=False),
        Action("audit.page_down", "pagedown", "", "Page down", "page(1)", in_bar=False),
        Action("audit.oldest", "home", "", "The first event", "oldest", in_bar=False),
        Action("audit.newest", "end", "", "Newest event, and follow", "newest", in_bar=False),
        Action("audit.open", "enter", "open", "The whole event", "open"),
    )

    @dataclass
    class EventOpened(Message):
        """Show this event in full."""

        event: AuditEvent

    def __init__(self, state: AuditState, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self.window = state.window
        self._state = state
        self._clock = clock

    @property
    def cursor_offset(self) -> Offset | None:
        """Where the event under the cursor begins, if keys move it."""
        rows = (y for y, row in enumerate(self._painted or ()) if row.ground is RowGround.CURSOR)
        return Offset(0, next(rows, 0)) if self.has_focus else None

    def action_move(self, rows: int) -> None:
        """Move the cursor."""
        self._state.move(rows)

    def action_page(self, pages: int) -> None:
        """Move by pages."""
        self._state.turn_page(pages)

    def action_oldest(self) -> None:
        """Go to the first event on record."""
        self._state.to_oldest()

    def action_newest(self) -> None:
        """Go to the newest event and follow."""
        self._state.follow()

    def action_open(self) -> None:
        """Show the event under the cursor in full."""
        if self.window.current is not None:
            self.post_message(self.EventOpened(self.window.current))

    def watch_has_focus(self, _has_focus: bool) -> None:
        """Show the cursor only where keys would move it."""
        super().watch_has_focus(_has_focus)
        self.repaint()

    def on_resize(self) -> None:
        """As many rows as fit."""
        self.fit(by_day=self.window.by_day)

    def fit(self, *, by_day: bool) -> None:
        """Fill the height with rows: below their days, or in a table."""
        self.window.resize(self.size.height - (not by_day), by_day=by_day)
        self.forget()
        self._state.draw_and_fetch()

    @property
    def _head(self) -> int:
        """Rows above the events: the names of the columns, where there are columns."""
        return 0 if self.window.by_day else 1

    def on_click(self, event: events.Click) -> None:
        """Put the cursor there; a second click opens the event."""
        if event.y < self._head:
            return
        self._state.select(event.y - self._head)
        if event.chain > 1:
            self.action_open()

    def render_line(self, y: int) -> Strip:
        """The header, an event, or nothing; the first frame does not wait for a resize event."""
        if self._painted is None and self.size.height > self._head:
            self.window.resize(self.size.height - self._head)
        return super().render_line(y)

    def content(self, row: _Row) -> Content:
        return row.words if row.event is None else audit.row(row.event, row.look, row.ground)

    def in_view(self) -> list[_Row]:
        window, width, zone = self.window, self.size.width, self.window.zone
        today = zone.here(self._clock()).date()
        shown = window.rows
        if window.by_day:
            shape = audit.columns_by_day(width, zone)
        else:
            here = (zone.here(row.event.at).date() for row in shown if row.event is not None)
            shape = audit.columns(width, dated=any(day != today for day in here), zone=zone)
        look = RowLook(shape, today, zone, self._state.find, self._state.names)
        above = [] if window.by_day else [audit.header(shape, zone)]
        if not window.events:
            above += [EMPTY] if window.by_day else []
            above.append(nothing(window.given, loaded=window.loaded))
        rows = [_Row(look, 0, RowGround.PLAIN, words, None) for words in above]
        return rows + [self._row(row, look) for row in shown]

    def _row(self, row: ViewRow, look: RowLook) -> _Row:
        width = self.size.width
        if row.day is not None:
            return _Row(look, 0, RowGround.PLAIN, day_line(row.day, look.today, width), None)
        if row.mark is not None:
            return _Row(look, 0, RowGround.PLAIN, mark_line(row.mark, width, look.zone), None)
        if row.event is None:
            return _Row(look, 0, RowGround.PLAIN, EMPTY, None)
        ground = RowGround.PLAIN if self.window.given.break_glass else RowGround.TINTED
        if row.event is self.window.current and self.has_focus:
            ground = RowGround.CURSOR
        return _Row(look, row.event.seq, ground, EMPTY, row.event)
