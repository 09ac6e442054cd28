"""Which revision of the schema a database has, and how it is brought up to this program's.

A database is made whole from `schema.py`, which is quick; an older one goes through `migrations/`.
A test holds that both ways lead to the same schema.
"""

import os
import sqlite3
import threading
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, insert

from bgconsole.backend.errors import SchemaError
from bgconsole.backend.local import failures
from bgconsole.backend.local.schema import REVISIONS, alembic_version, audit_head, metadata
from bgconsole.policy.chain import GENESIS
from bgconsole.policy.refusals import Code, refusal

ONE_AT_A_TIME = threading.Lock()
"""Alembic's context is global to the process."""


@dataclass(frozen=True, slots=True)
class History:
    """The revisions a program knows, oldest first, and the folder that alembic finds them in."""

    folder: Path
    revisions: tuple[str, ...]


HISTORY = History(Path(__file__).parent / "migrations", REVISIONS)


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
    query = "SELECT version_num FROM alembic_version"
    return connection.exec_driver_sql(query).scalar_one_or_none() or ""


def bring_up(engine: Engine, path: Path, history: History, *, read_only: bool) -> str:
    """Check the schema and upgrade an older one, after a copy; the revision it had before.

    Raises NothingThereError when there is no schema, SchemaError when it is a later one (or an
    older one, with `read_only`).
    """
    with engine.connect() as connection:
        found = revision(connection, path)
    if found is None:
        raise failures.no_team(path)
    demand_known(found, history)
    if found != history.revisions[-1]:
        if read_only:
            raise SchemaError(refusal(Code.OLDER_SCHEMA))
        _upgrade(engine, path, history)
    return found


def make(connection: Connection, found: str | None) -> None:
    """Make the tables in an empty database; does nothing where this program's are there already.

    `found` is the revision the database says it has, None for an empty one. Raises SchemaError.
    """
    if found is None:
        metadata.create_all(connection, checkfirst=False)
        connection.execute(insert(alembic_version).values(version_num=REVISIONS[-1]))
        connection.execute(insert(audit_head).values(id=1, seq=0, hash=GENESIS))
        return
    demand_known(found, HISTORY)
    if found != REVISIONS[-1]:
        raise SchemaError(refusal(Code.OLDER_SCHEMA))


def copy_path(path: Path, found: str) -> Path:
    """The path of the copy that is made before an upgrade from revision `found`."""
    return path.with_name(f"{path.name}.revision-{found}")


def demand_known(found: str, history: History) -> None:
    """Raises SchemaError when a later program wrote the database."""
    if found not in history.revisions:
        raise SchemaError(refusal(Code.NEWER_SCHEMA))


def _upgrade(engine: Engine, path: Path, history: History) -> None:
    """Run what is missing in one transaction, with everybody else shut out."""
    with ONE_AT_A_TIME, engine.connect() as connection:
        # Alembic rebuilds tables on SQLite; that must not pull at what refers to them.
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.commit()
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        found = revision(connection, path)
        if found is not None and found != history.revisions[-1]:
            try:
                _copy(path, copy_path(path, found))
            except OSError as error:
                raise failures.no_copy(path) from error
            run_missing(connection, history)
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
            if broken is not None:
                raise failures.damaged(path)
            connection.commit()
        connection.invalidate()


def run_missing(connection: Connection, history: History) -> None:
    """Run the revisions that the database lacks, in the transaction of `connection`.

    Alembic's context is global to the process: hold `ONE_AT_A_TIME`.
    """
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(history.folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, history.revisions[-1])


def _copy(path: Path, copy: Path) -> None:
    """Copy the whole database; the copy is there completely or not at all."""
    part = copy.with_name(f"{copy.name}.part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    with (
        closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(part)) as target,
    ):
        source.backup(target)
    part.replace(copy)
