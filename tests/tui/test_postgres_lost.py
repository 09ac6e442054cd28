"""A PostgreSQL that stops under a console and comes back: told as a lost line, nothing lost."""

from collections.abc import AsyncIterator, Iterator

import pytest

from bgconsole import compose
from bgconsole.backend.identity import Source
from bgconsole.backend.local.backend import LocalBackend
from bgconsole.backend.local.postgres.database import PostgresDatabase
from bgconsole.backend.protocol import Backend
from bgconsole.policy.settings import Delta
from bgconsole.tui.app import ConsoleApp
from bgconsole.tui.model.connection import Connection
from tests.backend.world import CHEAP, CONSOLE, OWNER, MovableClock, SkippedRest, World
from tests.postgres import Cluster, StopMode, running
from tests.tui.console import LARGE, Console

ANA, KEN = "ana@acme.test", "ken@acme.test"


class OnCluster:
    """A database of its own on a cluster that the test may stop."""

    here: Source = CONSOLE

    def __init__(self, cluster: Cluster) -> None:
        self.rest = SkippedRest()
        self._cluster, self._name = cluster, cluster.create()
        self.url = cluster.url(self._name)

    def open(self, clock: MovableClock, *, read_only: bool = False) -> Backend:
        database = PostgresDatabase(self.url, read_only=read_only)
        return LocalBackend.on(database, read_only=read_only, clock=clock, hasher=CHEAP)

    def founder(self, clock: MovableClock) -> Backend | None:
        return None

    def tamper(self, statement: str) -> list[tuple[object, ...]]:
        return list(self._cluster.run(statement, self._name))

    def close(self) -> None:
        """The cluster goes as a whole."""


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with running(fsync=False) as started:
        yield started


@pytest.fixture
async def world(cluster: Cluster) -> AsyncIterator[World]:
    """A team on it: an owner, and two members with passwords."""
    team = World(OnCluster(cluster))
    await team.found()
    await team.add("ana", "ken")
    await team.enforce("entra", OWNER)
    yield team
    await team.close()


async def test_it_says_so_keeps_what_is_known_and_the_draft_and_recovers_by_itself(
    world: World, cluster: Cluster
) -> None:
    target = compose.target_of(world.backend.target)
    host = compose.host_of(target)
    app = ConsoleApp(
        Connection(
            place=compose.place_of(target),
            open=world.another,
            source=CONSOLE,
            token=world.sessions[OWNER].token,
            clock=world.clock,
            host=host,
        )
    )
    async with app.run_test(size=LARGE) as pilot:
        screen = Console(app, pilot)
        await screen.see_row("✓ owner@acme.test")
        await screen.add(KEN)
        await screen.see_row("+ ken@acme.test")
        cluster.stop(StopMode.IMMEDIATE)
        await screen.minute()
        await screen.see(f"Lost connection to {host} just now", "showing data from 09:00")
        await screen.see_row("+ ken@acme.test")
        cluster.start()
        await screen.see(f"Reconnected to {host}")
        await screen.see_no("lost just now")
        await world.backend.apply_delta(world.owner, "entra", Delta(add=(ANA,)))
        await screen.see("owner saved Entra meanwhile: + ana")
        await screen.see_row("+ ken@acme.test")
        app.workers.cancel_all()
        await pilot.pause()
