"""The console itself, on the team's own database or on the sample team."""

import os
import sys
from typing import TYPE_CHECKING

import click

from bgconsole.cli.context import Invocation
from bgconsole.cli.errors import CommandError, Exit
from bgconsole.cli.group import Command

if TYPE_CHECKING:
    from bgconsole.compose import Target
    from bgconsole.tui.connection import SignInHint


def open_console(invocation: Invocation) -> int:
    """Open the console on the whole screen and return its exit code."""
    _demand_terminal()
    target = invocation.target()
    return _show(target, token=invocation.token(target))


@click.command("demo", cls=Command, prints=False, password="", example="bgconsole demo --reset")
@click.option("--reset", is_flag=True, help="Make the sample team afresh first.")
def demo(reset: bool) -> int:
    """Open the console on a sample team.

    The team has about 25 people of every kind and a year of events. The sign-in screen says with
    which email and password to come in. What you change stays until --reset.
    """
    _demand_terminal()
    from bgconsole.demo import prepare

    team = prepare(reset=reset)
    return _show(team.target, hints=team.hints)


def _show(
    target: "Target", *, token: str | None = None, hints: "tuple[SignInHint, ...]" = ()
) -> int:
    from bgconsole import compose
    from bgconsole.tui.connection import Connection

    connection = Connection(
        place=compose.place_of(target),
        open=lambda: compose.open_backend(target),
        source=compose.local_source(),
        token=token,
        hints=hints,
        read_only=target.read_only,
    )
    from bgconsole.tui.app import run_console

    return run_console(connection)


def _demand_terminal() -> None:
    instead = 'Use the commands instead, see "bgconsole --help"'
    if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout)):
        raise CommandError("The console needs a terminal, and this is none", instead, Exit.USAGE)
    if os.environ.get("TERM", "dumb") in {"", "dumb"}:
        raise CommandError(
            'The console needs a terminal that can place text, and TERM says "dumb"',
            instead,
            Exit.USAGE,
        )
