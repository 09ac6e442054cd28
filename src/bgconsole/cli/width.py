"""How wide the terminal is that the output goes to, and lines and commands made for it."""

import os
import sys
from collections.abc import Iterable
from typing import Final, TextIO

import click

__all__ = ["HelpContext", "HelpFormatter", "columns_of", "write_lines"]

_USUAL: Final = 80
_READABLE: Final = 100
_LEAST: Final = 24
_TERMS: Final = 30
"""Columns of the options' names in a help, where there is room."""


def _words(command: str) -> list[str]:
    """The words of a command; what is quoted is one, unless it is a command itself."""
    words: list[str] = []
    is_quoted = False
    for word in command.split():
        words[-1:] = [f"{words[-1]} {word}"] if is_quoted else [*words[-1:], word]
        text = words[-1].replace('"$(', "").replace(')"', "")
        is_quoted = text.count('"') % 2 == 1 or text.count("'") % 2 == 1
    return words


def columns_of(stream: TextIO | None) -> int | None:
    """The columns of the terminal that `stream` is; None where it is none.

    The terminal's own word goes before COLUMNS, which may be an older terminal's.
    """
    if stream is None or not stream.isatty():
        return None
    try:
        columns = os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError):
        columns = 0
    return columns or _named()


def _named() -> int:
    """What COLUMNS says, where it says a number."""
    named = os.environ.get("COLUMNS", "")
    return (
        int(named) if named.isascii() and named.isdecimal() and 0 < int(named) < 10_000 else _USUAL
    )


class HelpFormatter(click.HelpFormatter):
    """Help for the width at hand: no line is longer, but for a word that is."""

    def __init__(self) -> None:
        columns = min(columns_of(sys.stdout) or _named(), _READABLE)
        super().__init__(width=max(columns - 2, _LEAST))

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 0, col_spacing: int = 2
    ) -> None:
        super().write_dl(rows, col_max or min(_TERMS, self.width // 3), col_spacing)

    def write_command(self, command: str, indent: str) -> None:
        r"""Write a command to be copied, over several lines (each but the last ends with \)."""
        start = indent
        line = start
        for part in _words(command):
            if line.strip() and len(f"{line}{part} \\") > self.width:
                self.write(f"{line}\\\n")
                line = f"{start}  "
            line += f"{part} "
        self.write(f"{line.rstrip()}\n")


def write_lines(formatter: click.HelpFormatter, text: str) -> None:
    """Write words, and the commands among them, which begin with a space, each on its own."""
    words: list[str] = []
    for line in text.splitlines():
        if not line.startswith(" ") or not isinstance(formatter, HelpFormatter):
            words.append(line)
            continue
        if words:
            formatter.write_text(" ".join(words))
            words = []
        formatter.write_command(line.strip(), "  ")
    if words:
        formatter.write_text(" ".join(words))


class HelpContext(click.Context):
    """A command's context, whose help has the width at hand."""

    def make_formatter(self) -> HelpFormatter:
        return HelpFormatter()
