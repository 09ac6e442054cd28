"""Help, tabs, number keys, and terminals of every size."""

import pytest

from bgconsole.backend.values import ProviderAddition
from bgconsole.policy.provider_kinds import ProviderKind
from tests.backend.world import OWNER, World
from tests.tui.console import LARGE, SIZES, SMALL, console


@pytest.mark.parametrize("size", SIZES)
async def test_help_lists_the_keys_that_work_there(world: World, size: tuple[int, int]) -> None:
    async with console(world, size=size) as screen:
        await screen.see("Not enforced")
        await screen.press("question_mark")
        await screen.see(
            "Help",
            "Break-glass users keep their password",
            "Turn enforcement on or off",
            "Save switch and list",
            "^S",
        )
        await screen.press("escape")
        await screen.see_no("Turn enforcement on or off")


async def test_help_on_the_sign_in_screen_is_f1_since_letters_go_into_fields(world: World) -> None:
    async with console(world, None) as screen:
        await screen.see("Sign in to Acme")
        await screen.press("f1")
        await screen.see("Help", "Leave the console")


async def test_number_keys_open_providers(world: World) -> None:
    for number in range(3, 11):
        addition = ProviderAddition(f"p{number}", ProviderKind.OIDC, f"Provider {number}")
        await world.backend.add_provider(world.owner, addition)
    await world.enforce("p9", OWNER)
    async with console(world) as screen:
        await screen.see("Not enforced")
        await screen.press("9")
        await screen.see("Enforce SSO        ● on", "✓ owner@acme.test")
        await screen.press("2")
        await screen.see("Not enforced")


async def test_a_number_without_a_provider_says_so_and_does_nothing(world: World) -> None:
    async with console(world) as screen:
        await screen.see("Not enforced")
        await screen.settle()
        before = screen.lines
        await screen.press("7")
        await screen.see("There is no provider 7")
        assert screen.lines[:-1] == before[:-1]


async def test_at_80_columns_the_simulator_and_the_log_are_tabs(world: World) -> None:
    await world.enforce("entra", OWNER)
    async with console(world, size=SMALL) as screen:
        await screen.see("Enforce SSO", "/ Simulator", "l Audit", "✓ owner@acme.test")
        assert "dry run, not recorded" not in screen.text
        await screen.press("slash")
        await screen.see("dry run, not recorded")
        assert "Enforce SSO" not in screen.text
        await screen.press("escape")
        await screen.see("Enforce SSO")
        await screen.press("l")
        await screen.see("● following", "turned SSO enforcement on for Entra")
        assert "Break-glass users" not in screen.text
        await screen.press("1")
        await screen.see("Break-glass users")


async def test_resizing_keeps_draft_and_place(world: World) -> None:
    await world.enforce("entra", OWNER)
    async with console(world) as screen:
        await screen.see("e edits")
        await screen.add("ken@acme.test")
        await screen.see_row("+ ken@acme.test")
        for width, height in (SMALL, (40, 12), (200, 60), LARGE):
            await screen.pilot.resize_terminal(width, height)
            await screen.until(
                lambda size=(width, height): screen.app.size == size, "the size asked for"
            )
            await screen.settle()
            assert max(len(line) for line in screen.lines) <= width
        await screen.see("Login simulator", "● following")
        await screen.see_row("+ ken@acme.test", "added, not saved yet")


@pytest.mark.parametrize("size", [(40, 12), (60, 15), (100, 30), (250, 70)])
async def test_the_job_can_be_done_at_any_size(world: World, size: tuple[int, int]) -> None:
    async with console(world, size=size) as screen:
        await screen.see("Enforce SSO")
        await screen.until(lambda: "Loading the team" not in screen.text)
        await screen.press("t")
        await screen.add(OWNER)
        await screen.press("ctrl+s")
        await screen.see("Enforce anyway")
        await screen.press("y")
        await screen.see_no("Enforce anyway", "not saved")
    assert (await world.provider("entra")).settings.emails == (OWNER,)
