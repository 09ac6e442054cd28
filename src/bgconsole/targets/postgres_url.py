"""The URL of a PostgreSQL database as people write it, checked, and parted from its password."""

import re
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, urlencode

SCHEME: Final = "postgresql+psycopg://"
_PLAIN: Final = re.compile(r"postgres(?:ql)?(?:\+\w+)?://", re.IGNORECASE)
_HOST: Final = re.compile(r"(?:\[[^]]*]|[^][:]*)(?::\d*)?")
_OTHER_SECRETS: Final = frozenset(
    {"sslpassword", "oauth_client_secret", "scram_client_key", "scram_server_key"}
)
"""Options of libpq that hold a secret, beside the password."""

_EXAMPLE: Final = f"Write it as {SCHEME}USER@HOST/DATABASE"


class PostgresUrlError(ValueError):
    """A URL that names no database to connect to; `message` and `remedy` hold nothing of it."""

    def __init__(self, message: str, remedy: str = _EXAMPLE) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class PostgresUrl:
    """A URL without its password, and the password if it had one."""

    url: str
    password: str | None = field(default=None, repr=False)


def is_postgres_url(text: str) -> bool:
    """Whether `text` is meant as a PostgreSQL database, right or wrong."""
    return _PLAIN.match(text) is not None


def parsed(text: str) -> PostgresUrl:
    """The URL in two parts. Raises PostgresUrlError, also where psycopg is not installed."""
    if not text.startswith(SCHEME):
        raise PostgresUrlError(f"The URL of a PostgreSQL database starts with {SCHEME}")
    if not text.isprintable() or " " in text or "#" in text:
        raise PostgresUrlError("The database URL contains invalid characters")
    if find_spec("psycopg") is None:
        raise PostgresUrlError(
            "PostgreSQL support is not installed",
            "Run: pip install 'bgconsole[postgres]'",
        )
    rest, _, query = text.removeprefix(SCHEME).partition("?")
    where, slash, name = rest.partition("/")
    options = _options(query)
    login, at, hosts = where.rpartition("@")
    known = all(_HOST.fullmatch(one) for one in hosts.split(","))
    if not known or "@" in name or options is None:
        # Half of a password would be taken for a host, and shown as one.
        raise PostgresUrlError(
            "The database URL is invalid: check host, port and options",
            "In a user name or password, write / as %2F and ? as %3F",
        )
    if not _OTHER_SECRETS.isdisjoint(dict(options)):
        raise PostgresUrlError(
            "The database URL has a secret among its options, which other users could read",
            "Put it in a service file (PGSERVICEFILE; mode 0600)",
        )
    user, colon, password = login.partition(":")
    secret = unquote(password) if colon else dict(options).get("password")
    kept = urlencode([pair for pair in options if pair[0] != "password"], quote_via=quote, safe="/")
    url = f"{SCHEME}{user}{at if user else ''}{hosts}{slash}{name}{'?' if kept else ''}{kept}"
    return PostgresUrl(url, secret or None)


def _options(query: str) -> list[tuple[str, str]] | None:
    """Names and values; None where something is no option."""
    try:
        return parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query))
    except ValueError:
        return None


def host_of(url: str) -> str:
    """The hosts of a URL with their ports, as titles show them; "" for the local socket."""
    where = url.removeprefix(SCHEME).partition("?")[0].partition("/")[0]
    return unquote(where.rpartition("@")[2])


def place_of(url: str) -> str:
    """Database and hosts, as titles show them."""
    rest, _, query = url.removeprefix(SCHEME).partition("?")
    name = unquote(rest.partition("/")[2])
    service = dict(parse_qsl(query)).get("service", "")
    where = host_of(url) or service or "local"
    return f"postgresql · {where}/{name}" if name else f"postgresql · {where}"
