"""Typing a name to add somebody: few letters, a list of who can be meant, and what was refused."""

import pytest

from tests.backend.world import OWNER, World
from tests.tui.console import SIZES, Console, console

KEN, MIA, TOM, ANA = "ken@acme.test", "mia@acme.test", "tom@acme.test", "ana@acme.test"
DUPLICATE = "This email is already added"
FULL = "Maximum number of users reached"


async def edit(screen: Console) -> None:
    """Start editing, in the add field."""
    await screen.see("e edits")
    await screen.press("a")
    await screen.see("› Add")


@pytest.mark.parametrize("size", SIZES)
async def test_enter_takes_the_only_one_who_is_meant(world: World, size: tuple[int, int]) -> None:
    await world.enforce("entra", OWNER)
    async with console(world, size=size) as screen:
        await edit(screen)
        await screen.type("ke\r")
        await screen.see_row(f"+ {KEN}")
        await screen.see("1 change: + 1")


async def test_letters_enter_and_save_in_one_burst_save_who_was_meant(world: World) -> None:
    await world.enforce("entra", OWNER)
    async with console(world) as screen:
        await screen.see("e edits")
        await screen.pilot.press("a", "k", "e", "enter", "ctrl+s")
        await screen.see("✓ Saved")
    assert (await world.provider("entra")).settings.emails == (OWNER, KEN)


@pytest.mark.parametrize("size", SIZES)
async def test_of_several_the_arrows_choose_and_each_says_why_it_cannot_be_added(
    world: World, size: tuple[int, int]
) -> None:
    await world.add("kim", "kai")
    await world.backend.reset_member(world.owner, "kai@acme.test")
    await world.enforce("entra", OWNER, KEN)
    async with console(world, size=size) as screen:
        await edit(screen)
        await screen.type("k")
        await screen.see_row("kim@acme.test", "member")
        await screen.see_row("kai@acme.test", "has a code until 24 Nov, not used yet")
        await screen.see_row(KEN, "already on the list")
        await screen.press("enter")
        await screen.see_row("› kim@acme.test")
        await screen.see("No changes")
        await screen.press("down")
        await screen.see_row("› kai@acme.test")
        await screen.press("up", "enter")
        await screen.see_row("+ kim@acme.test")


async def test_at_most_five_are_shown_and_the_arrows_reach_the_others(world: World) -> None:
    await world.add(*(f"uma{n}" for n in range(7)))
    await world.enforce("entra", OWNER)
    async with console(world) as screen:
        await edit(screen)
        await screen.type("uma")
        await screen.see_row("uma4@acme.test", "2 more ↓")
        assert "uma5@" not in screen.page
        await screen.press(*["down"] * 7)
        await screen.see_row("› uma6@acme.test")
        await screen.press("enter")
        await screen.see_row("+ uma6@acme.test")


async def test_a_name_that_is_typed_whole_is_meant_though_others_have_its_letters(
    world: World,
) -> None:
    await world.add("kendra")
    await world.enforce("entra", OWNER)
    async with console(world) as screen:
        await edit(screen)
        await screen.type("ken")
        await screen.see_row("› ken@acme.test")
        await screen.see("kendra@acme.test")
        await screen.press("enter")
        await screen.see_row(f"+ {KEN}")


@pytest.mark.parametrize("typed", ["ken@", "ken@acme", "ken@acme.tes", KEN.upper()])
async def test_no_part_of_a_members_email_is_called_invalid(world: World, typed: str) -> None:
    await world.enforce("entra", OWNER)
    async with console(world) as screen:
        await edit(screen)
        await screen.type(f"{typed}\r")
        await screen.see_row(f"+ {KEN}")
        await screen.see_no("Enter a valid email address")


async def test_what_is_typed_after_a_refusal_replaces_the_text(world: World) -> None:
    await world.enforce("entra", OWNER)
    async with console(world) as screen:
        await edit(screen)
        await screen.type("stranger@acme.test\r")
        await screen.see("This user does not exist in the system", "esc m a adds them")
        await screen.type("tom\r")
        await screen.see_row(f"+ {TOM}")
        await screen.see_no("This user does not exist")


async def test_a_refusal_goes_when_the_list_is_no_longer_full(world: World) -> None:
    await world.add("uma")
    await world.enforce("entra", OWNER, ANA, KEN, MIA, TOM)
    async with console(world) as screen:
        await edit(screen)
        await screen.type("uma\r")
        await screen.see(FULL)
        await screen.press("escape")
        await screen.see(FULL)
        await screen.press("x")
        await screen.see("4 of 5")
        await screen.see_no(FULL)


async def test_a_refusal_goes_with_an_undo_a_save_and_another_tab(world: World) -> None:
    await world.enforce("entra", OWNER)
    async with console(world) as screen:
        await screen.see("e edits")
        for key, told in (("u", "1 of 5"), ("w", "Who gets in"), ("ctrl+s", "✓ Saved")):
            await screen.press("a")
            await screen.type("ken\r")
            await screen.see_row("+ ken@acme.test") if key != "w" else None
            await screen.type("ken@acme.test\r")
            await screen.see(DUPLICATE)
            await screen.press("escape", key)
            await screen.see(told)
            if key == "w":
                await screen.press("1")
            await screen.see_no(DUPLICATE)


async def test_the_cursor_is_on_whom_was_added(world: World) -> None:
    await world.enforce("entra", OWNER, KEN, MIA)
    async with console(world) as screen:
        await edit(screen)
        await screen.type("tom\r")
        await screen.see_row(f"+ {TOM}")
        await screen.press("escape")
        await screen.see_row("›", f"+ {TOM}")
        await screen.press("slash")
        await screen.type("ana")
        await screen.press("enter", "a")
        await screen.see_row("›", f"+ {ANA}")
        await screen.press("x")
        await screen.see_no(f"+ {ANA}")
        await screen.see(f"+ {TOM}")


async def test_the_cursor_stays_on_whom_was_added_when_that_is_saved(world: World) -> None:
    await world.enforce("entra", OWNER, MIA)
    async with console(world) as screen:
        await screen.see_row("✓ mia@acme.test")
        await screen.add(KEN)
        await screen.save()
        await screen.see_row("›", "✓ ken@acme.test")
        await screen.settle()
        await screen.see_row("›", "✓ ken@acme.test")


async def test_the_save_row_says_what_esc_does_now(world: World) -> None:
    await world.enforce("entra", OWNER)
    async with console(world) as screen:
        await edit(screen)
        await screen.type("ken\r")
        await screen.see("[ To the list  esc ]", "esc to the list")
        await screen.press("escape")
        await screen.see("[ Cancel  esc ]")
        await screen.see_no("to the list")


@pytest.mark.parametrize("size", SIZES)
async def test_somebody_with_an_open_code_is_told_from_somebody_without_a_password(
    world: World, size: tuple[int, int]
) -> None:
    await world.backend.reset_member(world.owner, KEN)
    await world.enforce("entra", OWNER)
    async with console(world, size=size) as screen:
        await edit(screen)
        await screen.type("ken\r")
        await screen.see(
            "This user has no password configured",
            'Have the user set a password via "Forgot Password"',
            "Has a code until 24 Nov, not used yet: esc m C renews it",
        )


async def test_the_members_tab_opens_at_the_person_who_was_refused(world: World) -> None:
    await world.backend.reset_member(world.owner, TOM)
    await world.enforce("entra", OWNER)
    async with console(world) as screen:
        await edit(screen)
        await screen.type("tom\r")
        await screen.see("renews it")
        await screen.press("escape", "m")
        await screen.see_row("›", TOM, "code until")
        await screen.press("C")
        await screen.see("tom@acme.test", "one-time code")


async def test_who_has_no_account_is_filled_in_where_members_are_added(world: World) -> None:
    await world.enforce("entra", OWNER)
    async with console(world) as screen:
        await edit(screen)
        await screen.type("stranger@acme.test\r")
        await screen.see("esc m a adds them")
        await screen.press("escape", "m", "a")
        await screen.see("Add somebody to the team")
        await screen.see_row("Email", "stranger@acme.test")
