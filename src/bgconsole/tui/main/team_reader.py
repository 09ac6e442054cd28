"""Reads the team, one reading after the other, and again whenever the log tells of a change."""

from asyncio import Event, Lock
from collections.abc import Callable
from typing import Final

from bgconsole.backend.errors import BackendError, LogRewoundError, NotAllowedError
from bgconsole.backend.identity import Caller
from bgconsole.policy.audit import AuditEvent
from bgconsole.tui.kit.render import dialogs as render
from bgconsole.tui.main.log_history_warning import LogHistoryWarning
from bgconsole.tui.main.scope import MainScope
from bgconsole.tui.main.tabs import Tabs
from bgconsole.tui.model.reading import CHANGES, newest_record, read_team
from bgconsole.tui.model.state import ConsoleState

_RETRY: Final = 5.0
"""Seconds until the team is read again after the backend did not answer."""


class TeamReader:
    """Of one console. `arrived` is called with every reading."""

    def __init__(
        self,
        scope: MainScope,
        tabs: Tabs,
        history: LogHistoryWarning,
        arrived: Callable[[ConsoleState], None],
    ) -> None:
        self._scope = scope
        self._tabs = tabs
        self._history = history
        self._arrived = arrived
        self._turn = Lock()
        self._changed = Event()
        self._changed_at = 0
        """The record of the newest change in the log that was told of."""

        self._follows = False
        self._read_at = 0
        """The log's newest record before the last reading began; 0 where that is not known."""

    def start(self) -> None:
        """Begin (again): the audit log, the team, and what changes it."""
        self._scope.screen.run_worker(self._connect, group="connect", exclusive=True)

    async def _connect(self) -> None:
        """Audit first, since it is what is watched; then the team; then whatever changes it."""
        scope, state = self._scope, self._scope.session.connection_state
        try:
            backend = await scope.session.backend()
            feed = self._tabs.feed
            feed.connect(backend, scope.session.caller)
            # The log is followed before the team is read: what happens in between is read again.
            self._follows = await feed.begun()
            self._changed.clear()
            self._read_at = 0
            await self.read()
            if self._follows:
                await self._history.look(backend)
                await self._read_changes()
        except LogRewoundError as error:
            self._history.lost(error)
            scope.screen.call_later(self.start)
        except NotAllowedError as error:
            await scope.refused(error)
        except BackendError as error:
            state.failed(error)
            if not state.broken:
                scope.say(render.failed(error.refusal))
                scope.screen.set_timer(_RETRY, self.start)

    def happened(self, events: tuple[AuditEvent, ...]) -> None:
        """These events were added to the log."""
        if any(event.type in CHANGES for event in events):
            self._changed_at = events[-1].seq
            self._changed.set()

    async def _read_changes(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            await self._read(self._changed_at, self._scope.session.unattended)

    async def read(self) -> None:
        """Read the team, unless nothing happened since. Raises the BackendErrors of reading."""
        session = self._scope.session
        backend = await session.backend()
        newest = await newest_record(backend, session.unattended) if self._follows else None
        await self._read(newest, session.caller)

    async def _read(self, newest: int | None, caller: Caller) -> None:
        """Read it, unless that was begun after `newest`, a record of the log."""
        session = self._scope.session
        backend = await session.backend()
        # One after the other: what was read earlier never takes the place of what was read later.
        async with self._turn:
            if newest is None or newest > self._read_at:
                async for state in read_team(backend, caller, self._scope.workspace.members):
                    session.connection_state.answered()
                    self._arrived(state)
                self._read_at = newest or 0
        self.read_reports()

    async def read_again(self) -> bool:
        """Read the team after it was changed here; whether it could be read."""
        try:
            await self.read()
        except BackendError:
            # What was changed is stored all the same. Starting over says what is wrong, and tries
            # again.
            self.start()
            return False
        return True

    def read_reports(self) -> None:
        """Read how the IdPs answer: no event tells of a probe that changed nothing."""
        state = self._scope.workspace.state
        if state is not None and any(provider.configured for provider in state.providers):
            self._scope.screen.run_worker(self._read_reports, group="reports", exclusive=True)

    async def _read_reports(self) -> None:
        session = self._scope.session
        try:
            backend = await session.backend()
            found = await backend.idps(session.unattended)
        except BackendError:
            # The team's own reading tells what is wrong; the page says when it was checked last.
            return
        self._scope.workspace.reported(found)
