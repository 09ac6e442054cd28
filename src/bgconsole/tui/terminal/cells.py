"""The cells of a strip: what stands in each column, and with which pen."""

from typing import Final

from rich.style import Style
from textual.strip import Strip

from bgconsole.tui.terminal.clusters import clusters, is_doubtful
from bgconsole.tui.terminal.pens import Pen, Pens

Cell = tuple[str, Pen]
"""A cluster and its pen."""

FURTHER: Final = ""
"""In place of a cluster: the cell belongs to the one before, which is a wide one."""

BLANK: Final = " "

_KEPT: Final = 4096
"""Pieces of text whose cells are kept."""


class Cells:
    """Makes cells of strips, and keeps them: the same texts come again and again."""

    def __init__(self, pens: Pens) -> None:
        self._pens = pens
        self._made: dict[tuple[str, Style | None], tuple[str, list[Cell]]] = {}

    def of(self, strip: Strip, room: int) -> list[Cell]:
        """Exactly `room` cells: what is too wide is cut off, what is too narrow gets blanks."""
        cells: list[Cell] = []
        for segment in strip:
            if segment.control is None:
                marks, made = self._of(segment.text, segment.style)
                if marks:
                    _mark(cells, marks)
                cells += made
        if len(cells) < room:
            pen = cells[-1][1] if cells else self._pens.plain
            cells += [(BLANK, pen)] * (room - len(cells))
        return fitted(cells, room)

    def _of(self, text: str, style: Style | None) -> tuple[str, list[Cell]]:
        made = self._made.get((text, style))
        if made is None:
            if len(self._made) >= _KEPT:
                self._made.clear()
            made = self._made[text, style] = _split(text, self._pens.of(style))
        return made


def cells_at(row: list[Cell], place: int) -> int:
    """How many cells the cluster has that begins at `place`."""
    end = place + 1
    while end < len(row) and row[end][0] == FURTHER:
        end += 1
    return end - place


def run_start(row: list[Cell], place: int) -> int:
    """Where the run of doubtful clusters begins that has a part at `place`; else its cluster."""
    start = _lead(row, place)
    while start and is_doubtful(row[start][0]):
        before = _lead(row, start - 1)
        if not is_doubtful(row[before][0]):
            break
        start = before
    return start


def run_end(row: list[Cell], place: int) -> int:
    """Where the run of doubtful clusters ends that begins at `place`."""
    while place < len(row) and is_doubtful(row[place][0]):
        place += cells_at(row, place)
    return place


def _lead(row: list[Cell], place: int) -> int:
    while place and row[place][0] == FURTHER:
        place -= 1
    return place


def fitted(cells: list[Cell], room: int) -> list[Cell]:
    """The first `room` of at least as many cells; no cluster is cut in two."""
    if len(cells) == room:
        return cells
    kept, cut = cells[: max(room, 0)], max(room, 0)
    if cells[cut][0] == FURTHER:
        while cut and cells[cut][0] == FURTHER:
            cut -= 1
        kept[cut:] = [(BLANK, pen) for _, pen in kept[cut:]]
    return kept


def _split(text: str, pen: Pen) -> tuple[str, list[Cell]]:
    """The marks at the beginning that belong to a letter before, and a cell for each column."""
    if text.isascii() and text.isprintable():
        return "", [(letter, pen) for letter in text]
    marks, cells = "", list[Cell]()
    for cluster, taken in clusters(text):
        if taken:
            cells += [(cluster, pen), *[(FURTHER, pen)] * (taken - 1)]
        else:
            marks = cluster
    return marks, cells


def _mark(cells: list[Cell], marks: str) -> None:
    """Put marks to the last letter; without one there is nothing that they could stand with."""
    place = next((n for n in range(len(cells) - 1, -1, -1) if cells[n][0] != FURTHER), None)
    if place is not None:
        letter, pen = cells[place]
        cells[place] = (letter + marks, pen)
