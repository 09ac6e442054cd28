"""The list of all actions, jump mode, and what a disabled key says."""

import pytest

from tests.backend.world import OWNER, World
from tests.tui.console import console


async def test_an_action_is_found_by_a_few_letters_and_done(world: World) -> None:
    async with console(world) as screen:
        await screen.see("Not enforced")
        await screen.press("ctrl+p")
        await screen.see("All actions", "Turn enforcement on or off")
        await screen.type("on enf")
        await screen.press("enter")
        await screen.see("* not saved")


async def test_every_key_of_the_help_is_an_action(world: World) -> None:
    async with console(world) as screen:
        await screen.see("Not enforced")
        await screen.press("ctrl+p")
        await screen.see("All actions")
        await screen.type("who could")
        await screen.see_row("Who could sign in, whatever happens", "w")
        await screen.press("escape")
        await screen.see_no("All actions")


async def test_an_action_that_cannot_be_done_says_why_and_stays(world: World) -> None:
    async with console(world) as screen:
        await screen.see("Not enforced")
        await screen.press("ctrl+p")
        await screen.type("save switch")
        await screen.see("! No changes to save")
        await screen.press("enter")
        await screen.see("All actions")


async def test_a_key_that_does_nothing_now_says_why(world: World) -> None:
    async with console(world) as screen:
        await screen.see("Not enforced")
        await screen.press("u")
        await screen.see("! Nothing to undo")


async def test_any_field_is_two_keys_away(world: World) -> None:
    await world.enforce("entra", OWNER)
    async with console(world) as screen:
        await screen.see("e edits")
        await screen.press("ctrl+o")
        await screen.see_row("Who s", "owner@acme.test")
        await screen.press("s")
        await screen.type("ke")
        await screen.see("ken cannot get in")


@pytest.mark.parametrize("size", [(120, 40), (100, 30), (80, 24), (40, 12)])
async def test_letters_of_jump_mode_hide_nothing(world: World, size: tuple[int, int]) -> None:
    await world.enforce("entra", OWNER)
    for who in (OWNER, None):
        async with console(world, who, size=size) as screen:
            await screen.see("Email" if who is None else "Entra")
            if who is None:
                await screen.type("rla@northwind.test")
                await screen.press("enter")
            await screen.settle()
            before = "\n".join(screen.lines[:-1]).replace("›", " ")
            await screen.press("ctrl+o")
            await screen.see("esc stay")
            after = "\n".join(screen.lines[:-1])
            lettered = [n for n, (a, b) in enumerate(zip(before, after, strict=True)) if a != b]
            assert lettered
            assert all(before[n] == " " for n in lettered)
            # What is scrolled away has its place behind the title.
            assert screen.lines[0] == before.splitlines()[0]


async def test_what_another_tab_can_do_is_found_from_anywhere(world: World) -> None:
    async with console(world) as screen:
        await screen.see("Not enforced")
        await screen.press("ctrl+p")
        await screen.type("import people")
        await screen.see_row("Import people from a file", "Members", "m i")
        await screen.press("enter")
        await screen.see("CSV")


async def test_a_member_is_offered_nothing_of_the_team(world: World) -> None:
    await world.sign_in("tom@acme.test")
    async with console(world, "tom@acme.test") as screen:
        await screen.see("You cannot change it")
        await screen.press("ctrl+p")
        await screen.type("import")
        await screen.see("No action has these letters")
