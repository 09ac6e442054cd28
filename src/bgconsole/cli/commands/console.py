"""The console itself, on the team's own database or on the sample team."""

import os
import sys
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import click

from bgconsole.cli.context import Invocation
from bgconsole.cli.errors import CommandError, Exit
from bgconsole.cli.group import Command
from bgconsole.cli.progress import Progress

if TYPE_CHECKING:
    from bgconsole.compose import Target
    from bgconsole.settings_file import Preferences
    from bgconsole.tui.connection import SignInHint


def open_console(invocation: Invocation) -> int:
    """Open the console on the whole screen and return its exit code."""
    preferences = _preferences(invocation)
    _demand_terminal()
    target = invocation.target()
    return _run(target, invocation.token(target), preferences)


@click.command("demo", cls=Command, prints=False, password="", example="bgconsole demo --reset")
@click.option("--reset", is_flag=True, help="Make the sample team afresh first.")
@click.pass_obj
def demo(invocation: Invocation, reset: bool) -> int:
    """Open the console on a sample team.

    The team has about 25 people of every kind and a year of events. The sign-in screen says with
    which email and password to come in. What you change stays until --reset.
    """
    if invocation.database is not None:
        raise click.UsageError("The sample team has a database of its own: leave out --database")
    preferences = _preferences(invocation)
    _demand_terminal()
    from bgconsole import demo as sample

    with Progress("Making the sample team"):
        team = sample.prepare(reset=reset)
    target = replace(team.target, read_only=invocation.read_only)
    return _run(target, None, preferences, team.hints)


def _preferences(invocation: Invocation) -> "Preferences":
    from bgconsole.settings_file import SettingsFileError

    try:
        return invocation.preferences()
    except SettingsFileError as error:
        raise CommandError(error.message, error.remedy, Exit.USAGE) from error


def _run(
    target: "Target",
    token: str | None,
    preferences: "Preferences",
    hints: tuple["SignInHint", ...] = (),
) -> int:
    from bgconsole import compose
    from bgconsole.tui.app import run_console
    from bgconsole.tui.connection import Connection

    return run_console(
        Connection(
            place=compose.place_of(target),
            open=lambda: compose.open_backend(target),
            source=compose.local_source(),
            token=token,
            hints=hints,
            read_only=target.read_only,
            glance=partial(compose.glance, target),
        ),
        preferences,
    )


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
    for name in ("TEXTUAL_LOG", "TEXTUAL_DEBUG", "TEXTUAL"):
        if os.environ.get(name):
            raise CommandError(
                f"{name} is set, and would record what you type, passwords too",
                "Unset it and start again",
                Exit.USAGE,
            )
