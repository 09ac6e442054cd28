"""The audit pane: its parts, and what its keys do.

With room for it the list is by day, and beside it is the event under the cursor in full; in less
room it is a table, and where that leaves columns out, the event is below it in brief.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Self

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widget import Widget

from bgconsole.policy.audit import ALL_EVENTS
from bgconsole.tui.audit.bar import AuditBar
from bgconsole.tui.audit.detail import AuditDetail
from bgconsole.tui.audit.find import AuditFind
from bgconsole.tui.audit.list import AuditList
from bgconsole.tui.audit.lookups import AuditLookups
from bgconsole.tui.audit.render import heading as render
from bgconsole.tui.audit.render.chips import (
    conditions,
    failures_only,
    glass_only,
    without,
)
from bgconsole.tui.audit.render.event import EventLook, event_in_brief
from bgconsole.tui.audit.render.heading import AuditHeading
from bgconsole.tui.audit.render.rows import NARROW
from bgconsole.tui.audit.state import AuditState
from bgconsole.tui.kit.actions import Action, HasActions
from bgconsole.tui.kit.after_refresh import after_refresh
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.kit.reasons import files_reason

_BRIEF_HEIGHT: Final = 14
"""Rows that the pane must have before three of them go to the event at the cursor."""

_ROOMY_HEIGHT: Final = 24
"""Rows (and NARROW columns) that it must have to show an event in full beside the list."""


def _searching(pane: "AuditPane") -> bool:
    return pane.searching


def _needs_filter(pane: "AuditPane") -> str | None:
    return None if pane.state.filtered else "No filter is set"


class AuditPane(HasActions, Widget):
    """Heading, list, search, the event at the cursor. Keys change the state; it is drawn anew."""

    ACTIONS = (
        Action("audit.older", "n", "older", "The match before", "next_match(True)",
               offered=_searching),
        Action("audit.newer", "N", "newer", "The match after", "next_match(False)",
               offered=_searching),
        Action("audit.end_find", "escape", "end search", "Mark nothing", "end_find",
               offered=_searching),
        Action("audit.pause", "space", "pause", "Stay here; count what comes", "pause",
               offered=lambda pane: pane.state.window.following and not pane.state.retrying),
        Action("audit.follow", "space", "follow", "Back to what happens now", "follow",
               offered=lambda pane: not (pane.state.window.following or pane.state.retrying)),
        Action("audit.retry", "space", "try now", "Read the log again now", "retry",
               offered=lambda pane: pane.state.retrying),
        Action("audit.filter", "f", "filter", "Choose which events to show", "filter",
               elsewhere=True),
        Action("audit.glass", "b", "break-glass only", "Break-glass only", "glass_only"),
        Action("audit.failures", "v", "failures only", "Failed logins and proofs only",
               "failures_only"),
        Action("audit.find", "slash", "find", "Look for text, see around it", "find",
               elsewhere=True),
        Action("audit.time", "g", "go to time", "02:30, yesterday, 1 Oct …", "time",
               elsewhere=True),
        Action("audit.copy", "c", "copy", "Copy the event as JSON", "copy",
               lambda pane: None if pane.state.window.current else "There is no event to copy"),
        Action("audit.save", "s", "save to file", "What matches, as a file", "save", files_reason,
               elsewhere=True),
        Action("audit.all", "F", "all events", "Remove every filter", "show_all", _needs_filter),
        Action("audit.remove", "backspace", "remove filter",
               "Remove the last filter; ← chooses one", "remove_last", _needs_filter, in_bar=False),
        Action("audit.chips", "left", "", "Go to the filters", "chips", _needs_filter,
               in_bar=False),
        Action("audit.zone", "z", "UTC, local", "Times in UTC or local", "zone", elsewhere=True),
        Action("audit.mark", "M", "mark", "Draw a line here; yours alone", "mark"),
    )  # fmt: skip

    def __init__(
        self,
        state: AuditState,
        lookups: AuditLookups,
        clock: Callable[[], datetime],
        retry: Callable[[], None],
    ) -> None:
        super().__init__()
        self.state = state
        self._lookups = lookups
        self._clock = clock
        self._retry = retry
        self._drawn: AuditHeading | None = None
        self._list = AuditList(state, clock)
        self._bar = AuditBar(state.heading(clock()), render.one_line)
        self._status = Pane()
        self._brief = Pane()
        self._left = Vertical(self._status, self._list, classes="audit-left")
        self._detail: AuditDetail | None = None
        self._find: AuditFind | None = None
        state.draw, state.draw_and_fetch = self._draw, self._draw_and_fetch

    @property
    def searching(self) -> bool:
        """Whether matches are marked, or a text is being typed."""
        return self._find is not None and self._find.searching

    @property
    def _roomy(self) -> bool:
        """Whether there is room for the event in full beside the list."""
        return self.size.width >= NARROW and self.size.height >= _ROOMY_HEIGHT

    def compose(self) -> ComposeResult:
        """Heading, list, the event at the cursor."""
        yield self._bar
        with Horizontal(classes="audit-body"):
            yield self._left
        yield self._brief

    def on_mount(self) -> None:
        """Draw the heading; wait for midnight."""
        self._draw()
        self._wait_for_midnight()

    def on_resize(self, event: events.Resize) -> None:
        """Show as much as there is room for."""
        narrow = event.size.width < NARROW
        self._brief.display = narrow and event.size.height >= _BRIEF_HEIGHT
        self.set_class(self._roomy, "-roomy")
        # While the screen is being closed, what is inside may be gone already.
        if self._roomy and self._detail is None and self.display:
            self._detail = AuditDetail(self.state, self._lookups.around)
            self.query_one(".audit-body").mount(self._detail)
        self._drawn = None
        self._list.fit(by_day=self._roomy)

    def focus(self, scroll_visible: bool = True) -> Self:
        """Put the focus on the list."""
        self._list.focus(scroll_visible)
        return self

    # Drawing

    def _draw(self) -> None:
        """Draw what changed."""
        heading, before = self.state.heading(self._clock()), self._drawn
        self._list.repaint()
        if heading != before:
            self._drawn = heading
            self._bar.show(heading, render.filters_line if self._roomy else render.one_line)
            if self._roomy:
                self._status.show(partial(render.state_line, heading))
            self._status.display = self._roomy
        self._draw_event(heading)
        if before is None or _keys_of(heading) != _keys_of(before):
            self.refresh_bindings()

    def _draw_event(self, heading: AuditHeading) -> None:
        event = self.state.window.current
        if event is not None and self._brief.display:
            look = EventLook(heading.zone, self.state.names, self.state.find)
            brief = partial(event_in_brief, event, heading.today, look)
            self._brief.show(partial(brief, following=heading.following))
        if self._detail is not None and self._roomy:
            self._detail.draw()

    def _draw_and_fetch(self) -> None:
        """Draw; afterwards, so that nobody waits for it, fetch the pages beside the view."""
        self._draw()
        after_refresh(self, self.state.fetch_ahead)

    def _wait_for_midnight(self) -> None:
        now = self.state.window.zone.here(self._clock())
        midnight = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), now.tzinfo)
        self.set_timer((midnight - now).total_seconds() + 1, self._day_changed)

    def _day_changed(self) -> None:
        self._draw()
        self._wait_for_midnight()

    # Keys; `action_…` are also for keys that a screen binds

    async def action_find(self) -> None:
        """Open the search; what is typed behind the key goes into it."""
        if self.state.window.current is None:
            return
        if self._find is None:
            self._find = AuditFind(self.state, self._clock, self._lookups.match)
            await self._left.mount(self._find)
        if not self._find.is_mounted:
            # The screen was closed meanwhile.
            return
        self._find.open()
        self.refresh_bindings()

    def action_next_match(self, older: bool) -> None:
        """Go on with the search."""
        if self._find is not None:
            self._find.action_step(older)

    def action_end_find(self) -> None:
        """End the search; the cursor stays."""
        if self._find is not None:
            self._find.end()

    @on(AuditFind.Left)
    @on(AuditBar.Left)
    def _list_again(self, message: Message) -> None:
        message.stop()
        self._list.focus()
        self.refresh_bindings()

    def action_pause(self) -> None:
        """Keep the view where it is."""
        self.state.pause()

    def action_follow(self) -> None:
        """Back to the newest event."""
        self.state.follow()

    def action_retry(self) -> None:
        """Try again to read the log."""
        self._retry()

    def action_filter(self) -> None:
        """Choose a filter."""
        self._lookups.choose_filter()

    def action_show_all(self) -> None:
        """Remove every filter."""
        self.state.choose(ALL_EVENTS)

    def action_glass_only(self) -> None:
        """Break-glass events only, or all again."""
        self.state.choose(glass_only(self.state.window.wanted))

    def action_failures_only(self) -> None:
        """Failures only, or all again."""
        self.state.choose(failures_only(self.state.window.wanted))

    def action_remove_last(self) -> None:
        """Remove the last of the chips."""
        wanted = self.state.window.wanted
        kept = conditions(wanted)
        if kept:
            self.state.choose(without(wanted, kept[-1]))

    def action_chips(self) -> None:
        """Choose among the chips."""
        self._bar.focus_last()

    def action_time(self) -> None:
        """Go to a time."""
        self._lookups.choose_time()

    def action_copy(self) -> None:
        """Copy the event."""
        current = self.state.window.current
        if current is not None:
            self._lookups.copy(current)

    def action_save(self) -> None:
        """Save what matches."""
        self._lookups.save()

    def action_zone(self) -> None:
        """Show times in the other zone."""
        self.state.switch_zone()

    def action_mark(self) -> None:
        """Draw a line below the event under the cursor, or remove it."""
        self.state.mark(self._clock())

    def on_audit_list_event_opened(self, message: AuditList.EventOpened) -> None:
        """Show the event in full."""
        message.stop()
        self._lookups.open_event(message.event)

    def on_audit_bar_removed(self, message: AuditBar.Removed) -> None:
        """Remove a condition of the filter."""
        message.stop()
        self.state.choose(without(self.state.window.wanted, message.condition))


def _keys_of(heading: AuditHeading) -> tuple[object, ...]:
    """What decides which keys work."""
    return heading.following, heading.wanted == ALL_EVENTS, heading.trouble
