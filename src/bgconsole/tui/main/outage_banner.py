"""What is wrong now, over every tab, and how break-glass access is used."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final

from textual.content import Content

from bgconsole.backend.errors import BackendError
from bgconsole.policy.audit import AuditEvent, AuditFilter, EventType
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.kit.render.text import EMPTY, words
from bgconsole.tui.main.render.outage_banner import banner
from bgconsole.tui.main.scope import MainScope
from bgconsole.tui.model.outages import Outage, Usage, outages
from bgconsole.tui.model.state import ConsoleState
from bgconsole.tui.terminal.signs import FULL
from bgconsole.tui.terminal.theme import CARE

_USES: Final = 100
"""Break-glass logins and attempts of one outage that are read."""


class OutageBanner:
    """Holds the outages and the use of the lists. `changed` is called when the use is another."""

    def __init__(self, scope: MainScope, changed: Callable[[], None]) -> None:
        self._scope = scope
        self._changed = changed
        self._weighed: ConsoleState | None = None
        self._outages: tuple[Outage, ...] = ()
        self.usage = Usage(scope.session.connection.clock().date())

    def weigh(self) -> None:
        """Work out what another reading of the team means for the outages."""
        state = self._scope.workspace.state
        if state is None or state is self._weighed:
            return
        before, self._weighed = self._outages, state
        self._outages = outages(state)
        if not self._outages:
            self.usage = replace(self.usage, events=())
        elif _began(before) != _began(self._outages):
            self._read_uses()

    def of(self, slug: str) -> Outage | None:
        """The outage of that provider, if it has one."""
        return next((one for one in self._outages if one.detail.slug == slug), None)

    def draw(self) -> None:
        """Draw the red line."""
        pane = self._scope.screen.query_one("#banner", Pane)
        pane.show(partial(banner, self._outages, self._scope.workspace.view))

    @property
    def badge(self) -> Content:
        """How many break-glass logins and attempts there are in this outage."""
        count = len(self.usage.events)
        return words(f"{FULL.glass}{count}", CARE) if count else EMPTY

    def minute(self) -> None:
        """Another minute: the day may be another one."""
        today = self._scope.session.connection.clock().date()
        if today != self.usage.today:
            self.usage = replace(self.usage, today=today)
            self._changed()

    def last_login_known(self, event: AuditEvent | None) -> None:
        """The last break-glass login, None where there was none."""
        self.usage = replace(self.usage, last=event, known=True)
        if self._outages:
            self._read_uses()

    def _read_uses(self) -> None:
        if self._scope.workspace.administers:
            self._scope.screen.run_worker(self._uses, group="uses", exclusive=True)

    async def _uses(self) -> None:
        """One page of the log: what was done with the lists since the first outage began."""
        wanted = AuditFilter(
            types=(EventType.LOGIN_SUCCESS, EventType.LOGIN_FAILURE),
            break_glass=True,
            since=_began(self._outages),
        )
        session = self._scope.session
        try:
            backend = await session.backend()
            page = await backend.audit_page(session.unattended, wanted, limit=_USES)
        except BackendError:
            # The audit pane says why the log cannot be read; the badges only say less.
            return
        self.usage = replace(self.usage, events=page.events)
        self._changed()


def _began(found: tuple[Outage, ...]) -> datetime | None:
    """When the first of these outages began; None where none did, or nobody knows."""
    return min((one.detail.idp.since for one in found if one.detail.idp.since), default=None)
