"""A server under a flood, by its own processes: known sources come in, at the first try."""

import asyncio
from pathlib import Path

import pytest

from benchmarks.logins import FloodKind, flooding
from bgconsole.backend.identity import Caller
from bgconsole.compose import local_source, open_backend, target_at
from tests.backend.world import OWNER, PASSWORD
from tests.server.command import found_team, serving


async def _come_in(url: str, times: int) -> None:
    """Each time by a connection of its own."""
    for _ in range(times):
        backend = open_backend(target_at(url))
        try:
            await backend.sign_in(Caller(local_source()), OWNER, PASSWORD)
        finally:
            await backend.close()


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize("kind", [FloodKind.EMAILS, FloodKind.CONNECTIONS])
def test_a_known_source_comes_in_at_the_first_try(
    tmp_path: Path, workers: str, kind: FloodKind
) -> None:
    url = found_team()
    with serving(tmp_path, "--workers", workers, database=url) as served:
        asyncio.run(_come_in(served.url, 1))
        with flooding(served.url, kind, connections=300):
            asyncio.run(_come_in(served.url, 6))
        assert "died" not in served.said


def test_a_source_from_before_the_start_is_known_to_the_server(tmp_path: Path) -> None:
    url = found_team()
    with serving(tmp_path, database=url) as served:
        asyncio.run(_come_in(served.url, 1))
    with (
        serving(tmp_path, database=url) as served,
        flooding(served.url, FloodKind.CONNECTIONS, connections=300),
    ):
        asyncio.run(_come_in(served.url, 2))
