"""An identity provider's state has one word, the same wherever it is told, with what it means."""

from datetime import timedelta

import pytest

from bgconsole.backend.values import ProviderChange
from bgconsole.policy.idp_words import IdpWord
from bgconsole.policy.refused_login import refused_login
from tests.backend.world import OWNER, World
from tests.tui.console import SIZES, console

ONLY = "only break-glass users get in"
TOLD = {
    IdpWord.NOT_SET_UP: ("not set up", ONLY),
    IdpWord.UP: ("up", "sign in with it"),
    IdpWord.DEGRADED: ("degraded", "signing in with it may fail"),
    IdpWord.DOWN: ("down since 08:30", ONLY),
    IdpWord.UNKNOWN: ("unknown", "signing in with it may work"),
}


async def measured(world: World, word: IdpWord) -> None:
    """Entra is enforced, and so."""
    await world.enforce("entra", OWNER)
    if word is IdpWord.NOT_SET_UP:
        return
    change = ProviderChange(
        issuer="https://login.microsoftonline.com/8eaef023-2b34-4da1-9baa-8bc8c9d6a490/v2.0",
        client_id="console",
    )
    await world.backend.change_provider(world.owner, "entra", change)
    if word is not IdpWord.UNKNOWN:
        now, since = (
            f"{world.clock.now - ago:%Y-%m-%dT%H:%M:%S.%f}Z"
            for ago in (timedelta(), timedelta(minutes=30))
        )
        world.deployment.tamper(
            f"UPDATE provider SET idp_state = '{word.code}', idp_checked_at = '{now}',"
            f" idp_since = '{since}' WHERE slug = 'entra'"
        )


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("word", IdpWord)
async def test_every_face_has_the_same_word_and_says_what_it_means(
    world: World, word: IdpWord, size: tuple[int, int]
) -> None:
    await measured(world, word)
    told, means = TOLD[word]
    async with console(world, None, size=size) as screen:
        await screen.see("Sign in to Acme")
        await screen.type("anybody@acme.test")
        await screen.press("enter")
        await screen.see("Sign in with Microsoft Entra ID", told)
    async with console(world, size=size) as screen:
        await screen.see("Enforce SSO")
        await screen.see_row("Enforce SSO", told)
        if word is not IdpWord.UP:
            await screen.see_row("1 ", "Entra", word)
        await screen.press("p")
        await screen.see_row("›", "Entra", word)
        await screen.see_row("IdP ", told)
        await screen.see(means[1:])
        await screen.press("w")
        await screen.see("can sign in" if size[0] > 100 else "get in")
    if word is not IdpWord.NOT_SET_UP and size[0] > 100:
        async with console(world, size=size) as screen:
            await screen.see("Enforce SSO")
            await screen.press("w")
            await screen.see(told, means)


@pytest.mark.parametrize("word", IdpWord)
async def test_doctor_and_the_answer_to_a_refused_password_go_by_it(
    world: World, word: IdpWord
) -> None:
    await measured(world, word)
    told, means = TOLD[word]
    found = {finding.check: finding for finding in await world.backend.doctor(world.owner)}
    assert told in found["idp entra"].detail
    assert means in found["idp entra"].detail
    welcome = await world.backend.welcome()
    assert (ONLY in refused_login(welcome.providers).remedy) is (means == ONLY)
