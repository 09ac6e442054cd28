"""Signing in by an identity provider at the console, and proving it later by the same way."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bgconsole.backend.values import ProviderChange
from bgconsole.demo.identity_provider.process import DemoIdentityProvider
from bgconsole.policy.team import IdpState
from bgconsole.tui.kit.field import PasswordField
from tests.backend.world import OWNER, SqliteDeployment, World
from tests.tui import sso
from tests.tui.console import SIZES, Console, console

QR = "▀"


@pytest.fixture
async def team(tmp_path: Path, idp: DemoIdentityProvider) -> AsyncIterator[World]:
    """Entra is set up, and Ken has no password."""
    if not idp.is_up:
        idp.up()
    world = World(SqliteDeployment(tmp_path), clock=sso.RunningClock())
    await world.found()
    await world.add("ana")
    await sso.set_up(world, idp)
    yield world
    await world.close()


async def ask(screen: Console, email: str = sso.KEN) -> None:
    """Press the key of Entra on the sign-in screen."""
    await screen.see("Sign in to Acme")
    await screen.type(email)
    await screen.press("enter")
    await screen.see("Sign in with Microsoft Entra ID")
    await screen.press("f2")


@pytest.mark.parametrize("size", SIZES)
async def test_device_flow_opens_the_main_screen(team: World, size: tuple[int, int]) -> None:
    async with console(team, None, size=size) as screen:
        await ask(screen)
        await screen.see("Enter this code there", "10 minutes left", QR)
        await sso.answer(screen)
        await screen.see("Enforce SSO")
        assert sso.KEN in screen.lines[0]


async def test_on_a_small_terminal_there_are_address_and_code_only(team: World) -> None:
    async with console(team, None, size=(40, 12)) as screen:
        await screen.see("Email")
        await screen.type(sso.KEN)
        await screen.press("enter")
        await screen.until(lambda: screen.app.screen.query("#password-row").first().display)
        await screen.press("f2")
        await screen.see("minutes left")
        assert QR not in screen.text
        await sso.answer(screen)
        await screen.see(sso.KEN)


async def test_denied_sign_in_says_so_and_starts_again(team: World) -> None:
    async with console(team, None) as screen:
        await ask(screen)
        await screen.see("Enter this code there")
        first = sso.code_on(screen)
        await sso.answer(screen, "deny")
        await screen.see("The sign-in was refused at Microsoft Entra ID", "Start again")
        await screen.press("r")
        await screen.see("Enter this code there")
        assert sso.code_on(screen) != first
        await sso.answer(screen)
        await screen.see("Enforce SSO")


async def test_escape_goes_back_to_the_sign_in_screen(team: World) -> None:
    async with console(team, None) as screen:
        await ask(screen)
        await screen.see("Enter this code there")
        await screen.press("escape")
        await screen.see_no("Enter this code there")
        await screen.see("Password")


async def test_provider_that_is_down_is_said_in_one_sentence(
    team: World, idp: DemoIdentityProvider
) -> None:
    idp.down()
    try:
        async with console(team, None) as screen:
            await ask(screen)
            await screen.see("Microsoft Entra ID does not answer", "Start again")
            idp.up()
            await screen.press("r")
            await screen.see("Enter this code there")
    finally:
        if not idp.is_up:
            idp.up()


async def test_provider_that_is_not_set_up_says_so(team: World) -> None:
    async with console(team, None) as screen:
        await ask(screen)
        await screen.press("escape")
        await screen.press("f3")
        await screen.see("SSO is not set up for this provider")


async def test_wrong_password_offers_the_key(team: World) -> None:
    async with console(team, None) as screen:
        await screen.sign_in(OWNER, "not my password at all")
        await screen.see("This email and password do not let you in")
        await screen.see_row("F2 Sign in with Microsoft Entra ID")


async def test_while_every_provider_is_down_nobody_is_sent_to_one(team: World) -> None:
    await team.enforce("entra", OWNER)
    sso.measured(team, "entra", IdpState.DOWN)
    answers: list[str] = []
    for email in (OWNER, sso.KEN, "nobody@acme.test"):
        async with console(team, None) as screen:
            await screen.see(
                "Only break-glass users get in now", "Everybody else: ask one of your admins"
            )
            await screen.sign_in(email, "not my password at all")
            await screen.see("This email and password do not let you in")
            await screen.see_no("Checking")
            assert screen.text.index("Password") < screen.text.index("Sign in with")
            assert "F2 Sign in with" not in screen.text
            # Without the title, whose clock runs.
            form = "\n".join(screen.lines[1:])
            answers.append(form.replace(email, " " * len(email)))
    assert len(set(answers)) == 1
    told = " ".join(answers[0].split())
    assert "Microsoft Entra ID is down: only break-glass users get in. Ask one of your" in told


async def test_key_after_a_refusal_goes_to_the_provider_that_is_up(
    team: World, idp: DemoIdentityProvider
) -> None:
    change = ProviderChange(issuer=f"{idp.issuer}/other", client_id="console")
    await team.backend.change_provider(team.owner, "oidc", change)
    await team.enforce("entra", OWNER)
    async with console(team, None) as screen:
        await screen.see("Sign in to Acme")
        sso.measured(team, "entra", IdpState.DOWN)
        await screen.sign_in(OWNER, "not my password at all")
        await screen.see("or sign in with Generic OIDC", "F3 Sign in with Generic OIDC")
        assert "F2 Sign in with" not in screen.text


async def test_proof_of_an_sso_session_asks_the_provider(team: World) -> None:
    await team.enforce("entra", OWNER)
    async with console(team, None) as screen:
        await ask(screen)
        await screen.see("Enter this code there")
        await sso.answer(screen)
        await screen.see_row("✓ owner@acme.test")
        sso.age(team, 6)
        await screen.add("ana@acme.test")
        await screen.press("ctrl+s")
        await screen.see("Re-authenticate with Microsoft Entra ID", "Enter this code there")
        await sso.answer(screen)
        await screen.see("✓ Saved")


async def test_idle_sso_session_is_unlocked_by_the_provider(team: World) -> None:
    async with console(team, None) as screen:
        await ask(screen)
        await screen.see("Enter this code there")
        await sso.answer(screen)
        await screen.see("Enforce SSO")
        sso.age(team, 16)
        await screen.minute()
        await screen.see("Locked", "Sign in with your identity provider")
        assert not screen.app.screen.query(PasswordField)
        await screen.press("enter")
        await screen.see("Re-authenticate with Microsoft Entra ID", "Enter this code there")
        await sso.answer(screen)
        await screen.see_no("Locked")


async def test_check_shows_every_step_and_what_to_mend(
    team: World, idp: DemoIdentityProvider
) -> None:
    async with console(team) as screen:
        await screen.see("Enforce SSO")
        await screen.press("p")
        await screen.see("Providers  2")
        await screen.press("c")
        await screen.see("Checking SSO", "✓ Every step passed", "Code on another device")
        idp.down()
        try:
            await screen.press("r")
            await screen.see("× Fix the failed steps")
        finally:
            idp.up()
