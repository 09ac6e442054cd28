"""The contract suite's world: an empty deployment of each kind of backend."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.backend.deployments import DEPLOYMENTS, LOCAL
from tests.backend.world import World


def pytest_configure(config: pytest.Config) -> None:
    """Make known how a test says that it is about a console at the database itself."""
    config.addinivalue_line(
        "markers", "at_the_database(reason): a server's caller is never there, so not run for it"
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test on each kind of backend that it is about."""
    if "empty" in metafunc.fixturenames:
        local = metafunc.definition.get_closest_marker("at_the_database") is not None
        kinds = LOCAL if local else DEPLOYMENTS
        metafunc.parametrize("empty", sorted(kinds), indirect=True)


@pytest.fixture
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
