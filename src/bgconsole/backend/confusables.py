"""Unicode's table of characters that look alike, as the package confusable-homoglyphs carries it.

Read from the package's data with the first address that is looked at: its modules would import
much of the standard library's HTTP, and let the environment name another table.
"""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Final

import msgspec

_MARK: Final = "\u200e"
"""Stands around characters that are written from right to left."""


class _Character(msgspec.Struct):
    """One that looks like another; it may be written with several code points."""

    c: str


@cache
def prototypes() -> Mapping[int, str]:
    """What each character looks like, where that is not itself, as `str.translate` takes it.

    The package tells who looks like whom, both ways. Of many, the one that they all look like is
    the prototype; of two, either is, but the longer one if it is several code points.
    """
    data = resources.files("confusable_homoglyphs").joinpath("confusables.json").read_bytes()
    read = msgspec.json.decode(data, type=dict[str, list[_Character]])
    alike = {
        key.strip(_MARK): tuple(one.c.strip(_MARK) for one in found) for key, found in read.items()
    }
    found = {ord(key): _prototype(key, alike) for key in alike if len(key) == 1}
    # A prototype of several code points may hold one that has a prototype itself.
    return {key: one.translate(found) for key, one in found.items() if one != chr(key)}


def _prototype(key: str, alike: Mapping[str, tuple[str, ...]]) -> str:
    others = alike[key]
    if len(others) != 1:
        return key
    (other,) = others
    if len(other) > 1 or len(alike[other]) > 1:
        return other
    return min(key, other)
