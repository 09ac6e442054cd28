"""What hangs on a membership ends with it; by default who comes back starts afresh."""

import pytest

from bgconsole.backend.errors import NotAllowedError
from bgconsole.backend.identity import Caller
from bgconsole.backend.values import Kept, Member, MemberAddition
from bgconsole.policy.audit import EventType
from bgconsole.policy.refusals import Code
from bgconsole.policy.team import Role
from tests.backend.world import CONSOLE, OWNER, PASSWORD, World, refused

ANNA = "anna@acme.test"


async def member(world: World, email: str) -> Member:
    """One of the members' list."""
    (found,) = [m for m in await world.backend.members(world.owner) if m.email == email]
    return found


async def test_somebody_who_comes_back_starts_afresh_and_is_on_no_list(world: World) -> None:
    await world.add("anna")
    await world.enforce("entra", OWNER, ANNA)
    await world.sign_in(ANNA)
    await world.backend.remove_member(world.owner, ANNA)
    outside = await member(world, ANNA)
    assert (outside.role, outside.lists, outside.has_password) == (None, (), True)
    (issued,) = await world.backend.add_members(world.owner, [MemberAddition("Anna@ACME.test")])
    assert issued.email == ANNA
    assert issued.code is not None
    assert issued.kept == (Kept.LAST_SIGN_IN,)
    back = await member(world, ANNA)
    assert (back.role, back.lists, back.has_password) == (Role.MEMBER, (), False)
    with pytest.raises(NotAllowedError):
        await world.sign_in(ANNA)
    await world.backend.redeem(Caller(CONSOLE), ANNA, issued.code, PASSWORD)
    assert (await member(world, ANNA)).has_password


async def test_somebody_who_comes_back_may_keep_the_password(world: World) -> None:
    await world.add("anna")
    await world.backend.remove_member(world.owner, ANNA)
    addition = MemberAddition(ANNA, "Anna A.", keep_password=True)
    (issued,) = await world.backend.add_members(world.owner, [addition])
    assert (issued.code, issued.kept) == (None, (Kept.PASSWORD,))
    (event,) = await world.newest(1)
    assert event.metadata == {"role": "member", "codeGiven": False, "passwordKept": True}
    assert (await world.sign_in(ANNA)).email == ANNA


async def test_what_hangs_on_a_membership_ends_with_it_on_record(world: World) -> None:
    await world.add("anna", role=Role.ADMIN)
    anna = Caller(CONSOLE, (await world.sign_in(ANNA)).token)
    script = await world.backend.create_token(anna, 30)
    await world.backend.remove_member(world.owner, ANNA)
    kinds = [(e.type, e.target, e.metadata.get("reasonCode")) for e in await world.newest(3)]
    assert kinds == [
        (EventType.SESSION_REVOKED, ANNA, "member_removed"),
        (EventType.TOKEN_REVOKED, script.id, "member_removed"),
        (EventType.MEMBER_REMOVED, ANNA, None),
    ]
    back = MemberAddition(ANNA, role=Role.ADMIN, keep_password=True)
    await world.backend.add_members(world.owner, [back])
    assert [one.revoked for one in await world.backend.tokens(world.owner)] == [True]
    for caller in (anna, Caller(CONSOLE, script.token)):
        with refused(Code.SIGNED_OUT):
            await world.backend.audit_page(caller)


async def test_a_waiting_code_is_withdrawn_with_the_membership(world: World) -> None:
    (issued,) = await world.backend.add_members(world.owner, [MemberAddition(ANNA)])
    assert issued.code is not None
    await world.backend.remove_member(world.owner, ANNA)
    (event,) = await world.newest(1)
    assert event.metadata == {"role": "member", "codeWithdrawn": True}
    back = MemberAddition(ANNA, sso_only=True)
    await world.backend.add_members(world.owner, [back])
    with refused(Code.CODE_INVALID):
        await world.backend.redeem(Caller(CONSOLE), ANNA, issued.code, PASSWORD)


async def test_a_script_cannot_sign_out_and_is_told_what_ends_its_token(world: World) -> None:
    script = await world.backend.create_token(world.owner, 30)
    caller = Caller(CONSOLE, script.token)
    with refused(Code.FORBIDDEN) as caught:
        await world.backend.sign_out(caller)
    assert "script token" in caught.message
    assert f"bgconsole token revoke {script.id}" in caught.remedy
    assert (await world.backend.audit_page(caller)).events
    await world.backend.revoke_token(world.owner, script.id)
    await world.backend.sign_out(caller)
    await world.backend.sign_out(Caller(CONSOLE, "bga_nobody-ever-had-this-one"))
