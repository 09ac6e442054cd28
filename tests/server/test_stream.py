"""The live audit over HTTP: where it begins, how it ends, and what a slow reader costs."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from starlette.types import Message, Scope

from bgconsole.backend.values import AuditPage
from bgconsole.policy.audit import AuditEvent
from bgconsole.server.settings import ServerSettings
from tests.server.site import Site, standing
from tests.server.test_statuses import problem

WITHIN = 60.0


@dataclass
class Reader:
    """One who reads a stream as fast or slowly as a test says."""

    path: str
    token: str | None
    last: str | None = None
    wants: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1_000_000))
    leaves: asyncio.Event = field(default_factory=asyncio.Event)
    status: int = 0
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    text: str = ""
    _more: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def scope(self) -> Scope:
        path, _, query = self.path.partition("?")
        headers = [(b"authorization", f"Bearer {self.token}".encode())]
        if self.last is not None:
            headers.append((b"last-event-id", self.last.encode()))
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": path,
            "root_path": "",
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": headers,
            "client": ("203.0.113.9", 1),
            "server": ("team.test", 80),
        }

    async def receive(self) -> Message:
        await self.leaves.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        await self.wants.acquire()
        self.status = message.get("status", self.status)
        self.text += message.get("body", b"").decode()
        if message["type"] == "http.response.body" and not message.get("more_body"):
            self.ended.set()
        self._more.set()

    async def until(self, text: str) -> None:
        """Read until this has come."""
        async with asyncio.timeout(WITHIN):
            while text not in self.text:
                self._more.clear()
                await self._more.wait()

    def events(self) -> list[dict[str, Any]]:
        """The audit events so far."""
        blocks = [block for block in self.text.split("\n\n") if block.startswith("event: audit")]
        return [json.loads(block.partition("\ndata: ")[2]) for block in blocks]


@asynccontextmanager
async def reading(site: Site, path: str, **how: Any) -> AsyncGenerator[Reader]:
    """A reader of a stream, who has gone in the end."""
    reader = Reader(path, how.pop("token", site.tokens["owner"]), **how)
    task = asyncio.ensure_future(site.app(reader.scope, reader.receive, reader.send))
    try:
        yield reader
    finally:
        reader.leaves.set()
        reader.wants.release()
        async with asyncio.timeout(WITHIN):
            await task


@pytest.fixture
async def brisk(tmp_path: Path) -> AsyncGenerator[Site]:
    """A team whose streams say often that they are still there, and are few."""
    async with standing(tmp_path, ServerSettings(heartbeat=0.05, max_streams=2)) as site:
        yield site


async def test_it_goes_on_above_the_last_event_that_was_read(site: Site) -> None:
    head = await site.head()
    async with reading(site, f"/v1/audit/stream?after={head - 3}") as reader:
        await reader.until(f"id: {head}\n")
        assert [one["seq"] for one in reader.events()] == [head - 2, head - 1, head]
    async with reading(site, "/v1/audit/stream?after=1", last=str(head - 1)) as reader:
        await reader.until(f"id: {head}\n")
        assert [one["seq"] for one in reader.events()] == [head]
        await site.call("POST", "/v1/audit/exports", {"count": 7})
        await reader.until(f"id: {head + 1}\n")
    page = (await site.call("GET", "/v1/audit?limit=2")).json()
    assert [*reversed(reader.events())] == page["events"]
    assert reader.events()[0].keys() == set(AuditEvent.__dataclass_fields__)


async def test_it_begins_with_what_comes_next_and_chooses_as_pages_do(site: Site) -> None:
    path = "/v1/audit/stream?type=token.created&type=audit.exported"
    async with reading(site, path) as reader:
        await reader.until(": bgconsole\n\n")
        await site.call("POST", "/v1/me/touch")
        await site.call("DELETE", "/v1/providers/oidc")
        await site.call("POST", "/v1/tokens", {"days": 1})
        await reader.until("token.created")
        assert [one["type"] for one in reader.events()] == ["token.created"]


async def test_a_silent_stream_says_that_it_is_there(brisk: Site) -> None:
    async with reading(brisk, "/v1/audit/stream") as reader:
        await reader.until("\n\n: still here\n\n: still here\n\n")


async def test_when_the_session_ends_it_says_so_and_ends(site: Site) -> None:
    async with reading(site, "/v1/audit/stream", token=site.tokens["script"]) as reader:
        await reader.until(": bgconsole\n\n")
        (token,) = (await site.call("GET", "/v1/tokens")).json()
        await site.call("DELETE", f"/v1/tokens/{token['id']}")
        await reader.until("event: problem\n")
        said = json.loads(reader.text.rpartition("data: ")[2])
        assert (said["status"], said["code"]) == (401, "signed_out")
        await asyncio.wait_for(reader.ended.wait(), WITHIN)


async def test_one_too_many_is_asked_to_come_back(brisk: Site) -> None:
    path = "/v1/audit/stream"
    async with reading(brisk, path) as first, reading(brisk, path) as second:
        await first.until(": bgconsole\n\n")
        await second.until(": bgconsole\n\n")
        answer = await brisk.call("GET", path)
        problem(answer, 503, "unavailable")
        assert int(answer.headers["retry-after"]) > 0
    async with reading(brisk, path) as third:
        await third.until(": bgconsole\n\n")
        assert third.status == 200
    assert brisk.app.state.streams.count == 0


async def test_when_the_server_stops_all_streams_end(site: Site) -> None:
    async with reading(site, "/v1/audit/stream") as reader:
        await reader.until(": bgconsole\n\n")
        site.app.state.streams.stop()
        await asyncio.wait_for(reader.ended.wait(), WITHIN)
    assert "problem" not in reader.text


async def test_a_slow_reader_makes_nothing_grow_and_misses_nothing(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = await site.head()
    path = f"/v1/audit/stream?after={head}"
    async with reading(site, path, wants=asyncio.Semaphore(2)) as reader:
        await reader.until(": bgconsole\n\n")
        read: list[int] = []
        page = site.backend.audit_page

        async def counted(*given: Any, **named: Any) -> AuditPage:
            found = await page(*given, **named)
            # Woken by what was before, it may find nothing, as often as it likes.
            if found.events:
                read.append(1)
            return found

        monkeypatch.setattr(site.backend, "audit_page", counted)
        for _ in range(60):
            await site.call("POST", "/v1/audit/exports", {"count": 1})
        # What comes while the reader does not read stays in the database and is nowhere else.
        assert len(read) <= 1
        for _ in range(1000):
            reader.wants.release()
        await reader.until(f"id: {head + 60}\n")
        assert [one["seq"] for one in reader.events()] == [*range(head + 1, head + 61)]


async def test_a_wrong_place_to_begin_is_refused(site: Site) -> None:
    path = "/v1/audit/stream"
    for last in ("-1", "x", "1" * 17, ""):
        answer = await site.call("GET", path, headers={"Last-Event-ID": last})
        problem(answer, 422, "invalid_request")
    problem(await site.call("GET", f"{path}?after=x"), 422, "invalid_request")
    problem(await site.call("GET", f"{path}?limit=3"), 422, "invalid_request")


async def test_a_person_s_scripts_together_have_no_more_streams_than_the_person(
    site: Site,
) -> None:
    async with AsyncExitStack() as stack:
        body = {"days": 1}
        tokens = [(await site.call("POST", "/v1/tokens", body)).json()["token"] for _ in range(6)]

        async def follow(token: str | None) -> int:
            reader = await stack.enter_async_context(reading(site, "/v1/audit/stream", token=token))
            await reader.until(":")
            return reader.status

        for token in tokens[:5]:
            assert [await follow(token) for _ in range(8)] == [200] * 8
        assert await follow(tokens[5]) == 503
        assert await follow(site.tokens["owner"]) == 200
        answer = await site.call("POST", "/v1/tokens", body, by="admin")
        assert await follow(answer.json()["token"]) == 200


async def test_neither_one_token_nor_all_scripts_take_every_stream(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        site = await stack.enter_async_context(standing(tmp_path, ServerSettings(max_streams=20)))
        tokens = [
            (await site.call("POST", "/v1/tokens", {"days": 1})).json()["token"] for _ in "abc"
        ]

        async def follow(token: str) -> int:
            reader = await stack.enter_async_context(reading(site, "/v1/audit/stream", token=token))
            await reader.until(":")
            return reader.status

        assert [await follow(tokens[0]) for _ in range(9)] == [200] * 8 + [503]
        assert [await follow(tokens[1]) for _ in range(8)] == [200] * 8
        assert await follow(tokens[2]) == 503
        owner = site.tokens["owner"]
        assert owner is not None
        assert [await follow(owner) for _ in range(5)] == [200] * 4 + [503]
