"""Changes ask who is at the keyboard again, five minutes after the last proof."""

from bgconsole.policy.audit import EventType
from tests.backend.world import OWNER, PASSWORD, World
from tests.tui.console import Console, console

TITLE = "Re-authenticate"


async def _late_save(world: World, screen: Console) -> None:
    await screen.see_row("✓ owner@acme.test")
    await screen.add("ken@acme.test")
    await screen.see_row("+ ken@acme.test")
    world.clock.advance(minutes=6)
    await screen.press("ctrl+s")
    await screen.see(TITLE, "The draft is kept.")


async def test_the_right_password_saves(world: World) -> None:
    await world.enforce("entra", OWNER)
    async with console(world) as screen:
        await _late_save(world, screen)
        await screen.type(PASSWORD)
        assert PASSWORD not in screen.text
        await screen.press("enter")
        await screen.see("✓ Saved")
        await screen.see("Proof")
    assert (await world.provider("entra")).settings.emails == (OWNER, "ken@acme.test")
    assert EventType.REAUTH_SUCCESS in [event.type for event in await world.newest(2)]


async def test_a_wrong_password_is_said_there_and_can_be_mended(world: World) -> None:
    await world.enforce("entra", OWNER)
    async with console(world) as screen:
        await _late_save(world, screen)
        await screen.type("not my password at all")
        await screen.press("enter")
        await screen.see("× This is not your password", TITLE)
        await screen.type(PASSWORD)
        await screen.press("enter")
        await screen.see("✓ Saved")


async def test_going_back_keeps_the_draft(world: World) -> None:
    await world.enforce("entra", OWNER)
    async with console(world) as screen:
        await _late_save(world, screen)
        await screen.press("escape")
        await screen.see_no(TITLE)
        await screen.see("Not saved: the draft is kept")
        await screen.see_row("+ ken@acme.test")
    assert (await world.provider("entra")).settings.emails == (OWNER,)


async def test_within_five_minutes_nothing_is_asked(world: World) -> None:
    await world.enforce("entra", OWNER)
    async with console(world) as screen:
        await screen.see_row("✓ owner@acme.test")
        world.clock.advance(minutes=4)
        await screen.add("ken@acme.test")
        await screen.save()
