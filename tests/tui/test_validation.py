"""The six reasons why an email cannot be added, each with its remedy, where it was typed."""

import pytest

from bgconsole.policy.email import canonical_email
from bgconsole.tui.terminal.signs import FULL
from tests.backend.world import OWNER, World
from tests.tui.console import LARGE, SIZES, console

REASONS = {
    "nobody at all": ("Enter a valid email address", ""),
    "OWNER@acme.test": ("This email is already added", "The user is already in the list"),
    "stranger@acme.test": (
        "This user does not exist in the system",
        "Have the user sign up first",
    ),
    "sara@acme.test": (
        "This user has no password configured",
        'Have the user set a password via "Forgot Password"',
    ),
    "left@acme.test": (
        "This user is not a member of this team",
        "Invite the user to join your team first",
    ),
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("typed", REASONS)
async def test_a_refused_email_gets_its_reason_and_its_remedy(
    world: World, typed: str, size: tuple[int, int]
) -> None:
    await world.add("left")
    await world.backend.remove_member(world.owner, "left@acme.test")
    await world.enforce("entra", OWNER)
    async with console(world, size=size) as screen:
        await screen.see("e edits")
        await screen.add(typed)
        message, remedy = REASONS[typed]
        await screen.see(f"× {message}", remedy)
        place = screen.row(message).index("×")
        assert screen.row(f"{FULL.cursor} Add")[place:].startswith(f" {typed}")
        assert "No changes" in screen.text


@pytest.mark.parametrize("size", SIZES)
async def test_a_sixth_person_is_refused(world: World, size: tuple[int, int]) -> None:
    names = await world.add("uma")
    listed = (OWNER, *(f"{name}@acme.test" for name in ("ana", "ken", "mia", "tom")))
    await world.enforce("entra", *listed)
    async with console(world, size=size) as screen:
        await screen.see("5 of 5")
        await screen.add(names[0])
        await screen.see(
            "× Maximum number of users reached", "Remove an existing user before adding a new one"
        )


async def test_the_reason_goes_when_another_email_is_typed(world: World) -> None:
    await world.enforce("entra", OWNER)
    async with console(world, size=LARGE) as screen:
        await screen.see("e edits")
        await screen.add("stranger@acme.test")
        await screen.see("This user does not exist")
        await screen.press("ctrl+u")
        await screen.type("ke")
        await screen.see_no("This user does not exist")
        await screen.press("tab", "enter")
        await screen.see_row(f"+ {canonical_email('ken@acme.test')}")


async def test_somebody_who_lost_the_password_meanwhile_is_refused_by_name_when_saved(
    world: World,
) -> None:
    await world.enforce("entra", OWNER)
    async with console(world) as screen:
        await screen.see("e edits")
        await screen.add("ken@acme.test")
        await screen.see_row("+ ken@acme.test")
        await world.backend.reset_member(world.owner, "ken@acme.test")
        await screen.press("ctrl+s")
        await screen.see_row("× ken@acme.test: This user has no password configured")
        await screen.see_row("+ ken@acme.test")
    assert (await world.provider("entra")).settings.emails == (OWNER,)
