"""Every key of the main screen, at every place of it: it does something, or says why not."""

import pytest
from textual.screen import ModalScreen

from bgconsole.tui import keymap
from bgconsole.tui.main.screen import MainScreen
from tests.backend.world import OWNER, World
from tests.tui.console import Console, console

MIA, KEN = "mia@acme.test", "ken@acme.test"

LEAVES = {"ctrl+q", "ctrl+z", "O", "ctrl+l", "f9"}
"""They end the screen, or change nothing of it."""

MOVES = {
    *("up", "down", "left", "right", "pageup", "pagedown", "home", "end", "j", "k"),
    *("tab", "shift+tab", "shift+up", "shift+down", "enter", "space", "backspace"),
}
"""They move a cursor, which may be at the end already, or type."""

PLACES = ("1",)


def keys() -> list[str]:
    """Every key of a screen or a part that is not a dialog."""
    every = {
        bound.binding.key for bound in keymap.bindings() if not issubclass(bound.place, ModalScreen)
    }
    return sorted(every - LEAVES - MOVES)


async def _silent(screen: Console, place: str) -> list[str]:
    found: list[str] = []
    # Whoever is there already goes nowhere by its own key.
    for key in [key for key in keys() if key != place]:
        await _return(screen, place)
        before = screen.lines
        await screen.press(key)
        await screen.settle()
        if screen.lines == before:
            found.append(key)
    return found


async def _return(screen: Console, place: str) -> None:
    """To the place, without a dialog, a notice or a draft."""
    while len(screen.app.screen_stack) > 1:
        await screen.press("escape")
        await screen.settle()
    main = screen.app.screen
    assert isinstance(main, MainScreen)
    main.workspace.drop_all()
    if main.workspace.read_only:
        main.workspace.switch_read_only()
    await screen.press("1")
    if place != "1":
        await screen.press(place)
    screen.app.show_notice(None)
    await screen.settle()


@pytest.mark.parametrize("place", PLACES)
async def test_of_an_owner(world: World, place: str) -> None:
    await world.enforce("entra", OWNER, MIA)
    async with console(world) as screen:
        await screen.see("Enforce SSO", "✓ owner@acme.test")
        assert await _silent(screen, place) == []


async def test_of_a_member(world: World) -> None:
    await world.enforce("entra", OWNER, KEN)
    await world.sign_in(KEN)
    async with console(world, KEN) as screen:
        await screen.see("Enforce SSO")
        assert await _silent(screen, "1") == []
