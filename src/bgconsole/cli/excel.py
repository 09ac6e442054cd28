"""The option --excel: a CSV file that Excel reads as UTF-8."""

from collections.abc import Callable
from typing import Any, TextIO, TypeVar

import click

from bgconsole.cli.errors import CommandError, Exit
from bgconsole.exchange import spreadsheet

F = TypeVar("F", bound=Callable[..., Any])


def excel_option(function: F) -> F:
    """Marking a CSV file as UTF-8, in the way that Excel looks for."""
    return click.option(
        "--excel",
        is_flag=True,
        help="Start the CSV file with a byte order mark, so that Excel reads it as UTF-8.",
    )(function)


def mark_for_excel(out: TextIO) -> None:
    """What `excel_option` asks for. Raises CommandError where the output is not UTF-8."""
    try:
        spreadsheet.mark_as_utf8(out)
    except spreadsheet.NotUtf8Error as error:
        raise CommandError(
            f"The output is not UTF-8 but {error}", "Write to a file with --output", Exit.USAGE
        ) from error
