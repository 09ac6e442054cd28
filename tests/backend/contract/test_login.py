"""Coming in by password: who does, what is said outside, what is on record inside."""

from dataclasses import replace

import pytest

from bgconsole.backend.errors import NotAllowedError
from bgconsole.backend.identity import Caller, Purpose
from bgconsole.backend.values import ProviderChange
from bgconsole.policy.audit import (
    BREAK_GLASS_FAILURE,
    BREAK_GLASS_LOGIN,
    LOGIN_FAILED,
    PASSWORD_LOGIN,
    EventType,
    Outcome,
)
from bgconsole.policy.refusals import Code
from tests.backend.world import CONSOLE, OWNER, PASSWORD, World, network, refused

pytestmark = pytest.mark.on_both

WRONG = "not the password at all"
ISSUER = "https://login.microsoftonline.com/8eaef023-2b34-4da1-9baa-8bc8c9d6a490/v2.0"


def measured_down(world: World, slug: str) -> None:
    """A probe found this provider's IdP down."""
    now = f"{world.clock.now:%Y-%m-%dT%H:%M:%S.%f}Z"
    world.deployment.tamper(
        f"UPDATE provider SET idp_state='down', idp_since='{now}', idp_checked_at='{now}'"
        f" WHERE slug='{slug}'"
    )


async def test_a_break_glass_user_comes_in_and_it_is_on_record(world: World) -> None:
    await world.add("glass")
    await world.enforce("entra", "glass@acme.test")
    signed_in = await world.sign_in(" Glass@ACME.test ")
    assert (signed_in.email, signed_in.is_break_glass) == ("glass@acme.test", True)
    (event,) = await world.newest()
    assert event.type is EventType.LOGIN_SUCCESS
    assert event.outcome is Outcome.SUCCESS
    assert event.description == BREAK_GLASS_LOGIN
    assert (event.actor, event.provider, event.source) == (
        "glass@acme.test",
        "entra",
        world.here.label,
    )
    assert event.is_break_glass
    assert event.metadata == {
        "isBreakGlassAccess": True,
        "method": "password",
        "idpState": {"entra": "not_set_up", "oidc": "not_set_up"},
        "via": ["entra"],
    }


async def test_without_enforcement_a_password_is_an_ordinary_login(world: World) -> None:
    await world.add("anna")
    signed_in = await world.sign_in("anna@acme.test")
    assert not signed_in.is_break_glass
    (event,) = await world.newest()
    assert (event.description, event.is_break_glass) == (PASSWORD_LOGIN, False)


async def test_one_list_of_two_enforced_providers_is_enough(world: World) -> None:
    await world.add("a", "b")
    await world.enforce("entra", "a@acme.test")
    await world.enforce("oidc", "b@acme.test")
    assert (await world.sign_in("a@acme.test")).is_break_glass
    (event,) = await world.newest()
    assert event.metadata["via"] == ["entra"]


@pytest.mark.parametrize(
    ("email", "password", "reason", "glass"),
    [
        ("nobody@acme.test", PASSWORD, "unknown_account", False),
        ("no email", PASSWORD, "invalid_email", False),
        ("gone@acme.test", PASSWORD, "not_a_member", False),
        ("sso@acme.test", PASSWORD, "no_password", False),
        ("plain@acme.test", PASSWORD, "sso_required", False),
        ("plain@acme.test", WRONG, "sso_required", False),
        ("glass@acme.test", WRONG, "wrong_password", True),
    ],
)
async def test_every_refusal_says_the_same_outside_and_the_reason_inside(
    world: World, email: str, password: str, reason: str, glass: bool
) -> None:
    await world.add("plain", "glass", "gone")
    await world.add("sso", password=None)
    await world.backend.remove_member(world.owner, "gone@acme.test")
    await world.enforce("entra", "glass@acme.test")
    with refused(Code.LOGIN_FAILED) as it:
        await world.backend.sign_in(Caller(network("192.0.2.1")), email, password)
    assert isinstance(it.error, NotAllowedError)
    assert it.message == "This email and password do not let you in"
    (event,) = await world.newest()
    assert (event.type, event.outcome) == (EventType.LOGIN_FAILURE, Outcome.FAILURE)
    actor = None if reason == "invalid_email" else email
    assert (event.actor, event.reason, event.is_break_glass) == (actor, reason, glass)
    assert event.description == (BREAK_GLASS_FAILURE if glass else LOGIN_FAILED)
    assert event.source == "192.0.2.1"


SHUT = "only break-glass users get in. Ask one of your admins"


@pytest.mark.parametrize(
    ("down", "remedy"),
    [
        ((), "Check both, or sign in with Microsoft Entra ID"),
        (("entra",), f"Microsoft Entra ID is down: {SHUT}"),
    ],
)
async def test_a_refusal_follows_from_the_providers_and_never_from_the_email(
    world: World, down: tuple[str, ...], remedy: str
) -> None:
    await world.add("plain", "glass")
    change = ProviderChange(issuer=ISSUER, client_id="console")
    await world.backend.change_provider(world.owner, "entra", change)
    await world.enforce("entra", "glass@acme.test")
    for slug in down:
        measured_down(world, slug)
    for email in ("plain@acme.test", "glass@acme.test", "nobody@acme.test", "no email"):
        with refused(Code.LOGIN_FAILED) as it:
            await world.backend.sign_in(Caller(network("192.0.2.1")), email, WRONG)
        assert it.remedy == remedy


async def test_a_team_without_sso_sends_nobody_to_it(world: World) -> None:
    with refused(Code.LOGIN_FAILED) as it:
        await world.backend.sign_in(Caller(network("192.0.2.1")), "a@acme.test", WRONG)
    assert "identity provider" not in it.remedy
    await world.add("glass")
    await world.enforce("entra", "glass@acme.test")
    with refused(Code.LOGIN_FAILED) as it:
        await world.backend.sign_in(Caller(network("192.0.2.1")), "a@acme.test", WRONG)
    assert it.remedy == f"SSO is not set up: {SHUT}"


async def test_hostile_emails_and_passwords_are_refused_and_recorded(world: World) -> None:
    for email in ("\x1b[31m@x", "a\0b", "\udcff", "x" * 50_000, "", "a@b\n"):
        with pytest.raises(NotAllowedError):
            await world.backend.sign_in(Caller(CONSOLE), email, PASSWORD)
    refusals = [event for event in await world.events() if event.reason == "invalid_email"]
    assert [event.actor for event in refusals] == [None] * 6
    for password in ("", "\udcff", "\0", "x" * 50_000):
        with refused(Code.LOGIN_FAILED):
            await world.backend.sign_in(Caller(CONSOLE), OWNER, password)
    assert (await world.backend.audit_verify(world.owner)).ok


async def test_a_password_counts_whole_however_it_was_composed(world: World) -> None:
    await world.add("anna", password="Grüße aus dem Süden 2026")
    decomposed = "Gru\u0308ße aus dem Su\u0308den 2026"
    await world.sign_in("anna@acme.test", decomposed)
    with refused(Code.LOGIN_FAILED):
        await world.sign_in("anna@acme.test", decomposed + "!")


async def test_a_very_long_password_is_set_whole_and_never_cut(world: World) -> None:
    password = "plum violin harbour staple " + "x" * 997
    assert len(password) == 1024
    await world.add("anna", password=password)
    await world.sign_in("anna@acme.test", password)
    with refused(Code.LOGIN_FAILED):
        await world.sign_in("anna@acme.test", password[:-1])


async def test_signing_in_is_seen_at_the_member(world: World) -> None:
    await world.add("anna")
    world.clock.advance(minutes=2)
    await world.sign_in("anna@acme.test")
    anna = (await world.backend.members(world.owner))[0]
    assert (anna.email, anna.last_sign_in) == ("anna@acme.test", world.clock.now)


async def test_no_secret_is_on_record(world: World) -> None:
    await world.add("anna")
    with refused(Code.LOGIN_FAILED):
        await world.sign_in("anna@acme.test", WRONG)
    issued = await world.backend.reset_member(world.owner, "anna@acme.test")
    record = repr(await world.events())
    assert issued.code is not None
    for secret in (PASSWORD, WRONG, issued.code, world.owner.token):
        assert str(secret) not in record


async def test_a_drill_is_a_login_marked_as_one_whose_session_has_ended(world: World) -> None:
    await world.add("glass")
    await world.enforce("entra", "glass@acme.test")
    drilled = await world.backend.sign_in(world.owner, "glass@acme.test", PASSWORD, Purpose.DRILL)
    assert (drilled.email, drilled.is_break_glass) == ("glass@acme.test", True)
    login, logout = await world.newest(2)
    assert (login.type, login.description) == (EventType.LOGIN_SUCCESS, BREAK_GLASS_LOGIN)
    assert login.is_break_glass
    assert (login.metadata["drill"], login.metadata["drillBy"]) == (True, OWNER)
    assert (logout.type, logout.actor, logout.metadata) == (
        EventType.LOGOUT,
        "glass@acme.test",
        {"drill": True},
    )
    with refused(Code.SIGNED_OUT):
        await world.backend.me(Caller(CONSOLE, drilled.token))
    assert (await world.backend.me(world.owner)).email == OWNER


async def test_a_drill_that_fails_counts_like_every_other_try(world: World) -> None:
    await world.add("glass")
    await world.enforce("entra", "glass@acme.test")
    drilling = replace(world.owner, source=network("192.0.2.1"))
    for _ in range(5):
        with refused(Code.LOGIN_FAILED):
            await world.backend.sign_in(drilling, "glass@acme.test", WRONG, Purpose.DRILL)
    (event,) = await world.newest()
    assert (event.type, event.reason) == (EventType.LOGIN_FAILURE, "wrong_password")
    assert (event.metadata["drill"], event.metadata["drillBy"]) == (True, OWNER)
    with refused(Code.THROTTLED):
        await world.backend.sign_in(drilling, "glass@acme.test", PASSWORD, Purpose.DRILL)


async def test_nobody_outside_makes_a_guess_look_like_a_drill(world: World) -> None:
    await world.add("glass")
    head = await world.head()
    for token in (None, "bgs_nothing"):
        with refused(Code.SIGNED_OUT):
            caller = Caller(CONSOLE, token)
            await world.backend.sign_in(caller, "glass@acme.test", PASSWORD, Purpose.DRILL)
    assert await world.head() == head
