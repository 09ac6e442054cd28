"""The parts of the audit pane and what they show: heading, list, search, the event at the cursor.

With room for it the list stands by day, and beside it the event under the cursor in full; in less
room it is a table, and where that leaves columns out, the event is told below it in brief.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Self

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget

from bgconsole.backend.values import AuditPage
from bgconsole.policy.audit import ALL_EVENTS, AuditEvent, AuditFilter
from bgconsole.tui.audit.bar import AuditBar
from bgconsole.tui.audit.detail import AuditDetail
from bgconsole.tui.audit.list import AuditList
from bgconsole.tui.audit.render import heading as render
from bgconsole.tui.audit.render.event import Surroundings, event_in_brief
from bgconsole.tui.audit.render.heading import AuditHeading, Count, ReadingProblem
from bgconsole.tui.audit.render.rows import NARROW
from bgconsole.tui.audit.request import PageRequest
from bgconsole.tui.kit.pane import Pane

_BRIEF_HEIGHT: Final = 14
"""Rows that the pane must have before three of them go to the event at the cursor."""

_ROOMY_HEIGHT: Final = 24
"""Rows (and NARROW columns) that it must have to show an event in full beside the list."""

_REST: Final = 0.2
"""Seconds that the cursor must stay on an event until what happened around it is read."""


class AuditFrame(Widget):
    """Shows what it is given."""

    @dataclass
    class AroundWanted(Message):
        """What happened around this event? Answer by `surrounded`."""

        event: AuditEvent

    @dataclass
    class LastLoginKnown(Message):
        """The last break-glass login on record; None when there never was one."""

        event: AuditEvent | None

    def __init__(
        self, *, clock: Callable[[], datetime], id: str | None = None, title: str = "Audit"
    ) -> None:
        super().__init__(id=id)
        self.clock = clock
        self.told = AuditHeading(title=title, wanted=ALL_EVENTS, today=clock().date())
        self.list = AuditList(clock)
        self._drawn: AuditHeading | None = None
        self._bar = AuditBar(self.told, render.one_line)
        self._state = Pane()
        self._brief = Pane()
        self._left = Vertical(self._state, self.list, classes="audit-left")
        self._detail: AuditDetail | None = None
        self._around: tuple[int, Surroundings] | None = None
        self._asked_around = 0
        self._resting: Timer | None = None
        self._find = ""
        self._happened = 0

    @property
    def wanted(self) -> AuditFilter:
        """The filter in force."""
        return self.told.wanted

    @property
    def following(self) -> bool:
        """Whether the newest event is kept in view."""
        return self.list.window.following

    @property
    def last_login(self) -> AuditEvent | None:
        """The last break-glass login, as far as it is known."""
        return self.told.last_login

    @property
    def roomy(self) -> bool:
        """Whether there is room for the event in full beside the list."""
        return self.size.width >= NARROW and self.size.height >= _ROOMY_HEIGHT

    def compose(self) -> ComposeResult:
        """AuditHeading, list, the event at the cursor."""
        yield self._bar
        with Horizontal(classes="audit-body"):
            yield self._left
        yield self._brief

    def on_mount(self) -> None:
        """Draw the heading; wait for midnight."""
        self.tell()
        self._wait_for_midnight()

    def on_resize(self, event: events.Resize) -> None:
        """Show as much as there is room for."""
        narrow = event.size.width < NARROW
        self._brief.display = narrow and event.size.height >= _BRIEF_HEIGHT
        self.set_class(self.roomy, "-roomy")
        if self.roomy and self._detail is None:
            self._detail = AuditDetail()
            self.query_one(".audit-body").mount(self._detail)
        self.list.show_as(by_day=self.roomy, zone=self.told.zone)
        self._drawn = None
        self.tell()

    def focus(self, scroll_visible: bool = True) -> Self:
        """Put the focus on the list."""
        self.list.focus(scroll_visible)
        return self

    def begin(self, wanted: AuditFilter | None = None) -> PageRequest:
        """Start over, with another filter if one is given; the request for the first page."""
        chosen = self.told.wanted if wanted is None else wanted
        self.told = replace(self.told, wanted=chosen, count=None)
        self._happened = 0
        return self.list.begin(chosen)

    def give(self, request: PageRequest, page: AuditPage, beyond: AuditPage | None = None) -> None:
        """Take in the answer to a page request."""
        self.list.give(request, page, beyond)

    def live(self, happened: Sequence[AuditEvent]) -> None:
        """Take in events that just happened, oldest first."""
        self._happened += len(happened)
        if self.told.count is not None:
            self._add_to_count(self.told.count, len(happened), happened[-1].seq)
        self.list.live(happened)

    def know_count(self, count: Count) -> None:
        """So many events matched the filter when it was chosen."""
        self._add_to_count(count, self._happened, self.list.window.last_seq)
        self.tell()

    def _add_to_count(self, count: Count, happened: int, last: int) -> None:
        matching = count.matching + (happened if count.exact else 0)
        added = replace(count, matching=matching, total=max(count.total, last))
        self.told = replace(self.told, count=added)

    def know_last_login(self, event: AuditEvent | None) -> None:
        """Show this as the last break-glass login, unless a later one is known."""
        known = self.told.last_login
        if known is None or (event is not None and event.seq > known.seq):
            self.told = replace(self.told, last_login=event, looked_up=True)
            self.tell()
            self.post_message(self.LastLoginKnown(event))

    def forget_last_login(self) -> None:
        """What is shown as the last break-glass login is of a log that is no more."""
        self.told = replace(self.told, last_login=None, looked_up=False)

    def surrounded(self, event: AuditEvent, around: Surroundings) -> None:
        """Show this around the event, if the cursor is still on it."""
        self._around = (event.seq, around)
        self.tell()

    def connected(self) -> None:
        """The log can be read."""
        self._trouble(None)

    def disconnected(self, sentence: str) -> None:
        """The log cannot be read for the moment, and why."""
        self._trouble(ReadingProblem(sentence, retrying=True))

    def stopped(self, sentence: str) -> None:
        """The log may not be read any more, and why."""
        self._trouble(ReadingProblem(sentence, retrying=False))

    def on_audit_list_moved(self, message: AuditList.Moved) -> None:
        """Tell of it."""
        message.stop()
        self.tell()

    def tell(self) -> None:
        """Draw what changed."""
        window, before = self.list.window, self._drawn
        told = self.told = replace(
            self.told,
            following=window.following,
            unseen=window.unseen,
            today=self.told.zone.here(self.clock()).date(),
        )
        if told != before:
            self._drawn = told
            self._bar.show(told, render.filters_line if self.roomy else render.one_line)
            if self.roomy:
                self._state.show(partial(render.state_line, told))
            self._state.display = self.roomy
        self._tell_event(window.current)
        if before is None or _keys_of(told) != _keys_of(before):
            self.refresh_bindings()

    def _tell_event(self, event: AuditEvent | None) -> None:
        told = self.told
        if event is not None and self._brief.display:
            brief = partial(event_in_brief, event, told.today, told.zone, find=self._find)
            self._brief.show(partial(brief, following=told.following))
        if self._detail is None or not self.roomy:
            return
        known = self._around
        around = known[1] if event is not None and known and known[0] == event.seq else None
        self._detail.show(event, around, told.zone, self._find)
        if event is not None and around is None and event.seq != self._asked_around:
            self._asked_around = event.seq
            if self._resting is not None:
                self._resting.stop()
            self._resting = self.set_timer(_REST, partial(self._ask_around, event))

    def _ask_around(self, event: AuditEvent) -> None:
        self._asked_around = 0
        current = self.list.window.current
        if current is not None and current.seq == event.seq:
            self._asked_around = event.seq
            self.post_message(self.AroundWanted(event))

    def _trouble(self, trouble: ReadingProblem | None) -> None:
        if trouble != self.told.trouble:
            self.told = replace(self.told, trouble=trouble)
            self.tell()

    def _wait_for_midnight(self) -> None:
        now = self.told.zone.here(self.clock())
        midnight = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), now.tzinfo)
        self.set_timer((midnight - now).total_seconds() + 1, self._day_changed)

    def _day_changed(self) -> None:
        self.list.day_changed()
        self.tell()
        self._wait_for_midnight()


def _keys_of(told: AuditHeading) -> tuple[object, ...]:
    """What decides which keys work."""
    return told.following, told.wanted == ALL_EVENTS, told.trouble
