"""The pieces of an update: which strips of it go where, each with the cells that are its own."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol, runtime_checkable

from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.strip import Strip


@dataclass(frozen=True, slots=True)
class Piece:
    """Strips side by side, from column `x` of row `y` on; each has as many cells as told here."""

    y: int
    x: int
    strips: tuple[tuple[int, Strip], ...]


@runtime_checkable
class _ValuesView(Protocol):
    """The values of a dict, from which its keys can be had."""

    @property
    def mapping(self) -> MappingProxyType[int, Strip | None]: ...


def rows_of(update: LayoutUpdate) -> Iterator[Piece]:
    """Whole rows. Textual writes strip behind strip, so that one too wide would move the others."""
    left, right = update.region.x, update.region.right
    for y, strips in enumerate(update.strips, update.region.y):
        if isinstance(strips, _ValuesView):
            yield Piece(y, left, tuple(_side_by_side(strips.mapping, right)))
        else:
            yield Piece(y, left, tuple((strip.cell_length, strip) for strip in strips))


def _side_by_side(chops: Mapping[int, Strip | None], right: int) -> Iterable[tuple[int, Strip]]:
    starts = [*chops, right]
    for place, strip in enumerate(chops.values()):
        if strip is not None:
            yield starts[place + 1] - starts[place], strip


def pieces_of(update: ChopsUpdate) -> Iterator[Piece]:
    """The strips that Textual would write for its spans, none beyond its region."""
    for y, x1, x2 in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is not None and x <= x2 and end > x1:
                yield Piece(y, x, ((min(end, x2) - x, strip),))
