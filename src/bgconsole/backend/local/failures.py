"""What a database's own errors mean to people: one sentence each, and what to do."""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from bgconsole.backend.errors import UnavailableError, UnreachableError
from bgconsole.policy.refusals import Code, refusal

INIT = 'Run "bgconsole init"'
_PRIMARY = 0xFF

_SENTENCES: dict[int, tuple[str, str]] = {
    sqlite3.SQLITE_BUSY: ("The database at {path} is busy", "Try again in a moment"),
    sqlite3.SQLITE_LOCKED: ("The database at {path} is busy", "Try again in a moment"),
    sqlite3.SQLITE_READONLY: (
        "The database at {path} is read-only here, so nothing can be put on record",
        "Make the file and its folder writable for your user",
    ),
    sqlite3.SQLITE_FULL: (
        "The disk that holds {path} is full, so nothing was changed",
        "Make room on it, then try again",
    ),
    sqlite3.SQLITE_IOERR: (
        "The disk that holds {path} reports an error, so nothing was changed",
        "Look at the disk, then try again",
    ),
    sqlite3.SQLITE_NOTADB: (
        "{path} is not a database of bgconsole",
        "Give another one with --database, or restore this one from a backup",
    ),
    sqlite3.SQLITE_CORRUPT: (
        "The database at {path} is damaged",
        "Restore it from a backup",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "The database at {path} cannot be opened",
        "Make the file and its folder readable and writable for your user",
    ),
}


class NothingThereError(UnreachableError):
    """There is no database, or no team in it: what `initialise` is for."""


def no_database(path: Path) -> NothingThereError:
    """Nothing is at `path`."""
    return NothingThereError(refusal(Code.UNREACHABLE, f"There is no database at {path}", INIT))


def no_team(path: Path) -> NothingThereError:
    """The database is there and empty."""
    return NothingThereError(
        refusal(Code.UNREACHABLE, f"There is no team in the database at {path}", INIT)
    )


def foreign(path: Path) -> UnavailableError:
    """A database that another program made."""
    return _unavailable(path, sqlite3.SQLITE_NOTADB)


def damaged(path: Path) -> UnavailableError:
    """A database whose contents contradict each other."""
    return _unavailable(path, sqlite3.SQLITE_CORRUPT)


def no_copy(path: Path) -> UnavailableError:
    """An upgrade that was not begun, for want of a copy to go back to."""
    return UnavailableError(
        refusal(
            Code.UNAVAILABLE,
            f"The database at {path} could not be copied, so it was not upgraded",
            "Make room in its folder, and make it writable for your user",
        )
    )


def not_openable(path: Path) -> UnreachableError:
    """The way to `path` is barred."""
    message, remedy = _SENTENCES[sqlite3.SQLITE_CANTOPEN]
    return UnreachableError(refusal(Code.UNREACHABLE, message.format(path=path), remedy))


def is_busy(error: sqlite3.Error) -> bool:
    """Whether another connection holds the lock."""
    return _number(error) == sqlite3.SQLITE_BUSY


@contextmanager
def translated(path: Path) -> Generator[None]:
    """Turn the database's errors inside into UnreachableError or UnavailableError."""
    try:
        yield
    except PoolTimeoutError as error:
        raise _unavailable(path, sqlite3.SQLITE_BUSY) from error
    except DBAPIError as error:
        raise _translate(path, error.orig) from error
    except sqlite3.Error as error:
        raise _translate(path, error) from error


def _translate(path: Path, error: BaseException | None) -> UnreachableError:
    number = _number(error)
    if number == sqlite3.SQLITE_CANTOPEN:
        return not_openable(path)
    return _unavailable(path, number)


def _unavailable(path: Path, number: int) -> UnavailableError:
    message, remedy = _SENTENCES.get(number, ("", ""))
    return UnavailableError(refusal(Code.UNAVAILABLE, message.format(path=path), remedy))


def _number(error: BaseException | None) -> int:
    """SQLite's primary result code; 0 where there is none."""
    return getattr(error, "sqlite_errorcode", 0) & _PRIMARY
