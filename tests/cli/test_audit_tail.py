"""Following the log past a database that is away for a while, and what is kept of it."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bgconsole.backend.errors import LogRewoundError
from bgconsole.backend.line import LineState, LineStatus
from bgconsole.cli import audit_tail
from bgconsole.cli.audit_tail import Tail
from bgconsole.cli.context import Invocation, OpenTeam
from bgconsole.compose import Target
from bgconsole.files.user_folders import state_folder
from bgconsole.policy.audit import AuditEvent, AuditFilter
from tests.backend.world import START, SqliteDeployment, World

PATIENCE = 60.0


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A team of one."""
    team = World(SqliteDeployment(tmp_path))
    await team.found()
    yield team
    await team.close()


async def until(holds: Callable[[], bool]) -> None:
    """Wait until it holds."""
    async with asyncio.timeout(PATIENCE):
        while not holds():  # noqa: ASYNC110 (nothing tells of it)
            await asyncio.sleep(0.02)


@dataclass
class Follower:
    """`audit tail` on the team, which notes what it shows."""

    world: World
    shown: list[AuditEvent] = field(default_factory=list[AuditEvent])
    tail: Tail = field(init=False)

    def __post_init__(self) -> None:
        target = Target(self.world.deployment.url)
        runner = asyncio.Runner()
        team = OpenTeam(Invocation(), target, self.world.backend, self.world.owner, runner)
        self.tail = Tail(team, AuditFilter(), self.shown.append)

    async def until(self, seq: int) -> None:
        """Wait until this one is shown."""
        await until(lambda: bool(self.shown) and self.shown[-1].seq >= seq)


async def test_a_database_that_was_away_is_found_again(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(audit_tail, "FIRST_WAIT", 0.05)
    monkeypatch.setattr(audit_tail, "KEPT_AFTER", 0.01)
    follower = Follower(world)
    running = asyncio.ensure_future(follower.tail.run(2, None))
    head = await world.head()
    await follower.until(head)
    assert [event.seq for event in follower.shown] == [head - 1, head]
    path = Path(world.deployment.url.removeprefix("sqlite:///"))
    away = path.with_suffix(".away")
    path.rename(away)
    async with asyncio.timeout(PATIENCE):
        told = ""
        while "Retrying" not in told:
            await asyncio.sleep(0.05)
            told += capsys.readouterr().err
    away.rename(path)
    await world.backend.create_token(world.owner, 1)
    await follower.until(head + 1)
    told += capsys.readouterr().err
    assert (told.count("Retrying"), told.count("Connected again")) == (1, 1)
    (kept,) = (state_folder() / "heads").iterdir()
    await until(lambda: json.loads(kept.read_text())["seq"] > head)
    running.cancel()
    await asyncio.wait([running])


async def test_it_begins_behind_a_place_and_ends_when_an_older_copy_is_put_back(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    head = await world.head()
    await world.backend.create_token(world.owner, 1)
    follower = Follower(world)
    running = asyncio.ensure_future(follower.tail.run(10, 1))
    await follower.until(head + 1)
    assert [event.seq for event in follower.shown] == list(range(2, head + 2))
    world.deployment.tamper(f"DELETE FROM audit_event WHERE seq > {head}")
    world.deployment.tamper(
        f"UPDATE audit_head SET seq = {head},"
        f" hash = (SELECT hash FROM audit_event WHERE seq = {head})"
    )
    with pytest.raises(LogRewoundError) as caught:
        await running
    assert (caught.value.seen.seq, caught.value.head.seq) == (head + 1, head)
    again = Follower(world)
    running = asyncio.ensure_future(again.tail.run(1, None))
    await again.until(head)
    assert "WARNING: History went back" in capsys.readouterr().err
    running.cancel()
    await asyncio.wait([running])


async def test_a_line_that_breaks_is_told_once_until_it_is_back(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    line = Follower(world).tail._line
    for state in (LineState.DOWN, LineState.DOWN, LineState.CHECKING, LineState.UP, LineState.UP):
        line(LineStatus(state, "The line broke", START))
    told = capsys.readouterr().err
    assert (told.count("The line broke"), told.count("Connected again")) == (1, 1)
