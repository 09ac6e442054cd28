"""What PostgreSQL's and libpq's errors mean to people: one sentence each, and what to do."""

from collections.abc import Generator
from contextlib import contextmanager

import psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from bgconsole.backend.errors import UnavailableError, UnreachableError
from bgconsole.backend.local.postgres.settings import PostgresSettings
from bgconsole.policy.refusals import Code, refusal

_PASSWORD_FILE = "Put the right one in your password file (PGPASSFILE, ~/.pgpass; mode 0600)"

_NO_CONNECTION: tuple[tuple[str, str, str], ...] = (
    ("password authentication failed", "{hosts} does not accept the password", _PASSWORD_FILE),
    ("no password supplied", "{hosts} requires a password, and none is configured", _PASSWORD_FILE),
    (
        "no pg_hba.conf entry",
        "{hosts} does not accept this user from this machine",
        "Add an entry to its pg_hba.conf, or use TLS (sslmode=require)",
    ),
    (
        "certificate verify failed",
        "The certificate of {hosts} is not from a trusted CA",
        "Name its CA with sslrootcert in the URL",
    ),
    (
        "does not match host name",
        "The certificate of {hosts} is for another name",
        "Use the name in the certificate",
    ),
    (
        "root certificate file",
        "There is no CA certificate to verify {hosts}",
        "Name its CA with sslrootcert in the URL",
    ),
    (
        "does not support SSL",
        "{hosts} does not support TLS, but sslmode requires it",
        "Turn TLS on there (ssl = on)",
    ),
    (
        "session is read-only",
        "{hosts} does not accept changes: it is a standby, or read-only",
        "Name the primary too, with target_session_attrs=read-write",
    ),
    (
        "server is in hot standby mode",
        "{hosts} does not accept changes: it is a standby",
        "Name the primary too, with target_session_attrs=read-write",
    ),
    (
        "the database system is",
        "The database server at {hosts} is starting or stopping",
        "Try again in a moment",
    ),
    (
        "too many clients",
        "{hosts} has no connection left",
        "Try again in a moment, or raise max_connections there",
    ),
    (
        "remaining connection slots",
        "{hosts} has no connection left",
        "Try again in a moment, or raise max_connections there",
    ),
    ("failed to resolve host", "The host {hosts} does not exist", "Check the URL"),
    ("could not translate host name", "The host {hosts} does not exist", "Check the URL"),
    (
        "definition of service",
        "The service file has no such service ({hosts})",
        "Check the URL and PGSERVICEFILE",
    ),
)

_UNAVAILABLE: dict[str, tuple[str, str]] = {
    "22P05": (
        "The database {place} cannot store these characters",
        "Remove them, or use a database created with ENCODING 'UTF8'",
    ),
    "25006": (
        "The database {place} is read-only, so nothing can be recorded",
        (
            "Name the primary (target_session_attrs=read-write), and check"
            " default_transaction_read_only"
        ),
    ),
    "42501": (
        "The database {place} does not allow its user to do this",
        "Grant the right (deploy/grants.sql), or connect as the owner of the tables",
    ),
    "53100": (
        "The disk of the database {place} is full, so nothing was changed",
        "Free some space, then try again",
    ),
    "58030": (
        "The disk of the database {place} reports an error, so nothing was changed",
        "Check the server's log, then try again",
    ),
    "XX001": ("The database {place} is damaged", "Restore it from a backup"),
    "XX002": ("The database {place} is damaged", "Restore it from a backup"),
}
_BUSY = ("The database {place} is busy", "Try again in a moment")
_BUSY_STATES = frozenset({"55P03", "57014", "40001", "40P01", "25P03", "53300", "25P04"})


@contextmanager
def translated(settings: PostgresSettings) -> Generator[None]:
    """Turn the database's errors inside into UnreachableError or UnavailableError."""
    try:
        yield
    except PoolTimeoutError as error:
        raise _unavailable(settings, _BUSY) from error
    except DBAPIError as error:
        raise _translate(settings, error.orig) from error
    except psycopg.Error as error:
        raise _translate(settings, error) from error


def outcome_unknown(settings: PostgresSettings) -> UnreachableError:
    """The connection was lost between a commit and its answer."""
    return UnreachableError(
        refusal(
            Code.OUTCOME_UNKNOWN,
            (
                f"The connection to {settings.hosts} was lost while saving, so it is not known"
                " whether this was done"
            ),
        )
    )


def no_schema(settings: PostgresSettings) -> UnavailableError:
    """None of the schemas in the search path exists and is open to this user."""
    return _unavailable(settings, _UNAVAILABLE["42501"])


def encoded_otherwise(settings: PostgresSettings, encoding: str) -> UnavailableError:
    """A database whose encoding does not have every character that a name may have."""
    return _unavailable(
        settings,
        (
            f"The database {{place}} uses the encoding {encoding}, which cannot store every name",
            "Create one with ENCODING 'UTF8' (and TEMPLATE template0)",
        ),
    )


def unconfirmed(settings: PostgresSettings) -> UnavailableError:
    """A commit that the primary made and its synchronous standby did not confirm in time."""
    return UnavailableError(
        refusal(
            Code.OUTCOME_UNKNOWN,
            f"It was saved, but the standby of {settings.hosts} did not confirm it",
            "Check whether it was done before you repeat it, and check the standby",
        )
    )


def _translate(settings: PostgresSettings, error: BaseException | None) -> UnreachableError:
    state = getattr(error, "sqlstate", None) or ""
    if state in _BUSY_STATES:
        return _unavailable(settings, _BUSY)
    if state in _UNAVAILABLE:
        return _unavailable(settings, _UNAVAILABLE[state])
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return _no_connection(settings, str(error))
    return _unavailable(settings, ("", ""))


def _no_connection(settings: PostgresSettings, told: str) -> UnreachableError:
    message = "No connection to the database server at {hosts}"
    remedy = "Check host and port, and that the server is running"
    for sign, sentence, advice in _NO_CONNECTION:
        if sign in told:
            message, remedy = sentence, advice
            break
    else:
        if "does not exist" in told and ("database" in told or "role" in told):
            of_user = "{hosts} has no such user"
            message = of_user if 'role "' in told else "The database {place} does not exist"
            remedy = "Check the URL, or create it"
    words = message.format(hosts=settings.hosts, place=settings.place)
    return UnreachableError(refusal(Code.UNREACHABLE, words, remedy))


def _unavailable(settings: PostgresSettings, words: tuple[str, str]) -> UnavailableError:
    message, remedy = words
    return UnavailableError(refusal(Code.UNAVAILABLE, message.format(place=settings.place), remedy))
