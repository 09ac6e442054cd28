"""Text as clusters of cells: what is one glyph to a reader, and where terminals differ about it.

Layout counts as Rich does. A terminal may count otherwise: by code point where Rich counts by
cluster, or by another version of Unicode. Where that may be so the cluster is doubtful.
"""

from functools import lru_cache
from typing import Final
from unicodedata import category, combining, east_asian_width

from rich.cells import cell_len, split_graphemes

_JOINER: Final = "\N{ZERO WIDTH JOINER}"
_VIRAMA: Final = 9
"""The combining class of the signs that join two consonants."""

_FLAG_LETTERS: Final = range(0x1F1E6, 0x1F200)
_SKINS: Final = frozenset(map(chr, range(0x1F3FB, 0x1F400)))
_SYMBOLS: Final = ((0x2300, 0x23FF), (0x2600, 0x27BF), (0x2B00, 0x2BFF), (0x1F000, 0x1FAFF))
"""Where pictures are that some terminals show in two cells."""

_AFTER_VOWELS: Final = frozenset("\N{THAI CHARACTER SARA AM}\N{LAO VOWEL SIGN AM}")
_SURE: Final = (
    (0x0020, 0x007E), (0x00A1, 0x00AC), (0x00AE, 0x02FF), (0x0370, 0x0482), (0x048A, 0x0588),
    (0x05D0, 0x05EA), (0x0620, 0x064A), (0x10A0, 0x10FF), (0x1E00, 0x1FFF), (0x2010, 0x2027),
    (0x2030, 0x205E), (0x2070, 0x20CF), (0x2100, 0x2319), (0x2320, 0x23CE), (0x2400, 0x25FC),
    (0x2701, 0x2704), (0x2706, 0x2709), (0x270C, 0x2727), (0x2729, 0x274B), (0x2756, 0x2756),
    (0x2758, 0x2794), (0x2798, 0x27AF), (0x27B1, 0x27BE), (0x27C0, 0x2B1A), (0x2E80, 0x2FD5),
    (0x3001, 0x3029), (0x3030, 0x303E), (0x3041, 0x3096), (0x309B, 0x30FF), (0x3131, 0x3163),
    (0x3165, 0x318E), (0x3400, 0x4DB5), (0x4E00, 0x9FA5), (0xA000, 0xA48C), (0xAC00, 0xD7A3),
    (0xF900, 0xFA2D), (0xFB00, 0xFB06), (0xFF01, 0xFF9F), (0xFFA1, 0xFFDC), (0x20000, 0x2A6D6),
)  # fmt: skip
"""Code points that every terminal gives as many cells: old ones, and none that join with others."""

_SURE_MARKS: Final = ((0x0300, 0x036F), (0x20D0, 0x20DC))
"""Marks that every terminal puts on the letter before them."""


def clusters(text: str) -> list[tuple[str, int]]:
    """The clusters of `text`, each with its cells; together as many as `cell_len` counts.

    A first cluster without cells belongs to what was written before `text`.
    """
    spans, _ = split_graphemes(text)
    found: list[tuple[str, int]] = []
    for start, end, cells in spans:
        part = text[start:end]
        if found and (not cells or _joins(found[-1][0], part)):
            before, taken = found[-1]
            found[-1] = before + part, taken + cells
        else:
            found.append((part, cells))
    return [(_harmless(cluster, cells), cells) for cluster, cells in found]


def is_doubtful(cluster: str) -> bool:
    """Whether a terminal may give `cluster` another number of cells."""
    return not cluster.isascii() and _is_doubtful(cluster)


@lru_cache(maxsize=4096)
def _is_doubtful(cluster: str) -> bool:
    return not (
        _among(cluster[0], _SURE) and all(_among(mark, _SURE_MARKS) for mark in cluster[1:])
    )


@lru_cache(maxsize=4096)
def most_cells(cluster: str) -> int:
    """The most cells that a terminal may give a doubtful `cluster`."""
    return max(cell_len(cluster), sum(map(_most_of, cluster)))


def _most_of(letter: str) -> int:
    if category(letter) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if _among(letter, _SYMBOLS) or east_asian_width(letter) in "WF" else 1


@lru_cache(maxsize=4096)
def base_of(cluster: str, cells: int) -> str:
    """What is left of a doubtful `cluster` where only `cells` are free."""
    base = cluster[0] if _most_of(cluster[0]) <= cells else "?"
    return base + " " * (cells - cell_len(base))


def _joins(before: str, after: str) -> bool:
    """Whether a terminal may draw both as one glyph, though Rich counts them apart."""
    if ord(after[0]) in _FLAG_LETTERS:
        return ord(before[0]) in _FLAG_LETTERS and len(before) == 1
    return combining(before[-1]) == _VIRAMA or after[0] in _AFTER_VOWELS


def _harmless(cluster: str, cells: int) -> str:
    """`cluster` without what a terminal may act on, which text from outside has not by now.

    And without the colour of a skin: where that takes cells, what is behind cannot be seen.
    """
    if cluster.isprintable() and _SKINS.isdisjoint(cluster):
        return cluster
    kept = "".join(filter(_is_harmless, cluster))
    return kept if kept and cell_len(kept) == cells else " " * cells


def _is_harmless(letter: str) -> bool:
    return (letter.isprintable() and letter not in _SKINS) or letter == _JOINER


def _among(letter: str, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= ord(letter) <= last for first, last in ranges)
