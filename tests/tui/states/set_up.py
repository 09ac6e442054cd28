"""The first run, the way to another database, and a password changed."""

from dataclasses import replace

from bgconsole.demo.people import OLGA
from bgconsole.tui.model.connection import Connection
from tests.tui.console import Console
from tests.tui.states.scene import Scene, State, main_screen

DATA = "~/.local/share/bgconsole/team.db"
GOOD = "three grey harbour cranes"


def anywhere(connection: Connection, _scene: Scene) -> Connection:
    """Any place that is named is the scene's own."""
    return replace(connection, connect=lambda place: replace(connection, place=place))


def _vacant(connection: Connection, scene: Scene) -> Connection:
    return replace(anywhere(connection, scene), place=DATA, vacant=True)


def _no_database(scene: Scene) -> None:
    scene.path.unlink()


async def _set_up(screen: Console, _scene: Scene) -> None:
    await screen.see("Set up your team", DATA)


async def _fill(screen: Console, *typed: str) -> None:
    for text in typed:
        await screen.type(text)
        await screen.press("enter")


async def _weak(screen: Console, scene: Scene) -> None:
    await _set_up(screen, scene)
    await _fill(screen, "Harbor Pay", "olga@harbor.example")
    await screen.type("harbor pay password")
    await screen.see("easy to guess")


async def _refused(screen: Console, scene: Scene) -> None:
    await _set_up(screen, scene)
    await _fill(screen, "Harbor Pay", "olga at harbor", GOOD, "three grey harbour crows", "")
    await screen.see("Enter a valid email address", "Not the same as above")


async def _ready(screen: Console, scene: Scene) -> None:
    await _set_up(screen, scene)
    await _fill(screen, "Harbor Pay", "olga@harbor.example", GOOD, GOOD)
    await screen.see("Make the team", "the same")


async def _connect(screen: Console, scene: Scene) -> None:
    await _set_up(screen, scene)
    await screen.press("f2")
    await screen.see("Open a team that is there")
    await _fill(screen, "")
    await screen.see("There is no team there")


async def _password(screen: Console, scene: Scene) -> None:
    await main_screen(screen, scene)
    await screen.press("P")
    await screen.see("Change your password")
    await _fill(screen, OLGA.password, GOOD)
    await screen.type(GOOD[:-1])
    await screen.see("good")


STATES = (
    State("set-up", _set_up, who=None, before=_no_database, connected=_vacant),
    State("set-up-weak", _weak, who=None, before=_no_database, connected=_vacant),
    State("set-up-ready", _ready, who=None, before=_no_database, connected=_vacant),
    State("set-up-refused", _refused, who=None, before=_no_database, connected=_vacant),
    State("set-up-connect", _connect, who=None, before=_no_database, connected=_vacant),
    State("password", _password),
)
