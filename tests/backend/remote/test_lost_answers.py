"""A change is done once however often its answer is lost, and is never said to have failed."""

import asyncio

import pytest

from bgconsole.backend.errors import BackendError, NotAllowedError, RefusedError, UnreachableError
from bgconsole.backend.identity import Caller, SignedIn
from bgconsole.backend.line import LineState
from bgconsole.backend.remote.backend import RemoteBackend
from bgconsole.backend.values import OneTimeCode
from bgconsole.policy.refusals import Code
from bgconsole.policy.team import Role
from tests.backend.remote.conftest import Open, Told
from tests.backend.remote.scripted import DONE, Reply, Seen, each, http, problem, scripted, value
from tests.backend.remote.test_bad_answers import WELCOME
from tests.backend.world import CONSOLE, START

CALLER = Caller(CONSOLE, "token")
CODE = OneTimeCode("a@acme.test", "code", START)


async def reset(client: RemoteBackend) -> OneTimeCode:
    """A change that is not to be made twice."""
    return await client.reset_member(CALLER, "a@acme.test")


LOST = {
    "no answer": None,
    "half an answer": http(b"{" * 99)[:-90],
    "half a head": b"HTTP/1.1 20",
    "a proxy's timeout": http(b"<h1>Gateway timeout</h1>", 504, "text/html"),
    "a commit in doubt": problem(503, "outcome_unknown", headers={"Retry-After": "0"}),
    "a fault of the server": problem(500, "unavailable"),
}


def once(lost: bytes | None, *then: bytes | None) -> Reply:
    """A server that loses its first answer; `then` come the others."""
    rest = each(*then)
    first = True

    async def reply(seen: Seen, writer: asyncio.StreamWriter) -> None:
        nonlocal first
        if not first:
            await rest(seen, writer)
            return
        first = False
        if lost is not None:
            writer.write(lost)
            await writer.drain()
        writer.close()

    return reply


@pytest.mark.parametrize("lost", LOST.values(), ids=LOST)
async def test_a_change_whose_answer_was_lost_is_asked_for_again_with_its_key(
    opened: Open, lost: bytes | None
) -> None:
    async with scripted(once(lost, value(CODE))) as server:
        client = opened(server.url)
        told = Told(client)
        assert await reset(client) == CODE
    keys = {seen.key for seen in server.seen}
    assert (len(server.seen), len(keys)) == (2, 1)
    assert LineState.CHECKING in told.states
    assert told.states[-1] is LineState.UP


async def test_a_change_that_is_never_answered_is_of_unknown_outcome(opened: Open) -> None:
    async def silent(seen: Seen, writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    async with scripted(silent) as server:
        client = opened(server.url)
        told = Told(client)
        with pytest.raises(UnreachableError) as caught:
            await reset(client)
    assert caught.value.code is Code.OUTCOME_UNKNOWN
    assert "it is not known whether this was done" in caught.value.refusal.message
    assert caught.value.refusal.remedy
    assert len({seen.key for seen in server.seen}) == 1
    assert told.states[-2:] == [LineState.CHECKING, LineState.DOWN]


async def test_a_refusal_found_out_is_the_outcome(opened: Open) -> None:
    async with scripted(each(None, problem(409, "would_lock_out"))) as server:
        with pytest.raises(RefusedError) as caught:
            await reset(opened(server.url))
    assert caught.value.code is Code.WOULD_LOCK_OUT


@pytest.mark.parametrize("code", ["signed_out", "reauth_required", "forbidden"])
async def test_being_sent_away_while_finding_out_says_nothing_of_the_outcome(
    opened: Open, code: str
) -> None:
    status = 401 if code == "signed_out" else 403
    async with scripted(each(None, problem(status, code))) as server:
        with pytest.raises(BackendError) as caught:
            await reset(opened(server.url))
    assert caught.value.code is Code.OUTCOME_UNKNOWN


async def test_a_change_answered_with_nonsense_is_of_unknown_outcome(opened: Open) -> None:
    async with scripted(each(http(b"<html></html>", kind="text/html"))) as server:
        with pytest.raises(UnreachableError) as caught:
            await reset(opened(server.url))
    assert caught.value.code is Code.OUTCOME_UNKNOWN
    assert len(server.seen) == 1


async def test_every_change_has_a_key_of_its_own_and_the_callers_own_counts(opened: Open) -> None:
    async with scripted(each(value(CODE))) as server:
        client = opened(server.url)
        await reset(client)
        await reset(client)
        await client.reset_member(Caller(CONSOLE, "token", key="k" * 32), "a@acme.test")
    keys = [seen.key for seen in server.seen]
    assert len(set(keys)) == 3
    assert keys[2] == "k" * 32
    assert all(len(key) >= 32 for key in keys)


async def test_a_login_is_never_sent_twice(opened: Open) -> None:
    async with scripted(each(None, None, None)) as server:
        client = opened(server.url)
        with pytest.raises(UnreachableError):
            await client.sign_in(Caller(CONSOLE), "a@acme.test", "secret")
        with pytest.raises(UnreachableError):
            await client.reauthenticate(CALLER, "secret")
    assert [seen.path for seen in server.seen] == ["/v1/login", "/v1/reauth"]


async def test_a_login_takes_no_connection_that_may_be_closing(opened: Open) -> None:
    """A kept connection that ends at that moment would leave in doubt whether it was sent."""
    peers: list[object] = []

    async def reply(seen: Seen, writer: asyncio.StreamWriter) -> None:
        peers.append(writer.get_extra_info("peername"))
        signed_in = SignedIn("token", "a@acme.test", Role.OWNER, START, False)
        writer.write(value(signed_in if seen.path == "/v1/login" else WELCOME))
        await writer.drain()

    async with scripted(reply) as server:
        client = opened(server.url)
        await client.welcome()
        await client.welcome()
        await client.sign_in(Caller(CONSOLE), "a@acme.test", "secret")
    assert peers[0] == peers[1] != peers[2]


async def test_reading_is_tried_again(opened: Open) -> None:
    async with scripted(each(None, value(WELCOME))) as server:
        assert await opened(server.url).welcome() == WELCOME
    assert len(server.seen) == 2


async def test_a_busy_server_is_asked_again_when_it_says(opened: Open) -> None:
    busy = problem(503, "unavailable", headers={"Retry-After": "0"})
    async with scripted(each(busy, value(WELCOME))) as server:
        assert await opened(server.url).welcome() == WELCOME
    async with scripted(each(busy, value(CODE))) as server:
        assert await reset(opened(server.url)) == CODE
    assert len({seen.key for seen in server.seen}) == 1


async def test_a_server_that_is_busy_for_long_is_not_waited_for(opened: Open) -> None:
    busy = problem(503, "unavailable", headers={"Retry-After": "3600"})
    async with scripted(each(busy)) as server:
        with pytest.raises(UnreachableError) as caught:
            await reset(opened(server.url))
    assert caught.value.code is Code.UNAVAILABLE
    assert len(server.seen) == 1


async def test_a_change_that_was_never_sent_is_not_in_doubt(opened: Open) -> None:
    async with scripted(each(DONE)) as server:
        pass
    client = opened(server.url)
    told = Told(client)
    with pytest.raises(UnreachableError) as caught:
        await client.unpause(CALLER, "a@acme.test")
    assert caught.value.code is Code.UNREACHABLE
    assert LineState.CHECKING not in told.states


async def test_a_cancelled_call_leaves_the_client_as_it_was(opened: Open) -> None:
    waiting = asyncio.Event()

    async def reply(seen: Seen, writer: asyncio.StreamWriter) -> None:
        if seen.path == "/v1/me":
            waiting.set()
            await asyncio.Event().wait()
        writer.write(value(WELCOME))
        await writer.drain()

    async with scripted(reply) as server:
        client = opened(server.url)
        call = asyncio.create_task(client.me(CALLER))
        await waiting.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert await client.welcome() == WELCOME


async def test_closing_ends_what_is_under_way_and_what_comes_later(opened: Open) -> None:
    waiting = asyncio.Event()

    async def silent(seen: Seen, writer: asyncio.StreamWriter) -> None:
        waiting.set()
        await asyncio.Event().wait()

    async with scripted(silent) as server:
        client = opened(server.url)
        call = asyncio.create_task(client.me(CALLER))
        await waiting.wait()
        await client.close()
        for one in (call, client.welcome()):
            with pytest.raises(UnreachableError) as caught:
                await one
            assert caught.value.refusal.message == "The connection to the server is closed"


async def test_what_only_the_database_s_own_rights_allow_is_refused_with_its_command(
    opened: Open,
) -> None:
    client = opened("http://127.0.0.1:1")
    for call, command in (
        (client.initialise(CALLER, "Acme", "a@acme.test", "x"), "bgconsole init"),
        (client.recover(CALLER, "a@acme.test", "x"), "bgconsole recover EMAIL"),
        (client.upgrade(), "bgconsole upgrade"),
    ):
        with pytest.raises(NotAllowedError) as caught:
            await call
        assert caught.value.code is Code.FORBIDDEN
        assert command in caught.value.refusal.remedy
