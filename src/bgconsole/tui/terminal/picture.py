"""The picture that the terminal shows, cell by cell: of an update, only what differs is written.

Textual writes every widget that changed as a whole; over a slow line most of that is known there
already. What is written here makes the same screen, also where the terminal gives a cluster other
cells than the layout: behind every doubtful one the cursor is addressed.
"""

from collections.abc import Iterator
from typing import Final

from rich.color import ColorSystem
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate

from bgconsole.tui.terminal.cells import (
    BLANK,
    FURTHER,
    Cell,
    Cells,
    cells_at,
    fitted,
    run_end,
    run_start,
)
from bgconsole.tui.terminal.clusters import base_of, is_doubtful, most_cells
from bgconsole.tui.terminal.pens import Pen, Pens
from bgconsole.tui.terminal.pieces import Piece, pieces_of, rows_of

_UNKNOWN: Final[Cell] = ("\0", Pen((), "", ""))
"""Equal to no cell that is ever drawn."""

_NEAR: Final = 4
"""Cells that are written again rather than passed over: going past them takes as many bytes."""

_ERASED: Final = 6
"""Blank cells at the end of a row from which on erasing them is shorter."""


class Picture:
    """What one terminal of `width` × `height` cells shows, as far as it is known.

    `erases_in_colour` says that what the terminal erases takes the colour of the pen,
    `goes_by_column` that it knows how to move its cursor within a row (CHA), which VT220s do not.
    """

    def __init__(
        self,
        width: int,
        height: int,
        colours: ColorSystem | None,
        *,
        erases_in_colour: bool,
        goes_by_column: bool = True,
    ) -> None:
        self.size = (width, height)
        self.is_whole = False
        """Whether every cell is known."""
        pens = Pens(colours)
        self._cells = Cells(pens)
        self._erases = erases_in_colour
        self._goes_by_column = goes_by_column
        self._written: list[str] = []
        self._plain = self._pen = pens.plain
        self._at = (-1, -1)
        self._rows: list[list[Cell]] = [[_UNKNOWN] * width for _ in range(height)]

    def update(self, update: CompositorUpdate) -> str | None:
        """What makes the terminal show `update`; None for a kind that is not known here."""
        if isinstance(update, LayoutUpdate):
            pieces = rows_of(update)
            self.is_whole = self.is_whole or update.region.size == self.size
        elif isinstance(update, ChopsUpdate):
            pieces = pieces_of(update)
        else:
            return None
        self._written = []
        for piece in pieces:
            self._put(piece)
        self._take(self._plain)
        return "".join(self._written)

    def cursor_to(self, x: int, y: int) -> str:
        """What puts the cursor there, behind what was written; the next update begins from it."""
        self._written = []
        self._go(y, x)
        return "".join(self._written)

    def _put(self, piece: Piece) -> None:
        """Make one row show the cells of a piece."""
        width, height = self.size
        y, x = piece.y, piece.x
        if not (0 <= y < height and 0 <= x < width):
            return
        fresh = [cell for room, strip in piece.strips for cell in self._cells.of(strip, room)]
        fresh = fitted(fresh, min(len(fresh), width - x))
        row, end = self._rows[y], x + len(fresh)
        before = row[x:end]
        if before == fresh:
            return
        left, right = _blank_halves(row, x, end)
        row[x:end] = fresh
        tail = max(_tail(row), x) if self._erases and end == width else width
        for start, stop in _differing(before[: tail - x], fresh[: tail - x]):
            self._write(y, x + start if start else left, x + stop)
        self._write(y, end, right)
        if before[tail - x :] != fresh[tail - x :]:
            self._go(y, tail)
            self._take(row[tail][1])
            self._written.append("\x1b[K")

    def _write(self, y: int, start: int, stop: int) -> None:
        if start >= stop:
            return
        row = self._rows[y]
        start = run_start(row, start)
        while start < stop:
            text, pen = row[start]
            if is_doubtful(text):
                end = run_end(row, start)
                stop = max(stop, self._write_run(y, start, end))
                start = end
                continue
            end = start + cells_at(row, start)
            self._go(y, start)
            if text == BLANK and not self._pen.blank_as(pen):
                pen = _pen_ahead(row, start, stop)
            self._take(pen, text)
            self._written.append(text)
            # In the last column terminals differ in where they think they are.
            self._at = (y, end) if end < len(row) else (y, -1)
            start = end

    def _write_run(self, y: int, start: int, end: int) -> int:
        """Write doubtful clusters that join; until where they may have been drawn."""
        row = self._rows[y]
        found = [(x, *row[x]) for x in range(start, end) if row[x][0] != FURTHER]
        most = start + sum(most_cells(text) for _x, text, _pen in found)
        self._go(y, start)
        # They may fill less than their cells.
        for _text, pen in row[start:end]:
            self._take(pen, BLANK)
            self._written.append(BLANK)
        together = most <= len(row)
        for x, text, pen in found:
            if together and x > start:
                self._at = (y, x)
            else:
                self._at = (-1, -1)
            self._go(y, x)
            self._take(pen, text)
            # At the edge nothing can be written over what is too much.
            fits = together or x + most_cells(text) <= len(row)
            self._written.append(text if fits else base_of(text, cells_at(row, x)))
        self._at = (-1, -1)
        reached = end
        while reached < min(most, len(row)) and row[reached] is not _UNKNOWN:
            reached += 1
        return reached

    def _go(self, y: int, x: int) -> None:
        if self._at == (y, x):
            return
        if self._goes_by_column and self._at[0] == y and self._at[1] >= 0:
            # Not counted from where the cursor is: terminals differ in the width of some letters.
            self._written.append(f"\x1b[{x + 1}G" if x else "\r")
        else:
            self._written.append(f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H")
        self._at = (y, x)

    def _take(self, pen: Pen, text: str = "") -> None:
        if pen is not self._pen and (text != BLANK or not self._pen.blank_as(pen)):
            self._written.append(self._pen.to(pen))
            self._pen = pen


def _blank_halves(row: list[Cell], start: int, stop: int) -> tuple[int, int]:
    """Blank what is left of wide clusters that are cut at both ends; where the blanks end."""
    left, right = start, stop
    if row[start][0] == FURTHER:
        while row[left][0] == FURTHER:
            left -= 1
        row[left:start] = [(BLANK, row[left][1])] * (start - left)
    while right < len(row) and row[right][0] == FURTHER:
        row[right] = (BLANK, row[right][1])
        right += 1
    return left, right


def _pen_ahead(row: list[Cell], start: int, stop: int) -> Pen:
    """The pen for the blanks from `start` on: that of the letter behind, if it draws the same."""
    pen = row[start][1]
    for text, behind in row[start + 1 : stop]:
        if not pen.blank_as(behind):
            break
        if text != BLANK:
            return behind
    return pen


def _tail(row: list[Cell]) -> int:
    """Where the blanks begin that end the row and look the same; its width if they are few."""
    last = row[-1]
    if last[0] != BLANK or last[1].tells_on_blanks:
        return len(row)
    start = len(row) - 1
    while start and row[start - 1][0] == BLANK and row[start - 1][1].blank_as(last[1]):
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
