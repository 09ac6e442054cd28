"""The picture that the terminal shows, cell by cell: of an update, only what differs is written.

Textual writes every widget that changed as a whole; over a slow line most of that is known there
already. What is written here makes the same screen.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.strip import Strip

from bgconsole.tui.terminal.pens import Pen, Pens

Cell = tuple[str, Pen]
"""A character with what combines with it, and its pen; "" is the second half of a wide one."""

_UNKNOWN: Final[Cell] = ("", Pen((), "", ""))
"""Equal to no cell that is ever drawn."""

_NEAR: Final = 4
"""Cells that are written again rather than passed over: going past them takes as many bytes."""

_ERASED: Final = 6
"""Blank cells at the end of a row from which on erasing them is shorter."""

_KEPT: Final = 4096
"""Pieces of text whose cells are kept."""


class Picture:
    """What one terminal of `width` × `height` cells shows, as far as it is known.

    `erases_in_colour` says that what the terminal erases takes the colour of the pen.
    """

    def __init__(
        self, width: int, height: int, colours: ColorSystem | None, *, erases_in_colour: bool
    ) -> None:
        self.size = (width, height)
        self._pens = Pens(colours)
        self._erases = erases_in_colour
        self._made: dict[tuple[str, Style | None], list[Cell]] = {}
        self._written: list[str] = []
        self._pen = self._pens.plain
        self._at = (-1, -1)
        self.forget()

    def forget(self) -> None:
        """The terminal may show anything: the next update is written as a whole."""
        width, height = self.size
        self._rows: list[list[Cell]] = [[_UNKNOWN] * width for _ in range(height)]

    def update(self, update: CompositorUpdate) -> str | None:
        """What makes the terminal show `update`; None for a kind that is not known here."""
        if isinstance(update, LayoutUpdate):
            placed = _rows_of(update)
        elif isinstance(update, ChopsUpdate):
            placed = _pieces_of(update)
        else:
            return None
        self._written, self._at = [], (-1, -1)
        for y, x, strips in placed:
            self._put(y, x, [cell for strip in strips for cell in self._cells(strip)])
        self._take(self._pens.plain)
        return "".join(self._written)

    def _put(self, y: int, x: int, cells: list[Cell]) -> None:
        """Make one row show these cells from column `x` on."""
        width, height = self.size
        if not (0 <= y < height and 0 <= x < width):
            return
        fresh = cells[: width - x]
        row, end = self._rows[y], x + len(fresh)
        before = row[x:end]
        if before == fresh:
            return
        row[x:end] = fresh
        tail = max(_tail(row), x) if self._erases and end == width else width
        for start, stop in _differing(before[: tail - x], fresh[: tail - x]):
            self._write(y, x + start, x + stop)
        if before[tail - x :] != fresh[tail - x :]:
            self._go(y, tail)
            self._take(row[tail][1])
            self._written.append("\x1b[K")

    def _write(self, y: int, start: int, stop: int) -> None:
        row = self._rows[y]
        # Neither half of a wide character is written alone.
        while start and not row[start][0]:
            start -= 1
        while stop < len(row) and not row[stop][0]:
            stop += 1
        self._go(y, start)
        for text, pen in row[start:stop]:
            if text != " " or not self._pen.blank_as(pen):
                self._take(pen)
            self._written.append(text)
        # In the last column terminals differ in where they think they are.
        self._at = (y, stop) if stop < self.size[0] else (y, -1)

    def _go(self, y: int, x: int) -> None:
        if self._at != (y, x):
            self._written.append(f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H")
            self._at = (y, x)

    def _take(self, pen: Pen) -> None:
        if pen is not self._pen:
            self._written.append(self._pen.to(pen))
            self._pen = pen

    def _cells(self, strip: Strip) -> list[Cell]:
        cells: list[Cell] = []
        for segment in strip:
            if segment.control is not None:
                continue
            text = segment.text
            if cells and not text.isascii():
                text = _combine(cells, text)
            cells += self._cells_of(text, segment.style)
        return cells

    def _cells_of(self, text: str, style: Style | None) -> list[Cell]:
        made = self._made.get((text, style))
        if made is None:
            if len(self._made) >= _KEPT:
                self._made.clear()
            made = self._made[text, style] = _split(text, self._pens.of(style))
        return made


def _rows_of(update: LayoutUpdate) -> Iterator[tuple[int, int, Iterable[Strip]]]:
    for y, strips in enumerate(update.strips, update.region.y):
        yield y, update.region.x, strips


def _pieces_of(update: ChopsUpdate) -> Iterator[tuple[int, int, Iterable[Strip]]]:
    """The strips that Textual would write for its spans, each with its place."""
    for y, x1, x2 in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is not None and x <= x2 and end > x1:
                yield y, x, (strip if end <= x2 else strip.crop(0, x2 - x),)


def _split(text: str, pen: Pen) -> list[Cell]:
    """A cell for each column; what takes no column of its own stands with what it combines with."""
    if text.isascii():
        return [(letter, pen) for letter in text]
    cells: list[Cell] = []
    while text:
        letter, width = text[0], cell_len(text[0])
        cells += [(letter, pen), *[("", pen)] * (width - 1)] if width else []
        text = _combine(cells, text[1:])
    return cells


def _combine(cells: list[Cell], text: str) -> str:
    """Put what `text` begins with and takes no column to the last letter; gives the rest."""
    marks = next((n for n, letter in enumerate(text) if cell_len(letter)), len(text))
    if marks and cells:
        place = max(place for place, cell in enumerate(cells) if cell[0])
        letter, pen = cells[place]
        cells[place] = (letter + text[:marks], pen)
    return text[marks:]


def _tail(row: list[Cell]) -> int:
    """Where the blanks begin that end the row and look the same; its width if they are few."""
    last = row[-1]
    if last[0] != " " or last[1].tells_on_blanks:
        return len(row)
    start = len(row) - 1
    while start and row[start - 1][0] == " " and row[start - 1][1].blank_as(last[1]):
        start -= 1
    return start if len(row) - start >= _ERASED else len(row)


def _differing(before: list[Cell], fresh: list[Cell]) -> Iterator[tuple[int, int]]:
    """Where the cells differ, as (start, stop); what lies near together is one piece."""
    start, stop = -1, -1
    for place, (old, now) in enumerate(zip(before, fresh, strict=True)):
        if old == now:
            continue
        if start >= 0 and place - stop > _NEAR:
            yield start, stop
            start = -1
        if start < 0:
            start = place
        stop = place + 1
    if start >= 0:
        yield start, stop
