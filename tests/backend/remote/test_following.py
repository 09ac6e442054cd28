"""The live audit through a server: every event once, in order, whatever becomes of the stream."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest

from bgconsole.backend.errors import NotAllowedError, UnreachableError
from bgconsole.backend.identity import Caller
from bgconsole.backend.line import LineState
from bgconsole.backend.remote.backend import RemoteBackend
from bgconsole.backend.values import AuditPage
from bgconsole.backend.wire import Problem
from bgconsole.policy.audit import AuditEvent, AuditFilter, EventType, Outcome
from bgconsole.policy.refusals import Code
from tests.backend.remote.conftest import Open, Told
from tests.backend.remote.scripted import Reply, Seen, problem, scripted, value
from tests.backend.world import CONSOLE, START

CALLER = Caller(CONSOLE, "token", attended=False)
BEGIN = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n: hello\n\n"
STREAM = "/v1/audit/stream"


def event(seq: int, description: str = "") -> AuditEvent:
    """An event with this number."""
    kind, text = EventType.LOGOUT, description
    return AuditEvent(
        seq, str(seq), START, kind, Outcome.SUCCESS, "a", None, None, text, {}, "", "", ""
    )


def sent(*seqs: int) -> bytes:
    """Events as a stream brings them."""
    parts = [
        b"event: audit\nid: %d\ndata: %b\n\n" % (seq, msgspec.json.encode(event(seq)))
        for seq in seqs
    ]
    return b"".join(parts)


def paged(seen: Seen, newest: int) -> bytes:
    """The page that was asked for, of a log with so many events."""
    query = parse_qs(urlsplit(seen.path).query)
    found = range(int(query["after"][0]) + 1, newest + 1)
    return value(AuditPage(tuple(map(event, reversed(found))), newest, more=False))


async def collected(
    client: RemoteBackend, until: int, after: int = 0
) -> list[tuple[AuditEvent, ...]]:
    """The batches up to the event with this number."""
    found: list[tuple[AuditEvent, ...]] = []
    following = cast("Any", client.audit_follow(CALLER, after))
    async with asyncio.timeout(60), aclosing(following) as batches:
        async for batch in batches:
            found.append(batch)
            if batch[-1].seq >= until:
                break
    return found


def numbers(batches: list[tuple[AuditEvent, ...]]) -> list[int]:
    """The numbers of the events in them."""
    return [one.seq for batch in batches for one in batch]


def streams(*each: bytes, newest: Callable[[], int] = lambda: 0) -> Reply:
    """Streams of these bytes, each cut behind them, the last one open; pages of the log beside."""
    left = list(each)

    async def reply(seen: Seen, writer: asyncio.StreamWriter) -> None:
        if not seen.path.startswith(STREAM):
            writer.write(paged(seen, newest()))
            await writer.drain()
            return
        last = len(left) == 1
        writer.write(left[0] if last else left.pop(0))
        await writer.drain()
        if last:
            await asyncio.Event().wait()
        writer.close()

    return reply


def resumed(seen: list[Seen]) -> list[str]:
    """Where each stream was to go on."""
    return [one.headers["last-event-id"] for one in seen if one.path.startswith(STREAM)]


async def test_events_that_come_together_are_one_batch(opened: Open) -> None:
    async with scripted(streams(BEGIN + sent(1, 2, 3))) as server:
        batches = await collected(opened(server.url), 3)
    assert [len(batch) for batch in batches] == [3]
    assert batches[0][0] == event(1)


async def test_a_stream_that_breaks_anywhere_goes_on_where_it_was(opened: Open) -> None:
    whole = sent(4)
    broken = streams(
        BEGIN + sent(1, 2),
        BEGIN + sent(3) + whole[:10],
        BEGIN + whole[:-1],
        BEGIN + sent(4, 5),
    )
    async with scripted(broken) as server:
        batches = await collected(opened(server.url), 5)
    assert numbers(batches) == [1, 2, 3, 4, 5]
    assert resumed(server.seen) == ["0", "2", "3", "3"]


async def test_what_happened_while_it_was_broken_comes_at_once_and_once(opened: Open) -> None:
    replay = streams(BEGIN + sent(1), BEGIN + sent(1, 2, 3, 4), newest=lambda: 3)
    async with scripted(replay) as server:
        batches = await collected(opened(server.url), 4)
    assert numbers(batches) == [1, 2, 3, 4]
    assert resumed(server.seen) == ["0", "3"]


async def test_the_line_is_told_when_a_stream_breaks_and_when_it_is_back(opened: Open) -> None:
    async with scripted(streams(BEGIN + sent(1), BEGIN + sent(2))) as server:
        client = opened(server.url)
        told = Told(client)
        await collected(client, 2)
    assert told.states == [LineState.DOWN, LineState.UP]


@pytest.mark.parametrize(
    "instead",
    [
        pytest.param(problem(503, "unavailable", "Too many clients follow"), id="refused for now"),
        pytest.param(value("no stream"), id="no stream"),
        pytest.param(BEGIN[: BEGIN.index(b": hello")], id="held back on the way"),
        pytest.param(BEGIN + b"event: audit\ndata: no json\n\n", id="no events"),
    ],
)
async def test_without_a_stream_the_log_is_asked_for_instead(opened: Open, instead: bytes) -> None:
    newest = 1

    async def reply(seen: Seen, writer: asyncio.StreamWriter) -> None:
        nonlocal newest
        if seen.path.startswith(STREAM):
            writer.write(instead)
            await writer.drain()
            return
        writer.write(paged(seen, newest))
        newest += 1
        await writer.drain()

    async with scripted(reply) as server:
        batches = await collected(opened(server.url), 6)
    assert numbers(batches) == [1, 2, 3, 4, 5, 6]
    asked = [one for one in server.seen if one.path.startswith(STREAM)]
    assert len(asked) == 3


async def test_a_server_that_is_gone_is_told_after_some_tries(opened: Open) -> None:
    async with scripted(streams(b"")) as server:
        pass
    client = opened(server.url)
    told = Told(client)
    with pytest.raises(UnreachableError):
        await collected(client, 1)
    assert told.states == [LineState.DOWN]


async def test_following_ends_with_the_session(opened: Open) -> None:
    ended = Problem(401, "", "signed_out", "You are signed out", "Sign in again")
    bye = b"event: problem\ndata: " + msgspec.json.encode(ended) + b"\n\n"
    async with scripted(streams(BEGIN + sent(1) + bye)) as server:
        follower: AsyncIterator[Any] = opened(server.url).audit_follow(CALLER, 0)
        assert await anext(follower) == (event(1),)
        with pytest.raises(NotAllowedError) as caught:
            await anext(follower)
    assert caught.value.code is Code.SIGNED_OUT


async def test_a_database_that_is_away_for_a_while_does_not_end_it(opened: Open) -> None:
    away = Problem(503, "", "unreachable", "The database cannot be reached", "")
    gone = b"event: problem\ndata: " + msgspec.json.encode(away) + b"\n\n"
    async with scripted(streams(BEGIN + sent(1) + gone, BEGIN + sent(2))) as server:
        batches = await collected(opened(server.url), 2)
    assert numbers(batches) == [1, 2]


async def test_a_stream_that_falls_silent_is_opened_anew(opened: Open) -> None:
    first = True

    async def reply(seen: Seen, writer: asyncio.StreamWriter) -> None:
        nonlocal first
        if not seen.path.startswith(STREAM):
            writer.write(paged(seen, 0))
            return
        writer.write(BEGIN + sent(1) if first else BEGIN + sent(2))
        first = False
        await writer.drain()
        await asyncio.Event().wait()

    async with scripted(reply) as server:
        batches = await collected(opened(server.url), 2)
    assert numbers(batches) == [1, 2]


async def test_an_event_without_an_end_is_not_gathered(opened: Open) -> None:
    flooded = 0

    async def reply(seen: Seen, writer: asyncio.StreamWriter) -> None:
        nonlocal flooded
        if not seen.path.startswith(STREAM):
            writer.write(paged(seen, 1))
            return
        writer.write(BEGIN + b"data: ")
        while flooded < 100_000_000:
            writer.write(b"x" * 1_000_000)
            flooded += 1_000_000
            await writer.drain()

    async with scripted(reply) as server:
        assert numbers(await collected(opened(server.url), 1)) == [1]
    assert flooded < 40_000_000


async def test_whatever_stands_in_an_event_comes_whole(opened: Open) -> None:
    hostile = event(1, "line\u2028separator\u0085next\r\ndata: no\n\nevent: problem\x00🔑")
    data = b"event: audit\nid: 1\ndata: " + msgspec.json.encode(hostile) + b"\n\n"
    async with scripted(streams(BEGIN + data)) as server:
        assert await collected(opened(server.url), 1) == [(hostile,)]


async def test_the_stream_is_asked_for_what_is_wanted_and_keeps_nobody_awake(
    opened: Open,
) -> None:
    wanted = AuditFilter((EventType.LOGOUT,), actor="ä@acme.test", break_glass=True, since=START)
    async with scripted(streams(BEGIN + sent(8))) as server:
        following = cast("Any", opened(server.url).audit_follow(CALLER, 7, wanted))
        async with aclosing(following) as batches:
            await anext(batches)
    (seen,) = server.seen
    assert parse_qs(urlsplit(seen.path).query) == {
        "type": ["auth.logout"],
        "actor": ["ä@acme.test"],
        "break_glass": ["true"],
        "since": ["2026-11-23T09:00:00+00:00"],
    }
    assert seen.headers["last-event-id"] == "7"
    assert seen.headers["authorization"] == "Bearer token"
    assert "x-unattended" in seen.headers


async def test_a_follower_that_is_closed_or_cancelled_leaves_the_client_as_it_was(
    opened: Open,
) -> None:
    async with scripted(streams(BEGIN + sent(1))) as server:
        client = opened(server.url)
        first: AsyncIterator[Any] = client.audit_follow(CALLER, 0)
        await anext(first)
        waiting = asyncio.ensure_future(anext(first))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert numbers(await collected(client, 1)) == [1]


async def test_closing_the_client_ends_its_followers(opened: Open) -> None:
    async with scripted(streams(BEGIN + sent(1))) as server:
        client = opened(server.url)
        follower: AsyncIterator[Any] = client.audit_follow(CALLER, 0)
        await anext(follower)
        waiting = asyncio.ensure_future(anext(follower))
        await asyncio.sleep(0.05)
        await client.close()
        with pytest.raises(UnreachableError, match="closed"):
            await waiting
