"""What the audit pane asks beside its pages: matches, times, surroundings, a copy, a file."""

from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any, Final, cast

from textual import on
from textual.app import App, ComposeResult
from textual.widget import Widget

from bgconsole.backend.errors import BackendError
from bgconsole.policy.audit import AuditEvent
from bgconsole.tui.audit.pane import AuditPane
from bgconsole.tui.audit.render.find import not_read
from bgconsole.tui.audit.source import AuditSource
from bgconsole.tui.kit.notices import Tone, tell

_LOOKING: Final = "audit-looking"
_AROUND: Final = "audit-around"
_CONNECTING: Final = "Not connected yet; try again in a moment"


class AuditLookups(Widget):
    """The pane, its dialogs, and the questions that are asked once."""

    def __init__(self, *, clock: Callable[[], datetime], id: str | None = None) -> None:
        super().__init__(id=id)
        self.pane = AuditPane(clock=clock)
        self._clock = clock
        self._source: AuditSource | None = None

    def compose(self) -> ComposeResult:
        """The pane."""
        yield self.pane

    def _look(self, group: str, work: Coroutine[Any, Any, None]) -> None:
        """Only the last question of a kind is of use."""
        self.run_worker(work, group=group, exclusive=True)

    # Finding text, going to a time

    @on(AuditPane.MatchWanted)
    def _match_wanted(self, message: AuditPane.MatchWanted) -> None:
        message.stop()
        if self._source is None:
            self.pane.not_matched(not_read(_CONNECTING))
        else:
            self._look(_LOOKING, self._match(self._source, message))

    async def _match(self, source: AuditSource, message: AuditPane.MatchWanted) -> None:
        try:
            event, wrapped = await source.match(
                self.pane.wanted, message.text, message.seq, older=message.older
            )
        except BackendError as error:
            self.pane.not_matched(not_read(error.refusal.message))
        else:
            self.pane.matched(message, event, around_the_end=wrapped)

    @on(AuditPane.TimeWanted)
    def _time_wanted(self, message: AuditPane.TimeWanted) -> None:
        from bgconsole.tui.audit.time_dialog import AuditTimeScreen

        message.stop()
        screen = AuditTimeScreen(self._clock, self.pane.told.zone)
        self.app.push_screen(screen, self._go_to)

    def _go_to(self, moment: datetime | None) -> None:
        if moment is None:
            return
        if self._source is None:
            tell(self, Tone.CARE, _CONNECTING)
        else:
            self._look(_LOOKING, self._find_time(self._source, moment))

    async def _find_time(self, source: AuditSource, moment: datetime) -> None:
        try:
            event = await source.first_since(self.pane.wanted, moment)
        except BackendError as error:
            tell(self, Tone.FAILED, error.refusal.message, error.refusal.remedy)
            return
        if event is None:
            self.pane.list.follow()
            tell(self, Tone.CARE, "Nothing is that late: this is the newest event")
        else:
            self.pane.list.go_to(event.seq)

    # One event

    @on(AuditPane.AroundWanted)
    def _around_wanted(self, message: AuditPane.AroundWanted) -> None:
        message.stop()
        if self._source is not None:
            self._look(_AROUND, self._surround(self._source, message.event))

    async def _surround(self, source: AuditSource, event: AuditEvent) -> None:
        try:
            self.pane.surrounded(event, await source.around(event))
        except BackendError:
            # The heading tells of a lost connection; the event stands without what was around it.
            return

    @on(AuditPane.EventOpened)
    def _event_opened(self, message: AuditPane.EventOpened) -> None:
        from bgconsole.tui.audit.event_dialog import EventDetailScreen

        message.stop()
        ask = self._source.around if self._source is not None else None
        told = self.pane.told
        screen = EventDetailScreen(message.event, told.zone, ask=ask, copy=self._copy)
        self.app.push_screen(screen)

    @on(AuditPane.CopyWanted)
    def _copy_wanted(self, message: AuditPane.CopyWanted) -> None:
        message.stop()
        self._copy(message.event)

    def _copy(self, event: AuditEvent) -> None:
        from bgconsole.exchange.audit_export import event_line
        from bgconsole.tui.kit.clipboard import copy

        copy(cast("App[Any]", self.app), event_line(event), f"event {event.seq:,} as JSON")

    # Filters, and what matches as a file

    @on(AuditPane.FilterWanted)
    def _filter_wanted(self, message: AuditPane.FilterWanted) -> None:
        from bgconsole.tui.audit.filter_dialog import AuditFilterScreen

        message.stop()
        screen = AuditFilterScreen(message.wanted, self._clock, self.pane.told.zone)
        self.app.push_screen(screen, self.pane.choose)
        if self._source is not None:
            self._look("audit-names", self._tell_names(self._source, screen.know))

    async def _tell_names(
        self, source: AuditSource, tell: Callable[[tuple[str, ...], tuple[str, ...]], None]
    ) -> None:
        """The emails and providers that may be meant."""
        try:
            members = await source.backend.members(source.caller)
            providers = await source.backend.providers(source.caller)
        except BackendError:
            # They can be typed in full as well.
            return
        tell(
            tuple(member.email for member in members),
            tuple(provider.slug for provider in providers),
        )

    @on(AuditPane.SaveWanted)
    def _save_wanted(self, message: AuditPane.SaveWanted) -> None:
        from bgconsole.tui.audit.save_dialog import AuditSaveScreen

        message.stop()
        if self._source is None:
            tell(self, Tone.CARE, _CONNECTING)
            return
        source, told = self._source, self.pane.told
        self.app.push_screen(
            AuditSaveScreen(source.backend, source.caller, told, self._clock()), self._saved
        )

    def _saved(self, told: str | None) -> None:
        if told is not None:
            tell(self, Tone.DONE, told)
