"""Many tries at once, from one place or of many emails: a few are judged, all are on record."""

import asyncio
from dataclasses import replace

import pytest

from bgconsole.backend.errors import BackendError
from bgconsole.backend.identity import Caller, Source
from bgconsole.policy.audit import EventType
from bgconsole.policy.chain import timestamp
from bgconsole.policy.refusals import Code
from tests.backend.contract.test_throttle import WRONG, fail, refused_tries, wait_of
from tests.backend.world import OWNER, PASSWORD, World, network, refused


async def test_refused_tries_are_one_event_of_their_source_and_minute(world: World) -> None:
    source = network("192.0.2.1")
    await world.add("glass")
    await world.enforce("entra", "glass@acme.test")
    await fail(world, "glass@acme.test", source, 5)
    head = await world.head()
    first = world.clock.now
    for _ in range(20):
        await wait_of(world, "glass@acme.test", source, PASSWORD)
    world.clock.advance(seconds=9)
    last = world.clock.now
    for _ in range(5):
        await wait_of(world, "glass@acme.test", source)
    assert await world.head() == head
    event = await refused_tries(world)
    assert (event.type, event.actor, event.source) == (
        EventType.LOGIN_FAILURE,
        "glass@acme.test",
        "192.0.2.1",
    )
    assert (event.reason, event.metadata["count"]) == ("throttled", 25)
    assert event.is_break_glass
    assert (event.metadata["first"], event.metadata["last"]) == (timestamp(first), timestamp(last))
    assert await world.head() == head + 1
    assert (await world.backend.audit_verify(world.owner)).ok


async def test_refused_tries_of_several_emails_have_no_actor(world: World) -> None:
    source = network("192.0.2.1")
    emails = [OWNER, "nobody@acme.test", "my password by mistake"]
    for email in emails:
        await fail(world, email, source, 5)
        await wait_of(world, email, source)
    event = await refused_tries(world)
    assert (event.actor, event.metadata["emails"], event.metadata["count"]) == (None, 2, 3)
    assert "mistake" not in repr(await world.events())


async def test_a_source_has_a_budget_over_all_emails(world: World) -> None:
    source = network("192.0.2.1")
    for number in range(20):
        with refused(Code.LOGIN_FAILED):
            await world.backend.sign_in(Caller(source), f"user{number}@acme.test", WRONG)
    for email in (OWNER, "user99@acme.test", "no email"):
        assert await wait_of(world, email, source, PASSWORD) == 180
    world.clock.advance(seconds=180)
    with refused(Code.LOGIN_FAILED):
        await world.backend.sign_in(Caller(source), "user99@acme.test", WRONG)
    assert await wait_of(world, OWNER, source, PASSWORD) == 180
    await world.sign_in(OWNER, source=network("192.0.2.2"))


async def test_a_person_at_a_known_source_has_no_part_in_its_budget(world: World) -> None:
    source = network("192.0.2.1")
    await world.sign_in(OWNER, source=source)
    for number in range(20):
        await fail(world, f"user{number}@acme.test", source)
    await wait_of(world, "user99@acme.test", source)
    assert (await world.sign_in(OWNER, source=source)).email == OWNER


@pytest.mark.parametrize("state", ["at rest", "sprayed", "own wait", "paused", "25 h later"])
async def test_at_a_shared_address_nobody_is_told_who_is_known_there(
    world: World, state: str
) -> None:
    source = network("192.0.2.1")
    await world.add("anna")
    await world.sign_in("anna@acme.test", source=source)
    emails = ("anna@acme.test", "nobody@acme.test")
    await bring_about(world, state, emails, source)
    for _ in range(7):
        answers = [await answer(world, email, source) for email in emails]
        assert answers[0] == answers[1]


async def bring_about(world: World, state: str, emails: tuple[str, ...], source: Source) -> None:
    """Fail until the emails are in this state at the source."""
    if state == "sprayed":
        for number in range(20):
            await fail(world, f"user{number}@acme.test", source)
    elif state == "own wait":
        for email in emails:
            await fail(world, email, source, 5)
    elif state != "at rest":
        for number in range(200):
            await fail(world, emails[number % 2], network(f"10.0.0.{number}"))
    if state == "25 h later":
        world.clock.advance(hours=25)


async def answer(world: World, email: str, source: Source) -> tuple[Code, str, str]:
    """What somebody with a wrong password is told."""
    with pytest.raises(BackendError) as caught:
        await world.backend.sign_in(Caller(source), email, WRONG)
    told = caught.value.refusal
    return told.code, told.message, told.remedy


async def test_a_clock_that_fell_back_leaves_no_wait(world: World) -> None:
    source = network("192.0.2.1")
    now = world.clock.now
    world.clock.advance(days=3650)
    await fail(world, OWNER, source, 5)
    for number in range(100):
        await fail(world, OWNER, network(f"10.0.0.{number}"))
    world.clock.now = now
    await world.sign_in(OWNER, source=source)
    await world.sign_in(OWNER, source=network("203.0.113.9"))


async def test_no_wait_is_longer_than_the_failures_before_it_gave(world: World) -> None:
    source = network("192.0.2.1")
    await fail(world, OWNER, source, 5)
    world.clock.advance(seconds=-8)
    assert await wait_of(world, OWNER, source) == 30


async def test_of_many_tries_at_once_a_few_are_judged(world: World) -> None:
    source = network("192.0.2.1")
    tries = [world.backend.sign_in(Caller(source), f"u{n}@acme.test", WRONG) for n in range(60)]
    answers = await asyncio.gather(*tries, return_exceptions=True)
    codes = [one.code for one in answers if isinstance(one, BackendError)]
    assert len(codes) == 60
    judged = codes.count(Code.LOGIN_FAILED)
    assert 1 <= judged <= 20
    assert codes.count(Code.THROTTLED) == 60 - judged
    event = await refused_tries(world)
    assert event.metadata["count"] == 60 - judged


async def test_a_change_of_password_tells_nothing_while_guesses_are_in_flight(
    world: World,
) -> None:
    owner = replace(world.owner, source=network("192.0.2.1"))
    weak, strong = "password12345678", "walrus lantern orbit quilt"
    for current in (WRONG, PASSWORD):
        with refused(Code.PASSWORD_COMMON):
            await world.backend.change_password(owner, current, weak)
    guesses = [world.backend.change_password(owner, WRONG, strong) for _ in range(4)]
    await asyncio.gather(*guesses, return_exceptions=True)
    with refused(Code.LOGIN_FAILED):
        await world.backend.change_password(owner, WRONG, strong)
    for current in (WRONG, PASSWORD):
        with refused(Code.THROTTLED):
            await world.backend.change_password(owner, current, strong)


async def test_what_is_no_email_address_is_kept_nowhere(world: World) -> None:
    secret = "Correct-Horse-Battery 9"
    with refused(Code.LOGIN_FAILED):
        await world.backend.sign_in(Caller(network("192.0.2.1")), secret, WRONG)
    with refused(Code.CODE_INVALID):
        await world.backend.redeem(Caller(network("192.0.2.1")), secret, "AAAAA", PASSWORD)
    events = await world.newest(2)
    assert [(event.actor, event.reason) for event in events] == [(None, "invalid_email")] * 2
    assert secret not in repr(await world.events())
