"""Which revision of the schema a database has, and how it is brought up to this program's."""

import threading
from pathlib import Path

from sqlalchemy import Connection, Engine, insert

from bgconsole.backend.errors import SchemaError
from bgconsole.backend.local import failures
from bgconsole.backend.local.schema import REVISIONS, alembic_version, audit_head, metadata
from bgconsole.policy.chain import GENESIS
from bgconsole.policy.refusals import Code, refusal

_ONE_AT_A_TIME = threading.Lock()
"""Alembic's context is global to the process."""


def revision(connection: Connection, path: Path) -> str | None:
    """The revision that the database says it has; None when it holds no table at all.

    Raises UnavailableError when another program's tables are in it.
    """
    names = set(
        connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars()
    )
    if not names:
        return None
    if not {"alembic_version", "audit_event", "team"} <= names:
        raise failures.foreign(path)
    return connection.exec_driver_sql(
        "SELECT version_num FROM alembic_version"
    ).scalar_one_or_none()


def bring_up(
    engine: Engine, path: Path, revisions: tuple[str, ...], *, read_only: bool
) -> str | None:
    """Check the schema and upgrade an older one, after a copy; the revision it had before.

    Raises UnreachableError when there is no schema, SchemaError when it is a later one (or an
    older one, with `read_only`).
    """
    with engine.connect() as connection:
        found = revision(connection, path)
    if found is None:
        raise failures.no_team(path)
    if found == revisions[-1]:
        return found
    if found not in revisions:
        raise SchemaError(refusal(Code.NEWER_SCHEMA))
    raise SchemaError(refusal(Code.OLDER_SCHEMA))


def make(connection: Connection, path: Path) -> None:
    """Make the tables in an empty database; does nothing where this program's are there already.

    Raises SchemaError, UnavailableError.
    """
    found = revision(connection, path)
    if found is None:
        metadata.create_all(connection, checkfirst=False)
        connection.execute(insert(alembic_version).values(version_num=REVISIONS[-1]))
        connection.execute(insert(audit_head).values(id=1, seq=0, hash=GENESIS))
    elif found != REVISIONS[-1]:
        raise SchemaError(refusal(Code.OLDER_SCHEMA if found in REVISIONS else Code.NEWER_SCHEMA))
