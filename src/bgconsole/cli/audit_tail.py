"""Following the audit log on the command line: past a server that is away, never past a log that
was set back.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from bgconsole.backend.errors import LogRewoundError, UnreachableError
from bgconsole.backend.line import LineState, LineStatus
from bgconsole.cli.audit_history import look
from bgconsole.cli.context import OpenTeam
from bgconsole.cli.errors import complain
from bgconsole.log_history import KEPT_AFTER
from bgconsole.log_history.history import LogHistory
from bgconsole.policy.audit import AuditEvent, AuditFilter, AuditHead
from bgconsole.system.streams import tell

FIRST_WAIT: Final = 1.0
LONGEST_WAIT: Final = 30.0
"""Seconds between two tries to reach the log again."""


@dataclass
class Tail:
    """Shows events as they come. `position` is the `seq` behind which they are wanted."""

    team: OpenTeam
    wanted: AuditFilter
    show: Callable[[AuditEvent], None]
    position: int = 0
    seen: AuditHead | None = None
    _history: LogHistory = field(init=False)
    _away: bool = False
    _keeping: asyncio.TimerHandle | None = None
    _looking: asyncio.Task[None] | None = None

    def __post_init__(self) -> None:
        self._history = LogHistory(self.team.backend, self.team.caller)

    async def run(self, limit: int, after: int | None) -> None:
        """Begin with `limit` of the newest, or behind `after`, and follow without end.

        Raises LogRewoundError, NotAllowedError, SchemaError.
        """
        await self._warn()
        page = await self.team.backend.audit_page(
            self.team.caller, self.wanted, limit=limit if after is None else 1, after=after
        )
        self.seen = page.newest
        if after is None:
            for event in reversed(page.events):
                self.show(event)
        self.position = page.head if after is None else after
        self.team.backend.on_line(self._line)
        try:
            await self._follow()
        finally:
            if self._keeping is not None:
                self._keeping.cancel()

    async def _follow(self) -> None:
        wait = FIRST_WAIT
        while True:
            try:
                async for batch in self.team.backend.audit_follow(
                    self.team.caller, self.position, self.wanted, self.seen
                ):
                    self._back()
                    wait = FIRST_WAIT
                    for event in batch:
                        self.show(event)
                    self.position = batch[-1].seq
                    self.seen = AuditHead(self.position, batch[-1].hash)
                    self._keep_soon()
            except UnreachableError as error:
                self._gone(error.refusal.message)
                await asyncio.sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT)
            except LogRewoundError as error:
                self._history.lost(error)
                raise

    async def _warn(self) -> None:
        """Say loudly that history went back since the last time."""
        await look(self._history)

    def _keep_soon(self) -> None:
        if self._keeping is None:
            loop = asyncio.get_running_loop()
            self._keeping = loop.call_later(KEPT_AFTER, self._keep)

    def _keep(self) -> None:
        self._keeping = None
        self._looking = asyncio.ensure_future(self._look())

    async def _look(self) -> None:
        try:
            await self._history.look()
        except UnreachableError:
            # Whoever follows meets the same, and says so.
            return

    def _line(self, status: LineStatus) -> None:
        if status.state is LineState.DOWN:
            self._gone(status.sentence)
        elif status.state is LineState.UP:
            self._back()

    def _gone(self, why: str) -> None:
        if not self._away:
            self._away = True
            complain(why, "Retrying until it is back")

    def _back(self) -> None:
        if self._away:
            self._away = False
            tell("bgconsole: Connected again.")
