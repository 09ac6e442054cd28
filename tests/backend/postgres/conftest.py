"""Teams on PostgreSQL: on the server all tests share, or on one that may be stopped."""

from collections.abc import AsyncIterator, Generator
from pathlib import Path

import pytest

from tests.backend.world import PostgresDeployment, World
from tests.postgres import Cluster, running


@pytest.fixture
def deployment(tmp_path: Path) -> PostgresDeployment:
    """An empty database on the server that all share."""
    return PostgresDeployment(tmp_path)


@pytest.fixture
async def world(deployment: PostgresDeployment) -> AsyncIterator[World]:
    """A team with its owner signed in, on the server that all share."""
    world = World(deployment)
    await world.found()
    yield world
    await world.close()


@pytest.fixture
def cluster() -> Generator[Cluster]:
    """A server of one's own."""
    with running() as cluster:
        yield cluster
