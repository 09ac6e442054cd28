"""Who gets the rows of a provider's page: what one works on first, what is around it after that."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

LOG_ROWS: Final = 13
"""Of the log below the page, with its line and its heading, where nothing else needs them."""

_LEAST_LOG: Final = 6
"""Rows below which a list of events tells too little: then there is its heading alone."""

_LOG_HEADING: Final = 2
_BESIDE: Final = 20
"""Rows of the simulator beside the page: question, answer, what it comes from, all four cases."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the page, which shows everything in `wanted` rows, and something in `least`."""

    name: str
    wanted: int
    least: int = 0


def shares(room: int, parts: Iterable[Part]) -> dict[str, int]:
    """The rows of each part; those before come first, and nobody gets more than is wanted."""
    parts = tuple(parts)
    given: dict[str, int] = {}
    for part in parts:
        given[part.name] = min(part.least, part.wanted, room)
        room -= given[part.name]
    for part in parts:
        more = min(part.wanted - given[part.name], room)
        given[part.name] += more
        room -= more
    return given


def log_rows(room: int, loose: int, tight: int) -> int:
    """The rows of the log below a page that needs so many with its gaps, and without them.

    It shrinks to its heading before the page loses anything but its gaps.
    """
    for needed in (loose, tight):
        rows = min(room - max(needed, _BESIDE), LOG_ROWS)
        if rows >= _LEAST_LOG:
            return rows
    return _LOG_HEADING
