"""Taking a request's body: bounded, JSON, of the kind that the operation takes."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Final, TypeVar, cast

import msgspec
from starlette.requests import Request

from bgconsole.server.problems import RequestError
from bgconsole.server.settings import SMALL_BODY

T = TypeVar("T")

_SECONDS: Final = 30.0
"""In which a body must have come."""

_PATIENCE: Final = 10.0
"""Seconds in which the rest of a body that is too large may come, to be thrown away: a client that
is still sending would miss the answer."""

_LONGEST: Final = 200
"""Characters of what is said about a body at most: it may repeat a name that was sent."""

_JSON: Final = re.compile(r"application/json(?:\s*;\s*charset=\"?utf-8\"?)?\s*", re.IGNORECASE)


async def read(request: Request, limit: int, admit: Callable[[], Awaitable[object]]) -> bytes:
    """The body, `limit` bytes at most. Raises RequestError 413 or 408.

    `admit` is asked before more is gathered than a small body has, and raises what refuses it:
    large bodies of strangers, many at a time, would fill the memory.
    """
    try:
        async with asyncio.timeout(_SECONDS):
            return await _gathered(request, limit, admit)
    except TimeoutError as error:
        raise RequestError(408, "The request's body did not arrive in time") from error


def decoded(request: Request, body: bytes, kind: type[T]) -> T:
    """`body` as a value of `kind`. Raises RequestError 415 or 422."""
    if not _JSON.fullmatch(request.headers.get("content-type", "")):
        raise RequestError(415, "The body must be JSON", "Send Content-Type: application/json")
    try:
        return _value(body, kind)
    except msgspec.ValidationError as error:
        # It names the place and the kinds; of what was sent, a name or an unknown choice at most.
        message = f"The body is invalid: {str(error)[:_LONGEST]}"
        raise RequestError(422, message) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RequestError(422, "The body is not JSON") from error


def _value(body: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError:
        # JSON knows one kind of number: 2.0 is the whole number 2.
        return msgspec.convert(_whole(msgspec.json.decode(body)), kind)


async def _gathered(request: Request, limit: int, admit: Callable[[], Awaitable[object]]) -> bytes:
    said = request.headers.get("content-length", "")
    found = bytearray()
    admitted = False
    stream = request.stream()
    if not (said.isdecimal() and int(said) > limit):
        async for chunk in stream:
            found += chunk
            if len(found) > limit:
                break
            if len(found) > SMALL_BODY and not admitted:
                await admit()
                admitted = True
        else:
            return bytes(found)
    with suppress(TimeoutError):
        async with asyncio.timeout(_PATIENCE):
            async for _ in stream:
                pass
    raise RequestError(413, f"The body is larger than {limit >> 10} KiB", "Send less at once")


def _whole(raw: Any) -> Any:
    """`raw` with 2.0 as 2; no body has a fraction in it."""
    if isinstance(raw, dict):
        return {name: _whole(value) for name, value in cast("dict[str, Any]", raw).items()}
    if isinstance(raw, list):
        return [_whole(value) for value in cast("list[Any]", raw)]
    return int(raw) if isinstance(raw, float) and raw.is_integer() else raw
