"""The PostgreSQL database: connected by libpq, its writers one after the other."""

import select
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import cast

import psycopg
from psycopg import IsolationLevel
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.pool import QueuePool

from bgconsole.backend.errors import NotAllowedError, SchemaError
from bgconsole.backend.local import failures as common
from bgconsole.backend.local import migrate
from bgconsole.backend.local.migrate import HISTORY, History
from bgconsole.backend.local.postgres import failures, findings
from bgconsole.backend.local.postgres.notify_listener import NotifyListener
from bgconsole.backend.local.postgres.settings import settings_of
from bgconsole.backend.local.schema import metadata
from bgconsole.backend.values import Finding
from bgconsole.policy.refusals import Code, refusal
from bgconsole.system.stopping import TRANSACTIONS

_Raw = psycopg.Connection[tuple[object, ...]]

_POOLED = 4
_OVERFLOW = 20
_POOL_TIMEOUT = 5.0
"""Seconds to wait for a connection of the pool."""

_CONFIRMED_WITHIN = 5.0
"""Seconds that a commit waits for a synchronous standby."""

_LOCK = """
SELECT (SELECT version_num FROM alembic_version) AS revision,
       current_setting('synchronous_standby_names') <> '' AS standbys
FROM audit_head WHERE id = 1 FOR UPDATE
"""
"""One row that every writer locks first: limits are atomic, `seq` has no gaps, the chain no fork.
The revision comes along, so that nothing is written to a schema that moved on, and whether a commit
waits for standbys."""

_SCHEMA_LOCK = "SELECT pg_advisory_xact_lock(hashtext('bgconsole.schema.' || current_schema()))"

_OWNED = """
SELECT pg_has_role(c.relowner, 'USAGE') AS mine, pg_get_userbyid(c.relowner) AS owner
FROM pg_class c WHERE c.oid = to_regclass('audit_event')
"""


_TABLES = """
SELECT current_schema() AS schema, array(
  SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema()
) AS tables
"""
_COMMIT = "bgconsole.commit"
_ENCODING = "UTF8"


class PostgresDatabase:
    """One schema of a PostgreSQL database. Nothing is connected before the first call."""

    folds_like = False

    def __init__(
        self,
        url: str,
        password: str | None = None,
        *,
        read_only: bool = False,
        history: History = HISTORY,
    ) -> None:
        self._settings = settings_of(url, password)
        self.place = self._settings.place
        self.label = "local · postgresql"
        self.target = url
        self.read_only = read_only
        self.history = history
        self._ready = False
        self._listeners: list[Callable[[], None]] = []
        self._engine = self._made()

    @contextmanager
    def read(self) -> Generator[Connection]:
        """A read transaction, which sees one state of the database from its first statement on."""
        with failures.translated(self._settings), self._engine.connect() as connection:
            self._demand_ready(connection)
            _begin(connection, reading=True)
            yield connection

    @contextmanager
    def write(self) -> Generator[Connection]:
        """A write transaction that has the lock of all writers."""
        with self._committing() as connection:
            self._lock(connection, _LOCK)
            yield connection

    @contextmanager
    def write_if_free(self) -> Generator[Connection]:
        """As `write`, but UnavailableError at once when somebody else has the lock."""
        with self._committing() as connection:
            self._lock(connection, f"{_LOCK} NOWAIT")
            yield connection

    @contextmanager
    def create(self) -> Generator[Connection]:
        """A write transaction on a database that may be empty; makes the tables."""
        with self._committing() as connection:
            encoding = _raw(connection).info.parameter_status("server_encoding")
            if encoding != _ENCODING:
                raise failures.encoded_otherwise(self._settings, str(encoding))
            connection.exec_driver_sql(_SCHEMA_LOCK)
            migrate.make(connection, self._revision(connection))
            connection.exec_driver_sql(_LOCK)
            yield connection

    def upgrade(self) -> tuple[str, str]:
        """Bring an older schema up, alone; the revisions before and after.

        All in one transaction: there is nothing to copy first. Raises UnreachableError,
        SchemaError.
        """
        with migrate.ONE_AT_A_TIME, self._committing() as connection:
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
            connection.exec_driver_sql("SET LOCAL lock_timeout = '30s'")
            connection.exec_driver_sql(_SCHEMA_LOCK)
            before = self._revision(connection)
            if before is None:
                raise common.no_team(self.place)
            migrate.demand_known(before, self.history)
            if before != self.history.revisions[-1]:
                connection.exec_driver_sql(_LOCK)
                migrate.run_missing(connection, self.history)
                connection.commit()
            return before, self.history.revisions[-1]

    def demand_owner(self) -> None:
        """Raises NotAllowedError `forbidden` unless the tables belong to the database's user."""
        with self.read() as connection:
            row = connection.exec_driver_sql(_OWNED).one()
        if not row.mine:
            message = f'Only the owner of the tables ("{row.owner}") can recover the team'
            remedy = "Connect to the database as that user"
            raise NotAllowedError(refusal(Code.FORBIDDEN, message, remedy))

    def surroundings(self) -> Iterator[Finding]:
        """Nothing: the server's disk is not seen from here."""
        return iter(())

    def condition(self, connection: Connection) -> Iterator[Finding]:
        """What `doctor` says of the server."""
        return findings.condition(connection)

    def watcher(self) -> NotifyListener:
        """A listener on the server, not yet connected."""
        return NotifyListener(self._settings)

    def on_commit(self, listener: Callable[[], None]) -> None:
        """Call `listener` after each commit made here, in the thread that made it."""
        self._listeners.append(listener)

    def committed(self) -> None:
        """Tell the listeners."""
        for listener in self._listeners:
            listener()

    def close(self) -> None:
        """Close every connection that is not in use."""
        self._engine.dispose()

    def _made(self) -> Engine:
        engine = create_engine(
            "postgresql+psycopg://",
            creator=self._connect,
            poolclass=QueuePool,
            pool_size=_POOLED,
            max_overflow=_OVERFLOW,
            pool_timeout=_POOL_TIMEOUT,
            use_native_hstore=False,
        )
        event.listen(engine, "checkout", _demand_alive)
        event.listen(engine, "commit", _watch_commit)
        return engine

    def _connect(self) -> _Raw:
        # After a restart or a restore the server may hold another schema.
        self._ready = False
        return self._settings.connect()

    @contextmanager
    def _committing(self) -> Generator[Connection]:
        """A transaction whose commit is acknowledged only when it is durable wherever it must be.

        Fails closed: a commit without an answer, or not confirmed by the standbys that the server
        demands, is an error that says so.
        """
        with (
            TRANSACTIONS.inside(),
            failures.translated(self._settings),
            self._engine.connect() as connection,
        ):
            commit = _Commit(_raw(connection))
            # A connection that is lost has no info to ask for.
            info = connection.info
            info[_COMMIT] = commit
            _begin(connection, reading=False)
            try:
                yield connection
            except (DBAPIError, psycopg.Error) as error:
                if commit.begun and not commit.refused(error):
                    raise failures.outcome_unknown(self._settings) from error
                raise
            finally:
                commit.end()
                info.pop(_COMMIT, None)
            if commit.unconfirmed:
                raise failures.unconfirmed(self._settings)

    def _lock(self, connection: Connection, statement: str) -> None:
        if not self._ready:
            self._demand_ready(connection)
        row = connection.exec_driver_sql(statement).one()
        if row.revision != self.history.revisions[-1]:
            self._ready = False
            connection.rollback()
            self._demand_ready(connection)
        connection.info[_COMMIT].waits = row.standbys

    def _demand_ready(self, connection: Connection) -> None:
        """Raises NothingThereError, SchemaError unless the schema is this program's."""
        if self._ready:
            return
        found = self._revision(connection)
        connection.rollback()
        if found is None:
            raise common.no_team(self.place)
        migrate.demand_known(found, self.history)
        if found != self.history.revisions[-1]:
            raise SchemaError(refusal(Code.OLDER_SCHEMA))
        self._ready = True

    def _revision(self, connection: Connection) -> str | None:
        """The revision the schema says it has; None when it holds none of the tables.

        Raises UnavailableError when another program has tables of these names, or when this user
        may not see into the schema.
        """
        seen = connection.exec_driver_sql(_TABLES).one()
        if seen.schema is None:
            raise failures.no_schema(self._settings)
        present = set(seen.tables) & set(metadata.tables)
        if not present:
            return None
        if not {"alembic_version", "audit_event", "team"} <= present:
            raise common.foreign(self.place)
        query = "SELECT version_num FROM alembic_version"
        return connection.exec_driver_sql(query).scalar_one_or_none() or ""


class _Commit:
    """The commit of one transaction, and whether its standbys confirmed it."""

    def __init__(self, raw: _Raw) -> None:
        self.waits = False
        self.begun = False
        self.unconfirmed = False
        self._raw = raw
        self._timer: threading.Timer | None = None

    def begin(self) -> None:
        """The commit is sent now. PostgreSQL itself would wait for a standby without end."""
        self.begun = True
        if self.waits:
            self._raw.add_notice_handler(self._noticed)
            self._timer = threading.Timer(_CONFIRMED_WITHIN, self._raw.cancel_safe)
            self._timer.daemon = True
            self._timer.start()

    def end(self) -> None:
        """It was answered, or never will be."""
        if self._timer is not None:
            self._timer.cancel()
            self._raw.remove_notice_handler(self._noticed)

    def refused(self, error: DBAPIError | psycopg.Error) -> bool:
        """Whether the server answered that it did not commit."""
        origin = error.orig if isinstance(error, DBAPIError) else error
        return getattr(origin, "sqlstate", None) is not None and not self._raw.closed

    def _noticed(self, notice: psycopg.errors.Diagnostic) -> None:
        # The one warning that a commit can give; its words are in the server's language.
        if notice.severity_nonlocalized == "WARNING":
            self.unconfirmed = True


def _begin(connection: Connection, *, reading: bool) -> None:
    """Say how the transaction will be that the next statement begins."""
    raw = _raw(connection)
    # Writers wait for each other and then see all that was written, so nothing need be retried;
    # a stricter level that somebody made the default would fail all but the first.
    level = IsolationLevel.REPEATABLE_READ if reading else IsolationLevel.READ_COMMITTED
    if raw.isolation_level != level:
        raw.isolation_level = level
        raw.read_only = True if reading else None


def _raw(connection: Connection) -> _Raw:
    return cast("_Raw", cast("object", connection.connection.dbapi_connection))


def _watch_commit(connection: Connection) -> None:
    commit = connection.info.get(_COMMIT)
    if commit is not None:
        commit.begin()


def _demand_alive(raw: _Raw, _record: object, _proxy: object) -> None:
    """Leave a connection that the server closed; costs no round trip, unlike a ping.

    A server that talks on an idle connection says good-bye.
    """
    poll = select.poll()
    try:
        poll.register(raw.fileno(), select.POLLIN)
    except psycopg.OperationalError as error:
        raise InvalidatePoolError from error
    if poll.poll(0):
        raise InvalidatePoolError
