"""Nothing that matters is off the screen: what one works on has the room, at every size."""

import pytest

from tests.backend.world import OWNER, World
from tests.tui.console import Console, console

SIZES = [
    (40, 12), (60, 16), (80, 24), (99, 29), (100, 30), (110, 33), (119, 35), (120, 36),
    (120, 40), (160, 45), (200, 60),
]  # fmt: skip
KEN, MIA, TOM, ANA = "ken@acme.test", "mia@acme.test", "tom@acme.test", "ana@acme.test"
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
