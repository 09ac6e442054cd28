"""Sessions: how long they last, when they lock, when a proof is asked, what ends them."""

import pytest

from bgconsole.backend.identity import Caller
from bgconsole.backend.values import MemberAddition, Simulation
from bgconsole.policy.audit import EventType
from bgconsole.policy.refusals import Code
from bgconsole.policy.settings import Delta
from bgconsole.policy.team import Role
from tests.backend.world import CONSOLE, OWNER, PASSWORD, World, network, refused

WRONG = "not the password at all"


@pytest.mark.parametrize("token", [None, "", "bgs_unknown", "bga_unknown", "\udcff", "x" * 10_000])
async def test_no_call_works_without_a_session(world: World, token: str | None) -> None:
    caller = Caller(CONSOLE, token)
    for call in (
        world.backend.me(caller),
        world.backend.providers(caller),
        world.backend.members(caller),
        world.backend.audit_page(caller),
        world.backend.apply_delta(caller, "entra", Delta(True, (OWNER,))),
        world.backend.reauthenticate(caller, PASSWORD),
    ):
        with refused(Code.SIGNED_OUT):
            await call


async def test_signing_out_ends_the_session_on_record_and_twice_is_no_error(world: World) -> None:
    anna = await world.person("anna")
    await world.backend.sign_out(anna)
    with refused(Code.SIGNED_OUT):
        await world.backend.me(anna)
    head = await world.head()
    await world.backend.sign_out(anna)
    await world.backend.sign_out(Caller(CONSOLE))
    assert await world.head() == head
    (event,) = await world.newest()
    assert (event.type, event.actor) == (EventType.LOGOUT, "anna@acme.test")


async def test_a_session_ends_after_twelve_hours_whatever_was_done(world: World) -> None:
    for _ in range(71):
        world.clock.advance(minutes=10)
        await world.backend.touch(world.owner)
    world.clock.advance(minutes=9, seconds=59)
    assert (await world.backend.me(world.owner)).email == OWNER
    world.clock.advance(seconds=1)
    with refused(Code.SIGNED_OUT):
        await world.backend.me(world.owner)


async def test_an_idle_session_locks_but_goes_on_reading_the_audit_log(world: World) -> None:
    world.clock.advance(minutes=15, seconds=1)
    assert (await world.backend.me(world.owner)).locked
    assert (await world.backend.audit_page(world.owner)).events
    assert (await world.backend.audit_verify(world.owner)).ok
    for call in (
        world.backend.touch(world.owner),
        world.backend.providers(world.owner),
        world.backend.members(world.owner),
        world.backend.simulate(world.owner, Simulation(OWNER)),
        world.backend.check_entry(world.owner, "entra", OWNER),
        world.backend.change_password(world.owner, PASSWORD, "another plum violin harbour"),
        world.backend.apply_delta(world.owner, "entra", Delta(True, (OWNER,))),
    ):
        with refused(Code.REAUTH_REQUIRED):
            await call
    await world.backend.reauthenticate(world.owner, PASSWORD)
    assert not (await world.backend.me(world.owner)).locked
    await world.enforce("entra", OWNER)


async def test_a_locked_session_can_be_signed_out(world: World) -> None:
    await world.person("boss", Role.ADMIN)
    world.clock.advance(minutes=15, seconds=1)
    await world.backend.sign_out(world.sessions["boss@acme.test"])
    with refused(Code.SIGNED_OUT):
        await world.backend.me(world.sessions["boss@acme.test"])


async def test_reading_the_audit_log_keeps_nobody_awake_but_a_key_does(world: World) -> None:
    world.clock.advance(minutes=14)
    await world.backend.audit_page(world.owner)
    await world.backend.me(world.owner)
    unattended = Caller(CONSOLE, world.owner.token, attended=False)
    await world.backend.providers(unattended)
    world.clock.advance(minutes=2)
    assert (await world.backend.me(world.owner)).locked

    await world.backend.reauthenticate(world.owner, PASSWORD)
    world.clock.advance(minutes=14)
    await world.backend.touch(world.owner)
    world.clock.advance(minutes=14)
    assert not (await world.backend.me(world.owner)).locked


async def test_a_change_asks_for_proof_after_five_minutes_and_reading_does_not(
    world: World,
) -> None:
    world.clock.advance(minutes=5)
    await world.enforce("entra", OWNER)
    world.clock.advance(seconds=1)
    await world.backend.providers(world.owner)
    await world.backend.check_entry(world.owner, "oidc", OWNER)
    for call in (
        world.backend.apply_delta(world.owner, "entra", Delta(False)),
        world.backend.add_members(world.owner, [MemberAddition("x@acme.test")]),
        world.backend.reset_member(world.owner, OWNER),
        world.backend.create_token(world.owner, 1),
        world.backend.remove_provider(world.owner, "oidc"),
    ):
        with refused(Code.REAUTH_REQUIRED):
            await call
    with refused(Code.LOGIN_FAILED):
        await world.backend.reauthenticate(world.owner, WRONG)
    await world.backend.reauthenticate(world.owner, PASSWORD)
    await world.backend.apply_delta(world.owner, "entra", Delta(False))
    kinds = [event.type for event in await world.newest(3)]
    assert kinds == [
        EventType.REAUTH_FAILURE,
        EventType.REAUTH_SUCCESS,
        EventType.ENFORCEMENT_DISABLED,
    ]


async def test_a_proof_is_no_login_so_enforcement_does_not_apply_to_it(world: World) -> None:
    await world.add("glass")
    await world.enforce("entra", "glass@acme.test")
    await world.backend.reauthenticate(world.owner, PASSWORD)


async def test_changing_one_s_password_ends_the_other_sessions(world: World) -> None:
    here = await world.person("anna")
    await world.sign_in("anna@acme.test", source=network("192.0.2.1"))
    there = world.sessions["anna@acme.test"]
    with refused(Code.LOGIN_FAILED):
        await world.backend.change_password(here, WRONG, "another plum violin harbour")
    with refused(Code.PASSWORD_TOO_SHORT):
        await world.backend.change_password(here, PASSWORD, "short")
    with refused(Code.PASSWORD_COMMON):
        await world.backend.change_password(here, PASSWORD, "anna@acme.test acme")
    await world.backend.change_password(here, PASSWORD, "another plum violin harbour")
    assert (await world.backend.me(here)).email == "anna@acme.test"
    with refused(Code.SIGNED_OUT):
        await world.backend.me(there)
    kinds = [event.type for event in await world.newest(2)]
    assert kinds == [EventType.MEMBER_PASSWORD_SET, EventType.SESSION_REVOKED]
    await world.sign_in("anna@acme.test", "another plum violin harbour")
    with refused(Code.LOGIN_FAILED):
        await world.sign_in("anna@acme.test")


async def test_a_removed_person_s_next_request_is_refused(world: World) -> None:
    anna = await world.person("anna", Role.ADMIN)
    await world.backend.remove_member(world.owner, "anna@acme.test")
    with refused(Code.SIGNED_OUT):
        await world.backend.providers(anna)


async def test_a_demoted_person_s_next_request_is_judged_by_the_role_now(world: World) -> None:
    anna = await world.person("anna", Role.ADMIN)
    await world.backend.members(anna)
    await world.backend.set_role(world.owner, "anna@acme.test", Role.MEMBER)
    with refused(Code.FORBIDDEN):
        await world.backend.members(anna)
    assert (await world.backend.me(anna)).role is Role.MEMBER


async def test_recovery_makes_an_owner_past_enforcement_and_is_on_record(world: World) -> None:
    await world.add("glass")
    anna = await world.person("anna")
    await world.enforce("entra", "glass@acme.test")
    password = "another plum violin harbour"
    with refused(Code.PASSWORD_TOO_SHORT):
        await world.founder.recover(Caller(CONSOLE), "anna@acme.test", "short")
    signed_in = await world.founder.recover(Caller(CONSOLE), "Anna@acme.test", password)
    caller = Caller(CONSOLE, signed_in.token)
    assert (await world.backend.me(caller)).role is Role.OWNER
    (event,) = await world.newest()
    assert (event.type, event.target) == (EventType.SYSTEM_RECOVERED, "anna@acme.test")
    assert {"uid", "tty", "host"} <= set(event.metadata)
    with refused(Code.SIGNED_OUT):
        await world.backend.me(anna)
    await world.founder.recover(Caller(CONSOLE), "fresh@acme.test", password)
    assert "fresh@acme.test" in {m.email for m in await world.backend.members(caller)}
    with refused(Code.INVALID_EMAIL):
        await world.founder.recover(Caller(CONSOLE), "nobody", password)


async def test_recovery_lifts_the_pause(world: World) -> None:
    for number in range(100):
        with refused(Code.LOGIN_FAILED):
            await world.backend.sign_in(Caller(network(f"10.0.0.{number}")), OWNER, WRONG)
    await world.founder.recover(Caller(CONSOLE), OWNER, PASSWORD)
    await world.sign_in(OWNER, source=network("203.0.113.9"))


async def test_a_code_is_redeemed_once_within_a_day_however_it_is_typed(world: World) -> None:
    people = [MemberAddition("a@acme.test"), MemberAddition("b@acme.test")]
    first, late = await world.backend.add_members(world.owner, people)
    assert first.code is not None
    assert late.code is not None
    groups = first.code.split("-")
    assert all(len(group) == 5 for group in groups)
    assert len("".join(groups)) * 5 >= 128
    typed = " " + first.code.lower().replace("-", " ") + " "
    with refused(Code.PASSWORD_TOO_SHORT):
        await world.backend.redeem(Caller(CONSOLE), "a@acme.test", typed, "short")
    with refused(Code.PASSWORD_COMMON):
        await world.backend.redeem(Caller(CONSOLE), "a@acme.test", typed, "passwordpassword")
    with refused(Code.CODE_INVALID):
        await world.backend.redeem(Caller(CONSOLE), "b@acme.test", typed, PASSWORD)
    await world.backend.redeem(Caller(CONSOLE), " A@Acme.test", typed, PASSWORD)
    (event,) = await world.newest()
    assert (event.type, event.actor) == (EventType.MEMBER_PASSWORD_SET, "a@acme.test")
    await world.sign_in("a@acme.test")
    with refused(Code.CODE_INVALID):
        await world.backend.redeem(Caller(CONSOLE), "a@acme.test", typed, PASSWORD)
    (event,) = await world.newest()
    assert (event.type, event.reason) == (EventType.LOGIN_FAILURE, "code_invalid")
    world.clock.advance(hours=24)
    with refused(Code.CODE_INVALID):
        await world.backend.redeem(Caller(CONSOLE), "b@acme.test", late.code, PASSWORD)
    with refused(Code.CODE_INVALID):
        await world.backend.redeem(Caller(CONSOLE), "nobody@acme.test", late.code, PASSWORD)
