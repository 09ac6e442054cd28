"""Tables on the output: aligned columns, and on a terminal too narrow for them another form.

What goes to a file or a pipe is the same whatever the terminal: one line for each row. On a
terminal nothing is cut either: cells are wrapped between words, and where not even their longest
words fit beside each other, each row becomes lines of heading and value.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import Final

from bgconsole.cli.output import as_printed, cells, put
from bgconsole.cli.width import columns_of

_GAP: Final = "  "

_Row = tuple[str, ...]


def print_table(
    headings: Sequence[str], rows: Iterable[Sequence[str]], *, indent: str = ""
) -> None:
    """Print aligned columns, each line after `indent`. Cells may hold text from outside."""
    lines = [tuple(headings), *(tuple(as_printed(cell) for cell in row) for row in rows)]
    columns = columns_of(sys.stdout)
    for line in _made(lines, None if columns is None else columns - len(indent)):
        put(f"{indent}{line}".rstrip())


def _made(lines: Sequence[_Row], columns: int | None) -> Iterator[str]:
    widths = [max(map(cells, column)) for column in zip(*lines, strict=True)]
    if columns is None or _whole(widths) <= columns:
        return _aligned(lines, widths)
    least = [max(map(_longest_word, column)) for column in zip(*lines, strict=True)]
    if _whole(least) <= columns:
        return _aligned(lines, _shared(least, widths, columns - _whole(least)))
    return _listed(lines, columns)


def _aligned(lines: Iterable[_Row], widths: Sequence[int]) -> Iterator[str]:
    """Each row in columns that wide, over as many lines as its fullest cell takes."""
    for line in lines:
        wrapped = [_wrapped(cell, width) for cell, width in zip(line, widths, strict=True)]
        for parts in zip_longest(*wrapped, fillvalue=""):
            yield _GAP.join(map(_padded, parts, widths))


def _listed(lines: Sequence[_Row], columns: int) -> Iterator[str]:
    """Each row as lines of heading and value; below each other where they do not fit."""
    headings, *rows = lines
    if not rows:
        yield from _wrapped(_GAP.join(headings), columns)
    label = max(map(cells, headings)) + len(_GAP)
    for number, row in enumerate(rows):
        if number:
            yield ""
        for heading, cell in zip(headings, row, strict=True):
            beside = label + _longest_word(cell) <= columns
            start = _padded(heading, label) if beside else heading
            if not beside:
                yield heading
                start, room = _GAP, columns - len(_GAP)
            else:
                room = columns - label
            for part in _wrapped(cell, room):
                yield f"{start}{part}"
                start = " " * cells(start)


def _whole(widths: Sequence[int]) -> int:
    return sum(widths) + len(_GAP) * (len(widths) - 1)


def _shared(least: Sequence[int], wanted: Sequence[int], spare: int) -> list[int]:
    """The least widths and what is spare, column by column to the one that lacks most."""
    widths = list(least)
    for _ in range(spare):
        lacking = [want - width for want, width in zip(wanted, widths, strict=True)]
        widths[lacking.index(max(lacking))] += 1
    return widths


def _wrapped(cell: str, width: int) -> list[str]:
    """The cell in lines of that width, broken between words only."""
    lines: list[str] = []
    for word in cell.split(" "):
        if lines and cells(lines[-1]) + 1 + cells(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _longest_word(cell: str) -> int:
    return max(map(cells, cell.split(" ")))


def _padded(cell: str, width: int) -> str:
    return cell + " " * (width - cells(cell))
