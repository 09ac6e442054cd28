"""The contract suite's world: an empty deployment of each kind of backend.

A server does not know which database is behind it, and a database not who asks: each is tried with
all tests, and a server on PostgreSQL with some of every kind, marked `on_both`: sessions, changes,
what is said of them while a client follows, keys of repeated requests, a database that went back.
`LONG_TESTS=1` tries it with all.
"""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.backend.deployments import DEPLOYMENTS, LOCAL
from tests.backend.world import World

LONG = os.environ.get("LONG_TESTS") == "1"
BOTH = "remote-postgresql"


def pytest_configure(config: pytest.Config) -> None:
    """Make known how a test says that it is about a console at the database itself."""
    config.addinivalue_line("markers", "on_both: runs on a server on PostgreSQL in short form too")
    config.addinivalue_line(
        "markers", "at_the_database(reason): a server's caller is never there, so not run for it"
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test on each kind of backend that it is about."""
    if "empty" in metafunc.fixturenames:
        local = metafunc.definition.get_closest_marker("at_the_database") is not None
        kinds = set(LOCAL if local else DEPLOYMENTS)
        if not LONG and metafunc.definition.get_closest_marker("on_both") is None:
            kinds.discard(BOTH)
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
