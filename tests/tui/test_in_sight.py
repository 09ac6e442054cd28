"""Nothing that matters is off the screen: what one works on has the room, at every size."""

import asyncio
import os
from pathlib import Path

import pytest
from textual.screen import Screen

from bgconsole.tui.kit.scrolled import ScrolledText
from tests.backend.world import OWNER, World
from tests.tui.console import Console, console
from tests.tui.states import STATES, copy_of, sample_team

SIZES = [
    (40, 12), (60, 16), (80, 24), (99, 29), (100, 30), (110, 33), (119, 35), (120, 36),
    (120, 40), (160, 45), (200, 60),
]  # fmt: skip
KEN, MIA, TOM, ANA = "ken@acme.test", "mia@acme.test", "tom@acme.test", "ana@acme.test"
FEW = [(80, 24), (40, 12), (60, 16)]
LONG = os.environ.get("LONG_TESTS") == "1"
LEAST_FIELD = 10
"""Cells of a field in which one can still see what one types."""

FULL_LIST = (OWNER, MIA, KEN, TOM, ANA)


async def edit(screen: Console) -> None:
    """Start editing, in the add field."""
    await screen.see("Entra")
    await screen.press("a")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_a_refused_email_its_message_and_the_save_row_are_in_sight(
    world: World, size: tuple[int, int]
) -> None:
    await world.enforce("entra", *FULL_LIST)
    async with console(world, size=size) as screen:
        await edit(screen)
        await screen.type("sara@acme.test")
        await screen.press("enter")
        await screen.see("› Add    sara@acme.test", "× ", "No changes")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_person_under_the_cursor_what_saving_does_and_save_are_in_sight(
    world: World, size: tuple[int, int]
) -> None:
    await world.enforce("entra", *FULL_LIST)
    async with console(world, size=size) as screen:
        await screen.see("Entra")
        await screen.press("e", "x")
        await screen.see("Save  ^S", "Saving takes password login from")
        for _ in FULL_LIST[1:]:
            await screen.press("down")
            assert any(row.startswith("  › ") or "  ›  " in row for row in screen.lines)
        await screen.see("› ")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_what_is_out_of_view_leaves_a_mark(world: World, size: tuple[int, int]) -> None:
    await world.enforce("entra", *FULL_LIST)
    async with console(world, size=size) as screen:
        await screen.see("Entra")
        await screen.press("e", "x")
        await screen.see("Save  ^S")
        seen = sum(any(email in row for row in screen.lines) for email in FULL_LIST)
        marked = "more ↓" in screen.text or "more ↑" in screen.text
        assert seen == len(FULL_LIST) or marked or size[1] < 24


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_who_can_be_meant_is_in_sight_below_what_is_typed_with_the_save_row(
    world: World, size: tuple[int, int]
) -> None:
    await world.add(*(f"uma{n}" for n in range(7)))
    await world.enforce("entra", *FULL_LIST[:4])
    async with console(world, size=size) as screen:
        await edit(screen)
        await screen.type("uma")
        await screen.see("› Add    uma", "uma0@acme.test", "No changes")
        await screen.see("more ↓")
        for n in range(7):
            await screen.press("down")
            await screen.see(f"› uma{n}@acme.test", "No changes")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_every_word_of_a_refusal_is_in_sight_with_the_save_row(
    world: World, size: tuple[int, int]
) -> None:
    await world.backend.reset_member(world.owner, KEN)
    await world.enforce("entra", OWNER, MIA)
    async with console(world, size=size) as screen:
        await edit(screen)
        await screen.type("ken\r")
        await screen.see("› Add    ken@acme.test", "No changes")
        # Rows of the page, without the simulator beside it.
        told = " ".join(" ".join(row.partition("│")[0] for row in screen.lines).split())
        assert "This user has no password configured" in told
        assert "not used yet: esc m C renews it" in told


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_who_is_asked_about_is_in_sight_with_the_answer(
    world: World, size: tuple[int, int]
) -> None:
    await world.add(*(f"uma{n}" for n in range(7)))
    await world.enforce("entra", OWNER)
    async with console(world, size=size) as screen:
        await screen.see("Entra")
        await screen.press("slash")
        await screen.type("uma")
        for n in range(1, 7):
            await screen.press("down")
            await screen.see(f"› uma{n}@acme.test", f"× uma{n} cannot get in")


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample team, made once."""
    path = tmp_path_factory.mktemp("sample") / "team.db"
    sample_team(path)
    return path


DIALOGS = {
    "leave": ("Keep editing  esc", "Save  ^S", "Keep draft  k", "Discard  y"),
    "kept-draft": ("Restore  enter", "Discard  d", "Not now  esc"),
    "guard": ("Go back  esc", "Override and save  ^S"),
    "conflict": ("Save merged  ^S", "esc"),
    "enforce-unproven": ("Go back  esc", "Enforce anyway  y"),
    "provider-remove": ("Go back  esc", "Remove  ^S"),
    "provider-add": ("Add  ^S", "Cancel  esc"),
    "members-remove": ("Go back  esc", "Remove  y"),
    "members-role": ("enter", "Go back  esc"),
    "sso-device": ("Cancel  esc", "f ]"),
    "proof": (),
    "help": (),
    "actions": (),
}
"""States with a dialog in front, and its buttons."""


@pytest.mark.parametrize("name", DIALOGS)
def test_a_dialog_shows_its_buttons_its_field_and_what_is_left_out(
    name: str, team: Path, tmp_path: Path
) -> None:
    """One app for a few sizes and back; for all of them with `LONG_TESTS=1`."""
    state = next(state for state in STATES if state.name == name)
    scene = copy_of(team, tmp_path)
    app = state.app(scene)

    async def walk() -> None:
        async with app.run_test(size=(120, 40), notifications=True) as pilot:
            await state.run(scene)(pilot)
            screen = Console(app, pilot)
            for size in (*(SIZES if LONG else FEW), (120, 40)):
                await pilot.resize_terminal(*size)
                await screen.see(*DIALOGS[name])
                await screen.until(lambda: _in_view(app.screen), f"the focus at {size}")
                await screen.until(lambda: _marked(app.screen, screen.text), f"a mark at {size}")

    asyncio.run(walk())
    scene.close()


def _in_view(dialog: Screen[object]) -> bool:
    """Whether the whole field that has the focus is seen, and one can type in it."""
    focused = dialog.focused
    if focused is None or isinstance(focused, ScrolledText):
        return True
    region = dialog.find_widget(focused)
    return region.visible_region == region.region and focused.size.width >= LEAST_FIELD


def _marked(dialog: Screen[object], shown: str) -> bool:
    body = dialog.query_one(ScrolledText)
    below = body.max_scroll_y - round(body.scroll_y)
    return f"{below} more ↓" in shown if below > 0 else "more ↓ ─┘" not in shown
