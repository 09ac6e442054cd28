"""A pause is shown wherever it is said who could get in, with the keys that lift it."""

import pytest

from bgconsole.backend.identity import Caller
from bgconsole.policy.refusals import Code
from bgconsole.policy.throttle import PAUSE_AFTER
from tests.backend.world import OWNER, World, network, refused
from tests.tui.console import SIZES, console

KEN = "ken@acme.test"


@pytest.fixture
async def paused(world: World) -> World:
    """Ken is on Entra's list beside the owner; the next guess pauses him."""
    await world.enforce("entra", OWNER, KEN)
    await guess(world, "10.0.0.1")
    world.deployment.tamper(f"UPDATE account_throttle SET failures = {PAUSE_AFTER - 1}")
    return world


async def guess(world: World, address: str = "10.0.0.2") -> None:
    with refused(Code.LOGIN_FAILED):
        await world.backend.sign_in(Caller(network(address)), KEN, "not the password")


@pytest.mark.parametrize("size", SIZES)
async def test_the_page_shows_it_as_it_begins_and_as_it_is_lifted(
    paused: World, size: tuple[int, int]
) -> None:
    async with console(paused, size=size) as screen:
        await screen.see("2 of 5 · 2 usable", f"✓ {KEN}")
        await guess(paused)
        await screen.see("2 usable, 1 of them paused")
        await screen.see_row(f"‖ {KEN}", "paused: known addresses only")
        await paused.backend.unpause(paused.owner, KEN)
        await screen.see(f"✓ {KEN}")
        await screen.see_no("of them paused")


@pytest.mark.parametrize("size", SIZES)
async def test_the_simulator_says_from_where_the_password_counts(
    paused: World, size: tuple[int, int]
) -> None:
    await guess(paused)
    async with console(paused, size=size) as screen:
        await screen.see("1 of them paused")
        await screen.press("slash")
        await screen.type("ken")
        await screen.see("‖ ken gets in by the list, but is paused", "  from known addresses only")
        await screen.see("m, L lifts it")


@pytest.mark.parametrize("size", SIZES)
async def test_who_gets_in_says_it_too(paused: World, size: tuple[int, int]) -> None:
    await guess(paused)
    async with console(paused, size=size) as screen:
        await screen.see("1 of them paused")
        await screen.press("w")
        await screen.see("can sign in", "‖ paused")
        await screen.press("slash")
        await screen.type("ken")
        await screen.press("enter")
        await screen.see("gets in by password from known addresses only", "m, L lifts it")


async def test_the_key_it_names_lifts_it(paused: World) -> None:
    await guess(paused)
    async with console(paused) as screen:
        await screen.see("1 of them paused")
        await screen.press("m")
        await screen.see_row(KEN, "‖ paused", "‖ Entra")
        await screen.press("slash")
        await screen.type("ken")
        await screen.see_row("› ken")
        await screen.press("enter")
        await screen.see(
            "Gets in by password, from known addresses only", "an owner can lift it with L"
        )
        await screen.press("L", "y")
        await screen.see("✓ ken@acme.test can sign in again at once")
        await screen.see_no("‖ paused")
