"""The live audit as server-sent events: goes at the reader's pace, and ends with either side."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, suppress
from typing import Any, Final

import msgspec
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bgconsole.backend.errors import BackendError
from bgconsole.backend.values import AuditReader
from bgconsole.backend.wire import EVENT
from bgconsole.policy.audit import AuditEvent
from bgconsole.server import problems
from bgconsole.server.call import Call

_HEADERS: Final = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    # A proxy that gathers the answer would hold the events back.
    (b"x-accel-buffering", b"no"),
]
_HEARTBEAT: Final = b": still here\n\n"


class AuditStream(Response):
    """Hands on what happens until the reader goes, the session ends or the server stops.

    Nothing is read from the log before what was read is sent, so a slow reader costs one page.
    """

    def __init__(
        self, call: Call, reader: AuditReader, events: AsyncIterator[tuple[AuditEvent, ...]]
    ) -> None:
        super().__init__()
        self._call = call
        self._reader = reader
        self._events = events

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "HEAD":
            await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
            await send({"type": "http.response.body", "body": b""})
            return
        with self._call.streams.opened(self._reader):
            leaving = asyncio.ensure_future(_left(receive))
            stopping = asyncio.ensure_future(self._call.streams.stopping.wait())
            try:
                await self._run(send, (leaving, stopping))
            finally:
                leaving.cancel()
                stopping.cancel()

    async def _run(self, send: Send, ends: tuple[asyncio.Future[Any], ...]) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        # At once, so that the reader knows that it is connected.
        await _write(send, b": bgconsole\n\n")
        sending = asyncio.ensure_future(self._send_all(send))
        try:
            await asyncio.wait({sending, *ends}, return_when=asyncio.FIRST_COMPLETED)
            if sending.done():
                await sending
        finally:
            sending.cancel()
            with suppress(asyncio.CancelledError):
                await sending
        if not ends[0].done():
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _send_all(self, send: Send) -> None:
        try:
            async with aclosing(_or_heartbeat(self._events, self._call.heartbeat)) as batches:
                async for batch in batches:
                    await _write(send, b"".join(map(_event, batch)) if batch else _HEARTBEAT)
        except BackendError as error:
            problem = problems.problem_of(error, self._call.facts.request_id)
            await _write(send, b"event: problem\ndata: " + problems.encoded(problem) + b"\n\n")


async def _or_heartbeat(
    events: AsyncIterator[tuple[AuditEvent, ...]], seconds: float
) -> AsyncGenerator[tuple[AuditEvent, ...]]:
    """Batches as they come, and an empty one whenever there was none for so long."""
    following = asyncio.ensure_future(anext(events, None))
    try:
        while True:
            await asyncio.wait({following}, timeout=seconds)
            if not following.done():
                yield ()
                continue
            batch = following.result()
            if batch is None:
                return
            yield batch
            following = asyncio.ensure_future(anext(events, None))
    finally:
        following.cancel()
        with suppress(asyncio.CancelledError, BackendError):
            await following
        if isinstance(events, AsyncGenerator):
            await events.aclose()


async def _left(receive: Receive) -> None:
    """Return when the reader has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _write(send: Send, data: bytes) -> None:
    await send({"type": "http.response.body", "body": data, "more_body": True})


def _event(event: AuditEvent) -> bytes:
    """One event. JSON has no bare line break in it, so it is one line of data."""
    data = msgspec.json.encode(event)
    return b"event: %b\nid: %d\ndata: %b\n\n" % (EVENT.encode(), event.seq, data)
