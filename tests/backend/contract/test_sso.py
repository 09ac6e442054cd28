"""Single sign-on: who gets in by a provider's word, who does not, and what is on record of it."""

from collections.abc import Generator
from dataclasses import replace

import pytest

from bgconsole.backend.identity import (
    Caller,
    SignedIn,
    SsoAnswer,
    SsoRequest,
    SsoStart,
    SsoWaiting,
)
from bgconsole.backend.values import MemberAddition, ProviderChange, Severity
from bgconsole.policy.audit import EventType
from bgconsole.policy.guard import NO_OWNER, Override
from bgconsole.policy.login import Method
from bgconsole.policy.refusals import Code
from bgconsole.policy.sso import Flow, SsoPurpose, Stage
from bgconsole.policy.team import Role
from tests.backend.world import CONSOLE, OWNER, World, network, refused
from tests.openid.stub import Said, Stub, error, stub_provider

KEN = "ken@acme.test"
LISTENER = "http://127.0.0.1:4711/callback"
HERE = Caller(CONSOLE)


@pytest.fixture
def stub() -> Generator[Stub]:
    with stub_provider() as running:
        yield running


@pytest.fixture
async def ready(world: World, stub: Stub) -> World:
    """The provider `oidc` is set up with the stub, and ken is a member without a password."""
    ken = MemberAddition(KEN, "Ken", sso_only=True)
    await world.backend.add_members(world.owner, (ken,))
    change = ProviderChange(issuer=stub.issuer, client_id="console", email_domains=("acme.test",))
    await world.backend.change_provider(world.owner, "oidc", change)
    return world


def vouch(stub: Stub, email: str | None = KEN, **changed: object) -> None:
    """What the provider says of whoever comes next."""
    stub.id_token = stub.signed(stub.claims(email=email, nonce=None, **changed))


async def by_device(
    world: World, caller: Caller = HERE, purpose: SsoPurpose = SsoPurpose.SIGN_IN
) -> SignedIn | SsoWaiting | None:
    start = await begun(world, caller, purpose)
    world.clock.advance(seconds=start.interval)
    return await world.backend.finish_sso(caller, start.handle)


async def begun(
    world: World, caller: Caller = HERE, purpose: SsoPurpose = SsoPurpose.SIGN_IN
) -> SsoStart:
    return await world.backend.start_sso(caller, "oidc", SsoRequest(Flow.DEVICE, purpose))


async def signed_in(world: World) -> Caller:
    """Ken, by SSO."""
    found = await by_device(world)
    assert isinstance(found, SignedIn)
    return Caller(CONSOLE, found.token)


async def reason(world: World) -> tuple[object, ...]:
    """Type, actor and reason of the newest event."""
    (event,) = await world.newest()
    return event.type, event.actor, event.reason


async def test_the_first_sign_in_links_the_person_and_the_next_goes_by_the_link(
    ready: World, stub: Stub
) -> None:
    vouch(stub)
    assert (await ready.provider("oidc")).stage is Stage.UNTRIED
    ken = await signed_in(ready)
    me = await ready.backend.me(ken)
    assert (me.email, me.method, me.provider, me.is_break_glass) == (
        KEN,
        Method.SSO,
        "oidc",
        False,
    )
    linked, login = await ready.newest(2)
    assert (linked.type, linked.target) == (EventType.IDENTITY_LINKED, KEN)
    assert (login.type, login.actor, login.provider) == (EventType.LOGIN_SUCCESS, KEN, "oidc")
    assert (login.metadata["method"], login.metadata["flow"]) == ("sso", "device")
    oidc = await ready.provider("oidc")
    assert (oidc.stage, oidc.proven_by) == (Stage.PROVEN, KEN)
    # The provider calls them otherwise by now: they stay who they are.
    vouch(stub, "somebody.else@acme.test")
    assert (await ready.backend.me(await signed_in(ready))).email == KEN
    (link,) = await ready.backend.identities(ready.owner, KEN)
    assert (link.provider, link.subject, link.email) == ("oidc", "1234", KEN)


@pytest.mark.parametrize(
    ("email", "claims", "why"),
    [
        ("stranger@acme.test", {}, "sso_no_account"),
        (KEN, {"email_verified": False}, "sso_email_unverified"),
        (None, {}, "sso_email_unverified"),
    ],
)
async def test_who_is_no_member_is_told_one_sentence_whatever_the_reason(
    ready: World, stub: Stub, email: str | None, claims: dict[str, object], why: str
) -> None:
    vouch(stub, email, **claims)
    with refused(Code.LOGIN_FAILED) as told:
        await by_device(ready)
    assert told.message == "Signing in with Generic OIDC does not give you access"
    actor = email if why == "sso_no_account" else None
    assert await reason(ready) == (EventType.LOGIN_FAILURE, actor, why)


async def test_an_email_given_to_somebody_else_at_the_provider_opens_nothing(
    ready: World, stub: Stub
) -> None:
    vouch(stub)
    await signed_in(ready)
    vouch(stub, sub="5678")
    with refused(Code.LOGIN_FAILED):
        await by_device(ready)
    assert await reason(ready) == (EventType.LOGIN_FAILURE, KEN, "sso_no_account")


async def test_a_token_that_fails_a_check_is_refused_and_the_check_is_named(
    ready: World, stub: Stub
) -> None:
    vouch(stub, aud="another")
    with refused(Code.SSO_TOKEN_INVALID) as told:
        await by_device(ready)
    assert "(aud)" in told.message
    (event,) = await ready.newest()
    assert (event.reason, event.metadata["check"]) == ("sso_token_invalid", "aud")
    assert stub.id_token not in str(event)


async def test_waiting_keeps_the_providers_pace_and_denial_ends_it(
    ready: World, stub: Stub
) -> None:
    answers = ["authorization_pending", "slow_down", "access_denied"]
    stub.routes["/token"] = lambda _asked: error(answers.pop(0))
    start = await begun(ready)
    ready.clock.advance(seconds=start.interval)
    assert await ready.backend.finish_sso(HERE, start.handle) == SsoWaiting(5)
    # Too soon: the provider is not asked.
    assert await ready.backend.finish_sso(HERE, start.handle) == SsoWaiting(5)
    assert len(answers) == 2
    ready.clock.advance(seconds=5)
    assert await ready.backend.finish_sso(HERE, start.handle) == SsoWaiting(10)
    ready.clock.advance(seconds=10)
    with refused(Code.SSO_DENIED):
        await ready.backend.finish_sso(HERE, start.handle)
    assert await reason(ready) == (EventType.LOGIN_FAILURE, None, "sso_denied")
    with refused(Code.SSO_EXPIRED):
        await ready.backend.finish_sso(HERE, start.handle)


async def test_asking_again_after_a_lost_answer_gives_the_same_session(
    ready: World, stub: Stub
) -> None:
    vouch(stub)
    start = await begun(ready)
    first = await ready.backend.finish_sso(HERE, start.handle)
    head = await ready.head()
    assert await ready.backend.finish_sso(HERE, start.handle) == first
    assert await ready.head() == head


async def test_a_sign_in_ends_by_its_time(ready: World, stub: Stub) -> None:
    vouch(stub)
    start = await begun(ready)
    ready.clock.advance(seconds=start.expires_in)
    with refused(Code.SSO_EXPIRED):
        await ready.backend.finish_sso(HERE, start.handle)
    with refused(Code.SSO_EXPIRED):
        await ready.backend.finish_sso(HERE, "bgh_unknown")


async def test_so_many_may_be_begun_from_one_source(ready: World) -> None:
    for _ in range(10):
        await begun(ready)
    with refused(Code.THROTTLED):
        await begun(ready)
    # Another source is not kept out, nor the same one later.
    await begun(ready, Caller(network("203.0.113.9")))
    ready.clock.advance(seconds=601)
    await begun(ready)


async def test_a_provider_that_is_not_set_up_or_does_not_answer_begins_nothing(
    ready: World, stub: Stub
) -> None:
    with refused(Code.SSO_UNCONFIGURED):
        await ready.backend.start_sso(HERE, "entra", SsoRequest(Flow.DEVICE))
    with refused(Code.UNKNOWN_PROVIDER):
        await ready.backend.start_sso(HERE, "nowhere", SsoRequest(Flow.DEVICE))
    with refused(Code.INVALID_VALUE):
        await ready.backend.start_sso(
            HERE, "oidc", SsoRequest(Flow.BROWSER, redirect_uri="https://evil.example/callback")
        )
    stub.document["issuer"] = "https://another.example"
    with refused(Code.IDP_UNREACHABLE):
        await begun(ready)
    assert await reason(ready) == (EventType.LOGIN_FAILURE, None, "idp_unreachable")


def killed(stub: Stub, route: str) -> None:
    """From now on the provider drops the line instead of answering there."""
    stub.routes[route] = lambda _asked: Said(then=lambda _handler: None)


@pytest.mark.parametrize("route", ["/.well-known/openid-configuration", "/device"])
async def test_a_provider_killed_at_the_start_begins_nothing(
    ready: World, stub: Stub, route: str
) -> None:
    works = stub.routes[route]
    killed(stub, route)
    with refused(Code.IDP_UNREACHABLE):
        await begun(ready)
    stub.routes[route] = works
    vouch(stub)
    await signed_in(ready)


@pytest.mark.parametrize("route", ["/token", "/keys", "/userinfo"])
async def test_a_provider_killed_before_the_end_opens_nothing(
    ready: World, stub: Stub, route: str
) -> None:
    """Afterwards the same person signs in as if nothing had happened."""
    stub.document["userinfo_endpoint"] = f"{stub.issuer}/userinfo"
    works = stub.routes.get(route, lambda _asked: Said(404))
    killed(stub, route)
    vouch(stub, None if route == "/userinfo" else KEN, email_verified=None)
    if route == "/token":
        # Nobody's answer is lost by it: the device goes on asking.
        assert isinstance(await by_device(ready), SsoWaiting)
    else:
        with refused(Code.IDP_UNREACHABLE):
            await by_device(ready)
        assert await reason(ready) == (EventType.LOGIN_FAILURE, None, "idp_unreachable")
    stub.routes[route] = works
    vouch(stub)
    await signed_in(ready)


async def test_the_browser_flow_takes_the_code_that_came_to_the_listener(
    ready: World, stub: Stub
) -> None:
    start = await ready.backend.start_sso(
        HERE, "oidc", SsoRequest(Flow.BROWSER, redirect_uri=LISTENER)
    )
    assert start.authorization_url is not None
    assert start.state is not None
    nonce = start.authorization_url.partition("nonce=")[2].partition("&")[0]
    stub.id_token = stub.signed(stub.claims(email=KEN, nonce=nonce))
    waiting = await ready.backend.finish_sso(HERE, start.handle)
    assert isinstance(waiting, SsoWaiting)
    found = await ready.backend.finish_sso(HERE, start.handle, SsoAnswer(code="a code"))
    assert isinstance(found, SignedIn)
    (asked,) = [asked for asked in stub.asked if asked.path == "/token"]
    assert asked.form["redirect_uri"] == LISTENER


async def test_a_session_by_sso_is_proven_by_sso_and_by_its_own_person_only(
    ready: World, stub: Stub
) -> None:
    vouch(stub)
    ken = await signed_in(ready)
    ready.clock.advance(minutes=16)
    assert (await ready.backend.me(ken)).locked
    prove = SsoPurpose.REAUTHENTICATE
    vouch(stub, auth_time=int(ready.clock.now.timestamp()) - 3600)
    with refused(Code.SSO_TOKEN_INVALID):
        await by_device(ready, ken, prove)
    fresh = int(ready.clock.now.timestamp())
    vouch(stub, sub="5678", auth_time=fresh)
    with refused(Code.SSO_TOKEN_INVALID):
        await by_device(ready, ken, prove)
    assert await reason(ready) == (EventType.REAUTH_FAILURE, KEN, "sso_token_invalid")
    vouch(stub, auth_time=fresh + 10)
    assert await by_device(ready, ken, prove) is None
    assert not (await ready.backend.me(ken)).locked
    assert (await reason(ready))[0] is EventType.REAUTH_SUCCESS
    # A session by password is not proven at a provider.
    with refused(Code.FORBIDDEN):
        await begun(ready, ready.owner, prove)


async def test_what_hangs_on_an_identity_ends_with_it(ready: World, stub: Stub) -> None:
    vouch(stub)
    ken = await signed_in(ready)
    await ready.backend.unlink(ready.owner, KEN, "oidc")
    with refused(Code.SIGNED_OUT):
        await ready.backend.me(ken)
    assert await ready.backend.identities(ready.owner, KEN) == ()
    with refused(Code.UNKNOWN_IDENTITY):
        await ready.backend.unlink(ready.owner, KEN, "oidc")
    ken = await signed_in(ready)
    await ready.backend.change_provider(
        ready.owner, "oidc", ProviderChange(issuer="https://login.acme.test")
    )
    with refused(Code.SIGNED_OUT):
        await ready.backend.me(ken)
    assert (await ready.provider("oidc")).stage is Stage.UNTRIED
    await ready.backend.remove_provider(ready.owner, "oidc")
    assert await ready.backend.identities(ready.owner, KEN) == ()


async def test_an_owner_counts_by_the_sso_that_they_have_used(ready: World, stub: Stub) -> None:
    await ready.backend.set_role(ready.owner, KEN, Role.OWNER)
    with refused(Code.LAST_OWNER):
        await ready.backend.reset_member(ready.owner, OWNER)
    vouch(stub)
    ken = await signed_in(ready)
    await ready.backend.set_role(ready.owner, OWNER, Role.MEMBER)
    with refused(Code.LAST_OWNER):
        await ready.backend.set_role(ken, KEN, Role.MEMBER)
    owners = {f.check: f.severity for f in await ready.backend.doctor(ken)}["owners"]
    assert owners is Severity.OK


async def test_somebody_removed_does_not_come_in_by_the_old_link(ready: World, stub: Stub) -> None:
    vouch(stub)
    await signed_in(ready)
    await ready.backend.remove_member(ready.owner, KEN)
    with refused(Code.LOGIN_FAILED):
        await by_device(ready)


async def test_members_see_no_settings_of_providers(ready: World, stub: Stub) -> None:
    vouch(stub)
    ken = await signed_in(ready)
    oidc = await ready.provider("oidc", ken)
    assert (oidc.sso.client_id, oidc.proven_by, oidc.configured) == (None, None, True)
    (_, report) = await ready.backend.idps(ken)
    assert (report.provider, report.proven_by) == ("oidc", None)
    with refused(Code.FORBIDDEN):
        await ready.backend.check_provider(ken, "oidc")
    with refused(Code.FORBIDDEN):
        await ready.backend.identities(ken, OWNER)


@pytest.fixture
async def sso_owner(ready: World, stub: Stub) -> Caller:
    """Ken, the only owner, who comes in by the SSO of `oidc` and has no password."""
    await ready.backend.set_role(ready.owner, KEN, Role.OWNER)
    vouch(stub)
    ken = await signed_in(ready)
    await ready.backend.set_role(ken, OWNER, Role.ADMIN)
    return ken


_REGISTERED_ELSEWHERE = ProviderChange(issuer="https://login.acme.test")
_NOT_SET_UP = ProviderChange(issuer="")


@pytest.mark.parametrize("change", [_REGISTERED_ELSEWHERE, _NOT_SET_UP])
async def test_the_last_owner_s_way_in_is_not_taken_by_another_issuer_or_none(
    ready: World, sso_owner: Caller, change: ProviderChange
) -> None:
    with refused(Code.WOULD_LOCK_OUT) as guarded:
        await ready.backend.change_provider(sso_owner, "oidc", change)
    assert guarded.message == NO_OWNER
    assert (await ready.provider("oidc")).configured
    assert len(await ready.backend.identities(sso_owner, KEN)) == 1
    await ready.backend.change_provider(sso_owner, "oidc", ProviderChange(name="Ours"))
    with refused(Code.WOULD_LOCK_OUT):
        elsewhere = Override(("entra",), "The contract ends")
        await ready.backend.change_provider(sso_owner, "oidc", replace(change, override=elsewhere))
    override = Override(("oidc",), "The contract ends")
    await ready.backend.change_provider(sso_owner, "oidc", replace(change, override=override))
    assert await ready.backend.identities(ready.owner, KEN) == ()
    await _is_on_record(ready, "Ours")


async def test_the_last_owner_s_way_in_is_not_taken_by_unlinking(
    ready: World, sso_owner: Caller
) -> None:
    with refused(Code.WOULD_LOCK_OUT) as guarded:
        await ready.backend.unlink(sso_owner, KEN, "oidc")
    assert guarded.message == NO_OWNER
    assert len(await ready.backend.identities(sso_owner, KEN)) == 1
    override = Override(("Generic OIDC",), "The contract ends")
    await ready.backend.unlink(sso_owner, KEN, "oidc", override)
    assert await ready.backend.identities(ready.owner, KEN) == ()
    await _is_on_record(ready, "Generic OIDC")


async def test_the_last_owner_s_way_in_is_not_taken_by_removing_the_provider(
    ready: World, sso_owner: Caller
) -> None:
    with refused(Code.WOULD_LOCK_OUT) as guarded:
        await ready.backend.remove_provider(sso_owner, "oidc")
    assert guarded.message == NO_OWNER
    override = Override(("oidc",), "The contract ends")
    await ready.backend.remove_provider(sso_owner, "oidc", override)
    await _is_on_record(ready, "Generic OIDC")


async def test_unlinking_is_free_while_another_way_of_an_owner_works(
    ready: World, sso_owner: Caller
) -> None:
    await ready.backend.set_role(sso_owner, OWNER, Role.OWNER)
    await ready.backend.unlink(ready.owner, KEN, "oidc")
    types = {event.type for event in await ready.events()}
    assert EventType.GUARD_OVERRIDDEN not in types


async def _is_on_record(world: World, name: str) -> None:
    found = [e for e in await world.events() if e.type is EventType.GUARD_OVERRIDDEN]
    told = [(e.target, e.provider, e.metadata) for e in found]
    assert told == [(name, "oidc", {"reason": "The contract ends", "guard": "no_owner"})]
