"""A CSV file as spreadsheets write it: any separator, UTF-8 or UTF-16, with or without a BOM."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

MAX_BYTES: Final = 32 * 1024 * 1024

SEPARATORS: Final = ",;\t|"
"""What may end a cell; the first of them wins where a line has equally many of several."""

_DECLARED: Final = re.compile(rf'"?sep=([{SEPARATORS}])"?[{SEPARATORS}]*', re.IGNORECASE)
"""The line that tells Excel which separator follows."""

_QUOTED: Final = re.compile(r'"[^"]*"')
_FIRST_LINE: Final = re.compile(r"[^\r\n]*")


class CsvError(ValueError):
    """The file cannot be read; `remedy` says what to do about it."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row, and the line of the file on which it begins (1-based)."""

    line: int
    cells: list[str]


def read(path: Path) -> Iterator[Row]:
    """The rows of the file at `path`, without the line that declares the separator.

    Raises CsvError, OSError.
    """
    return _rows(_decoded(path))


def _decoded(path: Path) -> str:
    with path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise CsvError("The file is larger than 32 MiB", "Split it")
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    encoding, name = ("utf-16", "UTF-16") if wide else ("utf-8-sig", "UTF-8")
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].decode(encoding, "ignore").count("\n") + 1
        raise CsvError(f"Line {line} is not {name}", "Save the file as UTF-8") from error


def _rows(text: str) -> Iterator[Row]:
    first = _first_line(text)
    declared = _DECLARED.fullmatch(first.strip())
    separator = _separator(first) if declared is None else declared[1]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise CsvError(
                f"Line {line} cannot be read as CSV ({error})", "Fix its quotes"
            ) from error
        if declared is None or line > 1:
            yield Row(line, cells)


def _first_line(text: str) -> str:
    found = _FIRST_LINE.match(text)
    return "" if found is None else found[0]


def _separator(header: str) -> str:
    """What separates the names of the columns; they have none of these characters in them."""
    bare = _QUOTED.sub("", header)
    return max(SEPARATORS, key=bare.count)
