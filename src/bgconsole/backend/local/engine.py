"""The SQLite database: how it is connected, begun, and noticed when it is not what it was."""

import os
import sqlite3
import stat
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import cast

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from bgconsole.backend.errors import NotAllowedError
from bgconsole.backend.local import failures, file_findings, migrate
from bgconsole.backend.local.migrate import HISTORY, History
from bgconsole.backend.local.watch import FileWatcher
from bgconsole.backend.retrying import WRITE_LOCK
from bgconsole.backend.values import Finding
from bgconsole.files import private_folder
from bgconsole.policy.refusals import Code, refusal
from bgconsole.system.stopping import TRANSACTIONS

BUSY_TIMEOUT = 5000
"""Milliseconds that a statement waits for another connection's lock."""

_DECODE = partial(str, encoding="utf-8", errors="replace")
_POOLED = 4
_OVERFLOW = 20


def wal_is_safe(version: tuple[int, ...]) -> bool:
    """Whether this SQLite has the fix of the WAL-reset corruption (3.51.3, 3.50.7, 3.44.6)."""
    major, minor, patch = version[:3]
    fixed = {(3, 50): 7, (3, 44): 6}.get((major, minor))
    return version >= (3, 51, 3) if fixed is None else patch >= fixed


def journal_settings(version: tuple[int, ...]) -> tuple[str, str]:
    """The journal mode and the `synchronous` that goes with it: durable at every commit."""
    return ("wal", "FULL") if wal_is_safe(version) else ("delete", "EXTRA")


def configure(connection: sqlite3.Connection) -> None:
    """Make a fresh connection (opened with isolation_level=None) durable and strict."""
    wanted, synchronous = journal_settings(sqlite3.sqlite_version_info)
    # A text that somebody made unreadable must not hide the rest of the log.
    connection.text_factory = _DECODE
    connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT}")
    (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
    if mode != wanted:
        # Another process may hold it in its own mode, or the file may be read-only: go on with
        # what it has. `doctor` tells.
        with suppress(sqlite3.OperationalError):
            if _may_be_changed(connection):
                (mode,) = connection.execute(f"PRAGMA journal_mode={wanted}").fetchone()
    connection.execute(f"PRAGMA synchronous={'FULL' if mode == 'wal' else synchronous}")
    connection.execute("PRAGMA foreign_keys=ON")


def _may_be_changed(connection: sqlite3.Connection) -> bool:
    """Whether the file is empty or bgconsole's: the mode is written into the file."""
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    return not tables or {"alembic_version", "audit_event"} <= tables


@contextmanager
def begun(engine: Engine, begin: Callable[[sqlite3.Connection], None]) -> Generator[Connection]:
    """A connection inside a transaction that `begin` opened; left without commit, it is undone."""
    with TRANSACTIONS.inside(), engine.connect() as connection:
        try:
            raw = cast("object", connection.connection.dbapi_connection)
            begin(cast("sqlite3.Connection", raw))
            yield connection
        except DBAPIError:
            # After a COMMIT that failed SQLAlchemy takes the transaction for over; SQLite has it
            # open still, and the next one to use the connection would commit it.
            connection.invalidate()
            raise


def begin_reading(connection: sqlite3.Connection) -> None:
    """Begin a transaction that takes no lock before its first statement."""
    connection.execute("BEGIN")


def begin_at_once(connection: sqlite3.Connection) -> None:
    """Take the write lock if nobody holds it; an OperationalError (busy) otherwise."""
    connection.execute("PRAGMA busy_timeout=0")
    try:
        connection.execute("BEGIN IMMEDIATE")
    finally:
        connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT}")


def begin_writing(connection: sqlite3.Connection) -> None:
    """Take the write lock at once: of transactions that read first, nearly all would fail.

    Waits `BUSY_TIMEOUT` at most, in short steps of its own: SQLite's grow to a tenth of a second,
    and a writer that waits so long is overtaken again and again.
    """
    deadline = time.monotonic() + BUSY_TIMEOUT / 1000
    while True:
        try:
            begin_at_once(connection)
        except sqlite3.OperationalError as error:
            if not failures.is_busy(error) or time.monotonic() > deadline:
                raise
            time.sleep(WRITE_LOCK.pause())
        else:
            return


class Database:
    """One SQLite file. Nothing is opened before the first call, and reading never creates it."""

    label = "local · sqlite"
    folds_like = True

    def __init__(self, path: Path, *, read_only: bool = False, history: History = HISTORY) -> None:
        self.history = history
        self.path = path
        self.place = str(path)
        self.target = f"sqlite:///{path}"
        self.read_only = read_only
        self._engine: Engine | None = None
        self._file: tuple[int, int] | None = None
        self._ready = False
        self._lock = threading.Lock()
        self._listeners: list[Callable[[], None]] = []

    @contextmanager
    def read(self) -> Generator[Connection]:
        """A read transaction: keep it short, it holds writers up.

        Raises UnreachableError without database or team schema, SchemaError, UnavailableError.
        """
        with failures.translated(self.path), begun(self._open(), begin_reading) as connection:
            yield connection

    @contextmanager
    def write(self) -> Generator[Connection]:
        """A write transaction, alone from its first statement; without `commit` all is undone.

        Raises as `read` does.
        """
        with failures.translated(self.path), begun(self._open(), begin_writing) as connection:
            yield connection

    @contextmanager
    def write_if_free(self) -> Generator[Connection]:
        """As `write`, but UnavailableError at once when somebody else is writing."""
        with failures.translated(self.path), begun(self._open(), begin_at_once) as connection:
            yield connection

    @contextmanager
    def create(self) -> Generator[Connection]:
        """A write transaction on a database that may be missing or empty; makes file and folder.

        A file made here goes away again unless it is committed.
        """
        made = self._create_file()
        try:
            with (
                failures.translated(self.path),
                begun(self._connected(), begin_writing) as connection,
            ):
                migrate.make(connection, migrate.revision(connection, self.path))
                yield connection
        except BaseException:
            if made and self.path.stat().st_size == 0:
                self.path.unlink()
            raise

    def upgrade(self) -> tuple[str, str]:
        """Bring an older schema up, after a copy; the revisions before and after.

        Raises UnreachableError, SchemaError.
        """
        with failures.translated(self.path):
            engine = self._connected()
            with self._lock:
                before = migrate.bring_up(engine, self.path, self.history, read_only=False)
                self._ready = True
            return before, self.history.revisions[-1]

    def demand_owner(self) -> None:
        """Raises NotAllowedError `forbidden` unless the file belongs to this user id, or to root.

        Both who runs this and by whose rights it runs must be one of them.
        """
        try:
            owner = self.path.stat().st_uid
        except FileNotFoundError as error:
            raise failures.no_database(self.path) from error
        except OSError as error:
            raise failures.not_openable(self.path) from error
        if not {os.getuid(), os.geteuid()} <= {owner, 0}:
            message = f"Only the owner of {self.path} (uid {owner}) and root can recover the team"
            raise NotAllowedError(refusal(Code.FORBIDDEN, message, "Run this as that user"))

    def surroundings(self) -> Iterator[Finding]:
        """What `doctor` says of file and folder."""
        return file_findings.surroundings(self.path)

    def condition(self, connection: Connection) -> Iterator[Finding]:
        """What `doctor` says of SQLite."""
        return file_findings.condition(connection, *journal_settings(sqlite3.sqlite_version_info))

    def watcher(self) -> FileWatcher:
        """A watcher of the file, not yet open."""
        return FileWatcher(self.path)

    def on_commit(self, listener: Callable[[], None]) -> None:
        """Call `listener` after each commit made here, in the thread that made it."""
        self._listeners.append(listener)

    def committed(self) -> None:
        """Tell the listeners."""
        for listener in self._listeners:
            listener()

    def close(self) -> None:
        """Close every connection that is not in use."""
        with self._lock:
            self._forget()

    def _open(self) -> Engine:
        """The engine on a file whose schema is this program's."""
        engine = self._connected()
        if not self._ready:
            with self._lock:
                if not self._ready:
                    migrate.bring_up(engine, self.path, self.history, read_only=self.read_only)
                    self._ready = True
        return engine

    def _connected(self) -> Engine:
        """The engine on the file that is at the path now: a restored backup is another file."""
        try:
            found = self.path.stat()
        except (FileNotFoundError, NotADirectoryError) as error:
            raise failures.no_database(self.path) from error
        except OSError as error:
            raise failures.not_openable(self.path) from error
        file = (found.st_dev, found.st_ino)
        engine = self._engine
        if engine is not None and file == self._file:
            return engine
        with self._lock:
            if self._engine is None or file != self._file:
                self._forget()
                self._engine = create_engine(
                    "sqlite://",
                    creator=self._connect,
                    poolclass=QueuePool,
                    pool_size=_POOLED,
                    max_overflow=_OVERFLOW,
                )
                self._file = file
            return self._engine

    def _forget(self) -> None:
        if self._engine is not None:
            self._engine.dispose()
        self._engine, self._file, self._ready = None, None, False

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"{self.path.absolute().as_uri()}?mode=rw",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            configure(connection)
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _demand_own(self) -> None:
        """Raises NotAllowedError `forbidden` for a file that others have made, or may write to."""
        try:
            found = self.path.stat()
        except OSError as error:
            raise failures.not_openable(self.path) from error
        if stat.S_ISREG(found.st_mode) and (found.st_uid != os.geteuid() or found.st_mode & 0o022):
            message = f"{self.path} exists, and other users can access it"
            remedy = "Remove it, or name another file with --database"
            raise NotAllowedError(refusal(Code.FORBIDDEN, message, remedy))

    def _create_file(self) -> bool:
        """Make the file (0600) and its folder (0700); False when it was there.

        One that is there must be this user's alone: in somebody else's, all would be theirs.
        """
        try:
            private_folder.make(self.path.parent)
            os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        except FileExistsError:
            self._demand_own()
            return False
        except OSError as error:
            raise failures.not_openable(self.path) from error
        return True
