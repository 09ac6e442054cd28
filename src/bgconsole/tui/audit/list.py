"""The list of audit events: rows drawn one by one, and only those that changed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Offset
from textual.message import Message
from textual.strip import Strip

from bgconsole.backend.values import AuditPage
from bgconsole.policy.audit import AuditEvent, AuditFilter
from bgconsole.tui.audit.render import rows as audit
from bgconsole.tui.audit.render.lines import day_line, mark_line, nothing
from bgconsole.tui.audit.render.rows import RowGround, RowLook
from bgconsole.tui.audit.render.times import Zone
from bgconsole.tui.audit.request import PageRequest
from bgconsole.tui.audit.view import ViewRow
from bgconsole.tui.audit.window import AuditWindow
from bgconsole.tui.kit.after_refresh import after_refresh
from bgconsole.tui.kit.painted_rows import PaintedRows
from bgconsole.tui.kit.render.text import EMPTY


@dataclass(frozen=True, slots=True)
class _Row:
    """What one row of the list shows; equal ones look the same. `seq` is 0 where no event is."""

    look: RowLook
    seq: int
    ground: RowGround
    words: Content
    event: AuditEvent | None = field(compare=False)


class AuditList(PaintedRows[_Row], can_focus=True):
    """Newest at the bottom, under a header row. Asks for pages; knows nobody who has them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "event", id="audit.up", key_display="↑↓", tooltip="Event above"),
        Binding("down", "move(1)", id="audit.down", show=False, tooltip="Event below"),
        Binding("pageup", "page(-1)", id="audit.page_up", show=False, tooltip="Page up"),
        Binding("pagedown", "page(1)", id="audit.page_down", show=False, tooltip="Page down"),
        Binding("home", "oldest", id="audit.oldest", show=False, tooltip="First event on record"),
        Binding("end", "newest", id="audit.newest", show=False, tooltip="Newest event, and follow"),
        Binding("enter", "open", "open", id="audit.open", tooltip="The whole event"),
    ]

    @dataclass
    class PageWanted(Message):
        """Somebody should read this page and hand it to `give`."""

        request: PageRequest

    @dataclass
    class EventOpened(Message):
        """This event is wanted in full."""

        event: AuditEvent

    class Moved(Message):
        """The cursor, or what is told of following and the unseen, changed."""

    def __init__(self, clock: Callable[[], datetime], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.window = AuditWindow()
        self.by_day = False
        self.zone = Zone.UTC
        self._find = ""
        self._clock = clock

    @property
    def cursor_offset(self) -> Offset | None:
        """Where the event under the cursor begins, if keys move it."""
        rows = (y for y, row in enumerate(self._painted or ()) if row.ground is RowGround.CURSOR)
        return Offset(0, next(rows, 0)) if self.has_focus else None

    def begin(self, wanted: AuditFilter) -> PageRequest:
        """Start over with another filter; the request for its first page.

        Nothing is drawn before the answer comes: a second drawing would have to wait a frame.
        """
        return self.window.begin(wanted)

    def give(self, request: PageRequest, page: AuditPage, beyond: AuditPage | None = None) -> None:
        """Take in the answer to a request."""
        if self.window.give(request, page, beyond):
            self._update()

    def live(self, happened: Sequence[AuditEvent]) -> None:
        """Take in events that just happened, oldest first."""
        self.window.live(happened)
        self._update(fetch=self.window.following)

    def follow(self) -> None:
        """Go to the newest event and stay there."""
        self._jump(self.window.follow())

    def pause(self) -> None:
        """Stay where the view is."""
        self.window.pause()
        self._update()

    def go_to(self, seq: int) -> None:
        """Go to an event that matches, and pause there."""
        self._jump(self.window.go_to(seq))

    def mark(self) -> None:
        """Draw a line below the event under the cursor, or take it away."""
        self.window.mark(self._clock())
        self._update()

    def find(self, text: str) -> None:
        """Mark this text wherever it stands; "" marks nothing."""
        if text != self._find:
            self._find = text
            self.repaint()

    def show_as(self, *, by_day: bool, zone: Zone) -> None:
        """Draw the rows below their days, or in a table; in this zone."""
        if (by_day, zone) != (self.by_day, self.zone):
            self.by_day, self.zone = by_day, zone
            self._fit()

    def day_changed(self) -> None:
        """Draw again where a time became one of yesterday."""
        self.repaint()

    def action_move(self, rows: int) -> None:
        """Move the cursor."""
        self.window.move(rows)
        self._update()

    def action_page(self, pages: int) -> None:
        """Move by pages."""
        self.window.turn_page(pages)
        self._update()

    def action_oldest(self) -> None:
        """Go to the first event on record."""
        self._jump(self.window.to_oldest())

    def action_newest(self) -> None:
        """Go to the newest event and follow."""
        self.follow()

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
        self._fit()

    def _fit(self) -> None:
        self._measure()
        self.forget()
        self._update()

    def _measure(self) -> None:
        self.window.resize(self.size.height - self._head, by_day=self.by_day, zone=self.zone)

    @property
    def _head(self) -> int:
        """Rows above the events: the names of the columns, where there are columns."""
        return 0 if self.by_day else 1

    def on_click(self, event: events.Click) -> None:
        """Put the cursor there; a second click opens the event."""
        if event.y < self._head:
            return
        self.window.select(event.y - self._head)
        self._update()
        if event.chain > 1:
            self.action_open()

    def render_line(self, y: int) -> Strip:
        """The header, an event, or nothing; the first frame does not wait to be told its size."""
        if self._painted is None and self.size.height > self._head:
            self._measure()
        return super().render_line(y)

    def content(self, row: _Row) -> Content:
        return row.words if row.event is None else audit.row(row.event, row.look, row.ground)

    def in_view(self) -> list[_Row]:
        window, width, zone = self.window, self.size.width, self.zone
        today = zone.here(self._clock()).date()
        shown = window.rows
        if self.by_day:
            shape = audit.columns_by_day(width, zone)
        else:
            here = (zone.here(row.event.at).date() for row in shown if row.event is not None)
            shape = audit.columns(width, dated=any(day != today for day in here), zone=zone)
        look = RowLook(shape, today, zone, self._find)
        told = [] if self.by_day else [audit.header(shape, zone)]
        if not window.events:
            told += [EMPTY] if self.by_day else []
            told.append(nothing(window.wanted, loaded=window.loaded))
        rows = [_Row(look, 0, RowGround.PLAIN, words, None) for words in told]
        return rows + [self._row(row, look) for row in shown]

    def _row(self, row: ViewRow, look: RowLook) -> _Row:
        width = self.size.width
        if row.day is not None:
            return _Row(look, 0, RowGround.PLAIN, day_line(row.day, look.today, width), None)
        if row.mark is not None:
            return _Row(look, 0, RowGround.PLAIN, mark_line(row.mark, width, self.zone), None)
        if row.event is None:
            return _Row(look, 0, RowGround.PLAIN, EMPTY, None)
        ground = RowGround.PLAIN if self.window.wanted.break_glass else RowGround.TINTED
        if row.event is self.window.current and self.has_focus:
            ground = RowGround.CURSOR
        return _Row(look, row.event.seq, ground, EMPTY, row.event)

    def _jump(self, request: PageRequest | None) -> None:
        """Draw what is in memory, or have it fetched; then the answer draws it, and soon."""
        if request is None:
            self._update()
        else:
            self._want(request)

    def _want(self, request: PageRequest) -> None:
        # A message made while the pane is at work would count as the pane's, and go no further.
        self.post_message(self.PageWanted(request).set_sender(self))

    def _update(self, *, fetch: bool = True) -> None:
        """Draw what changed; afterwards, so that nobody waits for it, fetch the pages beside it."""
        self.repaint()
        self.post_message(self.Moved())
        if fetch:
            after_refresh(self, self._fetch_neighbours)

    def _fetch_neighbours(self) -> None:
        for request in self.window.neighbours():
            self._want(request)
