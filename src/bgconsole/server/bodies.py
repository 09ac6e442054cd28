"""Taking a request's body: bounded, JSON, and nothing in it that its kind does not know."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
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

_SAFE: Final = (1 << 53) - 1
"""The largest whole number that every reader of JSON reads exactly."""

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
        raw = _whole(msgspec.json.decode(body))
        value = msgspec.convert(raw, kind)
        # What the value does not show again was no field of it.
        _check(raw, msgspec.to_builtins(value), "$")
    except msgspec.ValidationError as error:
        # It names the place and the kinds; of what was sent, a name or an unknown choice at most.
        raise RequestError(422, f"The body is invalid: {error}") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RequestError(422, "The body is not JSON") from error
    return value


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
    """`raw` with 2.0 as 2: JSON knows one kind of number, and no body has a fraction in it."""
    if isinstance(raw, dict):
        return {name: _whole(value) for name, value in cast("dict[str, Any]", raw).items()}
    if isinstance(raw, list):
        return [_whole(value) for value in cast("list[Any]", raw)]
    return int(raw) if isinstance(raw, float) and raw.is_integer() else raw


def _check(raw: Any, shown: Any, place: str) -> None:
    if isinstance(raw, dict) and isinstance(shown, dict):
        known = cast("dict[str, Any]", shown)
        for name, value in cast("dict[str, Any]", raw).items():
            if name not in known:
                raise msgspec.ValidationError(f"unknown field at {place}: {_short(name)}")
            _check(value, known[name], f"{place}.{name}")
    elif isinstance(raw, list) and isinstance(shown, list | tuple):
        pairs = zip(cast("list[Any]", raw), cast("Sequence[Any]", shown), strict=True)
        for index, (one, other) in enumerate(pairs):
            _check(one, other, f"{place}[{index}]")
    elif isinstance(raw, int) and abs(raw) > _SAFE:
        raise msgspec.ValidationError(f"number out of range at {place}")


def _short(name: str) -> str:
    return repr(name if len(name) <= 40 else f"{name[:40]}...")
