"""People: added, reset, promoted, removed; and what each role may do."""

from collections.abc import Awaitable, Callable

import pytest

from bgconsole.backend.identity import Caller
from bgconsole.backend.protocol import Backend
from bgconsole.backend.values import (
    MemberAddition,
    ProviderAddition,
    ProviderChange,
    SettingsSave,
    Simulation,
)
from bgconsole.policy.audit import AuditFilter, EventType
from bgconsole.policy.guard import Override
from bgconsole.policy.provider_kinds import ProviderKind
from bgconsole.policy.refusals import Code
from bgconsole.policy.settings import Delta, Settings
from bgconsole.policy.team import Role
from tests.backend.world import CONSOLE, OWNER, PASSWORD, World, refused

ANNA = "anna@acme.test"


async def test_people_are_added_with_codes_and_listed_by_email(world: World) -> None:
    additions = [
        MemberAddition(" Zoe@ACME.test ", "Zoe Ödegård", Role.ADMIN),
        MemberAddition("bob@acme.test", sso_only=True),
    ]
    zoe, bob = await world.backend.add_members(world.owner, additions)
    assert (zoe.email, bob.email, bob.code, bob.expires_at) == (
        "Zoe@ACME.test",
        "bob@acme.test",
        None,
        None,
    )
    assert zoe.code is not None
    assert zoe.expires_at is not None
    listed = await world.backend.members(world.owner)
    assert [(m.email, m.name, m.role, m.has_password) for m in listed] == [
        ("bob@acme.test", "", Role.MEMBER, False),
        (OWNER, "", Role.OWNER, True),
        ("Zoe@ACME.test", "Zoe Ödegård", Role.ADMIN, False),
    ]
    assert listed[2].code_expires_at == zoe.expires_at
    kinds = [(e.type, e.target) for e in await world.newest(2)]
    assert kinds == [
        (EventType.MEMBER_ADDED, "Zoe@ACME.test"),
        (EventType.MEMBER_ADDED, "bob@acme.test"),
    ]


async def test_an_address_that_mixes_scripts_is_added_with_a_warning(world: World) -> None:
    additions = [MemberAddition("\u0430nna@acme.test"), MemberAddition(ANNA)]
    # Which of the two is the true one, only people know.
    odd, anna = await world.backend.add_members(world.owner, additions)
    alike, mixed = odd.warnings
    assert "mixes Cyrillic and Latin letters" in mixed
    assert ANNA in alike
    assert anna.warnings == ("It looks like \u0430nna@acme.test, another address of the team",)


async def test_a_batch_is_all_or_none_and_names_line_and_reason(world: World) -> None:
    head = await world.head()
    additions = [
        MemberAddition("a@acme.test", line=2),
        MemberAddition("nope", line=3),
        MemberAddition("A@acme.test", line=4),
        MemberAddition(OWNER, line=5),
        MemberAddition("b@acme.test", "x" * 201, line=6),
    ]
    with refused(Code.INVALID_EMAIL) as it:
        await world.backend.add_members(world.owner, additions)
    assert it.items == {
        "nope": Code.INVALID_EMAIL,
        "A@acme.test": Code.DUPLICATE,
        OWNER: Code.DUPLICATE,
        "b@acme.test": Code.INVALID_VALUE,
    }
    assert [item.line for item in getattr(it.error, "items", ())] == [3, 4, 5, 6]
    assert await world.head() == head


async def test_thousands_are_added_in_one_step(world: World) -> None:
    people = [MemberAddition(f"p{number}@acme.test") for number in range(2000)]
    codes = await world.backend.add_members(world.owner, people)
    assert len({one.code for one in codes}) == 2000
    assert len(await world.backend.members(world.owner)) == 2001
    assert (await world.backend.audit_verify(world.owner)).ok


async def test_nobody_added_is_no_change(world: World) -> None:
    head = await world.head()
    assert await world.backend.add_members(world.owner, []) == ()
    assert await world.head() == head


async def test_removing_somebody_removes_their_entries_on_record(world: World) -> None:
    await world.add("anna")
    await world.enforce("entra", OWNER, ANNA)
    await world.enforce("oidc", ANNA, OWNER)
    version = (await world.provider("entra")).version
    await world.sign_in(ANNA)
    await world.backend.remove_member(world.owner, ANNA)
    assert (await world.provider("entra")).settings.emails == (OWNER,)
    assert (await world.provider("entra")).version == version + 1
    events = [(e.type, e.target, e.provider) for e in await world.newest(4)]
    assert events == [
        (EventType.ENTRY_REMOVED, ANNA, "entra"),
        (EventType.ENTRY_REMOVED, ANNA, "oidc"),
        (EventType.SESSION_REVOKED, ANNA, None),
        (EventType.MEMBER_REMOVED, ANNA, None),
    ]
    for call in (
        world.backend.remove_member(world.owner, ANNA),
        world.backend.reset_member(world.owner, ANNA),
        world.backend.set_role(world.owner, ANNA, Role.ADMIN),
        world.backend.unpause(world.owner, ANNA),
        world.backend.remove_member(world.owner, "nobody@acme.test"),
    ):
        with refused(Code.UNKNOWN_MEMBER):
            await call


async def test_a_removal_s_override_names_every_provider_that_falls(world: World) -> None:
    await world.add("anna")
    await world.enforce("entra", ANNA)
    await world.enforce("oidc", ANNA)
    with refused(Code.WOULD_LOCK_OUT):
        override = Override(("entra",), "left")
        await world.backend.remove_member(world.owner, ANNA, override)
    await world.backend.remove_member(world.owner, ANNA, Override(("entra", "oidc"), "left"))


async def test_a_reset_takes_password_and_sessions_and_gives_a_code(world: World) -> None:
    anna = await world.person("anna")
    issued = await world.backend.reset_member(world.owner, ANNA)
    with refused(Code.SIGNED_OUT):
        await world.backend.me(anna)
    with refused(Code.LOGIN_FAILED):
        await world.sign_in(ANNA)
    assert issued.code is not None
    await world.backend.redeem(Caller(CONSOLE), ANNA, issued.code, PASSWORD)
    await world.sign_in(ANNA)


async def test_a_team_keeps_an_owner(world: World) -> None:
    with refused(Code.LAST_OWNER):
        await world.backend.set_role(world.owner, OWNER, Role.ADMIN)
    with refused(Code.LAST_OWNER):
        await world.backend.remove_member(world.owner, OWNER)
    await world.person("anna", Role.OWNER)
    member = await world.backend.set_role(world.owner, OWNER, Role.MEMBER)
    assert member.role is Role.MEMBER
    (event,) = [
        e
        for e in await world.events(world.sessions[ANNA])
        if e.type is EventType.MEMBER_ROLE_CHANGED
    ]
    assert event.metadata == {"before": "owner", "after": "member"}


async def test_the_last_owner_who_can_get_in_stays_one(world: World) -> None:
    """A one-time code expires; SSO that is not set up lets nobody in."""
    await world.backend.add_members(world.owner, [MemberAddition(ANNA, role=Role.OWNER)])
    await world.add("sam", role=Role.OWNER, password=None)
    backend = world.backend
    for call in (
        backend.set_role(world.owner, OWNER, Role.ADMIN),
        backend.set_role(world.owner, OWNER, Role.MEMBER),
        backend.remove_member(world.owner, OWNER),
        backend.reset_member(world.owner, OWNER),
    ):
        with refused(Code.LAST_OWNER) as it:
            await call
        assert "get in" in it.message
    await backend.me(world.owner)
    # Those who have no way in may go.
    await backend.set_role(world.owner, ANNA, Role.MEMBER)
    # Set up is not proven: nobody has come in by it.
    register = ProviderChange(issuer="https://idp.acme.test", client_id="bgconsole")
    await backend.change_provider(world.owner, "oidc", register)
    with refused(Code.LAST_OWNER):
        await backend.reset_member(world.owner, OWNER)
    await world.person("zoe", Role.OWNER)
    await backend.reset_member(world.owner, OWNER)
    with refused(Code.SIGNED_OUT):
        await backend.me(world.owner)


async def test_an_owner_whom_enforcement_keeps_out_does_not_count(world: World) -> None:
    await world.person("anna", Role.OWNER)
    await world.enforce("entra", OWNER)
    with refused(Code.LAST_OWNER):
        await world.backend.set_role(world.owner, OWNER, Role.ADMIN)
    await world.backend.apply_delta(world.owner, "entra", Delta(add=(ANNA,)))
    member = await world.backend.set_role(world.owner, OWNER, Role.ADMIN)
    assert member.role is Role.ADMIN


async def test_only_an_owner_makes_unmakes_and_resets_owners_and_admins(world: World) -> None:
    admin = await world.person("admin", Role.ADMIN)
    await world.add("other", role=Role.ADMIN)
    await world.add("plain")
    backend = world.backend
    for call in (
        backend.add_members(admin, [MemberAddition("x@acme.test", role=Role.ADMIN)]),
        backend.add_members(admin, [MemberAddition("x@acme.test", role=Role.OWNER)]),
        backend.set_role(admin, "plain@acme.test", Role.ADMIN),
        backend.set_role(admin, "other@acme.test", Role.MEMBER),
        backend.set_role(admin, OWNER, Role.MEMBER),
        backend.reset_member(admin, OWNER),
        backend.reset_member(admin, "other@acme.test"),
        backend.remove_member(admin, "other@acme.test"),
        backend.unpause(admin, "plain@acme.test"),
    ):
        with refused(Code.FORBIDDEN):
            await call
    await backend.add_members(admin, [MemberAddition("x@acme.test")])
    await backend.reset_member(admin, "plain@acme.test")
    await backend.remove_member(admin, "plain@acme.test")


_ADMIN_CALLS: dict[str, Callable[[Backend, Caller], Awaitable[object]]] = {
    "members": lambda b, c: b.members(c),
    "add_members": lambda b, c: b.add_members(c, [MemberAddition("x@acme.test")]),
    "reset_member": lambda b, c: b.reset_member(c, ANNA),
    "set_role": lambda b, c: b.set_role(c, ANNA, Role.OWNER),
    "rename_member": lambda b, c: b.rename_member(c, ANNA, "zoe@acme.test"),
    "set_name": lambda b, c: b.set_name(c, ANNA, "Zoe"),
    "unpause": lambda b, c: b.unpause(c, ANNA),
    "remove_member": lambda b, c: b.remove_member(c, OWNER),
    "add_provider": lambda b, c: b.add_provider(c, ProviderAddition("x", ProviderKind.OIDC, "X")),
    "change_provider": lambda b, c: b.change_provider(c, "oidc", ProviderChange(name="X")),
    "remove_provider": lambda b, c: b.remove_provider(c, "oidc"),
    "save_settings": lambda b, c: b.save_settings(
        c, "entra", SettingsSave(Settings(True, (ANNA,)), 1)
    ),
    "apply_delta": lambda b, c: b.apply_delta(c, "entra", Delta(True, (ANNA,))),
    "check_entry": lambda b, c: b.check_entry(c, "entra", OWNER),
    "simulate": lambda b, c: b.simulate(c, Simulation(OWNER)),
    "audit_page": lambda b, c: b.audit_page(c),
    "audit_follow": lambda b, c: anext(aiter(b.audit_follow(c, 0))),
    "audit_verify": lambda b, c: b.audit_verify(c),
    "audit_reader": lambda b, c: b.audit_reader(c),
    "record_export": lambda b, c: b.record_export(c, AuditFilter(), 1),
    "tokens": lambda b, c: b.tokens(c),
    "create_token": lambda b, c: b.create_token(c, 1),
    "revoke_token": lambda b, c: b.revoke_token(c, "x"),
}


@pytest.mark.parametrize("name", sorted(_ADMIN_CALLS))
async def test_a_member_may_not(world: World, name: str) -> None:
    anna = await world.person("anna")
    head = await world.head()
    with refused(Code.FORBIDDEN):
        await _ADMIN_CALLS[name](world.backend, anna)
    assert await world.head() == head


async def test_a_member_sees_the_providers_state_and_their_own_access(world: World) -> None:
    anna = await world.person("anna")
    await world.enforce("entra", OWNER, ANNA)
    entra, oidc = await world.backend.providers(anna)
    assert (entra.enforced, entra.entries, entra.listed_me) == (True, (), True)
    assert (oidc.enforced, oidc.listed_me) == (False, False)
    assert (await world.backend.simulate(anna, Simulation(ANNA))).allowed
    assert (await world.provider("entra")).listed_me
