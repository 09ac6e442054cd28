"""Seed: fills a database with any number of plausible audit events, chained as the product does."""

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uuid_utils

from bgconsole.policy.audit import (
    BREAK_GLASS_KEY,
    BREAK_GLASS_LOGIN,
    LOGIN_FAILED,
    PASSWORD_LOGIN,
    REASON_KEY,
    SSO_LOGIN,
    EventType,
    Outcome,
)
from bgconsole.policy.chain import canonical_json, chain_hash, timestamp

ROW_PATTERN = r"Login Success +pager\d"
"""Matches the row of a seeded event on a screen, and nothing else there."""

_APART = timedelta(seconds=30)
_SUCCESS = EventType.LOGIN_SUCCESS, Outcome.SUCCESS
_FAILURE = EventType.LOGIN_FAILURE, Outcome.FAILURE


@dataclass(frozen=True)
class _Kind:
    """What a seeded event tells of; emergency access or not, a failure's reason or none."""

    description: str
    provider: str | None = None
    break_glass: bool = False
    reason: str | None = None

    @property
    def metadata(self) -> dict[str, object]:
        reason = {REASON_KEY: self.reason} if self.reason else {}
        return {BREAK_GLASS_KEY: self.break_glass, **reason}


# In turn, so that one in ten is a use of emergency access.
_KINDS = (
    *(_Kind(SSO_LOGIN, "entra"),) * 5,
    *(_Kind(PASSWORD_LOGIN),) * 2,
    *(_Kind(LOGIN_FAILED, reason="wrong_password"),) * 2,
    _Kind(BREAK_GLASS_LOGIN, "entra", break_glass=True),
)


def fingerprint(database: Path) -> str:
    """Eight hex digits that change with the database's schema and with this file."""
    with closing(sqlite3.connect(database)) as connection:
        schema = connection.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall()
    seeding = repr(schema).encode() + Path(__file__).read_bytes()
    return hashlib.sha256(seeding).hexdigest()[:8]


def fill(database: Path, count: int) -> None:
    """Add `count` events to a database that `bgconsole init` made; all or none."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("PRAGMA cache_size=-400000")
        connection.execute("BEGIN EXCLUSIVE")
        # Building an index over all rows is faster than keeping it while they come.
        indexes = connection.execute(_INDEXES).fetchall()
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}")
        seq, head = connection.execute("SELECT seq, hash FROM audit_head").fetchone()
        connection.executemany(_INSERT, rows(seq, head, count))
        for _, creation in indexes:
            connection.execute(creation)
        connection.execute(_UPDATE_HEAD)
        connection.execute("COMMIT")


def rows(seq: int, head: str, count: int) -> Iterator[dict[str, object]]:
    """Events after `seq`, as the table holds them; the last one happened just now."""
    begun = datetime.now(UTC) - _APART * count
    for number in range(1, count + 1):
        at = begun + _APART * number
        kind = _KINDS[number % len(_KINDS)]
        type_, outcome = _FAILURE if kind.reason else _SUCCESS
        metadata = kind.metadata
        actor = f"pager{number % 7}@example.org"
        fields: dict[str, object] = {
            "seq": seq + number,
            "id": str(uuid_utils.uuid7(nanoseconds=int(at.timestamp() * 1e9))),
            "at": timestamp(at),
            "type": type_.value,
            "outcome": outcome.value,
            "actor": actor,
            "target": actor,
            "provider": kind.provider,
            "description": kind.description,
            "metadata": metadata,
            "source": f"10.1.{number % 250}.{number % 199}",
        }
        before, head = head, chain_hash(head, fields)
        text = canonical_json(metadata).decode()
        yield fields | {"metadata": text, "prev_hash": before, "hash": head}


COLUMNS = (
    *("seq", "id", "at", "type", "outcome", "actor", "target", "provider", "description"),
    *("metadata", "source", "prev_hash", "hash"),
)
"""The columns of an event, in the order of the table."""

_INSERT = (
    f"INSERT INTO audit_event ({', '.join(COLUMNS)})"
    f" VALUES ({', '.join(f':{column}' for column in COLUMNS)})"
)
_INDEXES = (
    "SELECT name, sql FROM sqlite_master"
    " WHERE type = 'index' AND tbl_name = 'audit_event' AND sql IS NOT NULL"
)
_UPDATE_HEAD = (
    "UPDATE audit_head SET (seq, hash) ="
    " (SELECT seq, hash FROM audit_event ORDER BY seq DESC LIMIT 1)"
)
