"""A team for the real program: its sessions are of today, as the program's clock is."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bgconsole.policy.audit import AuditEvent
from bgconsole.policy.team import Role
from tests.backend.world import OWNER, MovableClock, SqliteDeployment, World


class Place:
    """The team's database, and what can be asked of it without a console."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.token = asyncio.run(self._found())

    @property
    def database(self) -> tuple[str, str]:
        """The arguments that name it."""
        return ("--database", f"sqlite:///{self._folder / 'data' / 'team.db'}")

    def events(self) -> list[AuditEvent]:
        """What is on record, oldest first."""
        return asyncio.run(self._events())

    async def _found(self) -> str:
        world = self._world()
        caller = await world.found()
        await world.add("mia", role=Role.ADMIN)
        await world.enforce("entra", OWNER, "mia@acme.test")
        await world.close()
        assert caller.token is not None
        return caller.token

    async def _events(self) -> list[AuditEvent]:
        world = self._world()
        await world.sign_in(OWNER)
        found = await world.events()
        await world.close()
        # But for the login just now.
        return found[:-1]

    def _world(self) -> World:
        return World(SqliteDeployment(self._folder), MovableClock(datetime.now(UTC)))


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A team with enforcement on."""
    return Place(tmp_path)
