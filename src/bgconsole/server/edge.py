"""The outermost layer: request ids, headers of every answer, faults, and who is told of it all."""

import asyncio
import re
import secrets
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bgconsole import __version__
from bgconsole.backend.wire import REQUEST_ID, VERSION_HEADER
from bgconsole.policy.secret_forms import holds_secret
from bgconsole.server import notices, problems
from bgconsole.server.call import Facts
from bgconsole.server.settings import ServerSettings
from bgconsole.server.source import source_of

CLIENT_GONE: Final = 499
"""What is told of a request whose client went away before it had an answer."""

MAX_LINE: Final = 8 << 10
"""Bytes of a request line: whatever looks at its path or query looks at no more."""

MAX_HEAD: Final = 32 << 10
"""Bytes of all headers together."""

UNROUTED: Final = "-"
_SANE_ID: Final = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_STANDING: Final = [
    (VERSION_HEADER.lower().encode(), __version__.encode()),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
]


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request that has ended: what may be told of it. `seconds` is how long it took.

    `peer` is who was on the connection, `let_in` whether a session or token was right.
    """

    request_id: str
    source: str
    method: str
    route: str
    status: int
    seconds: float
    break_glass: bool | None
    peer: str = ""
    let_in: bool = False


Observer = Callable[[Exchange], None]


class Edge:
    """Wraps the application. Whatever is raised below ends here: a 500 outside, the rest inside."""

    def __init__(
        self, app: ASGIApp, settings: ServerSettings, observers: Sequence[Observer]
    ) -> None:
        self._app = app
        self._settings = settings
        self._observers = observers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        facts = _facts(scope, self._settings)
        facts.attach(scope)
        answer = _Answer(send, facts)
        started = time.perf_counter()
        try:
            await self._answer(scope, receive, answer)
        finally:
            seconds = time.perf_counter() - started
            exchange = _exchange(scope, facts, answer.status or CLIENT_GONE, seconds)
            for tell in self._observers:
                tell(exchange)

    async def _answer(self, scope: Scope, receive: Receive, answer: "_Answer") -> None:
        try:
            if _line_length(scope) > MAX_LINE:
                await problems.long_line(answer.facts.request_id)(scope, receive, answer)
            elif _head_length(scope) > MAX_HEAD:
                await problems.large_head(answer.facts.request_id)(scope, receive, answer)
            elif _has_two_ends(scope):
                await problems.two_ends(answer.facts.request_id)(scope, receive, answer)
            else:
                await self._app(scope, receive, answer)
        except ClientDisconnect:
            return
        except asyncio.CancelledError:
            if answer.status is None:
                await problems.stopping(answer.facts.request_id)(scope, receive, answer)
            raise
        except Exception as error:  # noqa: BLE001 (the outermost edge of a request)
            log_fault(error, answer.facts.request_id)
            if answer.status is None:
                await problems.internal(answer.facts.request_id)(scope, receive, answer)


class _Answer:
    """Passes an answer on with the headers that every answer has."""

    def __init__(self, send: Send, facts: Facts) -> None:
        self._send = send
        self.facts = facts
        self.status: int | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            own = standing_headers(self.facts.request_id)
            message = {**message, "headers": [*message.get("headers", ()), *own]}
        await self._send(message)


def standing_headers(request_id: str) -> list[tuple[bytes, bytes]]:
    """The headers of every answer."""
    return [(REQUEST_ID.lower().encode(), request_id.encode()), *_STANDING]


def log_fault(error: BaseException, request_id: str) -> None:
    """Tell on stderr where a fault came from; its text stays out, for it may quote a secret."""
    names: list[str] = []
    at: BaseException | None = error
    while at is not None:
        places = traceback.extract_tb(at.__traceback__)[-12:]
        trail = " < ".join(f"{place.filename}:{place.lineno}" for place in reversed(places))
        names.append(f"{type(at).__module__}.{type(at).__qualname__} at {trail}")
        at = at.__cause__ or at.__context__
    notices.tell(f"request {request_id} failed: {'; from '.join(names)}")


def _facts(scope: Scope, settings: ServerSettings) -> Facts:
    request_id = ""
    forwarded: list[str] = []
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _SANE_ID.fullmatch(value):
            given = value.decode("ascii")
            # It goes to the access log, where a code that was put there by mistake would stay.
            request_id = "" if holds_secret(given) else given
        elif name == b"x-forwarded-for":
            forwarded.append(value.decode("latin-1"))
    client = scope.get("client")
    source = source_of(client[0] if client else None, forwarded, settings)
    return Facts(request_id or secrets.token_hex(8), source)


def _line_length(scope: Scope) -> int:
    """Bytes of method, target and version with the spaces between them."""
    query = scope["query_string"]
    target = len(scope.get("raw_path") or scope["path"].encode()) + len(query) + bool(query)
    return len(scope["method"]) + target + len(" HTTP/1.1 ")


def _head_length(scope: Scope) -> int:
    """Bytes of the headers' names and values, with what stands between them."""
    return sum(len(name) + len(value) + len(": \r\n") for name, value in scope["headers"])


def _has_two_ends(scope: Scope) -> bool:
    """Whether two headers say where the body ends: a proxy before us may believe the other one."""
    names = {name for name, _ in scope["headers"]}
    return {b"content-length", b"transfer-encoding"} <= names


def _exchange(scope: Scope, facts: Facts, status: int, seconds: float) -> Exchange:
    # The path itself is never told: an address may hold an email, or whatever was typed.
    route = getattr(scope.get("route"), "path_format", UNROUTED)
    method = scope["method"] if scope["method"] in _METHODS else "other"
    client = scope.get("client")
    return Exchange(
        facts.request_id,
        facts.source.label,
        method,
        route,
        status,
        seconds,
        facts.break_glass,
        client[0] if client else "",
        facts.let_in,
    )
