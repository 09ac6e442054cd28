"""The seam between what the local backend does and the database it does it on."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Protocol

from sqlalchemy import Connection

from bgconsole.backend.values import Finding


class ChangeWatcher(Protocol):
    """Sees that something was committed, by any process. Used by one thread but for `interrupt`."""

    def open(self) -> None:
        """Begin to see: what is committed from now on, `look` tells of."""
        ...

    def look(self) -> bool:
        """Wait a while; whether something may have changed since the last look."""
        ...

    def interrupt(self) -> None:
        """Make a look that is waiting return, if it waits for long. From any thread."""
        ...

    def close(self) -> None:
        """Let go of the database."""
        ...


class TeamDatabase(Protocol):
    """A database that holds, or may come to hold, one team. Nothing is opened before a call."""

    place: str
    """Where it is, as sentences call it; without secrets."""

    label: str
    """What the title calls this kind of backend."""

    target: str
    """Its URL, without secrets."""

    folds_like: bool
    """Whether its LIKE takes capital and small letters of ASCII for the same."""

    def read(self) -> AbstractContextManager[Connection]:
        """A read transaction on one state of the database: keep it short.

        Raises UnreachableError without database or team schema, SchemaError, UnavailableError.
        """
        ...

    def write(self) -> AbstractContextManager[Connection]:
        """A write transaction, alone from its first statement; without `commit` all is undone.

        Raises as `read` does.
        """
        ...

    def write_if_free(self) -> AbstractContextManager[Connection]:
        """As `write`, but UnavailableError at once when somebody else is writing."""
        ...

    def create(self) -> AbstractContextManager[Connection]:
        """A write transaction on a database that may be missing or empty; makes the tables."""
        ...

    def upgrade(self) -> tuple[str, str]:
        """Bring an older schema up; the revisions before and after.

        Raises UnreachableError, SchemaError.
        """
        ...

    def demand_owner(self) -> None:
        """Raises NotAllowedError `forbidden` unless the tables belong to the user who runs this."""
        ...

    def surroundings(self) -> Iterator[Finding]:
        """What `doctor` says of the place, before the database is opened."""
        ...

    def condition(self, connection: Connection) -> Iterator[Finding]:
        """What `doctor` says of the database itself."""
        ...

    def watcher(self) -> ChangeWatcher:
        """A watcher of this database, not yet open."""
        ...

    def on_commit(self, listener: Callable[[], None]) -> None:
        """Call `listener` after each commit made here, in the thread that made it."""
        ...

    def committed(self) -> None:
        """Tell the listeners."""
        ...

    def close(self) -> None:
        """Close every connection that is not in use."""
        ...
