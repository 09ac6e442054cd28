"""The one place where parts are put together: which backend serves which target."""

import os
import re
import shlex
import socket
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bgconsole.backend.identity import Source
from bgconsole.files import private_folder
from bgconsole.files.user_folders import data_folder, expanded, short
from bgconsole.system.ssh_client import ssh_client

if TYPE_CHECKING:
    # Only names here: the values behind them are imported after the first frame.
    from bgconsole.backend.protocol import Backend
    from bgconsole.backend.values import AuditPage

SQLITE_SCHEME = "sqlite:///"
POSTGRES_SCHEME = "postgresql+psycopg://"
FILE_NAME = "team.db"
_SERVERS = ("https://", "http://")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


class UnknownTargetError(ValueError):
    """The URL names no kind of database that bgconsole speaks to."""

    def __init__(self) -> None:
        # Without the URL: it may hold a password.
        super().__init__("not a database that bgconsole supports")


@dataclass(frozen=True, slots=True)
class Target:
    """Where the team's data lies: the URL of a database or a server, without secrets.

    `read_only` refuses changes. `ca_file` has the certificates by which a server is known besides
    the system's, here or wherever the console goes from here.
    """

    url: str
    read_only: bool = False
    ca_file: Path | None = None
    password: str | None = field(default=None, repr=False)
    """The database's, where the settings file has it; in no URL, so that nothing shows it."""
    public_url: str | None = None
    """Where browsers reach this process, if it is a server."""
    idp_proxy: str | None = field(default=None, repr=False)
    """The HTTP proxy on the way to identity providers, where the settings name one."""

    @property
    def is_postgres(self) -> bool:
        """Whether it is a PostgreSQL database, reached without a server of ours."""
        return self.url.startswith(POSTGRES_SCHEME)

    @property
    def is_server(self) -> bool:
        """Whether a server stands between this machine and the database."""
        return self.url.startswith(_SERVERS)


def default_target() -> Target:
    """`team.db` in the user's data folder. Raises NoFolderError where there is none."""
    return Target(f"{SQLITE_SCHEME}{data_folder() / FILE_NAME}")


def target_of(url: str | None, *, read_only: bool = False) -> Target:
    """The target that `url` names, or the default one.

    Raises UnknownTargetError when it names no known kind of database, PostgresUrlError for a
    PostgreSQL URL that cannot be used, NoFolderError where a folder that it needs is not known.
    """
    if url is None:
        return Target(default_target().url, read_only)
    if url.lower().startswith("postgres"):
        from bgconsole.targets import postgres_url

        if postgres_url.is_postgres_url(url):
            found = postgres_url.parsed(url)
            return Target(found.url, read_only, password=found.password)
    if not url.startswith(SQLITE_SCHEME) or len(url) == len(SQLITE_SCHEME):
        raise UnknownTargetError
    path = expanded(url.removeprefix(SQLITE_SCHEME)).absolute()
    return Target(f"{SQLITE_SCHEME}{path}", read_only)


def server_target(url: str, *, ca_file: Path | None = None, read_only: bool = False) -> Target:
    """The server at `url`. Raises ServerUrlError where that is no URL of one."""
    from bgconsole.targets.server_url import normalised

    return Target(normalised(url), read_only, ca_file)


def target_at(place: str, *, read_only: bool = False) -> Target:
    """The target that `place` names as people write it: the path of a file or a folder, or a URL.

    Raises as `target_of` does, ServerUrlError as `server_target` does.
    """
    written = place.strip()
    if written.lower().startswith(_SERVERS):
        return server_target(written, read_only=read_only)
    if not written or _URL.match(written):
        return target_of(written, read_only=read_only)
    path = expanded(written).absolute()
    if written.endswith("/") or path.is_dir():
        path /= FILE_NAME
    return Target(f"{SQLITE_SCHEME}{path}", read_only)


def make_place(target: Target) -> None:
    """Make the folder in which the file of a new database is to be. Raises OSError."""
    if not target.is_server and not target.is_postgres:
        folder = Path(target.url.removeprefix(SQLITE_SCHEME)).parent
        private_folder.make(folder)


def is_vacant(target: Target) -> bool:
    """Whether nothing at all is there yet; False where that cannot be seen."""
    if target.is_server or target.is_postgres:
        return False
    try:
        Path(target.url.removeprefix(SQLITE_SCHEME)).stat()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return False


def options_of(target: Target) -> str:
    """The options that name `target` in a command that people copy."""
    option = "--server" if target.is_server else "--database"
    return f"{option} {shlex.quote(target.url)}"


def place_of(target: Target) -> str:
    """How the title calls the target: its path, from the home folder on, or the server."""
    if target.is_server:
        return f"server · {host_of(target)}"
    if target.is_postgres:
        from bgconsole.targets import postgres_url

        return postgres_url.place_of(target.url)
    return short(target.url.removeprefix(SQLITE_SCHEME))


def host_of(target: Target) -> str:
    """Which machine the line to the data leads to; "" where it is this one."""
    if target.is_server:
        from bgconsole.targets import server_url

        return server_url.host_of(target.url)
    if target.is_postgres:
        from bgconsole.targets import postgres_url

        return postgres_url.host_of(target.url)
    return ""


def open_backend(target: Target) -> "Backend":
    """The backend for `target`. Nothing is connected before its first call.

    Imports the database's libraries: call it in a thread once a screen stands.
    """
    if target.is_server:
        from bgconsole.backend.remote.backend import RemoteBackend
        from bgconsole.backend.remote.settings import RemoteSettings

        return RemoteBackend(RemoteSettings(target.url, target.ca_file, target.read_only))
    from bgconsole.backend.local.backend import LocalBackend
    from bgconsole.backend.local.parts import SsoOptions

    sso = SsoOptions(target.public_url, target.idp_proxy)
    if target.is_postgres:
        from bgconsole.backend.local.postgres.database import PostgresDatabase

        database = PostgresDatabase(target.url, target.password, read_only=target.read_only)
        return LocalBackend.on(database, read_only=target.read_only, sso=sso)
    path = Path(target.url.removeprefix(SQLITE_SCHEME))
    return LocalBackend.at(path, read_only=target.read_only, sso=sso)


def audit_preview(target: Target, token: str) -> "AuditPage | None":
    """The newest page of the audit log, before the backend is imported; None where in doubt."""
    if target.is_server or target.is_postgres:
        return None
    from bgconsole.backend.local.audit_preview import newest_page

    path = Path(target.url.removeprefix(SQLITE_SCHEME))
    return newest_page(path, token, lambda: datetime.now(UTC))


def local_source() -> Source:
    """This process as the source of its requests: user id, terminal and, over SSH, who came.

    People who come by SSH share a user id, so the throttle tells them apart by key or address.
    """
    bucket = f"local:{os.getuid()}"
    parts = [socket.gethostname(), f"uid {os.getuid()}"]
    client = ssh_client(os.environ)
    if client is not None:
        bucket = f"{bucket}:ssh:{client.bucket}"
        parts.insert(1, client.label)
    terminal = _terminal()
    if terminal:
        parts.append(terminal)
    return Source(bucket=bucket, label=" ".join(parts), local=True)


def _terminal() -> str | None:
    for descriptor in (0, 1, 2):
        try:
            return os.ttyname(descriptor).removeprefix("/dev/")
        except OSError:
            continue
    return None
