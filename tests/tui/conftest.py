"""The team of the console's stories."""

import asyncio
from collections.abc import AsyncIterator, Generator
from pathlib import Path

import pytest

from bgconsole.demo.identity_provider.process import DemoIdentityProvider
from bgconsole.policy.team import Role
from bgconsole.tui.kit import notices
from bgconsole.tui.model.draft_file import DraftFile
from tests.backend.world import SqliteDeployment, World
from tests.tui.audit_console import Log, open_log


@pytest.fixture(autouse=True)
def messages_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """A message is seen on a busy machine too, and what it covers is seen before patience ends."""
    monkeypatch.setattr(notices, "SHOWN", 12.0)


@pytest.fixture(scope="session")
def six_people(tmp_path_factory: pytest.TempPathFactory) -> World:
    """An owner, an admin, three members; sara has no password. Made once, for others to copy."""

    async def made() -> World:
        team = World(SqliteDeployment(tmp_path_factory.mktemp("six-people")))
        await team.found()
        await team.add("mia", role=Role.ADMIN)
        await team.add("ana", "ken", "tom")
        await team.add("sara", password=None)
        await team.close()
        return team

    return asyncio.run(made())


@pytest.fixture
async def world(six_people: World, tmp_path: Path) -> AsyncIterator[World]:
    """Six people, in a database of their own."""
    team = World.copied(six_people, SqliteDeployment(tmp_path))
    yield team
    await team.close()


@pytest.fixture
async def log(tmp_path: Path) -> AsyncIterator[Log]:
    """A team of one, whose audit log a test writes."""
    async with open_log(tmp_path) as opened:
        yield opened


@pytest.fixture
def drafts(tmp_path: Path) -> DraftFile:
    """Where drafts are kept; the team is always the same."""
    return DraftFile(tmp_path / "drafts", "sqlite:///team.db")


@pytest.fixture(scope="module")
def idp() -> Generator[DemoIdentityProvider]:
    """The demo's, asked often."""
    with DemoIdentityProvider(interval=0.1) as provider:
        provider.start()
        yield provider
