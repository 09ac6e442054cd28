"""Every key has a name by which a user can change it, and says what it does."""

from collections import defaultdict

import pytest

from bgconsole.demo.console import DemoApp
from bgconsole.files.settings import Preferences
from bgconsole.tui import keymap
from tests.backend.world import World
from tests.tui.console import console

SHOWN = [bound for bound in keymap.bindings() if bound.binding.show and not bound.binding.system]


def called(bound: keymap.Bound) -> str:
    return f"{bound.place.__name__}-{bound.binding.key}"


@pytest.mark.parametrize("bound", SHOWN, ids=called)
def test_every_key_that_is_shown_has_an_id_and_says_what_it_does(bound: keymap.Bound) -> None:
    assert bound.binding.id
    assert bound.binding.tooltip or bound.binding.description


def test_an_id_means_one_action() -> None:
    actions: defaultdict[str, set[str]] = defaultdict(set)
    for bound in keymap.bindings():
        if bound.binding.id:
            actions[bound.binding.id].add(bound.binding.action)
    assert {name: told for name, told in actions.items() if len(told) > 1} == {}


async def test_a_users_keys_work_and_are_shown(world: World) -> None:
    mine = Preferences(keys={"main.enforce": "f4", "help": "f9"})
    async with console(world, preferences=mine) as screen:
        await screen.see("F4 enforce", "F9 help")
        await screen.press("t")
        await screen.see_no("not saved")
        await screen.press("f4")
        await screen.see("not saved")
        await screen.press("f9", "pagedown")
        await screen.see("Turn enforcement on or off")
        assert "F4" in screen.row("Turn enforcement on or off")


def test_a_key_of_the_demo_is_free_for_every_other_action() -> None:
    # Its binding is known once its app is.
    assert DemoApp.BINDINGS
    assert keymap.check({"main.enforce": "f9"}) is None
    taken = keymap.check({"main.enforce": "f8", "demo.entra": "f8"})
    assert taken is not None
    assert "is the key of" in taken.message
