"""The unit of work: changes and their events are written together, or neither is."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, CursorResult, Delete, Insert, Update

from bgconsole.backend.local import audit
from bgconsole.backend.local.audit import EventDraft
from bgconsole.backend.local.clock_step import with_step
from bgconsole.backend.local.database import TeamDatabase

Change = Insert | Update | Delete


class UnrecordedChangeError(RuntimeError):
    """A fault of the program: a change was about to be made without an event."""


class RepeatedChangeError(RuntimeError):
    """A fault of the program: a change that was made before was about to be made again."""


@dataclass(slots=True)
class Transaction:
    """A write transaction at the moment `now` (UTC). Leaving it without `commit` undoes it all."""

    connection: Connection
    now: datetime
    _drafts: list[EventDraft] = field(default_factory=list)
    _changed: bool = False
    _closed: bool = False

    def close_to_changes(self) -> None:
        """Let nothing but the books be kept from here on: what is asked for was done before."""
        self._closed = True

    def change(
        self, statement: Change, rows: Sequence[Mapping[str, object]] | None = None
    ) -> CursorResult[tuple[object, ...]]:
        """Change the team's state; `commit` then demands an event."""
        self._demand_open()
        self._changed = True
        return self.note(statement, rows)

    def note(
        self, statement: Change, rows: Sequence[Mapping[str, object]] | None = None
    ) -> CursorResult[tuple[object, ...]]:
        """Keep the books: counters, when a session was last seen. Needs no event."""
        return self.connection.execute(statement, rows)

    def record(self, draft: EventDraft) -> None:
        """Put an event on record with this transaction."""
        self._demand_open()
        self._drafts.append(draft)

    def commit(self) -> None:
        """Write the events and make everything durable."""
        if self._changed and not self._drafts:
            raise UnrecordedChangeError
        if self._drafts:
            drafts = with_step(self.connection, self._drafts, self.now)
            audit.append(self.connection, drafts, self.now)
        self.connection.commit()
        self._drafts.clear()
        self._changed = False

    def _demand_open(self) -> None:
        if self._closed:
            raise RepeatedChangeError


@contextmanager
def begin(database: TeamDatabase, now: datetime) -> Generator[Transaction]:
    """Begin a write transaction; followers are notified of its commit."""
    with database.write() as connection:
        yield Transaction(connection, now)
    database.committed()


@contextmanager
def begin_if_free(database: TeamDatabase, now: datetime) -> Generator[Transaction]:
    """As `begin`, for what may as well be left out: UnavailableError when somebody is writing."""
    with database.write_if_free() as connection:
        yield Transaction(connection, now)
    database.committed()


@contextmanager
def create(database: TeamDatabase, now: datetime) -> Generator[Transaction]:
    """Begin a write transaction on a database that may not be there yet."""
    with database.create() as connection:
        yield Transaction(connection, now)
    database.committed()
