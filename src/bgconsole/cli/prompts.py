"""Secrets on their way in: from a terminal without echo, or line by line from stdin."""

import sys
from collections.abc import Sequence
from typing import Final

import click

from bgconsole.cli.errors import CommandError

MAX_BYTES: Final = 64 * 1024
"""The longest line that is taken from stdin."""


def at_terminal() -> bool:
    """Whether somebody sits there who can be asked."""
    return sys.stdin is not None and sys.stdin.isatty()


def read_lines(names: Sequence[str]) -> tuple[str, ...]:
    """One secret a line from stdin, without the line ends; `names` says what each is.

    Raises click.UsageError when a line is missing, empty, too long, or not UTF-8.
    """
    return tuple(_read_line(name) for name in names)


def ask(label: str, *, otherwise: str) -> str:
    """Ask for a secret without echo.

    Raises click.UsageError without a terminal (naming the option `otherwise`) or an answer.
    """
    return _asked([label], otherwise)[0]


def ask_chosen(*before: str, otherwise: str) -> tuple[str, ...]:
    """Ask for the secrets `before`, then twice for a password to set, which comes last.

    Raises click.UsageError as `ask`, or when the two differ.
    """
    *answers, first, again = _asked([*before, "New password", "New password again"], otherwise)
    if first != again:
        raise click.UsageError("The two passwords differ")
    return (*answers, first)


def confirm(question: str) -> None:
    """Ask whether to go on, at a terminal. Raises CommandError for no."""
    if not click.confirm(question, err=True):
        raise CommandError("Nothing was changed")


def _asked(labels: Sequence[str], otherwise: str) -> tuple[str, ...]:
    """An answer to each label; echo stays off from the first to the last."""
    if not at_terminal():
        raise click.UsageError(
            f"There is no terminal to ask for the {labels[0].lower()}: pass it on standard"
            f" input with {otherwise}"
        )
    from bgconsole.cli import passphrase

    answers: list[str] = []
    label = labels[0]
    try:
        with passphrase.asking() as asked:
            for label in labels:
                answers.append(asked(f"{label}: "))
                if not answers[-1]:
                    raise click.UsageError(f"The {label.lower()} is empty")
    except passphrase.NoEchoError as error:
        raise CommandError(
            "This terminal cannot hide what you type",
            f"Pass the {label.lower()} on standard input with {otherwise}",
        ) from error
    except passphrase.NotTextError as error:
        raise click.UsageError(
            f"The {label.lower()} is not valid text in this terminal's encoding"
        ) from error
    except passphrase.TooLongError as error:
        raise click.UsageError(f"The {label.lower()} is longer than 64 KiB") from error
    except EOFError as error:
        raise click.Abort from error
    return tuple(answers)


def _read_line(name: str) -> str:
    if sys.stdin is None:
        raise click.UsageError(f"Standard input is closed, so there is no {name} to read")
    line = sys.stdin.buffer.readline(MAX_BYTES + 1)
    if len(line) > MAX_BYTES:
        raise click.UsageError(f"The {name} on standard input is longer than 64 KiB")
    try:
        text = line.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise click.UsageError(f"The {name} on standard input is not UTF-8") from error
    if not text:
        raise click.UsageError(f"There is no {name} on standard input")
    return text
