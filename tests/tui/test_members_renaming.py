"""Somebody in the members' tab gets another email or another name."""

import pytest

from bgconsole.policy.audit import EventType
from bgconsole.policy.team import Role
from tests.backend.world import OWNER, World
from tests.tui.console import SIZES, console
from tests.tui.test_members import ANA, KEN, TOM, members, to


@pytest.mark.parametrize("size", SIZES)
async def test_another_email_is_typed_and_the_cursor_stays_with_its_person(
    world: World, size: tuple[int, int]
) -> None:
    async with console(world, size=size) as screen:
        await members(screen)
        await to(screen, TOM)
        await screen.press("E")
        await screen.see("Change the email", TOM, "The audit log names both.")
        await screen.press("ctrl+u")
        await screen.type("Tom.New@acme.test")
        await screen.press("enter")
        await screen.see(f"{TOM} is Tom.New@acme.test now")
        await screen.see_row("› Tom.New@acme.test")
    event = next(e for e in await world.events() if e.type is EventType.MEMBER_RENAMED)
    assert event.metadata == {"from": TOM, "to": "Tom.New@acme.test"}


async def test_what_cannot_be_an_email_of_theirs_is_said_beside_the_field(world: World) -> None:
    async with console(world) as screen:
        await members(screen)
        await to(screen, TOM)
        await screen.press("E", "enter")
        await screen.see("Change the email")
        await screen.type(" at")
        await screen.press("enter")
        await screen.see("× Enter a valid email address")
        await screen.press("ctrl+u")
        await screen.type(KEN.upper())
        await screen.press("enter")
        await screen.see("× Somebody else has this email")
        await screen.press("ctrl+u")
        await screen.type("new@acme.test")
        await world.add("new")
        await screen.press("enter")
        await screen.see_row("×", "email")
        await screen.press("escape")
        await screen.see_no("Change the email")


async def test_a_name_is_changed_from_the_person_in_full(world: World) -> None:
    async with console(world) as screen:
        await members(screen)
        await to(screen, TOM)
        await screen.press("enter")
        await screen.see("A member of the team")
        await screen.press("N")
        await screen.see("Change the name")
        await screen.press("ctrl+u")
        await screen.type("Tom Newman")
        await screen.press("enter")
        await screen.see(f"{TOM} has the name Tom Newman")
        await screen.press("N")
        await screen.see("Change the name")
        await screen.press("ctrl+u", "enter")
        await screen.see(f"{TOM} has no name")


async def test_an_admin_is_told_why_not_of_an_owner(world: World) -> None:
    await world.backend.set_role(world.owner, ANA, Role.ADMIN)
    await world.sign_in(ANA)
    async with console(world, ANA) as screen:
        await members(screen)
        await to(screen, OWNER)
        for key in "EN":
            await screen.press(key)
            await screen.see("Only an owner can do this to an owner or admin")


async def test_who_is_added_with_mixed_scripts_is_warned_of(world: World) -> None:
    async with console(world) as screen:
        await members(screen)
        await screen.press("a")
        await screen.type("t\u043em@acme.test")
        await screen.see("mixes Cyrillic and Latin letters")


async def test_who_is_added_with_the_look_of_another_is_warned_of(world: World) -> None:
    async with console(world) as screen:
        await members(screen)
        await screen.press("a")
        await screen.type("rnia@acme.test")
        await screen.see("It looks like mia@acme.test, another address of the team")
        await screen.press("ctrl+u")
        await screen.type("zoe@acrne.test")
        await screen.see("Its domain looks like acme.test, which the team has")
        await screen.press("ctrl+u")
        await screen.type("mia2@acme.test")
        await screen.see_no("looks like")


async def test_another_email_with_the_look_of_somebody_s_is_warned_of(world: World) -> None:
    async with console(world) as screen:
        await members(screen)
        await to(screen, TOM)
        await screen.press("E")
        await screen.see("Change the email")
        await screen.press("ctrl+u")
        await screen.type("rnia@acme.test")
        await screen.see("It looks like mia@acme.test, another address of the team")
        await screen.press("ctrl+u")
        # Like her own address of before: nobody else has it.
        await screen.type("t0m@acme.test")
        await screen.see_no("looks like")
