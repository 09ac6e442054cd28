"""One run of the command line: its target, its token, and calls to the backend of the team."""

import asyncio
import os
from collections.abc import Callable, Coroutine, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from bgconsole import token_file
from bgconsole.backend.errors import NotAllowedError
from bgconsole.backend.identity import Caller
from bgconsole.cli import prompts
from bgconsole.policy.refusals import Code, refusal

if TYPE_CHECKING:
    from bgconsole.backend.protocol import Backend
    from bgconsole.compose import Target
    from bgconsole.settings_file import ConnectionSettings, KeyFault, Preferences

TOKEN_VARIABLE: Final = "BGCONSOLE_TOKEN"
PASSWORD_STDIN: Final = "--password-stdin"

T = TypeVar("T")


def _check_keys(keys: Mapping[str, str]) -> "KeyFault | None":
    # Imports every screen: only who has keys of their own waits for that.
    from bgconsole.tui import keymap

    return keymap.check(keys)


def _check_connection(wanted: "ConnectionSettings") -> "KeyFault | None":
    from bgconsole import compose
    from bgconsole.postgres_url import PostgresUrlError
    from bgconsole.server_url import ServerUrlError
    from bgconsole.settings_file import KeyFault

    try:
        if wanted.server is not None:
            compose.server_target(wanted.server)
        else:
            compose.target_of(wanted.database)
    except ServerUrlError as error:
        return KeyFault("server", error.message, error.remedy)
    except PostgresUrlError as error:
        return KeyFault("database", error.message, error.remedy)
    except compose.UnknownTargetError:
        remedy = f"Write a file as {compose.SQLITE_SCHEME}PATH"
        return KeyFault("database", "This is no database that bgconsole can open", remedy)
    if wanted.ca_file is not None and not wanted.ca_file.is_file():
        return KeyFault("ca", "There is no such file", "Name a file with certificates (PEM)")
    return None


@dataclass(slots=True)
class Invocation:
    """What was asked for on the command line, beside the command itself."""

    database: str | None = None
    server: str | None = None
    ca_file: Path | None = None
    read_only: bool = False
    token_file: Path | None = None
    settings: Path | None = None
    as_json: bool = False
    password_stdin: bool = False

    def target(self) -> "Target":
        """The database or server that is meant: the command line goes before the settings.

        Raises click.UsageError when there is no such kind, SettingsFileError.
        """
        from bgconsole import compose

        if self.server is not None:
            return compose.server_target(
                self.server, ca_file=self.ca_file, read_only=self.read_only
            )
        if self.database is None:
            return self._target_of_settings()
        from bgconsole.postgres_url import PostgresUrlError

        try:
            return compose.target_of(self.database, read_only=self.read_only)
        except PostgresUrlError as error:
            raise click.UsageError(f"{error.message}: {error.remedy}") from error
        except compose.UnknownTargetError as error:
            if self.database.lower().startswith(("https://", "http://")):
                raise click.UsageError("A server is named with --server, not --database") from error
            raise click.UsageError(
                f"{self.database} is no database that bgconsole can open:"
                f" write a file as {compose.SQLITE_SCHEME}PATH"
            ) from error

    def _target_of_settings(self) -> "Target":
        from bgconsole import compose, settings_file

        wanted = settings_file.load_connection(self.settings, _check_connection)
        ca_file = self.ca_file or wanted.ca_file
        if wanted.server is not None:
            return compose.server_target(wanted.server, ca_file=ca_file, read_only=self.read_only)
        found = compose.target_of(wanted.database, read_only=self.read_only)
        # The console may go to a server from there.
        return found if ca_file is None else replace(found, ca_file=ca_file)

    def demand_database(self, command: str) -> None:
        """Before anything is asked: what needs the database's own rights needs the database.

        Raises NotAllowedError `forbidden` where the target is a server.
        """
        if self.target().is_server:
            message = f'"bgconsole {command}" works only where the database is'
            remedy = "Run it there, with --database in the place of --server"
            raise NotAllowedError(refusal(Code.FORBIDDEN, message, remedy))

    def token(self, target: "Target") -> str | None:
        """The token to use: the file named, the environment's, or the one kept for `target`."""
        if self.token_file is not None:
            return token_file.read_single(self.token_file)
        return os.environ.get(TOKEN_VARIABLE, "").strip() or token_file.load(target.url)

    def preferences(self) -> "Preferences":
        """What the user set for the console. Raises SettingsFileError."""
        from bgconsole import settings_file

        return settings_file.load(self.settings, _check_keys)

    @contextmanager
    def connect(self, *, signed_in: bool = True) -> Generator["OpenTeam"]:
        """The team's backend, closed in the end. `signed_in` False takes no token along."""
        from bgconsole import compose

        target = self.target()
        caller = Caller(compose.local_source(), self.token(target) if signed_in else None)
        backend = compose.open_backend(target)
        with asyncio.Runner() as runner:
            try:
                yield OpenTeam(self, target, backend, caller, runner)
            finally:
                runner.run(backend.close())

    def existing_password(self) -> str:
        """A password there is already: from stdin if asked for, else by a prompt."""
        if self.password_stdin:
            return prompts.read_lines(["password"])[0]
        return prompts.ask("Password", otherwise=PASSWORD_STDIN)

    def chosen_password(self) -> str:
        """A password to set: from stdin if asked for, else by two prompts."""
        if self.password_stdin:
            return prompts.read_lines(["password"])[0]
        return prompts.ask_chosen(otherwise=PASSWORD_STDIN)


@dataclass(frozen=True, slots=True)
class OpenTeam:
    """An open backend, driven from a command that is not asynchronous itself.

    The loop stands still between calls, so that Ctrl+C at a prompt ends the prompt.
    """

    invocation: Invocation
    target: "Target"
    backend: "Backend"
    caller: Caller
    runner: asyncio.Runner

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """The result of `work`."""
        return self.runner.run(work)

    def call(self, make: Callable[["Backend", Caller], Coroutine[Any, Any, T]]) -> T:
        """The result of one operation; where it needs a fresh proof, that is asked for, once.

        Raises NotAllowedError `reauth_required` when there is no way to ask.
        """
        try:
            return self.run(make(self.backend, self.caller))
        except NotAllowedError as error:
            if error.code is not Code.REAUTH_REQUIRED or not self._can_prove():
                raise
        self.run(self.backend.reauthenticate(self.caller, self.invocation.existing_password()))
        return self.run(make(self.backend, self.caller))

    def keep(self, token: str) -> None:
        """Keep a session's token for the next commands on this target."""
        token_file.save(self.target.url, token)

    def _can_prove(self) -> bool:
        return self.invocation.password_stdin or prompts.at_terminal()
