"""Every key that is named in the text of a screen does something where it is clicked."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.widget import Widget

from bgconsole.tui.kit.clicks import pressed_at
from bgconsole.tui.kit.render.keys import PRESSES
from tests.backend.world import OWNER, World
from tests.tui.console import Console, console
from tests.tui.states import STATES, State, copy_of, sample_team

LONG = os.environ.get("LONG_TESTS") == "1"
SOME = frozenset({"main", "main-draft", "guard", "audit", "simulator", "who-gets-in-find"})


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample team, made once."""
    path = tmp_path_factory.mktemp("sample") / "team.db"
    sample_team(path)
    return path


def named_keys(screen: Console) -> Iterator[tuple[Widget, str]]:
    """Each widget that names a key on the screen, and the key."""
    shown = screen.app.screen
    found: set[tuple[Widget, str]] = set()
    for y, strip in enumerate(shown._compositor.render_strips()):
        x = 0
        for segment in strip:
            key = segment.style.meta.get(PRESSES) if segment.style is not None else None
            if isinstance(key, str):
                found.add((shown.get_widget_at(x, y)[0], key))
            x += segment.cell_length
    # Behind a dialog nothing is clicked.
    return ((widget, key) for widget, key in found if widget.screen is shown)


@pytest.mark.parametrize(
    "state",
    [state for state in STATES if LONG or state.name in SOME],
    ids=lambda state: state.name,
)
def test_each_key_in_the_text_is_one_of_a_binding(state: State, team: Path, tmp_path: Path) -> None:
    scene = copy_of(team, tmp_path)
    app = state.app(scene)

    async def look() -> None:
        async with app.run_test(size=(120, 40)) as pilot:
            await state.run(scene)(pilot)
            await pilot.pause()
            for widget, key in named_keys(Console(app, pilot)):
                assert pressed_at(widget, key) is not None, f"{key} in {widget}"

    asyncio.run(look())
    scene.close()


async def test_a_click_on_a_key_does_what_it_did_before_the_settings_gave_it_another(
    world: World,
) -> None:
    await world.enforce("entra", OWNER)
    async with console(world) as screen:
        screen.app.set_keymap({"main.edit": "f4"})
        await screen.see("e edits")
        widget, key = next(found for found in named_keys(screen) if found[1] == "e")
        pressed = pressed_at(widget, key)
        assert pressed is not None
        assert pressed.action == "edit"
