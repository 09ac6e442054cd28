"""How a connection to PostgreSQL is made from a URL: libpq reads it, guards are added."""

import os
from dataclasses import dataclass, field

import psycopg
from psycopg.abc import Buffer
from psycopg.conninfo import conninfo_to_dict
from psycopg.types.string import StrDumper

from bgconsole.backend.errors import UnreachableError
from bgconsole.policy.refusals import Code, refusal

SCHEME = "postgresql+psycopg://"
_LIBPQ = "postgresql://"

_GUARDS = (
    "-c synchronous_commit=on -c lock_timeout=2s -c statement_timeout=5s"
    " -c idle_in_transaction_session_timeout=10s"
)
"""No statement waits or works for long, and no commit is acknowledged before it is durable."""

_DEFAULTS = {
    "connect_timeout": "3",
    "application_name": "bgconsole",
    # A host that is gone without a word is noticed in seconds, not in the hours of the kernel.
    "keepalives_idle": "10",
    "keepalives_interval": "3",
    "keepalives_count": "3",
    "tcp_user_timeout": "10000",
}
_ENVIRONMENT = {"connect_timeout": "PGCONNECT_TIMEOUT", "application_name": "PGAPPNAME"}


class _Text(StrDumper):
    """Text as PostgreSQL can hold it: a NUL, which it cannot, is nowhere stored and never found."""

    def dump(self, obj: str) -> Buffer | None:
        return super().dump(obj.replace("\0", "\ufffd"))


@dataclass(frozen=True, slots=True)
class PostgresSettings:
    """A URL without secrets, and what libpq makes of it. Service and password files are libpq's."""

    url: str
    _conninfo: dict[str, str] = field(repr=False)

    @property
    def place(self) -> str:
        """Database and hosts, as sentences call them."""
        hosts = self._hosts()
        name = self._conninfo.get("dbname") or os.environ.get("PGDATABASE", "")
        database = f'"{name}"' if name else "the default database"
        return f"{database} on {hosts}"

    @property
    def hosts(self) -> str:
        """The hosts with their ports."""
        return self._hosts()

    def connect(self, *, autocommit: bool = False) -> psycopg.Connection[tuple[object, ...]]:
        """A connection of its own. Raises psycopg's OperationalError."""
        connection = psycopg.connect(
            **self._conninfo,  # pyright: ignore[reportArgumentType]
            autocommit=autocommit,
            # A plan for any value is slow for the rare one; and poolers keep no statements.
            prepare_threshold=None,
        )
        connection.adapters.register_dumper(str, _Text)
        return connection

    def _hosts(self) -> str:
        given = self._conninfo
        names = given.get("host") or given.get("hostaddr") or os.environ.get("PGHOST", "")
        if not names and "service" in given:
            return f"the service {given['service']}"
        ports = (given.get("port") or os.environ.get("PGPORT", "5432")).split(",")
        hosts = (names or "the local socket").split(",")
        if len(ports) < len(hosts):
            ports = ports[:1] * len(hosts)
        return ", ".join(
            host if host.startswith(("/", "the ")) else f"{host}:{port}"
            for host, port in zip(hosts, ports, strict=False)
        )


def settings_of(url: str, password: str | None = None) -> PostgresSettings:
    """The settings that `url` (postgresql+psycopg://…) gives. Raises UnreachableError."""
    try:
        found = conninfo_to_dict(_LIBPQ + url.removeprefix(SCHEME))
    except psycopg.ProgrammingError as error:
        message = "The database URL contains an option that PostgreSQL does not know"
        remedy = "Check its options, after the question mark"
        raise UnreachableError(refusal(Code.UNREACHABLE, message, remedy)) from error
    given = {key: str(value) for key, value in found.items() if value is not None}
    if password is not None:
        given["password"] = password
    for key, value in _DEFAULTS.items():
        if os.environ.get(_ENVIRONMENT.get(key, ""), "") == "":
            given.setdefault(key, value)
    # Neither the environment nor the database's own settings choose how our text is read.
    given["client_encoding"] = "UTF8"
    if "," in given.get("host", ""):
        given.setdefault("target_session_attrs", "read-write")
    given["options"] = f"{_GUARDS} {given.get('options', '')}".rstrip()
    return PostgresSettings(url, given)
