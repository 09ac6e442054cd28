"""The audit log: pages, filters, following, verifying, scripts that read it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, suppress
from datetime import timedelta

import pytest

from bgconsole.backend.errors import BackendError, ThrottledError
from bgconsole.backend.identity import Caller
from bgconsole.backend.values import AuditReader, MemberAddition
from bgconsole.policy.audit import AuditEvent, AuditFilter, EventType
from bgconsole.policy.chain import GENESIS, canonical_json, chain_hash, event_fields
from bgconsole.policy.refusals import Code
from bgconsole.policy.team import Role
from tests.backend.world import CONSOLE, OWNER, START, World, network, refused

pytestmark = pytest.mark.on_both


async def grow(world: World, count: int) -> None:
    """Put so many events of one kind on record."""
    people = [MemberAddition(f"p{number}@acme.test") for number in range(count)]
    await world.backend.add_members(world.owner, people)


async def seqs(world: World, wanted: AuditFilter | None = None, **page) -> list[int]:
    """The `seq`s of one page, as given."""
    found = await world.backend.audit_page(world.owner, wanted or AuditFilter(), **page)
    return [event.seq for event in found.events]


async def test_the_chain_is_gap_free_and_hashed_as_the_design_says(world: World) -> None:
    await grow(world, 3)
    await world.enforce("entra", OWNER)
    last = GENESIS
    for seq, event in enumerate(await world.events(), start=1):
        assert (event.seq, event.prev_hash) == (seq, last)
        assert event.hash == chain_hash(last, event_fields(event))
        last = event.hash
    verification = await world.backend.audit_verify(world.owner)
    assert (verification.ok, verification.first_bad) == (True, None)
    assert (verification.head.seq, verification.head.hash) == (verification.checked, last)


async def test_pages_go_down_from_the_newest_and_up_from_a_place(world: World) -> None:
    await grow(world, 16)
    assert await world.head() == 20
    assert await seqs(world, limit=3) == [20, 19, 18]
    assert await seqs(world, limit=3, before=18) == [17, 16, 15]
    assert await seqs(world, limit=3, after=15) == [18, 17, 16]
    assert await seqs(world, limit=3, after=18) == [20, 19]
    assert await seqs(world, limit=9, after=2, before=5) == [4, 3]
    assert await seqs(world, before=1) == []
    assert await seqs(world, after=20) == []
    page = await world.backend.audit_page(world.owner, limit=20)
    assert (page.head, page.more) == (20, False)
    page = await world.backend.audit_page(world.owner, limit=19)
    assert (len(page.events), page.more) == (19, True)
    page = await world.backend.audit_page(world.owner, limit=3, after=10)
    assert page.more


async def test_filters_find_what_they_say(world: World) -> None:
    await world.add("anna", "Björn".casefold())
    await world.enforce("entra", "anna@acme.test")
    world.clock.advance(hours=1)
    await world.sign_in("anna@acme.test", source=network("192.0.2.77"))
    for email in (OWNER, "anna@acme.test"):
        with pytest.raises(BackendError):
            await world.sign_in(email, "not the password at all", network("192.0.2.88"))
    events = await world.events()

    async def check(wanted: AuditFilter, expected: list[AuditEvent]) -> None:
        assert expected
        found = await world.backend.audit_page(world.owner, wanted)
        assert list(found.events) == expected[::-1]

    success, failure = EventType.LOGIN_SUCCESS, EventType.LOGIN_FAILURE
    await check(AuditFilter((failure,)), [e for e in events if e.type is failure])
    both = AuditFilter((success, failure))
    await check(both, [e for e in events if e.type in (success, failure)])
    anna = "anna@acme.test"
    await check(AuditFilter(actor=" Anna@ACME.test"), [e for e in events if e.actor == anna])
    await check(AuditFilter(provider="entra"), [e for e in events if e.provider == "entra"])
    await check(AuditFilter(break_glass=True), [e for e in events if e.is_break_glass])
    later = START + timedelta(hours=1)
    await check(AuditFilter(since=later), [e for e in events if e.at >= later])
    await check(AuditFilter(until=later), [e for e in events if e.at < later])
    combined = AuditFilter((success,), anna, "entra", True, later, later + timedelta(seconds=1))
    await check(combined, [e for e in events if e.type is success and e.actor == anna])
    await check(AuditFilter(text="BREAK-glass"), [e for e in events if "glass" in e.description])
    await check(AuditFilter(text="192.0.2.77"), [e for e in events if e.source == "192.0.2.77"])
    await check(AuditFilter(text="BJÖRN@"), [e for e in events if "björn@" in str(e.target)])
    assert await seqs(world, AuditFilter(text="100%")) == []
    assert await seqs(world, AuditFilter(text="anna_acme")) == []
    assert await seqs(world, AuditFilter(("no.such",))) == []
    assert await seqs(world, AuditFilter(since=later + timedelta(days=1))) == []
    assert await seqs(world, AuditFilter(until=START)) == []


async def test_a_filtered_page_can_be_turned_too(world: World) -> None:
    await world.add(*(f"p{number}" for number in range(10)))
    wanted = AuditFilter((EventType.MEMBER_PASSWORD_SET,), text="p")
    first = await world.backend.audit_page(world.owner, wanted, limit=4)
    second = await world.backend.audit_page(
        world.owner, wanted, limit=20, before=first.events[-1].seq
    )
    assert (len(first.events), first.more, len(second.events), second.more) == (4, True, 6, False)


async def collect(
    stream: AsyncIterator[tuple[AuditEvent, ...]], until: EventType
) -> list[AuditEvent]:
    """What comes, up to an event of this type."""
    found: list[AuditEvent] = []
    async with asyncio.timeout(60), aclosing(stream) as events:  # pyright: ignore[reportArgumentType]
        async for batch in events:
            found.extend(batch)
            if batch[-1].type is until:
                break
    return found


async def test_a_follower_gets_what_is_there_and_what_comes_from_anywhere(world: World) -> None:
    stream = world.backend.audit_follow(world.owner, 2)
    follower = asyncio.create_task(collect(stream, EventType.PROVIDER_REMOVED))
    await asyncio.sleep(0)
    await world.enforce("entra", OWNER)
    elsewhere = world.another()
    await elsewhere.remove_provider(world.owner, "oidc")
    found = await follower
    assert [event.seq for event in found] == list(range(3, await world.head() + 1))


async def test_a_follower_sees_only_what_is_wanted(world: World) -> None:
    wanted = AuditFilter((EventType.ENTRY_ADDED, EventType.PROVIDER_REMOVED))
    stream = world.backend.audit_follow(world.owner, 0, wanted)
    follower = asyncio.create_task(collect(stream, EventType.PROVIDER_REMOVED))
    await world.enforce("entra", OWNER)
    await grow(world, 5)
    await world.backend.remove_provider(world.owner, "oidc")
    assert [event.type for event in await follower] == list(wanted.types)


async def test_following_ends_with_the_session(world: World) -> None:
    admin = await world.person("admin", Role.ADMIN)

    async def follow() -> None:
        async for _ in world.backend.audit_follow(admin, 0):
            pass

    follower = asyncio.create_task(follow())
    await asyncio.sleep(0.05)
    await world.backend.sign_out(admin)
    async with asyncio.timeout(60):
        with refused(Code.SIGNED_OUT):
            await follower


async def test_a_follower_that_is_cancelled_leaves_the_others_following(world: World) -> None:
    streams = [world.backend.audit_follow(world.owner, await world.head()) for _ in range(3)]
    followers = [
        asyncio.create_task(collect(stream, EventType.PROVIDER_REMOVED)) for stream in streams
    ]
    await asyncio.sleep(0.05)
    followers[0].cancel()
    with pytest.raises(asyncio.CancelledError):
        await followers[0]
    await world.backend.remove_provider(world.owner, "oidc")
    for follower in followers[1:]:
        assert len(await follower) == 1


async def test_verifying_tells_how_far_it_is(world: World) -> None:
    await grow(world, 2500)
    told: list[tuple[int, int]] = []
    verification = await world.backend.audit_verify(
        world.owner, lambda checked, total: told.append((checked, total))
    )
    assert verification.ok
    assert told[-1] == (2504, 2504)
    assert len(told) > 1


async def test_an_export_is_on_record_with_what_was_asked(world: World) -> None:
    wanted = AuditFilter((EventType.LOGIN_SUCCESS,), break_glass=True, since=START)
    await world.backend.record_export(world.owner, wanted, 7)
    (event,) = await world.newest()
    assert (event.type, event.actor) == (EventType.AUDIT_EXPORTED, OWNER)
    assert event.metadata == {
        "count": 7,
        "filter": {
            "types": ["auth.login.success"],
            "breakGlass": True,
            "since": "2026-11-23T09:00:00.000000Z",
        },
    }


async def test_a_script_s_token_reads_the_log_and_nothing_else(world: World) -> None:
    issued = await world.backend.create_token(world.owner, 30)
    script = Caller(CONSOLE, issued.token)
    assert issued.expires_at == START + timedelta(days=30)
    page = await world.backend.audit_page(script)
    assert page.events[0].type is EventType.TOKEN_CREATED
    assert (await world.backend.audit_verify(script)).ok
    await world.backend.record_export(script, AuditFilter(), 1)
    for call in (
        world.backend.me(script),
        world.backend.members(script),
        world.backend.providers(script),
        world.backend.create_token(script, 1),
        world.backend.touch(script),
    ):
        with refused(Code.FORBIDDEN):
            await call
    (listed,) = await world.backend.tokens(world.owner)
    assert (listed.id, listed.created_by, listed.revoked) == (issued.id, OWNER, False)
    assert listed.last_used_at == START
    world.clock.advance(days=30)
    with refused(Code.SIGNED_OUT):
        await world.backend.audit_page(script)


async def test_a_script_s_token_is_revoked_at_once_and_on_record(world: World) -> None:
    issued = await world.backend.create_token(world.owner, 30)
    await world.backend.revoke_token(world.owner, issued.id)
    (event,) = await world.newest()
    assert (event.type, event.target) == (EventType.TOKEN_REVOKED, issued.id)
    with refused(Code.SIGNED_OUT):
        await world.backend.audit_page(Caller(CONSOLE, issued.token))
    with refused(Code.UNKNOWN_TOKEN):
        await world.backend.revoke_token(world.owner, "none")
    for days in (0, 401):
        with refused(Code.INVALID_VALUE):
            await world.backend.create_token(world.owner, days)


async def test_a_script_reads_no_longer_than_whoever_made_its_token_may(world: World) -> None:
    admin = await world.person("admin", Role.ADMIN)
    issued = await world.backend.create_token(admin, 30)
    await world.backend.set_role(world.owner, "admin@acme.test", Role.MEMBER)
    with refused(Code.FORBIDDEN):
        await world.backend.audit_page(Caller(CONSOLE, issued.token))


async def test_a_reader_of_the_log_is_a_person_or_a_script_of_theirs(world: World) -> None:
    issued = await world.backend.create_token(world.owner, 1)
    assert await world.backend.audit_reader(world.owner) == AuditReader(OWNER, None)
    script = Caller(CONSOLE, issued.token)
    assert await world.backend.audit_reader(script) == AuditReader(OWNER, issued.id)


async def test_scripts_of_one_person_record_so_many_exports_an_hour_together(world: World) -> None:
    """However many tokens they have; people themselves, and scripts of others, are not held up."""
    scripts = [
        Caller(CONSOLE, (await world.backend.create_token(world.owner, 1)).token) for _ in range(2)
    ]
    admin = await world.person("admin", Role.ADMIN)
    another = Caller(CONSOLE, (await world.backend.create_token(admin, 1)).token)
    await world.backend.record_export(scripts[0], AuditFilter(), 1)
    world.clock.advance(minutes=20)
    for number in range(59):
        await world.backend.record_export(scripts[number % 2], AuditFilter(), 1)
    head = await world.head()
    for script in scripts:
        with pytest.raises(ThrottledError) as caught:
            await world.backend.record_export(script, AuditFilter(), 1)
        assert caught.value.wait == 40 * 60
    assert await world.head() == head
    await world.backend.record_export(another, AuditFilter(), 1)
    owner = Caller(CONSOLE, (await world.sign_in(OWNER)).token)
    await world.backend.record_export(owner, AuditFilter(text='"token":'), 1)
    world.clock.advance(minutes=40)
    await world.backend.record_export(scripts[1], AuditFilter(), 1)
    with refused(Code.THROTTLED):
        await world.backend.record_export(scripts[0], AuditFilter(), 1)


async def test_what_an_export_is_on_record_with_is_bounded(world: World) -> None:
    script = Caller(CONSOLE, (await world.backend.create_token(world.owner, 1)).token)
    long = AuditFilter(
        tuple(f"{number}{'x' * 990}" for number in range(28)), "a" * 990, "b" * 990, text="c" * 990
    )
    with suppress(BackendError):
        await world.backend.record_export(script, long, 1)
    many = AuditFilter(tuple(f"type.{number}" for number in range(500)))
    with suppress(BackendError):
        await world.backend.record_export(script, many, 1)
    for event in await world.newest(3):
        assert len(canonical_json(dict(event.metadata))) < 3_000


async def test_a_script_s_token_ends_with_the_reset_of_whoever_made_it(world: World) -> None:
    admin = await world.person("admin", Role.ADMIN)
    script = Caller(CONSOLE, (await world.backend.create_token(admin, 30)).token)
    other = Caller(CONSOLE, (await world.backend.create_token(world.owner, 30)).token)
    await world.backend.reset_member(world.owner, "admin@acme.test", None)
    with refused(Code.SIGNED_OUT):
        await world.backend.audit_page(script)
    assert (await world.backend.audit_page(other)).events[0].type is EventType.TOKEN_REVOKED
    revoked = {one.created_by: one.revoked for one in await world.backend.tokens(world.owner)}
    assert revoked == {"admin@acme.test": True, OWNER: False}


@pytest.mark.parametrize("way", ["removed", "demoted"])
async def test_no_script_s_token_comes_back_to_life(world: World, way: str) -> None:
    admin = await world.person("admin", Role.ADMIN)
    script = Caller(CONSOLE, (await world.backend.create_token(admin, 30)).token)
    if way == "removed":
        await world.backend.remove_member(world.owner, "admin@acme.test", None)
        back = MemberAddition("admin@acme.test", role=Role.ADMIN)
        await world.backend.add_members(world.owner, [back])
    else:
        await world.backend.set_role(world.owner, "admin@acme.test", Role.MEMBER)
        await world.backend.set_role(world.owner, "admin@acme.test", Role.ADMIN)
    with refused(Code.SIGNED_OUT):
        await world.backend.audit_page(script)


async def test_a_token_of_an_earlier_membership_that_nobody_revoked_is_none(world: World) -> None:
    admin = await world.person("admin", Role.ADMIN)
    script = Caller(CONSOLE, (await world.backend.create_token(admin, 30)).token)
    world.deployment.tamper("UPDATE membership SET since = '2027-01-01T00:00:00.000000Z'")
    with refused(Code.SIGNED_OUT):
        await world.backend.audit_page(script)


async def test_recovery_ends_the_scripts_of_the_account_too(world: World) -> None:
    script = Caller(CONSOLE, (await world.backend.create_token(world.owner, 30)).token)
    recovered = await world.founder.recover(Caller(CONSOLE), OWNER, "another violin harbour plum")
    with refused(Code.SIGNED_OUT):
        await world.backend.audit_page(script)
    owner = Caller(CONSOLE, recovered.token)
    assert [one.revoked for one in await world.backend.tokens(owner)] == [True]
