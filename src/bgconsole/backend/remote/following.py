"""Following the audit log through a server: by its stream, and by asking where that is broken.

Every event is given once, in order: whichever way it comes, only what is above the last one counts.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import replace
from http import HTTPStatus
from typing import Final, TypeVar

import httpx
from httpx_sse import EventSource, ServerSentEvent

from bgconsole.backend.errors import BackendError, UnreachableError
from bgconsole.backend.remote.answer import UnreadableError, decoded, error_of
from bgconsole.backend.remote.asking import Asking
from bgconsole.backend.remote.faults import Delivery, FaultError, fault_of, garbled, too_large
from bgconsole.backend.remote.link import answer_of
from bgconsole.backend.remote.request import Request, Wait
from bgconsole.backend.retrying import AUDIT_STREAM
from bgconsole.backend.values import AuditPage
from bgconsole.backend.wire import EVENT, Problem
from bgconsole.policy.audit import AuditEvent, AuditHead

_PROBLEM: Final = "problem"
_TYPE: Final = "text/event-stream"
_BATCH: Final = 500
_UNBROKEN: Final = 8 << 20
"""Bytes without the end of an event that are read at most."""

_ENOUGH: Final = 3
"""So many streams that break in a row are enough: from then on the log is asked for."""

_POLLS: Final = 30
"""After the log was asked for so many times the stream is tried again."""

T = TypeVar("T")
Batch = tuple[AuditEvent, ...]
PageAfter = Callable[[int, AuditHead | None], Awaitable[AuditPage]]


class Following:
    """One who follows, and has `seen` this record.

    `stream` is what opens the stream, but for where; `page_after` asks without it. Both say what
    was seen last, so that a log that was set back is noticed.
    """

    def __init__(
        self,
        asking: Asking,
        stream: Callable[[AuditHead | None], Request],
        page_after: PageAfter,
        seen: AuditHead | None,
    ) -> None:
        self._asking = asking
        self._stream = stream
        self._page_after = page_after
        self._seen: AuditHead | None = seen
        self._patience = asking.link.patience
        self._broken = 0

    async def batches(self, after: int) -> AsyncGenerator[Batch]:
        """The events above `after`, as they come together, until a BackendError ends it."""
        while True:
            ways = self._streamed if self._broken < _ENOUGH else self._polled
            async with aclosing(ways(after)) as batches:
                async for batch in batches:
                    after = batch[-1].seq
                    self._seen = AuditHead(after, batch[-1].hash)
                    yield batch

    async def _streamed(self, after: int) -> AsyncGenerator[Batch]:
        """What one stream brings until it breaks, and what came while it was broken."""
        loop = asyncio.get_running_loop()
        start = loop.time()
        try:
            async with (
                self._opened(after) as response,
                aclosing(self._read(response, after)) as batches,
            ):
                async for batch in batches:
                    after = batch[-1].seq
                    self._broken = 0
                    yield batch
        except FaultError as fault:
            if loop.time() - start > AUDIT_STREAM.longest:
                self._broken = 0
            self._broken += 1
            self._asking.line.down(fault.error.refusal.message)
            least = min(fault.wait or 0.0, AUDIT_STREAM.longest)
            await self._asking.link.pause(AUDIT_STREAM.pause(self._broken, least))
        try:
            async with aclosing(self._missed(after)) as batches:
                async for batch in batches:
                    yield batch
        except UnreachableError:
            if self._broken >= _ENOUGH:
                raise

    async def _polled(self, after: int) -> AsyncGenerator[Batch]:
        """What comes while the log is asked for, until it is time to try the stream again."""
        for _ in range(_POLLS):
            # Not all consoles ask at one moment.
            await self._asking.link.pause(AUDIT_STREAM.spread_over(self._patience.poll))
            async with aclosing(self._missed(after)) as batches:
                async for batch in batches:
                    after = batch[-1].seq
                    yield batch
        self._broken = _ENOUGH - 1

    async def _missed(self, after: int) -> AsyncGenerator[Batch]:
        """What there is above `after` now."""
        more = True
        while more:
            page = await self._page_after(after, self._seen)
            self._seen = page.newest
            more = page.more and bool(page.events)
            if page.events:
                after = page.events[0].seq
                yield tuple(reversed(page.events))

    @asynccontextmanager
    async def _opened(self, after: int) -> AsyncGenerator[httpx.Response]:
        """The stream from `after` on. Raises FaultError or what the server refuses it with."""
        request = self._stream(self._seen)
        headers = (
            *request.headers,
            ("Last-Event-ID", str(after)),
            ("Accept", _TYPE),
            ("Accept-Encoding", "identity"),
            ("Cache-Control", "no-store"),
        )
        asking = self._asking
        async with AsyncExitStack() as stack:
            request = replace(request, headers=headers, wait=Wait.STREAM)
            try:
                async with asyncio.timeout(self._patience.connect + self._patience.read):
                    response = await stack.enter_async_context(asking.link.streamed(request))
            except TimeoutError as error:
                raise fault_of(httpx.ReadTimeout(""), asking.link.url) from error
            answer = answer_of(response, b"")
            if answer.status >= HTTPStatus.MULTIPLE_CHOICES:
                raise asking.refused(replace(answer, body=await self._problem(response)))
            if answer.content_type != _TYPE:
                raise asking.unreadable(answer)
            yield response

    async def _problem(self, response: httpx.Response) -> bytes:
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > _UNBROKEN:
                raise too_large(self._asking.link.url, _UNBROKEN)
        return bytes(body)

    async def _read(self, response: httpx.Response, after: int) -> AsyncGenerator[Batch]:
        """Batches from an open stream, until it breaks: raises FaultError."""
        bounded = httpx.Response(
            200, headers={"Content-Type": _TYPE}, stream=self._bounded(response)
        )
        try:
            async with aclosing(together(EventSource(bounded).aiter_sse(), _BATCH)) as arrivals:
                async for come in arrivals:
                    batch, error = self._understood(come, after)
                    if batch:
                        after = batch[-1].seq
                        yield batch
                    if error is not None:
                        raise error
        except httpx.HTTPError as error:
            raise fault_of(error, self._asking.link.url) from error
        raise fault_of(httpx.ReadError(""), self._asking.link.url)

    def _understood(
        self, come: list[ServerSentEvent], after: int
    ) -> tuple[Batch, BackendError | FaultError | None]:
        """The events above `after` among `come`, and what ends the stream behind them."""
        batch: list[AuditEvent] = []
        for one in come:
            try:
                if one.event == EVENT:
                    event = decoded(one.data, AuditEvent)
                    if event.seq > after:
                        after = event.seq
                        batch.append(event)
                elif one.event == _PROBLEM:
                    return tuple(batch), self._end(decoded(one.data, Problem))
            except UnreadableError:
                return tuple(batch), garbled(self._asking.link.url)
        return tuple(batch), None

    def _end(self, problem: Problem) -> BackendError | FaultError:
        error = error_of(problem)
        # A server that has lost its database may find it again.
        return (
            FaultError(Delivery.DECLINED, error) if isinstance(error, UnreachableError) else error
        )

    def _bounded(self, response: httpx.Response) -> "_Bounded":
        too_long = too_large(self._asking.link.url, _UNBROKEN)
        chunks = _beginning(response.aiter_bytes(), self._patience.read)
        return _Bounded(chunks, too_long, self._asking.line.up)


class _Bounded(httpx.AsyncByteStream):
    """The bytes of a stream whose events end now and then; `arrived` hears of each chunk."""

    def __init__(
        self, chunks: AsyncIterator[bytes], too_long: FaultError, arrived: Callable[[], None]
    ) -> None:
        self._chunks = chunks
        self._too_long = too_long
        self._arrived = arrived

    async def __aiter__(self) -> AsyncIterator[bytes]:
        unbroken = 0
        async for chunk in self._chunks:
            self._arrived()
            end = max(chunk.rfind(b"\n\n"), chunk.rfind(b"\n\r\n"))
            unbroken = len(chunk) - end if end >= 0 else unbroken + len(chunk)
            if unbroken > _UNBROKEN:
                raise self._too_long
            yield chunk


async def _beginning(chunks: AsyncIterator[bytes], seconds: float) -> AsyncIterator[bytes]:
    """`chunks`, of which a server sends the first one at once.

    Where none comes in so many seconds, something on the way gathers the answer: raises
    httpx.ReadTimeout.
    """
    try:
        async with asyncio.timeout(seconds):
            first = await anext(chunks, b"")
    except TimeoutError as error:
        raise httpx.ReadTimeout("") from error
    yield first
    async for chunk in chunks:
        yield chunk


async def together(source: AsyncGenerator[T, None], most: int) -> AsyncGenerator[list[T]]:
    """What `source` gives, with what is there at the same moment: up to `most` at a time."""
    async with aclosing(source):
        coming = asyncio.ensure_future(anext(source, None))
        try:
            while (first := await coming) is not None:
                come = [first]
                coming = asyncio.ensure_future(anext(source, None))
                await asyncio.sleep(0)
                while len(come) < most and (more := _arrived(coming)) is not None:
                    come.append(more)
                    coming = asyncio.ensure_future(anext(source, None))
                    await asyncio.sleep(0)
                yield come
        finally:
            coming.cancel()
            await asyncio.wait([coming])
            _arrived(coming)


def _arrived(coming: asyncio.Future[T | None]) -> T | None:
    """What has come; None when nothing has yet, or nothing more will."""
    if not coming.done() or coming.cancelled() or coming.exception() is not None:
        return None
    return coming.result()
