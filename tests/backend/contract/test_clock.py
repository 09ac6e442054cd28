"""A clock that was wrong: what it stamped counts as expired, and that it went back is on record."""

import asyncio
from datetime import date, timedelta

import pytest

from bgconsole.backend.errors import NotAllowedError
from bgconsole.backend.identity import Caller
from bgconsole.backend.values import MemberAddition, Severity
from bgconsole.policy.audit import AuditFilter, EventType
from bgconsole.policy.moments import end_of_day
from bgconsole.policy.refusals import Code
from tests.backend.world import CONSOLE, OWNER, PASSWORD, World, network, refused

WRONG = "not the password at all"
STEPS = AuditFilter(types=(EventType.CLOCK_STEPPED.value,))


async def steps(world: World) -> list[dict[str, object]]:
    """What is on record of a clock that went back, oldest first."""
    page = await world.backend.audit_page(world.owner, STEPS)
    return [dict(event.metadata) for event in reversed(page.events)]


@pytest.mark.parametrize("days", [0.01, 30, 3650])
async def test_a_session_from_the_future_lets_nobody_in(world: World, days: float) -> None:
    now = world.clock.now
    world.clock.advance(days=days)
    ahead = Caller(CONSOLE, (await world.backend.sign_in(Caller(CONSOLE), OWNER, PASSWORD)).token)
    assert (await world.backend.me(ahead)).email == OWNER
    world.clock.now = now
    with refused(Code.SIGNED_OUT):
        await world.backend.me(ahead)
    await world.sign_in(OWNER)
    world.clock.advance(days=days)
    with refused(Code.SIGNED_OUT):
        await world.backend.audit_page(ahead)


async def test_servers_whose_clocks_differ_a_little_keep_each_others_sessions(world: World) -> None:
    world.clock.advance(seconds=50)
    await world.sign_in(OWNER)
    world.clock.advance(seconds=-50)
    await world.backend.add_members(world.owner, [MemberAddition("anna@acme.test")])
    assert not (await world.backend.me(world.owner)).locked
    assert await steps(world) == []


async def test_a_proof_from_the_future_proves_nothing(world: World) -> None:
    now = world.clock.now
    world.clock.advance(hours=1)
    await world.backend.reauthenticate(world.owner, PASSWORD)
    world.clock.now = now + timedelta(minutes=2)
    assert (await world.backend.me(world.owner)).locked
    with refused(Code.REAUTH_REQUIRED):
        await world.backend.add_members(world.owner, [MemberAddition("anna@acme.test")])
    await world.backend.reauthenticate(world.owner, PASSWORD)
    await world.backend.add_members(world.owner, [MemberAddition("anna@acme.test")])


async def test_a_code_from_the_future_cannot_be_redeemed_and_is_shown_as_expired(
    world: World,
) -> None:
    now = world.clock.now
    world.clock.advance(hours=2)
    await world.backend.reauthenticate(world.owner, PASSWORD)
    (issued,) = await world.backend.add_members(world.owner, [MemberAddition("anna@acme.test")])
    world.clock.now = now
    assert issued.code is not None
    with refused(Code.CODE_INVALID):
        await world.backend.redeem(Caller(CONSOLE), issued.email, issued.code, PASSWORD)
    await world.sign_in(OWNER)
    (anna,) = [one for one in await world.backend.members(world.owner) if one.email != OWNER]
    assert anna.code_expires_at is not None
    assert anna.code_expires_at <= now


async def test_waits_of_a_clock_that_was_ahead_are_capped_everywhere(world: World) -> None:
    now = world.clock.now
    world.clock.advance(days=10)
    for source in (CONSOLE, network("192.0.2.1")):
        for _ in range(8):
            with pytest.raises(NotAllowedError):
                await world.backend.sign_in(Caller(source), OWNER, WRONG)
    world.clock.now = now
    world.deployment.rest.seconds.clear()
    await world.sign_in(OWNER)
    await world.sign_in(OWNER, source=network("192.0.2.1"))
    assert sum(world.deployment.rest.seconds) == 0


async def test_a_key_from_the_future_stands_for_nothing(world: World) -> None:
    now = world.clock.now
    world.clock.advance(hours=3)
    keyed = Caller(CONSOLE, world.owner.token, key="0123456789abcdef")
    await world.backend.reauthenticate(world.owner, PASSWORD)
    first = await world.backend.create_token(keyed, 3)
    world.clock.now = now
    await world.backend.reauthenticate(world.owner, PASSWORD)
    second = await world.backend.create_token(keyed, 3)
    assert first.id != second.id


async def test_a_scripts_token_from_the_future_reads_nothing_yet(world: World) -> None:
    now = world.clock.now
    world.clock.advance(hours=3)
    await world.backend.reauthenticate(world.owner, PASSWORD)
    issued = await world.backend.create_token(world.owner, 3)
    script = Caller(CONSOLE, issued.token)
    assert (await world.backend.audit_page(script)).events
    world.clock.now = now
    with refused(Code.SIGNED_OUT):
        await world.backend.audit_page(script)
    world.clock.now = now + timedelta(hours=3)
    assert (await world.backend.audit_page(script)).events


async def test_a_token_made_after_the_clock_was_put_right_works(world: World) -> None:
    now = world.clock.now
    world.clock.advance(days=1)
    await world.sign_in(OWNER)
    world.deployment.tamper(
        f"UPDATE membership SET since = '{world.clock.now:%Y-%m-%dT%H:%M:%S.000000Z}'"
    )
    world.clock.now = now
    await world.sign_in(OWNER)
    issued = await world.backend.create_token(world.owner, 3)
    assert (await world.backend.audit_page(Caller(CONSOLE, issued.token))).events


async def test_a_known_source_from_the_future_is_not_known(world: World) -> None:
    home, away = network("192.0.2.1"), network("198.51.100.7")
    now = world.clock.now
    world.clock.advance(days=2)
    await world.sign_in(OWNER, source=home)
    world.clock.now = now
    for number in range(100):
        with pytest.raises(NotAllowedError):
            await world.backend.sign_in(Caller(network(f"10.0.0.{number}")), OWNER, WRONG)
    with refused(Code.PAUSED):
        await world.sign_in(OWNER, source=home)
    with refused(Code.PAUSED):
        await world.sign_in(OWNER, source=away)
    if world.here.local:
        # The local console is open whatever the clock did.
        await world.sign_in(OWNER)


async def test_a_step_back_is_on_record_once_however_many_processes_see_it(world: World) -> None:
    now = world.clock.now
    world.clock.advance(days=5)
    await world.backend.sign_in(Caller(CONSOLE), OWNER, PASSWORD)
    ahead = world.clock.now
    world.clock.now = now
    others = [world.another() for _ in range(4)]
    await asyncio.gather(*(one.create_token(world.owner, 1) for one in others * 2))
    (step,) = await steps(world)
    assert step["seconds"] == 432_000
    assert step["before"] == f"{ahead:%Y-%m-%dT%H:%M:%S.%f}Z"
    assert step["sessionsEnded"] == 1
    events = await world.events()
    (seq,) = [event.seq for event in events if event.type is EventType.CLOCK_STEPPED]
    assert (events[seq - 2].at, events[seq].at) == (ahead, now)
    assert (await world.backend.audit_verify(world.owner)).ok
    world.clock.advance(hours=2)
    await world.sign_in(OWNER)
    world.clock.advance(minutes=-5)
    await world.sign_in(OWNER)
    assert [one["seconds"] for one in await steps(world)] == [432_000, 300]


async def test_machines_whose_clocks_disagree_are_told_of_once_an_hour(world: World) -> None:
    for _ in range(5):
        world.clock.advance(minutes=10)
        await world.backend.sign_in(Caller(CONSOLE), OWNER, PASSWORD)
        world.clock.advance(minutes=-10)
        await world.sign_in(OWNER)
    assert [one["seconds"] for one in await steps(world)] == [600]
    world.clock.advance(hours=2)
    await world.sign_in(OWNER)
    world.clock.advance(minutes=-10)
    await world.sign_in(OWNER)
    assert [one["seconds"] for one in await steps(world)] == [600, 600]


async def test_doctor_tells_of_a_clock_that_went_back(world: World) -> None:
    async def clock() -> tuple[Severity, str]:
        found = await world.backend.doctor(world.owner)
        (finding,) = [one for one in found if one.check == "clock"]
        return finding.severity, finding.detail

    assert (await clock())[0] is Severity.OK
    await world.backend.create_token(world.owner, 1)
    world.clock.advance(days=-2)
    await world.sign_in(OWNER)
    severity, detail = await clock()
    assert severity is Severity.NOTE
    assert "went back" in detail
    world.clock.advance(days=1)
    await world.sign_in(OWNER)
    world.clock.advance(hours=-1)
    found = await world.founder.doctor(Caller(CONSOLE))
    (finding,) = [one for one in found if one.check == "clock"]
    assert finding.severity is Severity.PROBLEM


async def test_the_answer_names_the_last_moment_looked_at(world: World) -> None:
    day = date(2026, 11, 23)
    end = end_of_day(day)
    world.clock.now = end - timedelta(seconds=1)
    await world.sign_in(OWNER)
    world.clock.now = end
    await world.sign_in(OWNER)
    page = await world.backend.audit_page(world.owner, AuditFilter(until=end))
    assert page.events[0].at == end - timedelta(seconds=1)
    assert page.looked_until == end - timedelta(microseconds=1)
    assert (await world.backend.audit_page(world.owner)).looked_until is None


async def test_a_step_back_is_noticed_by_who_watches_without_another_event(world: World) -> None:
    if not world.here.local:
        # Behind a server it is the server that watches, by the same backend.
        return
    now = world.clock.now
    world.clock.advance(days=5)
    await world.backend.sign_in(Caller(CONSOLE), OWNER, PASSWORD)
    world.clock.now = now
    both = (world.backend, world.another())
    head = (await world.backend.audit_page(world.owner)).head
    watching = [asyncio.create_task(one.watch_idps()) for one in both]
    await anext(aiter(world.backend.audit_follow(world.owner, head, STEPS)))
    for task in watching:
        task.cancel()
    await asyncio.wait(watching)
    assert [one["seconds"] for one in await steps(world)] == [432_000]
