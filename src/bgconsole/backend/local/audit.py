"""Writing the audit log: events join the chain inside the transaction of what they record."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import cast

import uuid_utils
from sqlalchemy import Connection, Text, func, insert, select, update
from sqlalchemy import cast as type_cast

from bgconsole.backend.errors import UnavailableError
from bgconsole.backend.local.schema import audit_event, audit_head
from bgconsole.policy.audit import EventType, Outcome
from bgconsole.policy.chain import GENESIS, canonical_json, chain_hash, timestamp
from bgconsole.policy.refusals import Code, refusal

CHANNEL = "bgconsole_audit"
"""What PostgreSQL calls the notifications of commits; the newest `seq` is their payload."""

MAX_TEXT = 254
"""Characters kept of an actor or source that came from outside; an email is never longer."""

MAX_METADATA_TEXT = 1000
"""Characters kept of a text in the metadata; the longest that is let in has 500."""

NO_METADATA: Mapping[str, object] = MappingProxyType({})


_HASH = re.compile(r"[0-9a-f]{64}")


class DamagedHeadError(UnavailableError):
    """What says where the log ends was altered, so nothing can be added to it."""

    def __init__(self) -> None:
        super().__init__(
            refusal(
                Code.UNAVAILABLE,
                "The head of the audit log is damaged, so nothing can be recorded",
                "Restore the database from a backup",
            )
        )


@dataclass(frozen=True, slots=True)
class EventDraft:
    """An event before it has its place in the chain."""

    type: EventType
    description: str
    actor: str | None
    source: str
    outcome: Outcome = Outcome.SUCCESS
    target: str | None = None
    provider: str | None = None
    metadata: Mapping[str, object] = field(default_factory=lambda: NO_METADATA)


def append(connection: Connection, drafts: Sequence[EventDraft], now: datetime) -> None:
    """Add the events in their order, at the time `now`. The caller holds the write lock."""
    seq, prev_hash = head(connection)
    if not _HASH.fullmatch(prev_hash):
        raise DamagedHeadError
    rows: list[dict[str, object]] = []
    for draft in drafts:
        seq += 1
        row = _row(draft, seq, timestamp(now))
        row["hash"] = chain_hash(prev_hash, row)
        row["prev_hash"] = prev_hash
        prev_hash = str(row["hash"])
        row["metadata"] = canonical_json(row["metadata"]).decode()
        rows.append(row)
    connection.execute(_INSERT, rows)
    postgresql = connection.dialect.name == "postgresql"
    lead_on = _UPDATE_HEAD_AND_TELL if postgresql else _UPDATE_HEAD
    connection.execute(lead_on, {"seq": seq, "hash": prev_hash})


def head(connection: Connection) -> tuple[int, str]:
    """The newest record's `seq` and hash; 0 and zeros before the first.

    Raises DamagedHeadError where somebody made its number none.
    """
    row = connection.execute(_HEAD).one_or_none()
    if row is None:
        return 0, GENESIS
    if not isinstance(row.seq, int) or row.seq < 0:
        raise DamagedHeadError
    return row.seq, str(row.hash)


def storable(text: str, limit: int = MAX_TEXT) -> str:
    """`text` as any database and the hash can hold it: bounded, no NUL, no lone surrogates."""
    kept = text[:limit].encode("utf-8", "backslashreplace").decode()
    return kept.replace("\0", "\\x00")


def _storable(value: object) -> object:
    """A value of the metadata whose texts any database and the hash can hold."""
    if isinstance(value, str):
        return storable(value, MAX_METADATA_TEXT)
    if isinstance(value, Mapping):
        pairs = cast("Mapping[str, object]", value).items()
        return {storable(name): _storable(one) for name, one in pairs}
    if isinstance(value, list | tuple):
        return [_storable(one) for one in cast("Sequence[object]", value)]
    return value


def _row(draft: EventDraft, seq: int, at: str) -> dict[str, object]:
    return {
        "seq": seq,
        "id": str(uuid_utils.uuid7()),
        "at": at,
        "type": draft.type.value,
        "outcome": draft.outcome.value,
        "actor": None if draft.actor is None else storable(draft.actor),
        "target": None if draft.target is None else storable(draft.target),
        "provider": draft.provider,
        "description": draft.description,
        "metadata": {name: _storable(value) for name, value in draft.metadata.items()},
        "source": storable(draft.source),
    }


_HEAD = select(audit_head.c.seq, audit_head.c.hash).where(audit_head.c.id == 1)
_INSERT = insert(audit_event)
_UPDATE_HEAD = update(audit_head).where(audit_head.c.id == 1)
# In the same statement: no round trip more, and who listens hears of it when it is committed.
_UPDATE_HEAD_AND_TELL = _UPDATE_HEAD.returning(
    func.pg_notify(CHANNEL, type_cast(audit_head.c.seq, Text))
)
