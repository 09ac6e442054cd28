"""A cursor belongs to one log: an older copy put back is noticed, and on record once explained."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

import pytest

from bgconsole.backend.errors import LogRewoundError
from bgconsole.backend.identity import Caller
from bgconsole.backend.values import MemberAddition
from bgconsole.policy.audit import AuditEvent, AuditFilter, AuditHead, EventType
from bgconsole.policy.refusals import Code
from bgconsole.policy.team import Role
from tests.backend.world import CONSOLE, OWNER, PASSWORD, World, refused

pytestmark = pytest.mark.on_both

PATIENCE = 60.0


async def grow(world: World, *names: str) -> AuditHead:
    """Put an event on record for each name; the newest record."""
    await world.backend.add_members(
        world.owner, [MemberAddition(f"{name}@acme.test") for name in names]
    )
    return await newest(world)


async def newest(world: World) -> AuditHead:
    """The newest record."""
    return (await world.backend.audit_page(world.owner, limit=1)).newest


def put_back(world: World, seq: int) -> None:
    """Let the log be the copy that ended at `seq`, as a restored backup has it."""
    world.deployment.tamper(f"DELETE FROM audit_event WHERE seq > {seq}")
    world.deployment.tamper(
        f"UPDATE audit_head SET seq = {seq},"
        f" hash = (SELECT hash FROM audit_event WHERE seq = {seq})"
    )


def forget(world: World, *names: str) -> None:
    """Take these people out behind the program's back."""
    for name in names:
        email = f"{name}@acme.test"
        of = f"(SELECT id FROM account WHERE email = '{email}')"
        world.deployment.tamper(f"DELETE FROM membership WHERE account_id IN {of}")
        world.deployment.tamper(f"DELETE FROM account WHERE email = '{email}'")


async def test_a_page_says_which_log_it_is_of_and_where_that_ends(world: World) -> None:
    head = await grow(world, "anna", "ben")
    events = await world.events()
    page = await world.backend.audit_page(world.owner, AuditFilter(types=("auth.logout",)))
    assert (page.head, page.head_hash) == (head.seq, events[-1].hash)
    assert page.log == events[0].hash
    again = await world.backend.audit_page(world.owner, after=head.seq, seen=head)
    assert again.events == ()


async def test_a_place_beyond_the_end_is_an_error_with_both_heads(world: World) -> None:
    head = await newest(world)
    for after in (head.seq + 1, 99):
        with pytest.raises(LogRewoundError) as caught:
            await world.backend.audit_page(world.owner, after=after)
        assert caught.value.code is Code.LOG_REWOUND
        assert caught.value.seen == AuditHead(after, "")
        assert caught.value.head == head
        assert str(head.seq) in caught.value.refusal.message
        with pytest.raises(LogRewoundError):
            await anext(_generator(world.backend.audit_follow(world.owner, after)))


async def test_a_record_that_is_another_one_is_an_error_however_long_the_log(world: World) -> None:
    before = await newest(world)
    seen = await grow(world, "anna", "ben")
    put_back(world, before.seq)
    forget(world, "anna", "ben")
    head = await grow(world, "eve", "fay", "gil")
    assert head.seq > seen.seq
    with pytest.raises(LogRewoundError) as caught:
        await world.backend.audit_page(world.owner, after=seen.seq, seen=seen)
    assert (caught.value.seen, caught.value.head) == (seen, head)
    following = world.backend.audit_follow(world.owner, seen.seq, seen=seen)
    with pytest.raises(LogRewoundError):
        await anext(_generator(following))
    assert (await world.backend.audit_page(world.owner, after=before.seq, seen=before)).events


@pytest.mark.parametrize("grown", [0, 3])
@pytest.mark.parametrize("filtered", [False, True])
async def test_who_follows_is_told_when_an_older_copy_is_put_back(
    world: World, grown: int, filtered: bool
) -> None:
    before = await newest(world)
    seen = await grow(world, "anna", "ben")
    wanted = AuditFilter(types=("member.added",)) if filtered else AuditFilter()
    following = world.backend.audit_follow(world.owner, before.seq, wanted, before)
    async with asyncio.timeout(PATIENCE), aclosing(_generator(following)) as batches:
        came = [event async for event in _first(batches, 2)]
        assert [event.seq for event in came] == [seen.seq - 1, seen.seq]
        waiting = asyncio.ensure_future(anext(batches))
        await asyncio.sleep(0.2)
        put_back(world, before.seq)
        forget(world, "anna", "ben")
        if grown:
            await grow(world, *(f"p{number}" for number in range(grown)))
        else:
            await world.backend.create_token(world.owner, 1)
        with pytest.raises(LogRewoundError) as caught:
            await waiting
    assert caught.value.seen.seq == seen.seq
    # It may be noticed before the new records are there.
    assert before.seq <= caught.value.head.seq <= (await newest(world)).seq


async def _first(
    batches: AsyncIterator[tuple[AuditEvent, ...]], count: int
) -> AsyncIterator[AuditEvent]:
    while count > 0:
        batch = await anext(batches)
        count -= len(batch)
        for event in batch:
            yield event


async def _generator(
    batches: AsyncIterator[tuple[AuditEvent, ...]],
) -> AsyncGenerator[tuple[AuditEvent, ...]]:
    async for batch in batches:
        yield batch


async def test_login_is_never_refused_for_it(world: World) -> None:
    before = await newest(world)
    await grow(world, "anna")
    put_back(world, before.seq)
    await world.sign_in(OWNER)
    assert await newest(world) != before


async def test_an_owner_puts_on_record_why_history_went_back(world: World) -> None:
    before = await newest(world)
    seen = await grow(world, "anna", "ben")
    with refused(Code.INVALID_VALUE):
        await world.backend.acknowledge_rewind(world.owner, seen, "for no reason")
    put_back(world, before.seq)
    forget(world, "anna", "ben")
    with refused(Code.INVALID_VALUE):
        await world.backend.acknowledge_rewind(world.owner, seen, " ")
    keyed = Caller(CONSOLE, world.owner.token, key="0123456789abcdef")
    for _ in range(2):
        await world.backend.acknowledge_rewind(keyed, seen, "Restored last night's backup")
    (event,) = [one for one in await world.events() if one.type is EventType.AUDIT_REWOUND]
    assert event.actor == OWNER
    assert event.metadata == {
        "reason": "Restored last night's backup",
        "seen": {"seq": seen.seq, "hash": seen.hash},
        "head": {"seq": before.seq, "hash": before.hash},
    }
    admin = await world.person("kim", Role.ADMIN)
    with refused(Code.FORBIDDEN):
        await world.backend.acknowledge_rewind(admin, seen, "not mine to say")
    world.clock.advance(minutes=6)
    with refused(Code.REAUTH_REQUIRED):
        await world.backend.acknowledge_rewind(world.owner, seen, "too late")
    await world.backend.reauthenticate(world.owner, PASSWORD)
