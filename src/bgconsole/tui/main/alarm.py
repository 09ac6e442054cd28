"""What is wrong now, over every tab, and how break-glass access is used: read, kept, shown."""

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final

from textual import on
from textual.content import Content

from bgconsole.backend.errors import BackendError
from bgconsole.policy.audit import AuditFilter, EventType
from bgconsole.tui.audit.pane import AuditPane
from bgconsole.tui.kit.clock import Clock
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.kit.render.text import EMPTY, words
from bgconsole.tui.main.render.outage_banner import banner
from bgconsole.tui.main.render.summary import summary
from bgconsole.tui.main.tabbed import TabbedScreen
from bgconsole.tui.model.outages import Outage, Usage, outages
from bgconsole.tui.model.provider_names import short_name
from bgconsole.tui.model.session import Session
from bgconsole.tui.model.state import ConsoleState
from bgconsole.tui.model.tab_id import TabId
from bgconsole.tui.provider_page.simulator import Simulator
from bgconsole.tui.terminal.signs import FULL
from bgconsole.tui.terminal.theme import CARE

_USES: Final = 100
"""Break-glass logins and attempts of one outage that are read."""

_LOW: Final = 18
"""Rows below which the page needs the bottom lines' room."""


class AlarmScreen(TabbedScreen):
    """Holds the outages and the use of the lists. Whoever extends it draws the page with them."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._outages: tuple[Outage, ...] = ()
        self._usage = Usage(session.connection.clock().date())

    def weigh(self, state: ConsoleState) -> None:
        """Work out what another reading of the team means for the outages."""
        before = self._outages
        self._outages = outages(state)
        if not self._outages:
            self._usage = replace(self._usage, events=())
        elif _began(before) != _began(self._outages):
            self._read_uses()

    def outage_of(self, slug: str) -> Outage | None:
        """The outage of that provider, if it has one."""
        return next((one for one in self._outages if one.detail.slug == slug), None)

    def draw_alarm(self) -> None:
        """Draw the red line."""
        self.query_one("#banner", Pane).show(partial(banner, self._outages, self._workspace.view))

    @property
    def audit_badge(self) -> Content:
        """How many break-glass logins and attempts there are in this outage."""
        count = len(self._usage.events)
        return words(f"{FULL.glass}{count}", CARE) if count else EMPTY

    def part_shown(self) -> None:
        super().part_shown()
        self._draw_summary()

    def _draw_summary(self) -> None:
        pane = self.query_one("#summary", Pane)
        view = self._workspace.view
        if view is None or self.part is not TabId.PAGE or not self._has_room:
            pane.show(lambda _width: EMPTY)
            return
        teams = (view.saved, view.drafted)
        pane.show(partial(summary, self.simulator.simulation, teams, self._usage))

    @property
    def _has_room(self) -> bool:
        return self.narrow and self.app.size.height >= _LOW

    @on(Simulator.Answered)
    def _answered(self) -> None:
        self._draw_summary()

    # A real login

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What cannot be done now stays in the key bar, dim."""
        if action == "attempt":
            return True if self.disabled_reason(action) is None else None
        return super().check_action(action, parameters)

    def disabled_reason(self, action: str) -> str | None:
        """Why an action of the screen cannot be done now; None where it can."""
        if action == "attempt":
            if self._workspace.read_only:
                return "This console is read-only: a login would write to the audit log"
            if self.simulator.simulation is None:
                return "Choose a person first: / and a few letters"
            return self._session.connection_state.why_not
        return super().disabled_reason(action)

    def action_attempt(self) -> None:
        """Try a real login of whom the simulator is asked about."""
        from bgconsole.tui.provider_page.attempt_dialog import AttemptDialog

        state, simulation = self._workspace.state, self.simulator.simulation
        if state is None or simulation is None:
            return
        lists = {provider.slug: short_name(provider) for provider in state.providers}
        dialog = AttemptDialog(self._session, simulation.email, state.me.email, lists)
        self.app.push_screen(dialog)

    @on(Clock.Ticked)
    def _day_may_have_changed(self) -> None:
        today = self._session.connection.clock().date()
        if today != self._usage.today:
            self._usage = replace(self._usage, today=today)
            self.draw()

    # How the lists are used

    @on(AuditPane.LastLoginKnown)
    def _last_login_known(self, event: AuditPane.LastLoginKnown) -> None:
        self._usage = replace(self._usage, last=event.event, known=True)
        if self._outages:
            self._read_uses()
        self._draw_summary()

    def _read_uses(self) -> None:
        if self._workspace.administers:
            self.run_worker(self._uses, group="uses", exclusive=True)

    async def _uses(self) -> None:
        """One page of the log: what was done with the lists since the first outage began."""
        wanted = AuditFilter(
            types=(EventType.LOGIN_SUCCESS, EventType.LOGIN_FAILURE),
            break_glass=True,
            since=_began(self._outages),
        )
        try:
            backend = await self._session.backend()
            page = await backend.audit_page(self._session.unattended, wanted, limit=_USES)
        except BackendError:
            # The audit pane says why the log cannot be read; the badges only say less.
            return
        self._usage = replace(self._usage, events=page.events)
        self.draw()


def _began(found: tuple[Outage, ...]) -> datetime | None:
    """When the first of these outages began; None where none did, or nobody knows."""
    return min((one.detail.idp.since for one in found if one.detail.idp.since), default=None)
