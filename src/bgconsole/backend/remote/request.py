"""One request to the server, and how often it may be sent."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from urllib.parse import quote, urlencode

import msgspec

from bgconsole.backend.errors import RefusedError
from bgconsole.policy.refusals import Code, Refusal, refusal

Pairs = Sequence[tuple[str, str]]


class Kind(Enum):
    """What sending it twice would do."""

    READ = auto()
    """Nothing, or nothing more than once: it may be sent again."""

    CHANGE = auto()
    """With the same Idempotency-Key: it is done once, however often it is sent."""

    ONCE = auto()
    """It counts every time (a login): never again once any of it was sent."""


@dataclass(frozen=True, slots=True)
class Request:
    """What to ask. `path` is below the prefix, escaped; `headers` hold the token.

    `patience` is how long to wait for the next byte of the answer, in seconds; None: for ever.
    """

    kind: Kind
    method: str
    path: str
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: bytes | None = field(default=None, repr=False)
    patience: float | None = 10.0


def path_of(*steps: str, query: Pairs = ()) -> str:
    """An escaped path of these steps, which may hold anything, with its query.

    Raises RefusedError `invalid_value` for text that cannot be written at all.
    """
    try:
        path = "".join(f"/{_step(step)}" for step in steps)
        return f"{path}?{urlencode(query)}" if query else path
    except UnicodeEncodeError as error:
        raise RefusedError(_unwritable()) from error


def body_of(value: object) -> bytes:
    """`value` as JSON. Raises RefusedError `invalid_value` for text that cannot be written."""
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError as error:
        raise RefusedError(_unwritable()) from error


def _step(step: str) -> str:
    # A dot alone would be taken as a way through the path.
    return step.replace(".", "%2E") if step in {".", ".."} else quote(step, safe="")


def _unwritable() -> Refusal:
    return refusal(Code.INVALID_VALUE, "The text holds characters that cannot be sent")
