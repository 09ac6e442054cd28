"""A pause after too many guesses: told as it is, on record, and shown wherever usability is."""

import pytest

from bgconsole.backend.values import Severity, Simulation
from bgconsole.policy import login
from bgconsole.policy.audit import AuditEvent, EventType
from bgconsole.policy.refusals import Code
from bgconsole.policy.team import EntryProblem
from bgconsole.policy.throttle import PAUSE_AFTER
from tests.backend.contract.test_throttle import fail, is_paused
from tests.backend.world import OWNER, PASSWORD, World, network, refused

GLASS = "glass@acme.test"
HOME = network("198.51.100.7")
NEW = network("203.0.113.9")
FROM_KNOWN = (
    "1 of 1 usable break-glass users can only get in from known addresses,"
    " paused after too many failures"
)
FRESH = network("203.0.113.77")


async def guess(world: World, email: str) -> None:
    """As many wrong passwords as it takes; all but the first and the last are counted by hand."""
    await fail(world, email, network("10.0.0.1"))
    world.deployment.tamper(
        f"UPDATE account_throttle SET failures = {PAUSE_AFTER - 1} WHERE email = '{email}'"
    )
    await fail(world, email, network("10.0.0.99"))


async def pauses(world: World) -> list[AuditEvent]:
    """What is on record of pauses, the oldest first."""
    about = {EventType.MEMBER_PAUSED, EventType.MEMBER_UNPAUSED}
    return [event for event in await world.events() if event.type in about]


@pytest.fixture
async def paused(world: World) -> World:
    """Glass is on Entra's list, has signed in from home, and was guessed at until the pause."""
    await world.add("glass")
    await world.enforce("entra", GLASS)
    await world.sign_in(GLASS, source=HOME)
    await guess(world, GLASS)
    return world


async def test_no_wait_ends_a_pause_and_none_is_promised(paused: World) -> None:
    for days in (0, 1, 30):
        paused.clock.advance(days=days)
        assert await is_paused(paused, GLASS, NEW, PASSWORD)


async def test_with_or_without_an_account_and_known_or_not_the_words_are_the_same(
    paused: World,
) -> None:
    await guess(paused, "nobody@acme.test")
    for email, source in ((GLASS, NEW), ("nobody@acme.test", NEW), (GLASS, HOME)):
        assert await is_paused(paused, email, source)


async def test_a_wait_at_a_known_source_does_not_show_beside_a_pause(paused: World) -> None:
    """Only there does it grow, so it would tell that the source is known."""
    for _ in range(7):
        assert await is_paused(paused, GLASS, HOME)
    assert await is_paused(paused, GLASS, HOME, PASSWORD)
    paused.clock.advance(minutes=2)
    await paused.sign_in(GLASS, source=HOME)


async def test_a_pause_is_on_record_once_when_it_begins(paused: World) -> None:
    for _ in range(3):
        assert await is_paused(paused, GLASS, HOME)
    (event,) = await pauses(paused)
    assert (event.type, event.actor, event.target) == (
        EventType.MEMBER_PAUSED,
        "bgconsole",
        GLASS,
    )
    assert (event.provider, event.source) == ("entra", "10.0.0.99")
    assert event.metadata == {"failures": PAUSE_AFTER}


async def test_who_is_no_member_pauses_without_an_event(world: World) -> None:
    await world.add("gone")
    await world.backend.remove_member(world.owner, "gone@acme.test")
    for email in ("nobody@acme.test", "gone@acme.test"):
        await guess(world, email)
        assert await is_paused(world, email, NEW)
    assert await pauses(world) == []


async def test_a_right_password_from_a_known_source_lifts_it_on_record(paused: World) -> None:
    assert (await paused.sign_in(GLASS, source=HOME)).is_break_glass
    _, lifted = await pauses(paused)
    assert (lifted.type, lifted.actor, lifted.target) == (EventType.MEMBER_UNPAUSED, GLASS, GLASS)
    await paused.sign_in(GLASS, source=FRESH)
    assert len(await pauses(paused)) == 2


async def test_a_pause_that_begins_again_is_on_record_again(paused: World) -> None:
    await paused.backend.unpause(paused.owner, GLASS)
    await guess(paused, GLASS)
    kinds = [event.type for event in await pauses(paused)]
    assert kinds == [
        EventType.MEMBER_PAUSED,
        EventType.MEMBER_UNPAUSED,
        EventType.MEMBER_PAUSED,
    ]


async def test_a_paused_entry_is_usable_and_says_from_where(paused: World) -> None:
    (entry,) = (await paused.provider("entra")).entries
    assert (entry.usable, entry.problem) == (True, EntryProblem.PAUSED)
    # So it counts for the guards.
    with refused(Code.WOULD_LOCK_OUT):
        await paused.backend.remove_member(paused.owner, GLASS)
    await paused.backend.unpause(paused.owner, GLASS)
    (entry,) = (await paused.provider("entra")).entries
    assert (entry.usable, entry.problem) == (True, None)


async def test_the_simulator_says_from_where_the_password_counts(paused: World) -> None:
    answer = await paused.backend.simulate(paused.owner, Simulation(GLASS))
    assert answer.allowed
    assert answer.warnings == (login.PAUSED,)
    (wait,) = (check for check in answer.trace if check.check is login.CheckName.THROTTLE)
    assert (wait.passed, wait.detail) == (True, "paused: from known sources only")
    await paused.backend.unpause(paused.owner, GLASS)
    assert (await paused.backend.simulate(paused.owner, Simulation(GLASS))).warnings == ()


@pytest.mark.at_the_database("a server tells what is behind it to its administrators")
async def test_doctor_counts_who_is_paused_and_names_nobody(paused: World) -> None:
    async def found() -> tuple[Severity, str] | None:
        about = [one for one in await paused.backend.doctor(paused.owner) if "paused" in one.detail]
        assert GLASS not in repr(about)
        assert all("member unpause EMAIL" in one.remedy for one in about)
        return (about[0].severity, about[0].detail) if about else None

    assert await found() == (
        Severity.PROBLEM,
        FROM_KNOWN,
    )
    await paused.enforce("entra", OWNER)
    told = await found()
    assert told is not None
    assert told[0] is Severity.NOTE
    await paused.backend.unpause(paused.owner, GLASS)
    assert await found() is None
