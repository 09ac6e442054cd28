"""The console, on the team's own database or on the sample team."""

import gc
import os
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from bgconsole.backend.errors import UnreachableError
from bgconsole.cli.context import Invocation
from bgconsole.cli.errors import CommandError, Exit
from bgconsole.cli.group import Command
from bgconsole.cli.progress import Progress
from bgconsole.files import tokens as token_file
from bgconsole.files.user_folders import NoFolderError, state_folder
from bgconsole.policy.refusals import Code, refusal

if TYPE_CHECKING:
    from bgconsole.compose import Target
    from bgconsole.demo.entra import DemoEntra
    from bgconsole.files.settings import Preferences
    from bgconsole.tui.model.connection import Connection

_GC_THRESHOLD: Final = 100_000
"""Fewer collections while imports and the first layout make many objects that stay."""


def open_console(invocation: Invocation) -> int:
    """Open the console on the whole screen and return its exit code."""
    _drop_foreign_colours()
    preferences = _preferences(invocation)
    _demand_terminal()
    target = invocation.target()
    return _run(_connection(target, _token(invocation, target)), preferences)


def _token(invocation: Invocation, target: "Target") -> str | None:
    """The token to start with; the console asks for a password where none is within reach."""
    try:
        return invocation.token(target)
    except token_file.TokenPlaceError:
        if invocation.token_file is not None:
            raise
        return None


@click.command("demo", cls=Command, prints=False, password="", example="bgconsole demo --reset")
@click.option("--reset", is_flag=True, help="Recreate the sample team first.")
@click.pass_obj
def demo(invocation: Invocation, reset: bool) -> int:
    """Open the console on a sample team.

    The team has about 25 people and a year of events. The sign-in screen shows whom to sign in as.
    Your changes are kept until you use --reset.
    """
    if invocation.database is not None or invocation.server is not None:
        raise click.UsageError("The sample team has its own database: omit --database and --server")
    _drop_foreign_colours()
    preferences = _preferences(invocation)
    _demand_terminal()
    from bgconsole import demo as sample

    with Progress("Creating the sample team"):
        team = sample.prepare(reset=reset)
    from bgconsole.demo.entra import DemoEntra

    entra = DemoEntra(replace(team.target, read_only=invocation.read_only))
    connection = _connection(entra.target, None)
    # The sample team stays with its own database.
    connection = replace(connection, open=entra.open, hints=team.hints, connect=None)
    try:
        return _run(connection, preferences, entra)
    finally:
        entra.close()


def _preferences(invocation: Invocation) -> "Preferences":
    from bgconsole.files.settings import SettingsFileError

    try:
        return invocation.preferences()
    except SettingsFileError as error:
        raise CommandError(error.message, error.remedy, Exit.USAGE) from error


def _run(
    connection: "Connection", preferences: "Preferences", entra: "DemoEntra | None" = None
) -> int:
    gc.set_threshold(_GC_THRESHOLD)
    from bgconsole.tui.app import run_console

    if not preferences.files:
        connection = replace(connection, connect=None)
    if entra is None:
        return run_console(connection, preferences)
    from bgconsole.demo.console import DemoApp

    return run_console(connection, preferences, partial(DemoApp, entra))


def _connection(target: "Target", token: str | None) -> "Connection":
    from bgconsole import compose
    from bgconsole.tui.model.connection import Connection
    from bgconsole.tui.model.draft_file import DraftFile

    return Connection(
        place=compose.place_of(target),
        open=lambda: compose.open_backend(target),
        source=compose.local_source(),
        token=token,
        read_only=target.read_only,
        audit_preview=partial(compose.audit_preview, target),
        vacant=compose.is_vacant(target),
        connect=partial(_connect, target),
        drafts=DraftFile(_drafts_folder(), target.url),
        host=compose.host_of(target),
        server=target.is_server,
        watches=True,
        program=lambda: Invocation().command_for(target),
    )


def _drafts_folder() -> Path | None:
    """Where drafts outlive a dropped line; None where this user has no folder of their own."""
    try:
        return state_folder() / "drafts"
    except NoFolderError:
        return None


def _connect(here: "Target", place: str) -> "Connection":
    """The connection to another place, with the token kept for it and no other."""
    from bgconsole import compose
    from bgconsole.targets.postgres_url import PostgresUrlError
    from bgconsole.targets.server_url import ServerUrlError

    try:
        there = compose.target_at(place, read_only=here.read_only)
        target = replace(there, ca_file=here.ca_file, idp_proxy=here.idp_proxy)
        return _connection(target, _kept_token(target))
    except (PostgresUrlError, ServerUrlError) as error:
        raise UnreachableError(refusal(Code.UNREACHABLE, error.message, error.remedy)) from error
    except compose.UnknownTargetError as error:
        message = "This is neither a server nor a database that bgconsole can open"
        remedy = f"Write https://HOST, the path of a file, or {compose.SQLITE_SCHEME}PATH"
        raise UnreachableError(refusal(Code.UNREACHABLE, message, remedy)) from error
    except (NoFolderError, token_file.TokenFileError) as error:
        raise UnreachableError(refusal(Code.UNREACHABLE, error.message, error.remedy)) from error


def _drop_foreign_colours() -> None:
    """Textual reads this when it is imported, and fails where it is no word that it knows.

    How many colours there are is decided in one place, by `tui/terminal/capabilities.py`.
    """
    os.environ.pop("TEXTUAL_COLOR_SYSTEM", None)


def _kept_token(target: "Target") -> str | None:
    try:
        return token_file.load(target.url)
    except token_file.TokenPlaceError:
        return None


def _demand_terminal() -> None:
    instead = 'Use the commands instead, see "bgconsole --help"'
    if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout)):
        raise CommandError(
            "The console needs a terminal, and there is none here", instead, Exit.USAGE
        )
    if os.environ.get("TERM", "dumb") in {"", "dumb"}:
        raise CommandError(
            'The console needs a terminal that can position text, but TERM is "dumb"',
            instead,
            Exit.USAGE,
        )
    for name in ("TEXTUAL_LOG", "TEXTUAL_DEBUG", "TEXTUAL"):
        if os.environ.get(name):
            raise CommandError(
                f"{name} is set, which would record everything you type, including passwords",
                "Unset it and start again",
                Exit.USAGE,
            )
