"""Asking who would get in, before anything is saved."""

import pytest

from bgconsole.backend.errors import NotAllowedError
from bgconsole.backend.identity import Caller
from bgconsole.backend.values import ProviderChange
from bgconsole.policy.login import Method
from bgconsole.policy.team import IdpState, Team
from bgconsole.tui.model.simulation import Simulation, ask, they_see
from tests.backend.world import CONSOLE, OWNER, World
from tests.tui.console import SIZES, SMALL, Console, console

KEN = "ken@acme.test"
SET_UP = ProviderChange(
    issuer="https://login.microsoftonline.com/8eaef023-2b34-4da1-9baa-8bc8c9d6a490/v2.0",
    client_id="console",
)


async def _ask(screen: Console, letters: str) -> None:
    await screen.press("slash")
    await screen.type(letters)


@pytest.mark.parametrize("size", SIZES)
async def test_the_answer_stands_while_a_few_letters_are_typed(
    world: World, size: tuple[int, int]
) -> None:
    await world.enforce("entra", OWNER)
    async with console(world, size=size) as screen:
        await screen.see("Enforce SSO", "e edits")
        await _ask(screen, "ke")
        await screen.see("ken@acme.test", "× ken cannot get in", "sso_required")
        await screen.press("ctrl+u")
        await screen.type("own")
        await screen.see("✓ owner gets in by the list")


async def test_nobody_of_that_name(world: World) -> None:
    async with console(world) as screen:
        await screen.see("Not enforced")
        await _ask(screen, "zz")
        await screen.see('No match for "zz"')


async def test_the_draft_is_told_from_what_is_saved(world: World) -> None:
    await world.enforce("entra", OWNER, KEN)
    async with console(world) as screen:
        await screen.see_row("✓ ken@acme.test")
        await screen.press("down", "x")
        await screen.see("× ken cannot get in", "as saved: ✓ password")
        await screen.press("u")
        await screen.see("✓ ken gets in by the list")
        await screen.see_no("as saved:")


async def test_the_four_cases_show_the_draft_and_below_it_what_was(world: World) -> None:
    await world.enforce("entra", OWNER, KEN)
    async with console(world) as screen:
        await screen.see_row("✓ ken@acme.test")
        await screen.press("down", "x")
        await screen.see("× ken cannot get in")
        off, enforced = screen.row("│ optional"), screen.row("│ enforced")
        below_off, below_enforced = (
            screen.lines[screen.lines.index(row) + 1] for row in (off, enforced)
        )
        assert off.count("✓ password") == below_off.count("same") == 2
        assert enforced.count("× cannot") == below_enforced.count("was password") == 2


async def test_every_check_of_the_login_is_listed(world: World) -> None:
    await world.enforce("entra", OWNER)
    async with console(world) as screen:
        await screen.see("e edits")
        await _ask(screen, "ken")
        await screen.see(
            "✓ account exists",
            "✓ member of the team",
            "✓ has a password",
        )
        await screen.see_row("× password open to all", "Entra enforced")
        await screen.see_row("× on an enforced list", "on none")
        await screen.see_row("has a password", "set 23 Nov")


async def test_sso_is_asked_about_with_the_idp_up_and_down(world: World) -> None:
    async with console(world) as screen:
        await screen.see("Not enforced")
        await _ask(screen, "ken")
        await screen.see("✓ ken gets in")
        await screen.press("tab", "right")
        await screen.see("× ken cannot get in", "sso_unconfigured", "SSO is not set up for Entra")
    await world.backend.change_provider(world.owner, "entra", SET_UP)
    async with console(world) as screen:
        await screen.see("Not enforced")
        await _ask(screen, "ken")
        await screen.press("tab", "right")
        await screen.see("× ken cannot get in", "idp_down")
        await screen.press("tab", "right")
        await screen.see("! ken may get in: SSO not tried yet")


async def test_somebody_without_a_password(world: World) -> None:
    async with console(world) as screen:
        await screen.see("Not enforced")
        await _ask(screen, "sara")
        await screen.see("× sara cannot get in", "no_password", "× has a password")


async def test_the_person_under_the_cursor_is_asked_about(world: World) -> None:
    await world.enforce("entra", OWNER, KEN)
    async with console(world) as screen:
        await screen.see("✓ owner gets in by the list")
        await screen.press("down")
        await screen.see("✓ ken gets in by the list")


async def test_arrows_choose_among_those_whom_the_letters_may_mean(world: World) -> None:
    await world.add("kai", "kim")
    async with console(world) as screen:
        await screen.see("Not enforced")
        await _ask(screen, "k")
        await screen.see_row("› kai@acme.test", "member")
        await screen.see_row("  ken@acme.test")
        await screen.press("down", "down")
        await screen.see_row("› kim@acme.test")
        await screen.see("✓ kim gets in")
        await screen.press("down", "up")
        await screen.see_row("› ken@acme.test")


@pytest.mark.parametrize("size", SIZES)
async def test_what_would_let_somebody_in_is_a_key_away(
    world: World, size: tuple[int, int]
) -> None:
    await world.enforce("entra", OWNER)
    async with console(world, size=size) as screen:
        await screen.see("Enforce SSO", "e edits")
        await _ask(screen, "ke")
        await screen.see("To let ken in", "× ken cannot get in")
        await screen.press("enter", "a")
        await screen.see_row(f"+ {KEN}", "added, not saved yet")


async def test_enforcement_off_from_the_simulator_shows_what_it_does(world: World) -> None:
    await world.enforce("entra", OWNER)
    async with console(world, size=SMALL) as screen:
        await screen.see("Enforce SSO", "e edits")
        await _ask(screen, "ke")
        await screen.see("turn enforcement off")
        await screen.press("enter", "t")
        await screen.see("Saving gives password login back to", "* not saved")


async def test_without_a_password_two_steps_are_named(world: World) -> None:
    await world.enforce("entra", OWNER)
    async with console(world, size=SMALL) as screen:
        await screen.see("Enforce SSO", "e edits")
        await _ask(screen, "sara")
        await screen.see("m have a password set, then", "a put sara on Entra's list")


async def test_a_read_only_console_names_no_keys(world: World) -> None:
    await world.enforce("entra", OWNER)
    async with console(world, size=SMALL, read_only=True) as screen:
        await screen.see("Enforce SSO")
        await _ask(screen, "ke")
        await screen.see("What would let them in", "· put ken on Entra's list")
        await screen.press("enter", "a")
        await screen.see_no("added, not saved yet")


@pytest.mark.parametrize("who", ["ken@acme.test", "sara@acme.test", "nobody@acme.test"])
async def test_the_simulator_says_what_a_refused_person_reads(world: World, who: str) -> None:
    await world.enforce("entra", OWNER)
    team = Team.of(
        (one.person for one in await world.backend.members(world.owner)),
        (p.with_settings(p.settings) for p in await world.backend.providers(world.owner)),
    )
    asked = Simulation(who, Method.PASSWORD, "entra", "Entra", IdpState.UNKNOWN)
    told = they_see(team, asked, ask(team, asked))
    with pytest.raises(NotAllowedError) as refused:
        await world.backend.sign_in(Caller(CONSOLE), who, "not the password")
    assert told == refused.value.refusal


async def test_its_tab_shows_these_words(world: World) -> None:
    await world.enforce("entra", OWNER)
    async with console(world, size=SMALL) as screen:
        await screen.press("slash")
        await screen.type("ken")
        await screen.see(
            "× ken cannot get in", "they see: This email and password do not let you in."
        )
        await screen.see("only break-glass users get in")
