"""What a database's own errors mean to people: one sentence each, and what to do."""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from bgconsole.backend.errors import NothingThereError, UnavailableError, UnreachableError
from bgconsole.policy.refusals import Code, refusal

INIT = 'Run "bgconsole init"'
_PRIMARY = 0xFF

_SENTENCES: dict[int, tuple[str, str]] = {
    sqlite3.SQLITE_BUSY: ("The database at {place} is busy", "Try again in a moment"),
    sqlite3.SQLITE_LOCKED: ("The database at {place} is busy", "Try again in a moment"),
    sqlite3.SQLITE_READONLY: (
        "The database at {place} is read-only, so nothing can be recorded",
        "Make the file and its folder writable by your user",
    ),
    sqlite3.SQLITE_FULL: (
        "The disk that holds {place} is full, so nothing was changed",
        "Free some space, then try again",
    ),
    sqlite3.SQLITE_IOERR: (
        "The disk that holds {place} reports an error, so nothing was changed",
        "Check the disk, then try again",
    ),
    sqlite3.SQLITE_NOTADB: (
        "{place} is not a database of bgconsole",
        "Name another one with --database, or restore this one from a backup",
    ),
    sqlite3.SQLITE_CORRUPT: (
        "The database at {place} is damaged",
        "Restore it from a backup",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "The database at {place} cannot be opened",
        "Make the file and its folder readable and writable by your user",
    ),
}


def no_database(place: Path | str) -> NothingThereError:
    """Nothing is at `place`."""
    return NothingThereError(refusal(Code.UNREACHABLE, f"There is no database at {place}", INIT))


def no_team(place: Path | str) -> NothingThereError:
    """The database is there and empty."""
    return NothingThereError(
        refusal(Code.UNREACHABLE, f"There is no team in the database at {place}", INIT)
    )


def foreign(place: Path | str) -> UnavailableError:
    """A database that another program made."""
    return _unavailable(place, sqlite3.SQLITE_NOTADB)


def damaged(place: Path | str) -> UnavailableError:
    """A database whose contents contradict each other."""
    return _unavailable(place, sqlite3.SQLITE_CORRUPT)


def no_copy(place: Path | str) -> UnavailableError:
    """An upgrade that was not begun, for want of a copy to go back to."""
    return UnavailableError(
        refusal(
            Code.UNAVAILABLE,
            f"The database at {place} could not be copied, so it was not upgraded",
            "Free some space in its folder, and make it writable by your user",
        )
    )


def not_openable(place: Path | str) -> UnreachableError:
    """The way to `place` is barred."""
    message, remedy = _SENTENCES[sqlite3.SQLITE_CANTOPEN]
    return UnreachableError(refusal(Code.UNREACHABLE, message.format(place=place), remedy))


def is_busy(error: sqlite3.Error) -> bool:
    """Whether another connection holds the lock."""
    return _number(error) == sqlite3.SQLITE_BUSY


@contextmanager
def translated(place: Path | str) -> Generator[None]:
    """Turn the database's errors inside into UnreachableError or UnavailableError."""
    try:
        yield
    except PoolTimeoutError as error:
        raise _unavailable(place, sqlite3.SQLITE_BUSY) from error
    except DBAPIError as error:
        raise _translate(place, error.orig) from error
    except sqlite3.Error as error:
        raise _translate(place, error) from error


def _translate(place: Path | str, error: BaseException | None) -> UnreachableError:
    number = _number(error)
    if number == sqlite3.SQLITE_CANTOPEN:
        return not_openable(place)
    return _unavailable(place, number)


def _unavailable(place: Path | str, number: int) -> UnavailableError:
    message, remedy = _SENTENCES.get(number, ("", ""))
    return UnavailableError(refusal(Code.UNAVAILABLE, message.format(place=place), remedy))


def _number(error: BaseException | None) -> int:
    """SQLite's primary result code; 0 where there is none."""
    return getattr(error, "sqlite_errorcode", 0) & _PRIMARY
