"""Esc goes back to where one came from, and what was chosen on one page stays there."""

import pytest

from bgconsole.backend.values import ProviderChange
from tests.backend.world import OWNER, World
from tests.tui.console import LARGE, SMALL, Console, console

ISSUER = "https://login.microsoftonline.com/8eaef023-2b34-4da1-9baa-8bc8c9d6a490/v2.0"
TOM = "tom@acme.test"


@pytest.fixture
async def team(world: World) -> World:
    """Both providers enforced."""
    await world.enforce("entra", OWNER)
    await world.enforce("oidc", OWNER)
    return world


async def _simulates(screen: Console, email: str) -> None:
    await screen.see_row("Who", email)


@pytest.mark.parametrize("size", [LARGE, SMALL])
async def test_from_a_simulation_opened_in_who_gets_in(team: World, size: tuple[int, int]) -> None:
    async with console(team, size=size) as screen:
        await screen.see("Enforce SSO", "✓ owner@acme.test")
        await screen.press("w")
        await screen.see("Cannot get in")
        await screen.press("slash")
        await screen.type("tom")
        await screen.press("enter", "enter")
        await _simulates(screen, TOM)
        await screen.press("escape")
        await screen.see_row("Find", "tom")
        await screen.press("escape", "escape")
        await screen.see("Enforce SSO", "✓ owner@acme.test")


async def test_a_simulation_opened_in_who_gets_in_is_about_its_condition(team: World) -> None:
    for slug, issuer in (("entra", ISSUER), ("oidc", "https://idp.acme.test")):
        change = ProviderChange(issuer=issuer, client_id="console")
        await team.backend.change_provider(team.owner, slug, change)
    async with console(team) as screen:
        await screen.see("Enforce SSO", "✓ owner@acme.test")
        await screen.press("w", "slash")
        await screen.type("tom")
        await screen.press("enter", "i", "enter")
        await _simulates(screen, TOM)
        await screen.see_row("When", "● OIDC down")


async def test_from_a_provider_opened_in_the_list_of_providers(team: World) -> None:
    async with console(team) as screen:
        await screen.see("Enforce SSO", "✓ owner@acme.test")
        await screen.press("p")
        await screen.see("Providers  2")
        await screen.press("enter")
        await screen.see("Break-glass users")
        await screen.press("escape")
        await screen.see("Providers  2")
        await screen.press("escape")
        await screen.see("Break-glass users")


async def test_from_a_simulation_of_a_member(team: World) -> None:
    async with console(team) as screen:
        await screen.see("Enforce SSO", "✓ owner@acme.test")
        await screen.press("m", "down", "s")
        await screen.see("Login simulator")
        await screen.press("escape")
        await screen.see("role", "sort")
        await screen.press("l")
        await screen.see("space pause")
        await screen.press("escape")
        await screen.see("role", "sort")
        await screen.press("escape")
        await screen.see("Break-glass users")


async def test_each_page_has_a_case_of_its_own_in_the_simulator(team: World) -> None:
    async with console(team) as screen:
        await screen.see_row("When", "● Entra down")
        await screen.press("slash", "down", "down", "left")
        await screen.see_row("When", "● Entra up")
        await screen.press("2")
        await screen.see_row("When", "● OIDC down")
        await screen.press("1")
        await screen.see_row("When", "● Entra up")


async def test_down_goes_through_the_questions_of_the_simulator(team: World) -> None:
    async with console(team) as screen:
        await screen.see_row("When", "● Entra down")
        await screen.press("slash")
        await screen.see("› Who")
        await screen.press("down")
        await screen.see("› With")
        await screen.press("down")
        await screen.see("› When")
        await screen.press("up")
        await screen.see("› With")


async def test_what_is_looked_for_is_forgotten_when_the_tab_is_opened_again(team: World) -> None:
    async with console(team) as screen:
        await screen.see("Enforce SSO", "✓ owner@acme.test")
        for tab in ("w", "m"):
            await screen.press(tab, "slash")
            await screen.type("tom")
            await screen.press("enter")
            await screen.see_row("Find", "tom")
            await screen.press("1", tab)
            await screen.see("ken", "mia")
            await screen.see_no("Find  ")


async def test_undo_of_a_page_is_not_offered_in_the_field_of_another(team: World) -> None:
    async with console(team) as screen:
        await screen.see_row("✓ owner@acme.test")
        await screen.see_no("undo", "redo")
        await screen.press("x")
        await screen.see("Editing the list: nothing counts until you save it")
        await screen.press("u")
        await screen.see_row("✓ owner@acme.test")
        await screen.see("U redo")
        await screen.press("w")
        await screen.see("enter simulate", "U redo")
        await screen.press("slash")
        await screen.see_no("redo")


@pytest.mark.parametrize("key", ["b", "f"])
async def test_what_filters_the_log_shows_it(team: World, key: str) -> None:
    async with console(team) as screen:
        await screen.see("Enforce SSO", "✓ owner@acme.test")
        await screen.press("w")
        await screen.see("enter simulate")
        await screen.press(key)
        if key == "f":
            await screen.see("Filter")
            await screen.press("escape")
        await screen.see("space pause")
        await screen.press("escape")
        await screen.see("enter simulate")
