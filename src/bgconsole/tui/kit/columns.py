"""The columns of a list: which of them fit, how wide each is, and rows and heads made of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from textual.content import Content

from bgconsole.tui.kit.render.text import fit, words
from bgconsole.tui.terminal.theme import DIM

ALL: Final = 10_000
"""Wanted by a column that takes all the room there is."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `least` cells it has in any case, `wanted` ones where there is room.

    Of the room that is left it takes `part` at most. `from_width` is how wide the list must be for
    the column to be there.
    """

    name: str
    least: int
    wanted: int = 0
    part: float = 1.0
    from_width: int = 0


@dataclass(frozen=True, slots=True)
class TableColumns:
    """The columns that fit, each with its cells; `gap` cells are between them."""

    cells: tuple[tuple[Column, int], ...]
    gap: int

    def __contains__(self, name: str) -> bool:
        return any(column.name == name for column, _ in self.cells)

    def row(self, drawn: Callable[[str, int], Content]) -> Content:
        """A row: `drawn` gives what the column of a name shows in so many cells."""
        parts = (fit(drawn(column.name, cells), cells) for column, cells in self.cells)
        return words(" " * self.gap).join(parts)

    def heads(self) -> Content:
        """The names of the columns."""
        return self.row(lambda name, _cells: words(name, DIM))


def fitted(columns: Sequence[Column], width: int, *, outside: int, gap: int) -> TableColumns:
    """The columns for rows of `width` cells, `outside` of which are for something else.

    TableColumns get what they want from the first on, as long as the least of the others is left.
    """
    shown = [column for column in columns if width >= column.from_width]
    least = sum(column.least for column in shown) + gap * (len(shown) - 1)
    room = max(width - outside - least, 0)
    cells: list[int] = []
    for column in shown:
        more = min(max(column.wanted - column.least, 0), int(room * column.part))
        cells.append(column.least + more)
        room -= more
    return TableColumns(tuple(zip(shown, cells, strict=True)), gap)
