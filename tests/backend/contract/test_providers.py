"""Providers as rows: added, renamed, reordered, set up, removed; and the simulator on them."""

import pytest

from bgconsole.backend.errors import ConflictError
from bgconsole.backend.values import ProviderAddition, ProviderChange, Simulation
from bgconsole.policy.audit import EventType
from bgconsole.policy.guard import NO_OWNER, Override
from bgconsole.policy.login import Method, Reason
from bgconsole.policy.provider_kinds import ProviderKind
from bgconsole.policy.refusals import Code, RequestField
from bgconsole.policy.settings import Delta
from bgconsole.policy.team import IdpState
from tests.backend.world import OWNER, World, refused

OKTA = ProviderAddition("okta", ProviderKind.OIDC, "Okta", "https://acme.okta.example")


async def slugs(world: World) -> list[tuple[str, int]]:
    """The tabs, with their positions."""
    return [(d.slug, d.position) for d in await world.backend.providers(world.owner)]


async def test_a_provider_comes_last_and_has_its_own_switch_and_list(world: World) -> None:
    detail = await world.backend.add_provider(world.owner, OKTA)
    assert (detail.slug, detail.name, detail.enforced, detail.entries) == (
        "okta",
        "Okta",
        False,
        (),
    )
    assert detail.issuer == "https://acme.okta.example"
    assert await slugs(world) == [("entra", 1), ("oidc", 2), ("okta", 3)]
    await world.enforce("okta", OWNER)
    assert [d.enforced for d in await world.backend.providers(world.owner)] == [False, False, True]


@pytest.mark.parametrize(
    "addition",
    [
        ProviderAddition("entra", ProviderKind.ENTRA, "Again"),
        ProviderAddition("Not A Slug", ProviderKind.OIDC, "X"),
        ProviderAddition("", ProviderKind.OIDC, "X"),
        ProviderAddition("x" * 41, ProviderKind.OIDC, "X"),
        ProviderAddition("ok", ProviderKind.OIDC, " "),
        ProviderAddition("ok", ProviderKind.OIDC, "x" * 201),
        ProviderAddition("ok", ProviderKind.OIDC, "X", "not a url"),
        ProviderAddition("ok", ProviderKind.OIDC, "X", "https://a\x1b[31m"),
    ],
)
async def test_a_bad_value_adds_nothing(world: World, addition: ProviderAddition) -> None:
    with refused(Code.INVALID_VALUE):
        await world.backend.add_provider(world.owner, addition)
    assert len(await world.backend.providers(world.owner)) == 2


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (ProviderChange(name=" "), RequestField.NAME),
        (ProviderChange(position=9), RequestField.POSITION),
        (ProviderChange(issuer="ftp://x"), RequestField.ISSUER),
        (ProviderChange(tenant="common"), RequestField.TENANT),
        (ProviderChange(client_id="a b"), RequestField.CLIENT_ID),
        (ProviderChange(client_secret_file="secret"), RequestField.CLIENT_SECRET_FILE),
        (ProviderChange(scopes=("openid", '"')), RequestField.SCOPES),
        (ProviderChange(email_domains=("nowhere",)), RequestField.EMAIL_DOMAINS),
        (ProviderChange(internal=("10.0.0.0/99",)), RequestField.INTERNAL),
        (ProviderChange(trust_file="x" * 501), RequestField.TRUST_FILE),
    ],
    ids=lambda one: one if isinstance(one, RequestField) else "",
)
async def test_a_refused_change_names_its_field(
    world: World, change: ProviderChange, field: RequestField
) -> None:
    with refused(Code.INVALID_VALUE) as it:
        await world.backend.change_provider(world.owner, "entra", change)
    assert it.field is field


async def test_a_refused_addition_names_its_field(world: World) -> None:
    for addition, field in (
        (ProviderAddition("Not A Slug", ProviderKind.OIDC, "X"), RequestField.SLUG),
        (ProviderAddition("entra", ProviderKind.ENTRA, "Again"), RequestField.SLUG),
        (ProviderAddition("ok", ProviderKind.OIDC, " "), RequestField.NAME),
        (ProviderAddition("ok", ProviderKind.OIDC, "X", "not a url"), RequestField.ISSUER),
    ):
        with refused(Code.INVALID_VALUE) as it:
            await world.backend.add_provider(world.owner, addition)
        assert it.field is field


async def test_a_provider_is_renamed_set_up_and_cleared_on_record(world: World) -> None:
    version = (await world.provider("oidc")).version
    change = ProviderChange(name=" Keycloak ", issuer="https://id.acme.test")
    detail = await world.backend.change_provider(world.owner, "oidc", change)
    assert (detail.name, detail.issuer) == ("Keycloak", "https://id.acme.test")
    assert detail.version == version + 1
    (event,) = await world.newest()
    assert (event.type, event.provider) == (EventType.PROVIDER_CHANGED, "oidc")
    assert event.metadata["after"] == {"name": "Keycloak", "issuer": "https://id.acme.test"}
    detail = await world.backend.change_provider(world.owner, "oidc", ProviderChange(issuer=""))
    assert detail.issuer is None
    head = await world.head()
    await world.backend.change_provider(world.owner, "oidc", ProviderChange(name="Keycloak"))
    assert await world.head() == head
    with refused(Code.UNKNOWN_PROVIDER):
        await world.backend.change_provider(world.owner, "nowhere", ProviderChange(name="X"))


async def test_providers_are_reordered(world: World) -> None:
    await world.backend.add_provider(world.owner, OKTA)
    await world.backend.change_provider(world.owner, "okta", ProviderChange(position=1))
    assert await slugs(world) == [("okta", 1), ("entra", 2), ("oidc", 3)]
    for position in (0, 4):
        with refused(Code.INVALID_VALUE):
            change = ProviderChange(position=position)
            await world.backend.change_provider(world.owner, "okta", change)


async def test_a_change_made_on_an_old_version_is_a_conflict(world: World) -> None:
    backend, read = world.backend, (await world.provider("oidc")).version
    changed = await backend.change_provider(
        world.owner, "oidc", ProviderChange(name="Okta", version=read)
    )
    assert changed.version == read + 1
    head = await world.head()
    for change in (
        ProviderChange(name="Mine", version=read),
        ProviderChange(position=1, version=7),
    ):
        with pytest.raises(ConflictError) as conflict:
            await backend.change_provider(world.owner, "oidc", change)
        assert (conflict.value.version, conflict.value.saved_by) == (read + 1, None)
    assert await world.head() == head
    # Nothing to change is no change, and without a version whatever is there is changed.
    same = ProviderChange(name="Okta", version=changed.version)
    assert (await backend.change_provider(world.owner, "oidc", same)).version == changed.version
    last = await backend.change_provider(world.owner, "oidc", ProviderChange(name="Keycloak"))
    assert (last.name, last.version) == ("Keycloak", changed.version + 1)
    # A save of switch and list counts too.
    await world.enforce("oidc", OWNER)
    stale = ProviderChange(name="Late", version=last.version)
    with pytest.raises(ConflictError):
        await backend.change_provider(world.owner, "oidc", stale)


async def test_a_provider_goes_with_its_list_and_the_others_close_up(world: World) -> None:
    await world.enforce("entra", OWNER)
    await world.backend.remove_provider(world.owner, "entra")
    assert await slugs(world) == [("oidc", 1)]
    kinds = [(event.type, event.provider) for event in await world.newest(3)]
    assert kinds == [
        (EventType.ENFORCEMENT_DISABLED, "entra"),
        (EventType.ENTRY_REMOVED, "entra"),
        (EventType.PROVIDER_REMOVED, "entra"),
    ]
    assert not (await world.backend.welcome()).enforced
    with refused(Code.UNKNOWN_PROVIDER):
        await world.backend.remove_provider(world.owner, "entra")


async def test_removing_a_list_that_was_the_way_past_another_provider_is_guarded(
    world: World,
) -> None:
    await world.enforce("entra", OWNER)
    nobody = Override(("oidc",), "nobody yet")
    await world.backend.apply_delta(world.owner, "oidc", Delta(True), nobody)
    with refused(Code.WOULD_LOCK_OUT):
        await world.backend.remove_provider(world.owner, "entra")
    with refused(Code.WOULD_LOCK_OUT) as left:
        await world.backend.remove_provider(world.owner, "entra", nobody)
    assert left.message == NO_OWNER, "the name of the one guard does not lift the other"
    both = Override(("oidc", "entra"), "nobody yet")
    removal = await world.backend.remove_provider(world.owner, "entra", both)
    assert removal.warnings == (
        "SSO enforcement for Microsoft Entra ID ends; it stays for Generic OIDC",
        "1 of 1 people cannot get in any more: owner@acme.test",
    )
    lifted = [e for e in await world.events() if e.type is EventType.GUARD_OVERRIDDEN]
    assert [(e.provider, e.metadata["guard"]) for e in lifted[1:]] == [
        ("oidc", "no_usable_entry"),
        ("entra", "no_owner"),
    ]


async def test_removing_a_provider_ends_the_sessions_its_list_let_in(world: World) -> None:
    await world.add("a", "b")
    await world.enforce("entra", "a@acme.test")
    await world.enforce("oidc", "b@acme.test")
    await world.sign_in("a@acme.test")
    await world.sign_in("b@acme.test")
    await world.backend.remove_provider(world.owner, "entra")
    with refused(Code.SIGNED_OUT):
        await world.backend.me(world.sessions["a@acme.test"])
    await world.backend.me(world.sessions["b@acme.test"])


async def test_the_simulator_answers_for_what_is_saved_and_records_nothing(world: World) -> None:
    await world.add("a", "b")
    await world.enforce("entra", "a@acme.test")
    head = await world.head()
    decision = await world.backend.simulate(world.owner, Simulation(" A@acme.test"))
    assert (decision.allowed, decision.is_break_glass, decision.via) == (True, True, ("entra",))
    decision = await world.backend.simulate(world.owner, Simulation("b@acme.test"))
    assert (decision.allowed, decision.reason) == (False, Reason.SSO_REQUIRED)
    decision = await world.backend.simulate(world.owner, Simulation("nobody@acme.test"))
    assert decision.reason is Reason.UNKNOWN_ACCOUNT
    assert await world.head() == head


async def test_the_simulator_answers_for_what_is_supposed(world: World) -> None:
    await world.add("b")
    by_sso = Simulation("b@acme.test", Method.SSO, provider="oidc", idp=(("oidc", IdpState.UP),))
    decision = await world.backend.simulate(world.owner, by_sso)
    assert decision.reason is Reason.SSO_UNCONFIGURED
    issuer = ProviderChange(issuer="https://login.acme.test", client_id="bgconsole")
    await world.backend.change_provider(world.owner, "oidc", issuer)
    enforced = Simulation("b@acme.test", enforced=(("oidc", True),))
    assert not (await world.backend.simulate(world.owner, enforced)).allowed
    down = (("entra", IdpState.DOWN), ("oidc", IdpState.DOWN))
    outage = Simulation("b@acme.test", Method.SSO, idp=down)
    assert (await world.backend.simulate(world.owner, outage)).reason is Reason.IDP_DOWN
    one = Simulation("b@acme.test", Method.SSO, provider="oidc", idp=down[:1])
    assert (await world.backend.simulate(world.owner, one)).allowed


@pytest.mark.parametrize(
    "question",
    [
        Simulation(OWNER, provider="nowhere"),
        Simulation(OWNER, enforced=(("nowhere", True),)),
        Simulation(OWNER, idp=(("nowhere", IdpState.UP),)),
    ],
)
async def test_the_simulator_knows_its_providers(world: World, question: Simulation) -> None:
    with refused(Code.UNKNOWN_PROVIDER):
        await world.backend.simulate(world.owner, question)


async def test_the_simulator_wants_an_email(world: World) -> None:
    with refused(Code.INVALID_EMAIL):
        await world.backend.simulate(world.owner, Simulation("nobody"))
