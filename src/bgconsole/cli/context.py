"""One run of the command line: its target, its token, and calls to the backend of the team."""

import asyncio
import importlib
import os
import sys
from collections.abc import Callable, Coroutine, Generator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from bgconsole.backend.errors import NotAllowedError
from bgconsole.backend.identity import Caller, Me
from bgconsole.cli import prompts
from bgconsole.files import tokens as token_file
from bgconsole.files.user_folders import NoFolderError
from bgconsole.policy.login import Method
from bgconsole.policy.refusals import Code, refusal
from bgconsole.policy.sso import SsoPurpose
from bgconsole.system.streams import demand_reader

if TYPE_CHECKING:
    from bgconsole.backend.protocol import Backend
    from bgconsole.compose import Target
    from bgconsole.files.settings import (
        ConnectionSettings,
        KeyFault,
        Preferences,
        SettingsFileError,
    )

TOKEN_VARIABLE: Final = "BGCONSOLE_TOKEN"
PASSWORD_STDIN: Final = "--password-stdin"

T = TypeVar("T")


def _check_keys(keys: Mapping[str, str]) -> "KeyFault | None":
    # Imports every screen: only who has keys of their own waits for that.
    from bgconsole.tui import keymap

    if any(name.startswith("demo.") for name in keys):
        # Has a key that the console has nowhere else.
        importlib.import_module("bgconsole.demo.console")

    return keymap.check(keys)


def _check_connection(wanted: "ConnectionSettings") -> "KeyFault | None":
    from bgconsole import compose
    from bgconsole.files.settings import KeyFault
    from bgconsole.targets.postgres_url import PostgresUrlError
    from bgconsole.targets.server_url import ServerUrlError

    try:
        if wanted.server is not None:
            compose.server_target(wanted.server)
        else:
            compose.target_of(wanted.database)
    except ServerUrlError as error:
        return KeyFault("server", error.message, error.remedy)
    except PostgresUrlError as error:
        return KeyFault("database", error.message, error.remedy)
    except NoFolderError as error:
        if wanted.database is None:
            raise
        return KeyFault("database", error.message, error.remedy)
    except compose.UnknownTargetError:
        remedy = f"Write a file as {compose.SQLITE_SCHEME}PATH"
        return KeyFault("database", "bgconsole cannot open this database", remedy)
    if wanted.idp_proxy is not None:
        from bgconsole.policy import proxy_url

        fault = proxy_url.fault_of(wanted.idp_proxy)
        if fault is not None:
            return KeyFault("idp_proxy", fault, proxy_url.EXAMPLE)
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
    in_lines: bool = False
    """Whether JSON, if it was asked for, is one line for each thing that is told."""
    password_stdin: bool = False
    changed: bool = False
    """Whether what was asked for is done, so that only its output may be missing."""

    def target(self) -> "Target":
        """The database or server that is meant: the command line goes before the settings.

        Raises click.UsageError when there is no such kind, SettingsFileError, NoFolderError.
        """
        from bgconsole import compose

        if self.server is not None:
            return compose.server_target(
                self.server, ca_file=self.ca_file, read_only=self.read_only
            )
        if self.database is None:
            return self._target_of_settings()
        from bgconsole.targets.postgres_url import PostgresUrlError

        try:
            found = compose.target_of(self.database, read_only=self.read_only)
            return replace(found, idp_proxy=self._idp_proxy())
        except PostgresUrlError as error:
            raise click.UsageError(f"{error.message}: {error.remedy}") from error
        except NoFolderError as error:
            raise click.UsageError(f"{error.message}: {error.remedy}") from error
        except compose.UnknownTargetError as error:
            if self.database.lower().startswith(("https://", "http://")):
                raise click.UsageError("Name a server with --server, not --database") from error
            raise click.UsageError(
                f"bgconsole cannot open {self.database} as a database: write a file as"
                f" {compose.SQLITE_SCHEME}PATH"
            ) from error

    def target_in_spite_of_settings(self) -> "tuple[Target, SettingsFileError | None]":
        """As `target`, but a fault in the settings is returned beside it and not raised.

        What the settings say is followed as far as it is understood.
        """
        from bgconsole.files import settings as settings_file

        try:
            return self.target(), None
        except settings_file.SettingsFileError as error:
            known = settings_file.known_connection(self.settings, _check_connection)
            return self._target_by(known), error

    def _target_of_settings(self) -> "Target":
        from bgconsole.files import settings as settings_file

        return self._target_by(settings_file.load_connection(self.settings, _check_connection))

    def _idp_proxy(self) -> str | None:
        """What the settings say of it; whatever else is wrong with them is of no account here."""
        from bgconsole.files import settings as settings_file

        return settings_file.known_connection(self.settings, _check_connection).idp_proxy

    def _target_by(self, wanted: "ConnectionSettings") -> "Target":
        from bgconsole import compose

        ca_file = self.ca_file or wanted.ca_file
        if wanted.server is not None:
            return compose.server_target(wanted.server, ca_file=ca_file, read_only=self.read_only)
        found = compose.target_of(wanted.database, read_only=self.read_only)
        # The console may go to a server from there.
        return replace(found, ca_file=ca_file, idp_proxy=wanted.idp_proxy)

    def command_for(self, target: "Target") -> str:
        """How this program is called for `target`: a place that is not the usual one is named."""
        from bgconsole import compose
        from bgconsole.files.settings import SettingsFileError

        with suppress(NoFolderError, SettingsFileError):
            if self._target_of_settings().url == target.url and self.settings is None:
                return "bgconsole"
        return f"bgconsole {compose.options_of(target)}"

    def demand_right_settings(self) -> None:
        """For what runs on its own: nobody sees there that a setting is not followed.

        Raises SettingsFileError for what is wrong in the table of connections.
        """
        from bgconsole.files import settings as settings_file

        settings_file.load_connection(self.settings, _check_connection)

    def demand_database(self, command: str, target: "Target | None" = None) -> None:
        """Before anything is asked: what needs the database's own rights needs the database.

        Raises NotAllowedError `forbidden` where `target`, or the one that is meant, is a server.
        """
        if (target or self.target()).is_server:
            message = f'"bgconsole {command}" works only where the database is'
            remedy = "Run it there, with --database instead of --server"
            raise NotAllowedError(refusal(Code.FORBIDDEN, message, remedy))

    def token(self, target: "Target") -> str | None:
        """The token to use: the file named, the environment's, or the one kept for `target`."""
        if self.token_file is not None:
            return token_file.read_single(self.token_file)
        return os.environ.get(TOKEN_VARIABLE, "").strip() or token_file.load(target.url)

    def preferences(self) -> "Preferences":
        """What the user set for the console. Raises SettingsFileError."""
        from bgconsole.files import settings as settings_file

        return settings_file.load(self.settings, _check_keys)

    def settings_fault(self) -> "SettingsFileError | None":
        """What keeps the console from starting with this user's settings."""
        from bgconsole.files import settings as settings_file

        try:
            self.preferences()
        except settings_file.SettingsFileError as error:
            return error
        return None

    def connect(self, *, signed_in: bool = True) -> AbstractContextManager["OpenTeam"]:
        """The team's backend, closed in the end. `signed_in` False takes no token along."""
        target = self.target()
        return self.connect_to(target, self.token(target) if signed_in else None)

    @contextmanager
    def connect_to(self, target: "Target", token: str | None) -> Generator["OpenTeam"]:
        """The backend for `target`, closed in the end; `token` is who asks."""
        from bgconsole import compose

        caller = Caller(compose.local_source(), token)
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
        return prompts.ask_chosen(otherwise=PASSWORD_STDIN)[0]


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

    @property
    def as_json(self) -> bool:
        """Whether JSON was asked for."""
        return self.invocation.as_json

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """The result of `work`."""
        return self.runner.run(work)

    def me(self) -> Me:
        """Who is signed in."""
        return self.run(self.backend.me(self.caller))

    def call(self, make: Callable[["Backend", Caller], Coroutine[Any, Any, T]]) -> T:
        """The result of one operation; where it needs a fresh proof, that is asked for, once.

        Raises NotAllowedError `reauth_required` when there is no way to ask.
        """
        try:
            return self.run(make(self.backend, self.caller))
        except NotAllowedError as error:
            if error.code is not Code.REAUTH_REQUIRED or not self._can_prove():
                raise
        self._prove()
        return self.run(make(self.backend, self.caller))

    def change(self, make: Callable[["Backend", Caller], Coroutine[Any, Any, T]]) -> T:
        """As `call`, for what changes something."""
        result = self.call(make)
        self.invocation.changed = True
        return result

    def issue(self, make: Callable[["Backend", Caller], Coroutine[Any, Any, T]]) -> T:
        """As `change`, for what gives a secret that is shown once.

        Raises BrokenPipeError, before it is made, when nobody reads the output any more.
        """
        demand_reader(sys.stdout)
        return self.change(make)

    def run_change(self, work: Coroutine[Any, Any, T]) -> T:
        """As `run`, for what changes something."""
        result = self.run(work)
        self.invocation.changed = True
        return result

    def demand_team(self) -> None:
        """Before a password is asked for: raise what any call does where there is no team."""
        if self.run(self.backend.welcome()).team is not None:
            return
        # The welcome is the same where nothing is and where no team is; this tells them apart.
        with suppress(NotAllowedError):
            self.run(self.backend.me(Caller(self.caller.source, "")))

    def keep(self, token: str) -> None:
        """Keep a session's token for the next commands on this target.

        Raises TokenFileError where it cannot be kept; the session has ended then, since nobody
        could use it.
        """
        try:
            token_file.save(self.target.url, token)
        except token_file.TokenFileError as error:
            self.end(token)
            self.invocation.changed = False
            raise token_file.TokenFileError(
                f"{error.message}: the session was ended", error.remedy
            ) from error

    def end(self, token: str) -> None:
        """End the session of `token`."""
        self.run(self.backend.sign_out(Caller(self.caller.source, token)))

    def _prove(self) -> None:
        """Prove who it is, by the way that opened the session."""
        mine = self.run(self.backend.me(self.caller))
        if mine.method is Method.PASSWORD:
            password = self.invocation.existing_password()
            self.run(self.backend.reauthenticate(self.caller, password))
            return
        if mine.provider is None:
            raise NotAllowedError(refusal(Code.REAUTH_REQUIRED))
        from bgconsole.cli.sso import by_provider

        by_provider(self, mine.provider, None, SsoPurpose.REAUTHENTICATE)

    def _can_prove(self) -> bool:
        return self.invocation.password_stdin or prompts.at_terminal()
