"""Codes and tokens that are shown this once: what happens where they cannot be."""

import contextlib
import sys
from collections.abc import Callable

from bgconsole.cli.errors import CommandError, Exit
from bgconsole.cli.output import finish
from bgconsole.system.streams import silence, tell


def show_once(show: Callable[[], None], *, lost: str, remedy: str) -> None:
    """Print by `show`, at once.

    Where the output cannot be written, it is shown on the terminal that stderr is. Raises
    CommandError then: with `lost`, what was made and could not be printed, and with `remedy`,
    how to get another, where there is no such terminal.
    """
    try:
        show()
        finish()
    except OSError as error:
        silence(sys.stdout)
        code = Exit.PIPE_CLOSED if isinstance(error, BrokenPipeError) else Exit.FAILED
        reason = error.strerror or "nobody reads it"
        if sys.stderr is not None and sys.stderr.isatty():
            tell(f"bgconsole: {lost}, so it is printed here:")
            with contextlib.redirect_stdout(sys.stderr):
                show()
            raise CommandError(
                f"Standard output: {reason}", "Save what is printed above", code
            ) from error
        raise CommandError(f"{lost} ({reason})", remedy, code) from error
