"""Who gets in: as saved, with a draft, in an outage, looking for somebody."""

import sqlite3
from contextlib import closing

from bgconsole.demo.people import KEN
from tests.tui.console import Console
from tests.tui.states.scene import Scene, State, main_screen


async def _who(screen: Console, scene: Scene) -> None:
    await main_screen(screen, scene)
    await screen.press("w")
    await screen.see("of 22", "can sign in", "list:")


async def _draft(screen: Console, scene: Scene) -> None:
    await screen.see("Not enforced")
    await screen.until(lambda: "Loading the team" not in screen.text)
    await screen.press("t")
    await screen.see_row("✓ tom@harbor.example")
    await screen.press("down", "down", "down", "x")
    await screen.see_row("− tom@harbor.example")
    await screen.add(KEN.email)
    await screen.see_row("+ ken@harbor.example")
    await screen.press("escape", "w")
    await screen.see("Lose it with your draft", "list:")


async def _outage(screen: Console, scene: Scene) -> None:
    await main_screen(screen, scene)
    await screen.press("w")
    await screen.see("Entra is down", "list:")


def _off(scene: Scene) -> None:
    """Let Entra not be enforced, with its list kept."""
    with closing(sqlite3.connect(scene.path)) as connection:
        connection.execute("UPDATE provider SET enforced = 0")
        connection.commit()


async def _find(screen: Console, scene: Scene) -> None:
    await _who(screen, scene)
    await screen.press("slash")
    await screen.type("raj")
    await screen.see("1 of 19", "› raj@harbor.example")


STATES = (
    State("who-gets-in", _who),
    State("who-gets-in-draft", _draft, before=_off),
    State("who-gets-in-outage", _outage, before=Scene.outage),
    State("who-gets-in-find", _find),
)
