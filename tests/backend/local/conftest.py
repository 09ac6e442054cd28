"""A team on a SQLite file of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.backend.world import SqliteDeployment, World


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the world's database lies."""
    return tmp_path / "data" / "team.db"


@pytest.fixture
async def empty(tmp_path: Path) -> AsyncIterator[World]:
    """No database yet."""
    world = World(SqliteDeployment(tmp_path))
    yield world
    await world.close()


@pytest.fixture
async def world(empty: World) -> World:
    """A team with its owner signed in."""
    await empty.found()
    return empty
