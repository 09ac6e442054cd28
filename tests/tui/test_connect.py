"""The first run of somebody whose team is behind a server: its URL is typed, and judged."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from bgconsole.cli.commands.console import _connect
from bgconsole.compose import Target
from bgconsole.tui.app import ConsoleApp
from bgconsole.tui.model.connection import Connection
from tests.backend.world import CONSOLE, OWNER, PASSWORD, World
from tests.serving import Server
from tests.tui.console import SIZES, SMALL, Console
from tests.tui.far import server_on
from tests.tui.first_run import GOOD, Places, fill


@pytest.fixture
def server(world: World, tmp_path: Path) -> Iterator[Server]:
    """A server process on the team's database."""
    with server_on(world, tmp_path) as running:
        yield running


@asynccontextmanager
async def first_run(folder: Path, size: tuple[int, int] = SMALL) -> AsyncGenerator[Console]:
    """The console where nothing is yet, with the ways to go elsewhere that the command gives."""
    here = Places().connection(folder / "mine" / "team.db")
    app = ConsoleApp(
        Connection(
            place=here.place,
            open=here.open,
            source=CONSOLE,
            vacant=True,
            connect=partial(_connect, Target("sqlite:///")),
        )
    )
    async with app.run_test(size=size) as pilot:
        yield Console(app, pilot)
        app.workers.cancel_all()
        await pilot.pause()
        await app.session.end()


@pytest.mark.parametrize("size", SIZES)
async def test_a_team_behind_a_server_is_opened_instead(
    world: World, server: Server, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with first_run(tmp_path, size) as screen:
        await screen.see("Set up your team")
        await screen.press("f2")
        await screen.see("Open a team that is there", "https://HOST for a server")
        await screen.press("ctrl+u")
        await fill(screen, f"{server.url}/")
        await screen.see("Sign in to Acme")
        await screen.sign_in(OWNER, PASSWORD)
        await screen.see("Entra")
    assert world.sessions
    assert not (tmp_path / "mine").exists()


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("https://nobody.invalid", "is unknown"),
        ("http://127.0.0.1:1", "No server answers at"),
        ("http://vault.example", "Plain http would send passwords"),
        ("https://ada:secret@vault.example", "Other users could read"),
        ("https://vault.example?token=secret", "other users could read"),
        ("postgresql+psycopg://ada@127.0.0.1:1/team", "127.0.0.1:1"),
        ("gopher://vault.example", "neither a server nor a database"),
    ],
)
async def test_a_place_that_is_no_good_is_told_beside_the_field(
    tmp_path: Path, typed: str, told: str
) -> None:
    async with first_run(tmp_path) as screen:
        await screen.press("f2")
        await screen.see("Open a team that is there")
        await screen.press("ctrl+u")
        await fill(screen, typed)
        await screen.until(lambda: told in _flowing(screen), told)


async def test_a_team_is_not_made_through_a_server(server: Server, tmp_path: Path) -> None:
    async with first_run(tmp_path) as screen:
        await screen.see("Set up your team")
        await fill(screen, "Other", OWNER, GOOD, GOOD)
        await screen.press("ctrl+u")
        await fill(screen, server.url)
        await screen.see("A team is not made through a server", "F2 opens one")


def _flowing(screen: Console) -> str:
    """The screen as one line of words, wherever rows end."""
    return " ".join(screen.text.split())
