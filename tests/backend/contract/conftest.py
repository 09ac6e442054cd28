"""The contract suite's world: an empty deployment of each kind of backend."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.backend.world import DEPLOYMENTS, World


@pytest.fixture(params=sorted(DEPLOYMENTS))
async def empty(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    """A deployment with nothing in it."""
    world = World(DEPLOYMENTS[request.param](tmp_path))
    yield world
    await world.close()


@pytest.fixture
async def world(empty: World) -> World:
    """A team with its owner signed in."""
    await empty.found()
    return empty
