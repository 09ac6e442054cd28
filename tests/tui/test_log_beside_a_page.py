"""The log beside a page: its questions are a key away, and no filter of it is unseen."""

import pytest

from bgconsole.backend.errors import NotAllowedError
from bgconsole.backend.identity import Caller
from tests.backend.world import OWNER, PASSWORD, World
from tests.tui.console import LARGE, SMALL, console


async def refused(world: World, email: str) -> None:
    """Somebody types a wrong password."""
    with pytest.raises(NotAllowedError):
        await world.another().sign_in(Caller(world.owner.source), email, "not the password")


@pytest.mark.parametrize("size", [LARGE, (100, 30), SMALL, (40, 12)])
async def test_who_failed_and_who_used_break_glass_are_one_key_away(
    world: World, size: tuple[int, int]
) -> None:
    await world.enforce("entra", OWNER)
    await refused(world, "ken@acme.test")
    await world.another().sign_in(Caller(world.owner.source), OWNER, PASSWORD)
    async with console(world, size=size) as screen:
        await screen.see("✓ owner")
        await screen.press("v")
        await screen.see("× failures", "sso_required")
        assert "◆✓" not in screen.text
        await screen.press("b")
        await screen.see("◆ break-gl", "◆✓")
        await screen.until(lambda: "sso_required" not in screen.text)


async def test_a_filter_of_the_log_tab_is_put_aside_on_the_page(world: World) -> None:
    await world.enforce("entra", OWNER)
    await refused(world, "ken@acme.test")
    async with console(world) as screen:
        await screen.see("e edits", "SSO Enforcement Enabled")
        await screen.press("l")
        await screen.see("Filters  none")
        await screen.press("v")
        await screen.see("× failures only", "1 of ")
        await screen.press("1")
        await screen.see_row("SSO Enforcement Enabled", "turned SSO enforcement on for Entra")
        assert "failures only   F" not in screen.text
        await screen.press("l")
        await screen.see("× failures only", "1 of ")


async def test_a_filter_beside_the_page_is_named_and_one_key_removes_it(world: World) -> None:
    await world.enforce("entra", OWNER)
    async with console(world) as screen:
        await screen.see("e edits", "SSO Enforcement Enabled")
        await screen.press("b")
        await screen.see("◆ break-glass only", "F all events", "0 of ")
        await screen.press("escape", "F")
        await screen.see("SSO Enforcement Enabled")
        assert "F all events" not in screen.text
