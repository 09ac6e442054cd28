"""Answers that are none: each is told in one sentence with what to do, and none is believed."""

import asyncio
import gzip
import zlib

import msgspec
import pytest

from bgconsole.backend.errors import (
    BackendError,
    BatchRefusedError,
    ConflictError,
    NotAllowedError,
    RefusedError,
    SchemaError,
    ThrottledError,
    UnavailableError,
    UnreachableError,
)
from bgconsole.backend.identity import Caller, Welcome
from bgconsole.backend.wire import PROBLEM_TYPE, VERSION_HEADER
from bgconsole.policy.refusals import Code
from bgconsole.policy.settings import Delta
from tests.backend.remote.conftest import Open
from tests.backend.remote.scripted import Seen, each, http, problem, scripted, value
from tests.backend.world import CONSOLE

WELCOME = Welcome("Acme", False, ())
CALLER = Caller(CONSOLE, "token")
BEGIN = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
NOT_UNDERSTOOD = "sent an answer that bgconsole does not understand"

GOOD = msgspec.json.encode(WELCOME)

GARBLED = {
    "html": http(b"<html>Sign in to the hotel</html>", kind="text/html"),
    "html that claims to be json": http(b"<html></html>"),
    "json that claims to be html": http(
        b'{"team":null,"enforced":false,"ways":[]}', kind="text/html"
    ),
    "another value": http(b'{"hello":"world"}'),
    "half a value": http(b'{"team":"Acme","enforced":fal'),
    "no utf-8": http(b'{"team":"\xff","enforced":false,"ways":[]}'),
    "deeply nested": http(b"[" * 100_000),
    "nothing": http(b""),
    "no content": b"HTTP/1.1 204 No Content\r\n\r\n",
    "bad gzip": http(b"not gzip", headers={"Content-Encoding": "gzip"}),
    "packed twice": http(
        gzip.compress(gzip.compress(GOOD)), headers={"Content-Encoding": "gzip, gzip"}
    ),
    "packed otherwise": http(zlib.compress(GOOD), headers={"Content-Encoding": "deflate"}),
    "no problem": http(b"{}", 403, PROBLEM_TYPE),
    "a page that is not there": http(b"<h1>Not found</h1>", 404, "text/html"),
    "a proxy's own error": http(b"<h1>Bad gateway</h1>", 502, "text/html"),
}


@pytest.mark.parametrize("answer", GARBLED.values(), ids=GARBLED)
async def test_what_is_no_answer_is_told_with_what_to_do(opened: Open, answer: bytes) -> None:
    async with scripted(each(answer)) as server:
        with pytest.raises(UnavailableError) as caught:
            await opened(server.url).welcome()
    refused = caught.value.refusal
    assert server.url in refused.message
    assert NOT_UNDERSTOOD in refused.message
    assert (refused.code, bool(refused.remedy)) == (Code.UNAVAILABLE, True)


async def test_a_server_of_another_version_is_told_with_both_versions(opened: Open) -> None:
    answer = http(b'{"hello":"world"}', headers={VERSION_HEADER: "9.7"})
    async with scripted(each(answer)) as server:
        with pytest.raises(UnavailableError) as caught:
            await opened(server.url, version="1.0").welcome()
    assert "bgconsole 9.7 and this is 1.0" in caught.value.refusal.message


async def test_a_server_of_another_version_that_is_understood_is_no_trouble(opened: Open) -> None:
    answer = http(
        b'{"team":"Acme","enforced":false,"ways":[],"weather":"fine"}',
        headers={VERSION_HEADER: "9.7"},
    )
    async with scripted(each(answer)) as server:
        assert await opened(server.url, version="1.0").welcome() == WELCOME


async def test_an_answer_of_100_mb_is_not_read(opened: Open) -> None:
    sent = 0

    async def flood(seen: Seen, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(BEGIN + b"Content-Length: 104857600\r\n\r\n")
        while sent < 104857600:
            writer.write(b" " * 1_000_000)
            sent += 1_000_000
            await writer.drain()

    async with scripted(flood) as server:
        with pytest.raises(UnavailableError, match="more than 64 MiB"):
            await opened(server.url).welcome()
    assert sent < 30_000_000


async def test_an_answer_without_an_end_is_cut_at_64_mib(opened: Open) -> None:
    sent = 0

    async def flood(seen: Seen, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(BEGIN + b"Transfer-Encoding: chunked\r\n\r\n")
        while sent < 200_000_000:
            writer.write(b"%x\r\n%b\r\n" % (1_000_000, b" " * 1_000_000))
            sent += 1_000_000
            await writer.drain()

    async with scripted(flood) as server:
        with pytest.raises(UnavailableError, match="more than 64 MiB"):
            await opened(server.url).welcome()
    assert sent < 80_000_000


async def test_an_answer_that_a_proxy_packed_is_read(opened: Open) -> None:
    packed = gzip.compress(GOOD)
    async with scripted(each(http(packed, headers={"Content-Encoding": "GZIP"}))) as server:
        assert await opened(server.url).welcome() == WELCOME
    assert server.seen[0].headers["accept-encoding"] == "gzip"


async def test_a_redirect_is_not_followed_and_its_target_gets_no_token(opened: Open) -> None:
    async with scripted(each(value(()))) as elsewhere:
        answer = http(b"", 307, headers={"Location": f"{elsewhere.url}/v1/tokens?secret=1"})
        async with scripted(each(answer)) as server:
            with pytest.raises(UnavailableError, match="redirects to another address") as caught:
                await opened(server.url).tokens(CALLER)
    assert "secret" not in caught.value.refusal.message
    assert not elsewhere.seen


async def test_a_redirect_to_a_name_without_end_is_told_in_a_few_words(opened: Open) -> None:
    answer = http(b"", 307, headers={"Location": f"https://{'a' * 50_000}/"})
    async with scripted(each(answer)) as server:
        with pytest.raises(UnavailableError, match="redirects to another address") as caught:
            await opened(server.url).tokens(CALLER)
    assert len(caught.value.refusal.message) < 200


PROBLEMS: dict[str, tuple[bytes, type[BackendError], Code]] = {
    "a rule": (problem(409, "last_owner"), RefusedError, Code.LAST_OWNER),
    "signed out": (problem(401, "signed_out"), NotAllowedError, Code.SIGNED_OUT),
    "forbidden": (problem(403, "forbidden"), NotAllowedError, Code.FORBIDDEN),
    "proof": (problem(403, "reauth_required"), NotAllowedError, Code.REAUTH_REQUIRED),
    "another schema": (problem(503, "newer_schema"), SchemaError, Code.NEWER_SCHEMA),
    "no database": (problem(503, "unreachable"), UnreachableError, Code.UNREACHABLE),
    "busy": (problem(503, "unavailable"), UnavailableError, Code.UNAVAILABLE),
    "a code of tomorrow, 401": (problem(401, "moon"), NotAllowedError, Code.SIGNED_OUT),
    "a code of tomorrow, 403": (problem(403, "moon"), NotAllowedError, Code.FORBIDDEN),
    "a code of tomorrow, 409": (problem(409, "moon"), RefusedError, Code.INVALID_REQUEST),
    "a code of tomorrow, 500": (problem(500, "moon"), UnavailableError, Code.UNAVAILABLE),
}


@pytest.mark.parametrize(("answer", "kind", "code"), PROBLEMS.values(), ids=PROBLEMS)
async def test_a_refusal_is_the_error_that_the_server_raised(
    opened: Open, answer: bytes, kind: type[BackendError], code: Code
) -> None:
    async with scripted(each(answer)) as server:
        with pytest.raises(BackendError) as caught:
            await opened(server.url).members(CALLER)
    assert (type(caught.value), caught.value.code) == (kind, code)
    assert caught.value.refusal.message == "It says no"
    assert caught.value.refusal.remedy == "Do something else"


async def test_a_throttle_tells_its_wait(opened: Open) -> None:
    told = http(
        b'{"status":429,"title":"","code":"throttled","message":"","remedy":"","wait":17}',
        429,
        PROBLEM_TYPE,
        {"Retry-After": "17"},
    )
    async with scripted(each(told)) as server:
        with pytest.raises(ThrottledError) as caught:
            await opened(server.url).sign_in(Caller(CONSOLE), "a@acme.test", "x")
    assert caught.value.wait == 17
    assert len(server.seen) == 1


async def test_a_conflict_tells_what_is_saved_now(opened: Open) -> None:
    told = http(
        b'{"status":412,"title":"","code":"version_conflict","message":"","remedy":"","theirs":'
        b'{"enforced":true,"emails":["b@acme.test"],"version":9,"saved_by":"c@acme.test"}}',
        412,
        PROBLEM_TYPE,
    )
    async with scripted(each(told)) as server:
        with pytest.raises(ConflictError) as caught:
            await opened(server.url).apply_delta(CALLER, "entra", Delta(True))
    assert (caught.value.version, caught.value.saved_by) == (9, "c@acme.test")
    assert (caught.value.theirs.enforced, caught.value.theirs.emails) == (True, ("b@acme.test",))


async def test_a_refused_batch_tells_every_item_with_its_line(opened: Open) -> None:
    told = http(
        b'{"status":409,"title":"","code":"duplicate","message":"","remedy":"","errors":['
        b'{"email":"a@acme.test","code":"duplicate","message":"m","remedy":"r","line":3},'
        b'{"email":"b@acme.test","code":"moon","message":"m","remedy":"r"}]}',
        409,
        PROBLEM_TYPE,
    )
    async with scripted(each(told)) as server:
        with pytest.raises(BatchRefusedError) as caught:
            await opened(server.url).add_members(CALLER, ())
    items = [(item.email, item.refusal.code, item.line) for item in caught.value.items]
    assert items == [
        ("a@acme.test", Code.DUPLICATE, 3),
        ("b@acme.test", Code.INVALID_VALUE, None),
    ]


async def test_words_of_a_server_without_end_are_cut(opened: Open) -> None:
    async with scripted(each(problem(409, "last_owner", "x" * 1_000_000))) as server:
        with pytest.raises(RefusedError) as caught:
            await opened(server.url).members(CALLER)
    assert len(caught.value.refusal.message) <= 500
