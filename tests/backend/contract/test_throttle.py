"""Guessing is slowed down, and no guesser keeps the real person out."""

import asyncio
from dataclasses import replace

import pytest

from bgconsole.backend.errors import BackendError, ThrottledError
from bgconsole.backend.identity import Caller, Source
from bgconsole.backend.values import MemberAddition
from bgconsole.policy.audit import AuditEvent, EventType
from bgconsole.policy.refusals import Code, refusal
from tests.backend.world import CONSOLE, OWNER, PASSWORD, SqliteDeployment, World, network, refused

WRONG = "not the password at all"


async def fail(world: World, email: str, source: Source, times: int = 1) -> None:
    """Fail to sign in so often, waiting each time."""
    for _ in range(times):
        with pytest.raises(BackendError):
            await world.backend.sign_in(Caller(source), email, WRONG)


async def wait_of(world: World, email: str, source: Source, password: str = WRONG) -> int:
    """The wait that an attempt meets."""
    with pytest.raises(ThrottledError) as caught:
        await world.backend.sign_in(Caller(source), email, password)
    assert caught.value.code is Code.THROTTLED
    return caught.value.wait


async def is_paused(world: World, email: str, source: Source, password: str = WRONG) -> bool:
    """Whether an attempt meets a pause, which no wait ends."""
    with pytest.raises(ThrottledError) as caught:
        await world.backend.sign_in(Caller(source), email, password)
    error = caught.value
    if error.code is not Code.PAUSED:
        return False
    assert error.wait == 0
    assert error.refusal == refusal(Code.PAUSED)
    return True


async def refused_tries(world: World, minutes: int = 1) -> AuditEvent:
    """The event that tells of tries refused unjudged, once their minute is over."""
    world.clock.advance(minutes=minutes)
    for _ in range(200):
        for event in reversed(await world.events()):
            if "count" in event.metadata:
                return event
        await asyncio.sleep(0.05)
    raise AssertionError(await world.events())


@pytest.mark.parametrize("email", [OWNER, "nobody@acme.test", "no email at all"])
async def test_waits_begin_after_four_failures_and_double_known_email_or_not(
    world: World, email: str
) -> None:
    source = network("192.0.2.1")
    await fail(world, email, source, 5)
    waits = [await wait_of(world, email, source)]
    for _ in range(8):
        world.clock.advance(seconds=waits[-1])
        await fail(world, email, source)
        waits.append(await wait_of(world, email, source))
    assert waits == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]


async def test_an_attempt_during_a_wait_never_extends_it_and_is_on_record(world: World) -> None:
    source = network("192.0.2.1")
    await fail(world, OWNER, source, 5)
    for left in (30, 20, 10):
        assert await wait_of(world, OWNER, source, PASSWORD) == left
        world.clock.advance(seconds=10)
    await world.sign_in(OWNER, source=source)
    assert (await refused_tries(world)).metadata["count"] == 3


async def test_a_success_forgets_the_failures(world: World) -> None:
    source = network("192.0.2.1")
    await fail(world, OWNER, source, 4)
    await world.sign_in(OWNER, source=source)
    await fail(world, OWNER, source, 4)
    await world.sign_in(OWNER, source=source)


@pytest.mark.at_the_database("over a server no source is the local console")
async def test_at_the_local_keyboard_tries_are_delayed_and_never_refused(world: World) -> None:
    for _ in range(30):
        with refused(Code.LOGIN_FAILED):
            await world.backend.sign_in(Caller(CONSOLE), OWNER, WRONG)
    await world.sign_in(OWNER)
    delays = world.deployment.rest.seconds
    assert len(delays) == 26
    assert set(delays) == {2.0}


@pytest.mark.at_the_database("over a server no source is the local console")
async def test_two_processes_guess_one_after_the_other_and_the_person_gets_in(world: World) -> None:
    other = world.another()
    await fail(world, OWNER, CONSOLE, 5)
    for _ in range(3):
        for backend in (world.backend, other):
            with refused(Code.LOGIN_FAILED):
                await backend.sign_in(Caller(CONSOLE), OWNER, WRONG)
    assert (await other.sign_in(Caller(CONSOLE), OWNER, PASSWORD)).email == OWNER
    assert max(world.deployment.rest.seconds) <= 2


@pytest.mark.at_the_database("over a server no source is the local console")
async def test_a_proof_and_a_code_at_the_local_keyboard_are_delayed_too(world: World) -> None:
    (issued,) = await world.backend.add_members(world.owner, [MemberAddition("anna@acme.test")])
    assert issued.code is not None
    for _ in range(8):
        with refused(Code.LOGIN_FAILED):
            await world.backend.reauthenticate(world.owner, WRONG)
        with refused(Code.CODE_INVALID):
            await world.backend.redeem(Caller(CONSOLE), "anna@acme.test", "AAAAA", PASSWORD)
    await world.backend.reauthenticate(world.owner, PASSWORD)
    await world.backend.redeem(Caller(CONSOLE), "anna@acme.test", issued.code, PASSWORD)
    assert len(world.deployment.rest.seconds) == 8


async def test_each_source_has_its_own_wait(world: World) -> None:
    await fail(world, OWNER, network("192.0.2.1"), 5)
    await world.sign_in(OWNER, source=network("192.0.2.2"))


async def test_a_thousand_sources_pause_the_network_but_not_the_real_person(world: World) -> None:
    home = network("198.51.100.7")
    await world.sign_in(OWNER, source=home)
    # The pause comes after 100; elsewhere a try costs ten times what it does here.
    sources = 1000 if isinstance(world.deployment, SqliteDeployment) else 120
    for number in range(sources):
        await fail(world, OWNER, network(f"10.0.{number // 250}.{number % 250}"))
    assert await is_paused(world, OWNER, network("203.0.113.9"), PASSWORD)
    assert (await world.sign_in(OWNER, source=home)).email == OWNER


@pytest.mark.at_the_database("over a server no source is the local console")
async def test_the_local_console_is_never_paused(world: World) -> None:
    await world.add("anna")
    for number in range(100):
        await fail(world, "anna@acme.test", network(f"10.0.0.{number}"))
    await world.sign_in("anna@acme.test")


async def test_a_source_is_known_for_400_days(world: World) -> None:
    home = network("198.51.100.7")
    await world.add("anna")
    await world.sign_in("anna@acme.test", source=home)
    world.clock.advance(days=399)
    for number in range(100):
        await fail(world, "anna@acme.test", network(f"10.0.0.{number}"))
    world.clock.advance(days=2)
    assert await is_paused(world, "anna@acme.test", home, PASSWORD)


async def test_an_owner_lifts_a_pause(world: World) -> None:
    await world.add("anna")
    for number in range(100):
        await fail(world, "anna@acme.test", network(f"10.0.0.{number}"))
    members = {m.email: m.paused for m in await world.backend.members(world.owner)}
    assert members == {"anna@acme.test": True, OWNER: False}
    await world.backend.unpause(world.owner, "anna@acme.test")
    (event,) = await world.newest()
    assert (event.type, event.target) == ("member.unpaused", "anna@acme.test")
    await world.sign_in("anna@acme.test", source=network("203.0.113.9"))


@pytest.mark.parametrize("email", [OWNER, "nobody@acme.test"])
async def test_a_pause_outlasts_the_day_known_email_or_not(world: World, email: str) -> None:
    for number in range(100):
        await fail(world, email, network(f"10.0.0.{number}"))
    for hours in (0, 25, 48):
        world.clock.advance(hours=hours)
        assert await is_paused(world, email, network("203.0.113.9"), PASSWORD)


@pytest.mark.parametrize("email", [OWNER, "nobody@acme.test"])
async def test_failures_are_forgotten_after_a_day_known_email_or_not(
    world: World, email: str
) -> None:
    for number in range(99):
        await fail(world, email, network(f"10.0.0.{number}"))
    world.clock.advance(hours=24, seconds=1)
    for _ in range(2):
        with refused(Code.LOGIN_FAILED):
            await world.backend.sign_in(Caller(network("203.0.113.9")), email, WRONG)


async def test_guesses_made_at_once_are_counted_one_by_one(world: World) -> None:
    """A right guess among many at once is answered only if it came while guesses were free."""
    source = network("192.0.2.1")
    guesses = [world.backend.sign_in(Caller(source), OWNER, WRONG) for _ in range(9)]
    answers = await asyncio.gather(*guesses, return_exceptions=True)
    codes = [answer.code for answer in answers if isinstance(answer, BackendError)]
    assert codes.count(Code.LOGIN_FAILED) <= 5
    assert len(codes) == 9


async def test_proofs_and_codes_are_throttled_too(world: World) -> None:
    owner = replace(world.owner, source=network("192.0.2.9"))
    for _ in range(5):
        with refused(Code.LOGIN_FAILED):
            await world.backend.reauthenticate(owner, WRONG)
    with refused(Code.THROTTLED):
        await world.backend.reauthenticate(owner, PASSWORD)
    world.clock.advance(seconds=30)
    await world.backend.reauthenticate(owner, PASSWORD)
    reasons = [event.reason for event in await world.newest(6)]
    assert reasons == ["wrong_password"] * 5 + [None]
    event = await refused_tries(world)
    assert (event.type, event.actor, event.metadata["count"]) == (
        EventType.REAUTH_FAILURE,
        OWNER,
        1,
    )

    (issued,) = await world.backend.add_members(world.owner, [MemberAddition("anna@acme.test")])
    assert issued.code is not None
    source = Caller(network("192.0.2.1"))
    for _ in range(5):
        with refused(Code.CODE_INVALID):
            await world.backend.redeem(source, "anna@acme.test", "AAAAA-BBBBB", PASSWORD)
    with refused(Code.THROTTLED):
        await world.backend.redeem(source, "anna@acme.test", issued.code, PASSWORD)
    await world.backend.redeem(Caller(CONSOLE), "anna@acme.test", issued.code, PASSWORD)
