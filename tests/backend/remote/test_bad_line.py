"""Changes over a bad line to a real server: each is done exactly once, wherever the line breaks.

`LONG_TESTS=1` cuts at every byte instead of some.
"""

import os
import random
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bgconsole.backend.errors import UnreachableError
from bgconsole.backend.identity import Caller
from bgconsole.backend.protocol import Backend
from bgconsole.backend.remote.backend import RemoteBackend
from bgconsole.backend.remote.settings import Patience, RemoteSettings
from tests.backend.contract.test_idempotency import LIFE, Step, Story
from tests.backend.world import SqliteDeployment, World
from tests.serving import ClockFile, forked
from tests.toxic import Cut, Fault, Toxic, Way, toxic

_PATIENCE = Patience(connect=2.0, read=0.5, whole=5.0, finding_out=20.0)
_LONG = os.environ.get("LONG_TESTS") == "1"
_TRIES = 10


@dataclass
class Team:
    """A team behind a server behind a line, and the same team where its database is."""

    world: World
    line: Toxic
    client: RemoteBackend


@asynccontextmanager
async def team_in(folder: Path) -> AsyncGenerator[Team]:
    """A team with two members besides its owner; every part of it real but the weather."""
    folder.mkdir(exist_ok=True)
    world = World(SqliteDeployment(folder))
    clock = ClockFile(folder / "server-clock")
    world.clock.follow(clock.show)
    await world.found()
    await world.add("anna", "cleo")
    with forked(world.deployment.url, clock) as server:
        async with toxic(server.port) as line:
            settings = RemoteSettings(line.url, patience=_PATIENCE)
            client = RemoteBackend(settings, clock=world.clock)
            yield Team(world, line, client)
            await client.close()
    await world.close()


@pytest.fixture
async def team(tmp_path: Path) -> AsyncIterator[Team]:
    """One of them."""
    async with team_in(tmp_path) as made:
        yield made


async def insist(step: Step, backend: Backend, caller: Caller, story: Story) -> object:
    """Ask until it is answered, as somebody does who is told that the outcome is not known."""
    for _ in range(_TRIES):
        try:
            return await step(backend, caller, story)
        except UnreachableError:
            continue
    raise AssertionError("never answered")


async def lived(
    team: Team, cuts: dict[str, Cut] | None = None
) -> tuple[dict[str, Counter[str]], dict[str, dict[Way, int]]]:
    """Every change once, over the line, cut so; what each put on record, and how long it was."""
    story = Story()
    told: dict[str, Counter[str]] = {}
    sizes: dict[str, dict[Way, int]] = {}
    for name, step in LIFE.items():
        before = await team.world.head()
        team.line.cut(None if cuts is None else cuts[name])
        caller = replace(team.world.owner, key=f"key-of-{name}".ljust(32, "."))
        await insist(step, team.client, caller, story)
        assert team.line.is_cut, name
        sizes[name] = dict(team.line.passed)
        events = await team.world.events()
        told[name] = Counter(event.type for event in events if event.seq > before)
    assert (await team.world.backend.audit_verify(team.world.owner)).ok
    return told, sizes


@pytest.mark.timeout(600)
@pytest.mark.parametrize("fault", Fault, ids=lambda fault: fault.name.lower())
async def test_every_change_is_done_exactly_once_wherever_the_line_breaks(
    fault: Fault, tmp_path: Path
) -> None:
    async with team_in(tmp_path / "good") as good:
        told, sizes = await lived(good)
    places = random.Random(fault.name)
    for life in range(8 if _LONG else 1):
        cuts: dict[str, Cut] = {}
        for name, size in sizes.items():
            way = places.choice(tuple(Way))
            # A little less than the whole: an answer's length differs by some digits.
            cuts[name] = Cut(way, places.randrange(size[way] - 8), fault)
        async with team_in(tmp_path / str(life)) as bad:
            assert (await lived(bad, cuts))[0] == told


@pytest.mark.parametrize("fault", [Fault.CLOSE, Fault.RESET], ids=lambda fault: fault.name.lower())
@pytest.mark.parametrize("way", Way, ids=lambda way: way.name.lower())
async def test_a_change_is_done_exactly_once_at_whichever_byte_the_line_is_cut(
    team: Team, way: Way, fault: Fault
) -> None:
    owner, backend = team.world.owner, team.world.backend
    team.line.count_anew()
    await team.client.create_token(owner, 3)
    size = team.line.passed[way]
    places = range(size) if _LONG else sorted({0, 1, size - 1, *range(7, size, size // 12)})
    for number, place in enumerate(places, 2):
        team.line.cut(Cut(way, place, fault))
        issued = await team.client.create_token(owner, 3)
        tokens = await backend.tokens(owner)
        assert len(tokens) == number
        assert issued.id in {token.id for token in tokens}
    created = [event for event in await team.world.events() if event.type == "token.created"]
    assert len(created) == len(places) + 1
    assert (await backend.audit_verify(owner)).ok


async def test_a_slow_and_narrow_line_is_waited_for(team: Team) -> None:
    team.line.latency, team.line.rate = 0.05, 20_000.0
    told, _ = await lived(team)
    assert sum(told.values(), Counter()).total() >= len(LIFE)
