"""The entry point: the outermost group, and the edge where every error becomes an exit code."""

import io
import os
import resource
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final, NoReturn, TextIO

import click

from bgconsole import __version__
from bgconsole.cli.context import Invocation
from bgconsole.cli.group import HELP_SETTINGS, LazyGroup
from bgconsole.cli.output import finish
from bgconsole.system.locale_encoding import (
    environment_as_started,
    escape_for_terminals,
    terminal_encoding,
)
from bgconsole.system.streams import fill_closed, silence, tell

PROGRAM: Final = "bgconsole"
COMPLETION: Final = "_BGCONSOLE_COMPLETE"

_COMMANDS: Final = "bgconsole.cli.commands"
_SOURCES: Final = {
    "demo": f"{_COMMANDS}.console:demo",
    "init": f"{_COMMANDS}.setup:init",
    "sign-in": f"{_COMMANDS}.session:sign_in",
    "sign-out": f"{_COMMANDS}.session:sign_out",
    "whoami": f"{_COMMANDS}.session:whoami",
    "passwd": f"{_COMMANDS}.session:passwd",
    "redeem": f"{_COMMANDS}.setup:redeem",
    "member": f"{_COMMANDS}.member:member",
    "provider": f"{_COMMANDS}.provider:provider",
    "glass": f"{_COMMANDS}.glass:glass",
    "idp": f"{_COMMANDS}.idp:idp",
    "watch": f"{_COMMANDS}.idp:watch",
    "simulate": f"{_COMMANDS}.simulate:simulate",
    "audit": f"{_COMMANDS}.audit:audit",
    "token": f"{_COMMANDS}.token:token",
    "recover": f"{_COMMANDS}.setup:recover",
    "upgrade": f"{_COMMANDS}.system:upgrade",
    "doctor": f"{_COMMANDS}.system:doctor",
    "serve": f"{_COMMANDS}.serve:serve",
}

_INSTEAD: Final = "To discard the output, redirect it to /dev/null."
_DONE: Final = "The command was completed; only its output is missing"

_EPILOG: Final = """
First steps:
  bgconsole demo
  bgconsole init --team "Example" --owner you@example.com
  bgconsole

Completion of commands and options in bash (or zsh_source, fish_source):
  eval "$(_BGCONSOLE_COMPLETE=bash_source bgconsole)"

Exit codes: 0 success, 1 failure, 2 wrong usage, 3 not ready (doctor), 4 refused by a rule,
5 conflict, 6 unreachable, 7 not signed in, not allowed, or re-authentication needed.
"""


def _without_password(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    from bgconsole.targets.url_password import holds_password

    if holds_password(value):
        raise click.UsageError(
            "Other users could read a password in a database URL: omit it, and put it in"
            " the file named by PGPASSFILE or in a service file"
        )
    return value


def _server(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """The URL in its one form; a mistake is told without it, since a secret may be in it."""
    if value is None:
        return None
    from bgconsole.targets.server_url import ServerUrlError, normalised

    try:
        return normalised(value)
    except ServerUrlError as error:
        raise click.UsageError(f"{error.message}. {error.remedy}") from error


@click.group(
    cls=LazyGroup,
    sources=_SOURCES,
    invoke_without_command=True,
    context_settings=HELP_SETTINGS,
    epilog=_EPILOG,
)
@click.option(
    "--database",
    metavar="URL",
    callback=_without_password,
    help=(
        "The team's database, as sqlite:///PATH or postgresql+psycopg://USER@HOST/NAME"
        " [default: from your settings, else team.db in your data folder]"
    ),
)
@click.option(
    "--server",
    metavar="URL",
    callback=_server,
    help="The server of the team, as https://HOST.",
)
@click.option(
    "--ca",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Certificates (PEM) to trust for the server, in addition to the system's.",
)
@click.option("--read-only", is_flag=True, help="Refuse every change except signing in and out.")
@click.option(
    "--token-file",
    metavar="F",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Read the token from this file (mode 0600) instead of the one saved by sign-in.",
)
@click.option(
    "--settings",
    metavar="F",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Read the settings from this file. [default: settings.toml in your config folder]",
)
@click.version_option(__version__, prog_name=PROGRAM, message="%(prog)s %(version)s")
@click.pass_context
def bgconsole(
    ctx: click.Context,
    database: str | None,
    server: str | None,
    ca: Path | None,
    read_only: bool,
    token_file: Path | None,
    settings: Path | None,
) -> int | None:
    """Emergency access past single sign-on: who can sign in with a password, and who did.

    Without a command, bgconsole opens the full-screen console. The commands below do the same one
    step at a time, for scripts and for connections too slow for a screen. All of them use the
    database named by --database, or the server named by --server. Global options come before the
    command.
    """
    if database is not None and server is not None:
        raise click.UsageError("Name a database or a server, not both")
    if ca is not None and database is not None:
        raise click.UsageError("--ca needs a server: name it with --server")
    invocation = ctx.ensure_object(Invocation)
    invocation.database = database
    invocation.server = server
    invocation.ca_file = ca
    invocation.read_only = read_only
    invocation.token_file = token_file
    invocation.settings = settings
    if ctx.invoked_subcommand is not None:
        return None
    from bgconsole.cli.commands.console import open_console

    return open_console(invocation)


def main() -> NoReturn:
    """Run the command line of this process and end it."""
    # A core dump would hold whatever password was just typed.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    fill_closed()
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Do what `arguments` ask for and return the exit code; no expected error leaves a trace."""
    _encode_for_the_terminal(sys.stdout, sys.stderr)
    if sys.stdout is None:
        tell(f"{PROGRAM}: Standard output is closed, so nothing was done. {_INSTEAD}")
        return 1
    invocation = Invocation()
    try:
        code = _ended(arguments, invocation)
        finish()
    except BrokenPipeError:
        silence(sys.stdout)
        if invocation.changed:
            tell(f"{PROGRAM}: {_DONE}.")
        return 141
    except OSError as error:
        return _not_done(error, invocation)
    except KeyboardInterrupt:
        return 130
    return code


def _ended(arguments: Sequence[str], invocation: Invocation) -> int:
    """The exit code. Raises OSError when the output cannot be written."""
    try:
        return _run(arguments, invocation)
    except (KeyboardInterrupt, click.Abort):
        return 130
    except click.ClickException as error:
        return _wrong_usage(error, as_json=invocation.as_json or "--json" in arguments)
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001 (the outermost edge: all ends in a sentence)
        return _failed(error, invocation)


def _encode_for_the_terminal(*streams: TextIO | None) -> None:
    """What a terminal cannot show becomes its escape, never a traceback; files stay UTF-8."""
    for stream in streams:
        if isinstance(stream, io.TextIOWrapper):
            encoding = terminal_encoding(environment_as_started()) if stream.isatty() else None
            stream.reconfigure(encoding=encoding, errors=escape_for_terminals())


def _run(arguments: Sequence[str], invocation: Invocation) -> int:
    if any("\ud800" <= character <= "\udfff" for text in arguments for character in text):
        raise click.UsageError("The command line is not valid UTF-8")
    if COMPLETION in os.environ:
        from click.shell_completion import shell_complete

        return shell_complete(
            bgconsole, {"obj": invocation}, PROGRAM, COMPLETION, os.environ[COMPLETION]
        )
    try:
        with bgconsole.make_context(PROGRAM, list(arguments), obj=invocation) as context:
            return int(bgconsole.invoke(context) or 0)
    except click.exceptions.Exit as end:
        return end.exit_code


def _wrong_usage(error: click.ClickException, *, as_json: bool) -> int:
    from bgconsole.cli.errors import fail

    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        tell(error.format_message())
        return error.exit_code
    context = error.ctx if isinstance(error, click.UsageError) else None
    path = PROGRAM if context is None else context.command_path
    message = " ".join(error.format_message().split())
    fail(message, f'See "{path} --help"', "usage", as_json=as_json)
    return 2


def _failed(error: Exception, invocation: Invocation) -> int:
    from bgconsole.backend.errors import BackendError
    from bgconsole.cli.errors import CommandError, fail, report
    from bgconsole.files.settings import SettingsFileError
    from bgconsole.files.tokens import TokenFileError
    from bgconsole.files.user_folders import NoFolderError

    if isinstance(error, BackendError):
        return report(error, as_json=invocation.as_json, as_lines=invocation.in_lines)
    tell_of = partial(fail, as_json=invocation.as_json, as_lines=invocation.in_lines)
    if isinstance(error, CommandError):
        tell_of(error.message, error.remedy, "failed")
        return error.exit_code
    if isinstance(error, NoFolderError):
        tell_of(error.message, error.remedy, "no_folder")
        return 1
    if isinstance(error, SettingsFileError):
        tell_of(error.message, error.remedy, "settings_file")
        return 2
    if isinstance(error, TokenFileError):
        tell_of(error.message, error.remedy, "token_file")
        return 1 if invocation.token_file is None else 2
    if isinstance(error, OSError) and error.strerror:
        return _not_done(error, invocation)
    from bgconsole.system import crash

    tell(crash.report(error))
    return 1


def _not_done(error: OSError, invocation: Invocation) -> int:
    """Say what the system refused; the output is the last that may fail."""
    from bgconsole.cli.errors import complain

    silence(sys.stdout)
    place = "" if error.filename is None else f"{error.filename}: "
    complain(f"{place}{error.strerror}", _DONE if invocation.changed else "")
    return 1
