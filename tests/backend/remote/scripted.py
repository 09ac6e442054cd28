"""A server of bytes: it reads requests and answers whatever a test has written down."""

import asyncio
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import msgspec

from bgconsole.backend.wire import PROBLEM_TYPE, Problem

JSON = "application/json"


@dataclass(frozen=True)
class Seen:
    """A request as it came."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def key(self) -> str:
        """Its Idempotency-Key."""
        return self.headers["idempotency-key"]


Reply = Callable[[Seen, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Scripted:
    """The server, and what it has seen by now."""

    url: str
    seen: list[Seen] = field(default_factory=list)


def http(
    body: bytes = b"", status: int = 200, kind: str = JSON, headers: Mapping[str, str] | None = None
) -> bytes:
    """An answer, as bytes."""
    lines = [f"HTTP/1.1 {status} Some Words", f"Content-Length: {len(body)}"]
    if kind:
        lines.append(f"Content-Type: {kind}")
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def value(given: object, status: int = 200) -> bytes:
    """A value of the protocol, as an answer."""
    return http(msgspec.json.encode(given), status)


def problem(
    status: int, code: str, message: str = "It says no", headers: Mapping[str, str] | None = None
) -> bytes:
    """A refusal, as an answer."""
    told = Problem(status, "Title", code, message, "Do something else")
    return http(msgspec.json.encode(told), status, PROBLEM_TYPE, headers)


DONE = b"HTTP/1.1 204 No Content\r\n\r\n"


def each(*answers: bytes | None) -> Reply:
    """These answers in turn, the last one for ever; None closes the connection instead."""
    left = list(answers)

    async def reply(seen: Seen, writer: asyncio.StreamWriter) -> None:
        answer = left.pop(0) if len(left) > 1 else left[0]
        if answer is None:
            writer.close()
        else:
            writer.write(answer)
            await writer.drain()

    return reply


@asynccontextmanager
async def scripted(reply: Reply, tls: ssl.SSLContext | None = None) -> AsyncGenerator[Scripted]:
    """The server, on a free port of loopback."""
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while not writer.is_closing():
                seen = await _request(reader)
                server.seen.append(seen)
                await reply(seen, writer)
        writer.close()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(serve(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    listening = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=tls)
    port = listening.sockets[0].getsockname()[1]
    server = Scripted(f"http{'s' if tls else ''}://127.0.0.1:{port}")
    try:
        yield server
    finally:
        listening.close()
        for task in tuple(tasks):
            task.cancel()
        if tasks:
            await asyncio.wait(tuple(tasks))


async def _request(reader: asyncio.StreamReader) -> Seen:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    method, path, _ = head[0].split(" ")
    pairs = (line.partition(":") for line in head[1:] if line)
    headers = {name.lower(): content.strip() for name, _, content in pairs}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Seen(method, path, headers, body)
