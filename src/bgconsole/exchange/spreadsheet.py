"""Text for a cell of a CSV file, marked as text where a spreadsheet would take it for a formula."""

import codecs
import unicodedata
from typing import Final, TextIO

_FORMULA_STARTS: Final = frozenset("=+-@\u2212")
_SPLITS: Final = ";|\t"
"""What a spreadsheet may take for the end of a cell, beside the comma, which is quoted."""

_BEFORE: Final = " '\"\u00a0"
"""What may stand before a formula."""


class NotUtf8Error(ValueError):
    """The output is in another encoding than UTF-8, so it can have no mark that says UTF-8."""


def mark_as_utf8(out: TextIO) -> None:
    """Begin `out` with a byte order mark: without one Excel takes UTF-8 for a Windows code page.

    Raises NotUtf8Error.
    """
    if codecs.lookup(out.encoding).name != "utf-8":
        raise NotUtf8Error(out.encoding)
    out.write("\ufeff")


def cell(text: str) -> str:
    """`text` with a ' before each place where a spreadsheet could begin to read a formula.

    Also behind a semicolon, which in half of the world ends a cell, quoted or not, and for the wide
    and small forms of the signs, which some spreadsheets take for the signs.
    """
    if not _starts_formula(text.lstrip(_BEFORE)) and not any(split in text for split in _SPLITS):
        return text
    kept: list[str] = []
    begins = True
    for char in text:
        if begins and _starts_formula(char):
            kept.append("'")
            begins = False
        elif char in _SPLITS:
            begins = True
        elif char not in _BEFORE:
            begins = False
        kept.append(char)
    return "".join(kept)


def _starts_formula(text: str) -> bool:
    return unicodedata.normalize("NFKC", text[:1])[:1] in _FORMULA_STARTS if text else False
