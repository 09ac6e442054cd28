"""The HTTP connections to one server: every request is sent once, and its answer is bounded."""

import asyncio
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final
from urllib.parse import urlsplit

import httpx

from bgconsole.backend.remote.answer import Answer
from bgconsole.backend.remote.faults import (
    bad_ca_file,
    closed,
    fault_of,
    garbled,
    too_large,
)
from bgconsole.backend.remote.request import Kind, Request, Wait
from bgconsole.backend.remote.settings import Patience, RemoteSettings
from bgconsole.backend.wire import PREFIX, VERSION_HEADER

LIMIT: Final = 64 << 20
"""Bytes of an answer that are read at most."""

_PACKED: Final = "gzip"
"""How an answer may be packed, by a proxy: once, so that each piece is at most a thousand times as
large as it came. Twice, or by a stronger way, a few bytes fill the memory before they are counted.
"""

_LONGEST_HOST: Final = 253
"""Characters of a host's name at most; what is longer names nobody."""

_KEPT: Final = 4.0
"""Seconds that a connection is kept for the next request: less than servers do."""


class Link:
    """Sends requests to the server of `settings`. For one event loop; opened by the first one.

    `url` is its URL in the one form it has.
    Follows no redirect and takes no proxy or password from the environment: the token goes to this
    server only. Which CAs the system believes is for Python to say (`SSL_CERT_FILE` counts).
    """

    def __init__(self, settings: RemoteSettings, url: str) -> None:
        self._settings = settings
        self.url = url
        self._kept: httpx.AsyncClient | None = None
        self._fresh: httpx.AsyncClient | None = None
        self._closed = asyncio.Event()

    @property
    def patience(self) -> Patience:
        """How long to wait."""
        return self._settings.patience

    @property
    def version(self) -> str:
        """This program's version."""
        return self._settings.version

    async def send(self, request: Request) -> Answer:
        """Send it once, and read the answer, whatever it says.

        Raises FaultError, or UnreachableError when the link is closed.
        """
        whole = None if request.wait is Wait.ENDLESS else self.patience.whole
        try:
            async with asyncio.timeout(whole):
                return await self._send(request)
        except TimeoutError as error:
            raise fault_of(httpx.ReadTimeout(""), self.url) from error

    async def _send(self, request: Request) -> Answer:
        async with self.streamed(request) as response:
            if _announced(response) > LIMIT:
                raise too_large(self.url, LIMIT)
            body = bytearray()
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > LIMIT:
                    raise too_large(self.url, LIMIT)
            return answer_of(response, bytes(body))

    @asynccontextmanager
    async def streamed(self, request: Request) -> AsyncGenerator[httpx.Response]:
        """Send it once; the answer's body is still to come. Raises as `send` does."""
        client = await self._client(request.kind)
        sent = client.build_request(
            request.method,
            f"{self.url}{PREFIX}{request.path}",
            headers=list(request.headers),
            content=request.body,
            timeout=self._timeout(request.wait),
        )
        try:
            response = await client.send(sent, stream=True)
            try:
                packed = response.headers.get("Content-Encoding", "identity").strip().lower()
                if packed not in {"identity", _PACKED}:
                    raise garbled(self.url, what="compressed in a way that was not requested")
                yield response
            finally:
                await response.aclose()
        except httpx.HTTPError as error:
            if self._closed.is_set():
                raise closed() from error
            raise fault_of(error, self.url) from error

    def _timeout(self, wait: Wait) -> httpx.Timeout:
        patience = self.patience
        read = {Wait.SHORT: patience.read, Wait.STREAM: patience.silence, Wait.ENDLESS: None}
        return httpx.Timeout(patience.read, connect=patience.connect, read=read[wait])

    async def pause(self, seconds: float) -> None:
        """Wait so long. Raises UnreachableError as soon as the link is closed."""
        try:
            async with asyncio.timeout(seconds):
                await self._closed.wait()
        except TimeoutError:
            return
        raise closed()

    async def close(self) -> None:
        """Let go of every connection; what is under way ends with UnreachableError."""
        self._closed.set()
        clients, self._kept, self._fresh = (self._kept, self._fresh), None, None
        for client in clients:
            if client is not None:
                await client.aclose()

    async def _client(self, kind: Kind) -> httpx.AsyncClient:
        if self._kept is None or self._fresh is None:
            trusted = await asyncio.to_thread(_trusted, self._settings, self.url)
            if self._kept is None or self._fresh is None:
                self._kept = self._opened(trusted, kept=20)
                # A kept connection may end at the very moment of sending, and then nobody knows
                # whether the request arrived. What must not be sent twice gets one of its own.
                self._fresh = self._opened(trusted, kept=0)
        if self._closed.is_set():
            raise closed()
        return self._fresh if kind is Kind.ONCE else self._kept

    def _opened(self, trusted: ssl.SSLContext, *, kept: int) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            verify=trusted,
            trust_env=False,
            follow_redirects=False,
            limits=httpx.Limits(
                max_connections=100, max_keepalive_connections=kept, keepalive_expiry=_KEPT
            ),
            headers={
                "User-Agent": f"bgconsole/{self.version}",
                "Accept": "application/json",
                "Accept-Encoding": _PACKED,
            },
        )


def answer_of(response: httpx.Response, body: bytes) -> Answer:
    """The answer with its body."""
    headers = response.headers
    return Answer(
        status=response.status_code,
        content_type=headers.get("Content-Type", "").partition(";")[0].strip().lower(),
        body=body,
        version=headers.get(VERSION_HEADER, ""),
        wait=_seconds(headers.get("Retry-After", "")),
        location=_origin(headers.get("Location", "")),
    )


def _trusted(settings: RemoteSettings, url: str) -> ssl.SSLContext:
    """Whom to believe: nobody is asked over plain http, which goes to this machine only."""
    if not url.startswith("https://"):
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusted = ssl.create_default_context()
    if settings.ca_file is not None:
        try:
            trusted.load_verify_locations(cafile=settings.ca_file)
        except (OSError, ValueError) as error:
            raise bad_ca_file(str(settings.ca_file)) from error
    return trusted


def _announced(response: httpx.Response) -> int:
    length = response.headers.get("Content-Length", "")
    return int(length) if length.isdecimal() and len(length) < 20 else 0


def _seconds(text: str) -> float | None:
    """A Retry-After in seconds; a date is not what a bgconsole server sends."""
    return float(text) if text.isdecimal() and len(text) < 10 else None


def _origin(location: str) -> str:
    """Where a redirect leads, without what may be secret in it."""
    try:
        parts = urlsplit(location)
        host = parts.hostname
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not host or len(host) > _LONGEST_HOST:
        return ""
    return f"{parts.scheme}://{host}"
