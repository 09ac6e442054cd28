"""One request to the server, and how often it may be sent."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final, cast
from urllib.parse import quote, urlencode

import msgspec

from bgconsole.backend.errors import RefusedError
from bgconsole.policy.refusals import Code, refusal

Pairs = Sequence[tuple[str, str]]

_REPLACED: Final = "replace"
_HALVES: Final = re.compile("[\ud800-\udfff]")


class Kind(Enum):
    """What sending it twice would do."""

    READ = auto()
    """Nothing, or nothing more than once: it may be sent again."""

    CHANGE = auto()
    """With the same Idempotency-Key: it is done once, however often it is sent."""

    ONCE = auto()
    """It counts every time (a login): never again once any of it was sent."""


class Wait(Enum):
    """How long an answer may be silent."""

    SHORT = auto()
    """As long as a question takes, however busy the server is."""

    STREAM = auto()
    """As long as a stream may be when nothing happens."""

    ENDLESS = auto()
    """As long as it takes to go through the whole log."""


@dataclass(frozen=True, slots=True)
class Request:
    """What to ask. `path` is below the prefix, escaped; `headers` hold the token."""

    kind: Kind
    method: str
    path: str
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: bytes | None = field(default=None, repr=False)
    wait: Wait = Wait.SHORT


def path_of(*steps: str, query: Pairs = ()) -> str:
    """An escaped path of these steps, which may hold anything, with its query."""
    path = "".join(f"/{_step(step)}" for step in steps)
    return f"{path}?{urlencode(query, errors=_REPLACED)}" if query else path


def body_of(kind: Kind, value: object) -> bytes:
    """`value` as JSON.

    What no JSON can hold (half a surrogate pair, from a terminal that speaks another language) is
    asked about as a NUL, which nobody's email or password has; in a change it is refused: raises
    RefusedError `invalid_value`.
    """
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError as error:
        if kind is Kind.CHANGE:
            raise RefusedError(
                refusal(Code.INVALID_VALUE, "The text contains an invalid character")
            ) from error
        return msgspec.json.encode(_writable(msgspec.to_builtins(value)))


def _step(step: str) -> str:
    # A dot alone would be taken as a way through the path.
    return step.replace(".", "%2E") if step in {".", ".."} else quote(step, "", errors=_REPLACED)


def _writable(value: object) -> object:
    if isinstance(value, str):
        return _HALVES.sub("\0", value)
    if isinstance(value, dict):
        fields = cast("dict[str, object]", value)
        return {name: _writable(one) for name, one in fields.items()}
    return value
