"""What is asked about the log besides its pages: matches, times, surroundings; and its dialogs."""

from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any, Final, cast

from textual.app import App
from textual.widget import Widget

from bgconsole.backend.errors import BackendError
from bgconsole.policy.audit import AuditEvent
from bgconsole.tui.audit.find import AuditFind
from bgconsole.tui.audit.source import AuditSource, Sought
from bgconsole.tui.audit.state import AuditState
from bgconsole.tui.kit.notices import Tone, tell
from bgconsole.tui.kit.render.remedies import remedy_here

_LOOKING: Final = "audit-looking"
_AROUND: Final = "audit-around"
_CONNECTING: Final = "Not connected yet; try again in a moment"


class AuditLookups:
    """Asks the source once for each, in workers of `node`; the answers go into the state."""

    def __init__(self, node: Widget, state: AuditState, clock: Callable[[], datetime]) -> None:
        self.source: AuditSource | None = None
        """None until the backend is there."""
        self._node = node
        self._state = state
        self._clock = clock

    def _look(self, group: str, work: Coroutine[Any, Any, None]) -> None:
        """Only the last question of a kind is of use."""
        self._node.run_worker(work, group=group, exclusive=True)

    # Finding text, going to a time

    def match(self, sought: Sought, find: AuditFind) -> None:
        """Look for a text."""
        if self.source is None:
            find.failed(_CONNECTING)
        else:
            self._look(_LOOKING, self._match(self.source, sought, find))

    async def _match(self, source: AuditSource, sought: Sought, find: AuditFind) -> None:
        try:
            found = await source.match(self._state.window.wanted, sought)
        except BackendError as error:
            find.failed(error.refusal.message)
        else:
            find.matched(sought, found)

    def choose_time(self) -> None:
        """Ask for a time, and go there."""
        from bgconsole.tui.audit.time_dialog import AuditTimeScreen

        screen = AuditTimeScreen(self._clock, self._state.window.zone)
        self._node.app.push_screen(screen, self._go_to)

    def _go_to(self, moment: datetime | None) -> None:
        if moment is None:
            return
        if self.source is None:
            tell(self._node, Tone.CARE, _CONNECTING)
        else:
            self._look(_LOOKING, self._find_time(self.source, moment))

    async def _find_time(self, source: AuditSource, moment: datetime) -> None:
        try:
            event = await source.first_since(self._state.window.wanted, moment)
        except BackendError as error:
            tell(self._node, Tone.FAILED, error.refusal.message, remedy_here(error.refusal))
            return
        if event is None:
            self._state.follow()
            tell(self._node, Tone.CARE, "Nothing is that late: this is the newest event")
        else:
            self._state.go_to(event.seq)

    # One event

    def around(self, event: AuditEvent) -> None:
        """Find out what happened around it."""
        if self.source is not None:
            self._look(_AROUND, self._surround(self.source, event))

    async def _surround(self, source: AuditSource, event: AuditEvent) -> None:
        try:
            self._state.surrounded(event, await source.around(event))
        except BackendError:
            # The heading says that the connection is lost; the event is shown without the rest.
            return

    def open_event(self, event: AuditEvent) -> None:
        """Show one event in full."""
        from bgconsole.tui.audit.event_dialog import EventDetailScreen
        from bgconsole.tui.audit.render.event import EventLook

        ask = self.source.around if self.source is not None else None
        look = EventLook(self._state.window.zone, self._state.names)
        screen = EventDetailScreen(event, look, ask=ask, copy=self.copy)
        self._node.app.push_screen(screen)

    def copy(self, event: AuditEvent) -> None:
        """Put an event on the clipboard."""
        from bgconsole.exchange.audit_export import event_line
        from bgconsole.tui.kit.clipboard import copy

        app = cast("App[Any]", self._node.app)
        copy(app, event_line(event), f"event {event.seq:,} as JSON")

    # Filters, and what matches as a file

    def choose_filter(self) -> None:
        """Ask for a filter."""
        from bgconsole.tui.audit.filter_dialog import AuditFilterScreen

        window = self._state.window
        screen = AuditFilterScreen(window.wanted, self._clock, window.zone)
        self._node.app.push_screen(screen, self._state.choose)
        if self.source is not None:
            self._look("audit-names", self._read_names(self.source, screen.know))

    async def _read_names(
        self, source: AuditSource, know: Callable[[tuple[str, ...], tuple[str, ...]], None]
    ) -> None:
        """The emails and providers that may be meant."""
        try:
            members = await source.backend.members(source.caller)
            providers = await source.backend.providers(source.caller)
        except BackendError:
            # They can be typed in full as well.
            return
        know(
            tuple(member.email for member in members),
            tuple(provider.slug for provider in providers),
        )

    def save(self) -> None:
        """Ask for a file, and save what matches."""
        from bgconsole.tui.audit.save_dialog import AuditSaveScreen

        if self.source is None:
            tell(self._node, Tone.CARE, _CONNECTING)
            return
        now = self._clock()
        screen = AuditSaveScreen(
            self.source.backend, self.source.caller, self._state.heading(now), now
        )
        self._node.app.push_screen(screen, self._saved)

    def _saved(self, sentence: str | None) -> None:
        if sentence is not None:
            tell(self._node, Tone.DONE, sentence)
