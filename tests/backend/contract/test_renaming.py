"""Somebody gets another email or another name, and stays the same person."""

from dataclasses import replace

import pytest

from bgconsole.backend.identity import Caller
from bgconsole.backend.values import MemberAddition
from bgconsole.policy.audit import AuditFilter, EventType
from bgconsole.policy.refusals import Code
from bgconsole.policy.team import Role
from tests.backend.world import CONSOLE, OWNER, PASSWORD, World, network, refused

ANNA, ANJA = "anna@acme.test", "anja@acme.test"


async def test_with_another_email_everything_stays(world: World) -> None:
    anna = await world.person("anna", Role.ADMIN)
    await world.enforce("entra", OWNER, ANNA)
    token = await world.backend.create_token(anna, 30)
    before = await world.provider("entra")
    renamed = await world.backend.rename_member(world.owner, ANNA, f" {ANJA.title()} ")
    assert (renamed.email, renamed.role, renamed.lists) == (
        "Anja@Acme.Test",
        Role.ADMIN,
        ("entra",),
    )
    event, *_ = await world.newest()
    assert (event.type, event.actor, event.target) == (EventType.MEMBER_RENAMED, OWNER, ANNA)
    assert event.metadata == {"from": ANNA, "to": "Anja@Acme.Test"}
    for either in (ANNA, ANJA):
        found = await world.backend.audit_page(world.owner, AuditFilter(text=either))
        assert event in found.events
    assert (await world.backend.me(anna)).email == "Anja@Acme.Test"
    after = await world.provider("entra")
    assert (after.settings.emails, after.version) == ((OWNER, "Anja@Acme.Test"), before.version)
    (listed,) = await world.backend.tokens(world.owner)
    assert (listed.id, listed.revoked) == (token.id, False)
    assert (await world.backend.audit_reader(replace(anna, token=token.token))).email == (
        "Anja@Acme.Test"
    )
    await world.sign_in(ANJA)
    with refused(Code.LOGIN_FAILED):
        await world.sign_in(ANNA)
    with refused(Code.UNKNOWN_MEMBER):
        await world.backend.set_role(world.owner, ANNA, Role.MEMBER)
    assert (await world.backend.audit_verify(world.owner)).ok


async def test_a_code_that_was_given_opens_under_the_other_email(world: World) -> None:
    (issued,) = await world.backend.add_members(world.owner, [MemberAddition(ANNA)])
    await world.backend.rename_member(world.owner, ANNA, ANJA)
    assert issued.code is not None
    await world.backend.redeem(Caller(CONSOLE), ANJA, issued.code, PASSWORD)
    await world.sign_in(ANJA)


async def test_nobody_gets_an_email_that_somebody_has(world: World) -> None:
    await world.add("anna", "bert")
    await world.backend.add_members(world.owner, [MemberAddition("u@münchen.example")])
    await world.backend.remove_member(world.owner, "bert@acme.test")
    head = await world.head()
    for taken in (OWNER, OWNER.upper(), "bert@acme.test", "U@xn--mnchen-3ya.example"):
        with refused(Code.DUPLICATE):
            await world.backend.rename_member(world.owner, ANNA, taken)
    with refused(Code.INVALID_EMAIL):
        await world.backend.rename_member(world.owner, ANNA, "anna at acme")
    with refused(Code.UNKNOWN_MEMBER):
        await world.backend.rename_member(world.owner, "bert@acme.test", ANJA)
    assert await world.head() == head


async def test_ones_own_email_may_be_spelled_otherwise(world: World) -> None:
    renamed = await world.backend.rename_member(world.owner, OWNER, OWNER.upper())
    assert renamed.email == OWNER.upper()
    head = await world.head()
    assert await world.backend.rename_member(world.owner, OWNER, OWNER.upper()) == renamed
    assert await world.head() == head
    await world.sign_in(OWNER)


async def test_an_email_that_is_given_up_is_free(world: World) -> None:
    await world.add("anna")
    await world.backend.rename_member(world.owner, ANNA, ANJA)
    await world.add("anna")
    await world.sign_in(ANNA)
    await world.sign_in(ANJA)


async def test_failures_count_on_under_the_other_email(world: World) -> None:
    await world.add("anna")
    for _ in range(5):
        with refused(Code.LOGIN_FAILED):
            await world.backend.sign_in(
                Caller(network("192.0.2.1")), ANNA, "not the password at all"
            )
    await world.backend.rename_member(world.owner, ANNA, ANJA)
    with refused(Code.THROTTLED):
        await world.backend.sign_in(Caller(network("192.0.2.1")), ANJA, PASSWORD)


async def test_a_name_is_changed_and_taken_away(world: World) -> None:
    await world.backend.add_members(world.owner, [MemberAddition(ANNA, "Anna Alt")])
    named = await world.backend.set_name(world.owner, ANNA.upper(), " Anna Neu ")
    assert (named.email, named.name) == (ANNA, "Anna Neu")
    (event,) = await world.newest(1)
    assert (event.type, event.target) == (EventType.MEMBER_NAME_CHANGED, ANNA)
    head = await world.head()
    await world.backend.set_name(world.owner, ANNA, "Anna Neu")
    assert await world.head() == head
    assert (await world.backend.set_name(world.owner, ANNA, "")).name == ""
    with refused(Code.INVALID_VALUE):
        await world.backend.set_name(world.owner, ANNA, "x" * 201)
    with refused(Code.UNKNOWN_MEMBER):
        await world.backend.set_name(world.owner, ANJA, "Anja")


@pytest.mark.parametrize("target", [OWNER, "admin@acme.test", "other@acme.test"])
async def test_only_an_owner_renames_owners_and_admins(world: World, target: str) -> None:
    admin = await world.person("admin", Role.ADMIN)
    await world.add("other", role=Role.ADMIN)
    await world.add("plain")
    with refused(Code.FORBIDDEN):
        await world.backend.rename_member(admin, target, ANJA)
    with refused(Code.FORBIDDEN):
        await world.backend.set_name(admin, target, "Anja")
    await world.backend.rename_member(admin, "plain@acme.test", ANJA)
    await world.backend.set_name(admin, ANJA, "Anja")
