"""The live audit pane: its heading, the list, and under 100 columns the event at the cursor."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import ClassVar, Self

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widget import Widget

from bgconsole.backend.protocol import ALL_EVENTS
from bgconsole.backend.values import AuditPage
from bgconsole.policy.audit import AuditEvent, AuditFilter
from bgconsole.tui.render.audit import NARROW
from bgconsole.tui.render.audit_event import event_in_brief
from bgconsole.tui.render.audit_heading import Heading, Trouble, heading
from bgconsole.tui.widgets.audit_list import AuditList
from bgconsole.tui.widgets.audit_request import PageRequest
from bgconsole.tui.widgets.pane import Pane

_BRIEF_HEIGHT = 14
"""Rows that the pane must have before three of them go to the event at the cursor."""


class AuditPane(Widget):
    """Shows what it is given. `action_…` are for keys that a screen binds for all of its parts."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "pause", "pause", id="audit.pause", tooltip="Stay here; count what comes"),
        Binding("space", "follow", "follow", id="audit.follow", tooltip="Back to what happens now"),
        Binding("space", "retry", "try now", id="audit.retry", tooltip="Read the log again now"),
        Binding("f", "filter", "filter", id="audit.filter", tooltip="Choose which events to show"),
        Binding("F", "show_all", "all events", id="audit.all", tooltip="Remove every filter"),
        Binding(
            "b", "glass_only", "break-glass only", id="audit.glass", tooltip="Emergency access only"
        ),
    ]

    PageWanted = AuditList.PageWanted
    EventOpened = AuditList.EventOpened

    @dataclass
    class FilterWanted(Message):
        """Somebody wants to choose a filter; `wanted` is the present one. Answer by `choose`."""

        wanted: AuditFilter

    @dataclass
    class FilterChanged(Message):
        """From now on these events are wanted."""

        wanted: AuditFilter

    class RetryWanted(Message):
        """The log should be read again now."""

    @dataclass
    class LastLoginKnown(Message):
        """The last break-glass login on record; None when there never was one."""

        event: AuditEvent | None

    def __init__(
        self,
        *,
        clock: Callable[[], datetime],
        id: str | None = None,
        title: str = "Audit",
    ) -> None:
        super().__init__(id=id)
        self._clock = clock
        self._told = Heading(title=title, wanted=ALL_EVENTS, today=clock().date())
        self._drawn: Heading | None = None
        self._heading = Pane()
        self._list = AuditList(clock)
        self._brief = Pane()
        self._brief.display = False

    @property
    def wanted(self) -> AuditFilter:
        """The filter in force."""
        return self._told.wanted

    @property
    def following(self) -> bool:
        """Whether the newest event is kept in view."""
        return self._list.window.following

    @property
    def last_login(self) -> AuditEvent | None:
        """The last break-glass login, as far as it is known."""
        return self._told.last_login

    def compose(self) -> ComposeResult:
        """Heading, list, the event at the cursor."""
        yield self._heading
        yield self._list
        yield self._brief

    def on_mount(self) -> None:
        """Draw the heading; wait for midnight."""
        self._tell()
        self._wait_for_midnight()

    def on_resize(self, event: events.Resize) -> None:
        """Show the event at the cursor where its row leaves something out."""
        narrow = event.size.width < NARROW
        self._brief.display = narrow and event.size.height >= _BRIEF_HEIGHT
        self._tell()

    def focus(self, scroll_visible: bool = True) -> Self:
        """Put the focus on the list."""
        self._list.focus(scroll_visible)
        return self

    def begin(self, wanted: AuditFilter | None = None) -> PageRequest:
        """Start over, with another filter if one is given; the request for the first page."""
        chosen = self._told.wanted if wanted is None else wanted
        self._told = replace(self._told, wanted=chosen)
        return self._list.begin(chosen)

    def give(self, request: PageRequest, page: AuditPage) -> None:
        """Take in the answer to a page request."""
        self._list.give(request, page)

    def live(self, happened: Sequence[AuditEvent]) -> None:
        """Take in events that just happened, oldest first."""
        self._list.live(happened)

    def know_last_login(self, event: AuditEvent | None) -> None:
        """Show this as the last break-glass login, unless a later one is known."""
        known = self._told.last_login
        if known is None or (event is not None and event.seq > known.seq):
            self._told = replace(self._told, last_login=event, looked_up=True)
            self._tell()
            self.post_message(self.LastLoginKnown(event))

    def connected(self) -> None:
        """The log can be read."""
        self._trouble(None)

    def disconnected(self, sentence: str) -> None:
        """The log cannot be read now, and why; it is tried again without being asked."""
        self._trouble(Trouble(sentence, retrying=True))

    def stopped(self, sentence: str) -> None:
        """The log may not be read any more, and why."""
        self._trouble(Trouble(sentence, retrying=False))

    def choose(self, wanted: AuditFilter | None) -> None:
        """Use another filter; None leaves it, as the answer of a dialog that was left."""
        if wanted is not None and wanted != self.wanted:
            self._told = replace(self._told, wanted=wanted)
            self.post_message(self.FilterChanged(wanted))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """One meaning of space at a time; nothing to remove without a filter."""
        trouble = self._told.trouble
        lost = trouble is not None and trouble.retrying
        match action:
            case "retry":
                return lost
            case "pause":
                return self.following and not lost
            case "follow":
                return not self.following and not lost
            case "show_all":
                return True if self.wanted != ALL_EVENTS else None
            case _:
                return True

    def action_pause(self) -> None:
        """Stay where the view is."""
        self._list.pause()

    def action_follow(self) -> None:
        """Back to the newest event."""
        self._list.follow()

    def action_retry(self) -> None:
        """Ask for another try."""
        self.post_message(self.RetryWanted())

    def action_filter(self) -> None:
        """Ask for a filter."""
        self.post_message(self.FilterWanted(self.wanted))

    def action_show_all(self) -> None:
        """Remove every filter."""
        self.choose(ALL_EVENTS)

    def action_glass_only(self) -> None:
        """Break-glass events only, or not any more."""
        self.choose(replace(self.wanted, break_glass=not self.wanted.break_glass))

    def on_audit_list_moved(self, message: AuditList.Moved) -> None:
        """Tell of it in the heading."""
        message.stop()
        self._tell()

    def _trouble(self, trouble: Trouble | None) -> None:
        if trouble != self._told.trouble:
            self._told = replace(self._told, trouble=trouble)
            self._tell()

    def _tell(self) -> None:
        window, before = self._list.window, self._drawn
        told = self._told = replace(
            self._told,
            following=window.following,
            unseen=window.unseen,
            today=self._clock().date(),
        )
        if told != before:
            self._drawn = told
            self._heading.show(partial(heading, told))
        current = window.current
        if current is not None and self._brief.display:
            self._brief.show(partial(event_in_brief, current, told.today, following=told.following))
        if before is None or _keys_of(told) != _keys_of(before):
            self.refresh_bindings()

    def _wait_for_midnight(self) -> None:
        now = self._clock()
        midnight = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), now.tzinfo)
        self.set_timer((midnight - now).total_seconds() + 1, self._day_changed)

    def _day_changed(self) -> None:
        self._list.day_changed()
        self._tell()
        self._wait_for_midnight()


def _keys_of(told: Heading) -> tuple[object, ...]:
    """What decides which keys work."""
    return told.following, told.wanted == ALL_EVENTS, told.trouble
