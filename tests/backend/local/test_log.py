"""The audit log as stored: what tampering is found, how it is read, how it is followed."""

import asyncio
import sqlite3
import threading
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, update

from bgconsole.backend.errors import UnreachableError
from bgconsole.backend.local import audit_read
from bgconsole.backend.local.backend import LocalBackend
from bgconsole.backend.local.engine import Database
from bgconsole.backend.local.schema import team
from bgconsole.backend.local.transaction import Transaction, UnrecordedChangeError, begin
from bgconsole.backend.values import BadKind, MemberAddition, ProviderAddition
from bgconsole.policy.audit import AuditFilter, EventType
from bgconsole.policy.provider_kinds import ProviderKind
from bgconsole.policy.refusals import Code
from tests.backend.world import OWNER, START, World, refused


def tamper(path: Path, *statements: str) -> None:
    """Change the database behind the program's back."""
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


@pytest.fixture
async def grown(world: World) -> World:
    """A log of 14 events."""
    people = [MemberAddition(f"p{number}@acme.test") for number in range(10)]
    await world.backend.add_members(world.owner, people)
    assert await world.head() == 14
    return world


TWICE = """UPDATE audit_event SET metadata = '{"role":"x",' || substr(metadata, 2) WHERE seq = 7"""


@pytest.mark.parametrize(
    ("statement", "seq", "kind"),
    [
        ("DELETE FROM audit_event WHERE seq = 7", 7, BadKind.GAP),
        ("DELETE FROM audit_event WHERE seq = 1", 1, BadKind.GAP),
        ("UPDATE audit_event SET actor = 'x' WHERE seq = 7", 7, BadKind.ALTERED),
        ("UPDATE audit_event SET type = 'x' WHERE seq = 7", 7, BadKind.ALTERED),
        ("UPDATE audit_event SET at = '2026-11-23' WHERE seq = 7", 7, BadKind.ALTERED),
        ("UPDATE audit_event SET target = NULL WHERE seq = 7", 7, BadKind.ALTERED),
        ("UPDATE audit_event SET metadata = '{}' WHERE seq = 7", 7, BadKind.ALTERED),
        ("UPDATE audit_event SET metadata = 'x' WHERE seq = 7", 7, BadKind.ALTERED),
        ("UPDATE audit_event SET metadata = '[1.5]' WHERE seq = 7", 7, BadKind.ALTERED),
        ("UPDATE audit_event SET actor = CAST(x'ff' AS TEXT) WHERE seq = 7", 7, BadKind.ALTERED),
        ("UPDATE audit_event SET actor = x'ff' WHERE seq = 7", 7, BadKind.ALTERED),
        ("UPDATE audit_event SET hash = 'x' WHERE seq = 7", 7, BadKind.ALTERED),
        (TWICE, 7, BadKind.ALTERED),
        (f"UPDATE audit_event SET prev_hash = '{'0' * 64}' WHERE seq = 7", 7, BadKind.BROKEN_LINK),
        ("DELETE FROM audit_event WHERE seq > 12", 13, BadKind.HEAD_MISMATCH),
        ("UPDATE audit_head SET seq = 13", 14, BadKind.HEAD_MISMATCH),
        ("UPDATE audit_head SET hash = 'x'", 14, BadKind.HEAD_MISMATCH),
        ("DELETE FROM audit_head", 14, BadKind.HEAD_MISMATCH),
    ],
)
async def test_verifying_finds_the_first_bad_record(
    grown: World, path: Path, statement: str, seq: int, kind: BadKind
) -> None:
    tamper(path, statement)
    verification = await grown.backend.audit_verify(grown.owner)
    assert not verification.ok
    assert verification.first_bad is not None
    assert (verification.first_bad.seq, verification.first_bad.kind) == (seq, kind)


async def test_an_exchange_of_two_records_is_found(grown: World, path: Path) -> None:
    moves = [f"UPDATE audit_event SET seq = {b} WHERE seq = {a}" for a, b in ((7, 99), (8, 7))]
    tamper(path, *moves, "UPDATE audit_event SET seq = 8 WHERE seq = 99")
    verification = await grown.backend.audit_verify(grown.owner)
    assert verification.first_bad is not None
    assert verification.first_bad.seq == 7


@pytest.mark.parametrize(
    "column", ["id", "at", "type", "outcome", "actor", "description", "metadata", "source", "hash"]
)
async def test_the_same_bytes_as_another_type_are_damage(
    grown: World, path: Path, column: str
) -> None:
    tamper(path, f"UPDATE audit_event SET {column} = CAST({column} AS BLOB) WHERE seq = 7")
    bad = (await grown.backend.audit_verify(grown.owner)).first_bad
    assert bad is not None
    assert (bad.seq, bad.kind) == (7, BadKind.ALTERED)
    assert len((await grown.backend.audit_page(grown.owner)).events) == 14


async def test_bytes_that_only_look_like_the_same_text_are_damage(world: World, path: Path) -> None:
    addition = ProviderAddition("x", ProviderKind.OIDC, "x\ufffd")
    await world.backend.add_provider(world.owner, addition)
    newest = await world.head()
    tamper(path, f"UPDATE audit_event SET target = CAST(x'78ff' AS TEXT) WHERE seq = {newest}")
    bad = (await world.backend.audit_verify(world.owner)).first_bad
    assert bad is not None
    assert (bad.seq, bad.kind) == (newest, BadKind.ALTERED)


@pytest.mark.parametrize("seq", ["x'3134'", "'fourteen'", "1.5", "-1"])
async def test_a_head_without_a_number_is_damage_and_nothing_is_written_behind_it(
    grown: World, path: Path, seq: str
) -> None:
    tamper(path, f"UPDATE audit_head SET seq = {seq}")
    bad = (await grown.backend.audit_verify(grown.owner)).first_bad
    assert bad is not None
    assert bad.kind is BadKind.HEAD_MISMATCH
    for call in (
        grown.backend.create_token(grown.owner, 1),
        grown.backend.audit_page(grown.owner),
    ):
        with refused(Code.UNAVAILABLE) as outcome:
            await call
        assert "head of the audit log is damaged" in outcome.message
    assert "problem" in {one.severity for one in await grown.backend.doctor(grown.owner)}


async def test_an_altered_record_is_still_shown(grown: World, path: Path) -> None:
    tamper(
        path,
        "UPDATE audit_event SET type = 'x', at = 'x', metadata = 'x', actor = x'ff' WHERE seq = 7",
    )
    (found,) = (await grown.backend.audit_page(grown.owner, limit=1, before=8)).events
    assert found.seq == 7
    assert found.type is EventType.UNKNOWN
    assert found.metadata == {}
    assert (await grown.backend.audit_page(grown.owner, AuditFilter(break_glass=True))).head == 14


FILTERS = {
    "newest": AuditFilter(),
    "type": AuditFilter((EventType.LOGIN_SUCCESS,)),
    "types": AuditFilter((EventType.LOGIN_SUCCESS, EventType.LOGIN_FAILURE)),
    "actor": AuditFilter(actor="owner@acme.test"),
    "provider": AuditFilter(provider="entra"),
    "break-glass": AuditFilter(break_glass=True),
    "since": AuditFilter(since=START),
    "until": AuditFilter(until=START + timedelta(days=1)),
    "both": AuditFilter((EventType.MEMBER_ADDED,), actor="owner@acme.test"),
    "text": AuditFilter(text="p3"),
}


@pytest.mark.parametrize("name", FILTERS)
async def test_no_page_counts_skips_or_sorts_the_whole_log(grown: World, name: str) -> None:
    """Every query goes by an index, or through a bounded stretch of `seq`."""
    backend = grown.backend
    assert isinstance(backend, LocalBackend)
    database = backend._parts.database
    assert isinstance(database, Database)
    engine = database._connected()
    statements: list[tuple[str, tuple[Any, ...]]] = []

    def note(_c: object, _cursor: object, sql: str, parameters: Any, *_rest: object) -> None:
        if "audit_event" in sql:
            statements.append((sql, parameters))

    event.listen(engine, "before_cursor_execute", note)
    for before, after in ((None, None), (9, None), (None, 3)):
        await backend.audit_page(grown.owner, FILTERS[name], limit=3, before=before, after=after)
    event.remove(engine, "before_cursor_execute", note)
    assert statements
    with engine.connect() as connection:
        for sql, parameters in statements:
            assert "count(" not in sql.lower()
            # SQLAlchemy always writes one; it skips nothing.
            assert "OFFSET" not in sql.removesuffix("OFFSET ?") or parameters[-1] == 0
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", parameters).all()
            details = [row[3] for row in plan]
            assert not [d for d in details if d == "SCAN audit_event"], (sql, details)
            sorts = [d for d in details if "TEMP B-TREE" in d]
            assert not sorts or name == "types", (sql, details)


async def test_a_search_through_many_stretches_finds_all(
    grown: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_read, "_FIRST_SPAN", 1)
    monkeypatch.setattr(audit_read, "_SPAN_GOAL", 0)
    wanted = AuditFilter((EventType.MEMBER_ADDED,), text="p")
    newest = await grown.backend.audit_page(grown.owner, wanted, limit=4)
    assert [e.seq for e in newest.events] == [14, 13, 12, 11]
    assert newest.more
    rest = await grown.backend.audit_page(grown.owner, wanted, before=11)
    assert [e.seq for e in rest.events] == [10, 9, 8, 7, 6, 5]
    oldest = await grown.backend.audit_page(grown.owner, wanted, limit=3, after=0)
    assert [e.seq for e in oldest.events] == [7, 6, 5]
    up = await grown.backend.audit_page(grown.owner, wanted, after=11)
    assert [e.seq for e in up.events] == [14, 13, 12]


async def test_times_that_ran_back_a_little_are_found(grown: World) -> None:
    grown.clock.advance(seconds=-50)
    await grown.backend.create_token(grown.owner, 1)
    grown.clock.advance(hours=1)
    await grown.backend.reauthenticate(grown.owner, "plum violin harbour staple")
    since = AuditFilter(since=START - timedelta(seconds=10))
    found = await grown.backend.audit_page(grown.owner, since)
    assert [e.seq for e in found.events] == [16, *range(14, 0, -1)]
    until = AuditFilter(until=START)
    assert [e.seq for e in (await grown.backend.audit_page(grown.owner, until)).events] == [15]


async def test_a_change_without_an_event_cannot_be_committed(world: World) -> None:
    backend = world.backend
    assert isinstance(backend, LocalBackend)
    database = backend._parts.database

    def change(tx: Transaction) -> None:
        tx.change(update(team).values(name="Other"))
        tx.commit()

    with pytest.raises(UnrecordedChangeError), begin(database, START) as tx:
        change(tx)
    assert (await backend.welcome()).team == "Acme"


def watchers() -> list[threading.Thread]:
    """The threads that look for changes."""
    return [one for one in threading.enumerate() if one.name == "bgconsole-watch"]


async def test_nobody_looks_for_changes_while_nobody_follows(world: World) -> None:
    # One that another test ended stops at its next look.
    for thread in watchers():
        await asyncio.to_thread(thread.join)
    stream = world.backend.audit_follow(world.owner, 0)
    await anext(aiter(stream))
    other = world.backend.audit_follow(world.owner, 0)
    await anext(aiter(other))
    assert len(watchers()) == 1
    await stream.aclose()  # pyright: ignore[reportAttributeAccessIssue]
    assert len(watchers()) == 1
    await other.aclose()  # pyright: ignore[reportAttributeAccessIssue]
    for thread in watchers():
        await asyncio.to_thread(thread.join)
    assert not watchers()


async def test_a_follower_is_told_when_the_database_goes_away(world: World, path: Path) -> None:
    stream = aiter(world.backend.audit_follow(world.owner, await world.head()))
    waiting = asyncio.ensure_future(anext(stream))
    await asyncio.sleep(0.05)
    path.rename(path.with_suffix(".away"))
    async with asyncio.timeout(60):
        with pytest.raises(UnreachableError):
            await waiting
    path.with_suffix(".away").rename(path)


async def test_many_who_verify_hold_up_nobody_else(world: World) -> None:
    began, go_on = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def stuck(_checked: int, _total: int) -> None:
        loop.call_soon_threadsafe(began.set)
        go_on.wait(90)

    verifying = [
        asyncio.ensure_future(world.backend.audit_verify(world.owner, stuck)) for _ in range(24)
    ]
    try:
        async with asyncio.timeout(60):
            await began.wait()
            assert (await world.backend.me(world.owner)).email == OWNER
            assert await world.backend.members(world.owner)
    finally:
        go_on.set()
    assert all(one.ok for one in await asyncio.gather(*verifying))


async def test_many_who_search_hold_up_nobody_else(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, go_on = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()
    plain = audit_read._search

    def stuck(parts: Any, sought: Any, *rest: Any) -> Any:
        if sought.wanted.text:
            loop.call_soon_threadsafe(began.set)
            go_on.wait(90)
        return plain(parts, sought, *rest)

    monkeypatch.setattr(audit_read, "_search", stuck)
    wanted = AuditFilter(text="acme")
    searching = [
        asyncio.ensure_future(world.backend.audit_page(world.owner, wanted)) for _ in range(24)
    ]
    try:
        async with asyncio.timeout(60):
            await began.wait()
            assert (await world.backend.me(world.owner)).email == OWNER
            assert (await world.backend.audit_page(world.owner)).events
    finally:
        go_on.set()
    assert all(page.events for page in await asyncio.gather(*searching))
