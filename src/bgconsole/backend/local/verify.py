"""Checking the hash chain as stored, from the first record to the head, page by page."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    LargeBinary,
    Row,
    Select,
    case,
    func,
    literal,
    null,
    select,
)
from sqlalchemy import cast as type_cast

from bgconsole.backend.identity import Caller
from bgconsole.backend.local import access
from bgconsole.backend.local.audit import DamagedHeadError, head
from bgconsole.backend.local.demands import Operation
from bgconsole.backend.local.parts import Parts
from bgconsole.backend.local.schema import audit_event
from bgconsole.backend.values import BadKind, FirstBad, Verification
from bgconsole.policy.audit import AuditHead
from bgconsole.policy.chain import GENESIS, NotCanonicalError, canonical_json, chain_hash

_PAGE = 1000

_TEXTS = [column.name for column in audit_event.c][1:]
"""The columns behind `seq`, all of them texts, in their order."""

_NO_TEXT = b"\xff"


def audit_verify(
    parts: Parts, caller: Caller, progress: Callable[[int, int], None] | None
) -> Verification:
    """Check the chain. See `AuditOperations.audit_verify`."""
    with access.reading(parts, caller, Operation.AUDIT_VERIFY):
        pass
    checked, last = 0, GENESIS
    while True:
        # Head and page are read together: what is appended meanwhile moves both.
        with parts.database.read() as connection:
            newest, newest_hash = _head(connection)
            rows = connection.execute(_page(connection, checked)).all()
        stored_head = AuditHead(newest, newest_hash)
        for row in rows:
            record = _Record.of(row)
            bad = _fault(record, checked + 1, last)
            if bad is not None:
                return Verification(False, checked, stored_head, bad)
            checked, last = record.seq, str(record.hash)
        if progress is not None:
            progress(checked, newest)
        if len(rows) < _PAGE:
            break
    if (checked, last) != (newest, newest_hash):
        bad = FirstBad(checked + (checked < newest), BadKind.HEAD_MISMATCH)
        return Verification(False, checked, stored_head, bad)
    return Verification(True, checked, stored_head, None)


def _head(connection: Connection) -> tuple[int, str]:
    """The head as stored; one that no log has where it cannot be read."""
    try:
        return head(connection)
    except DamagedHeadError:
        return 0, ""


@dataclass(frozen=True, slots=True)
class _Record:
    """A record as stored. A text is None where it is null, and bytes where it is no text."""

    seq: int
    fields: Mapping[str, str | bytes | None]

    @classmethod
    def of(cls, row: Row[tuple[object, ...]]) -> "_Record":
        seq, *texts = row
        assert isinstance(seq, int)  # noqa: S101 (by the primary key)
        return cls(seq, dict(zip(_TEXTS, map(_decoded, texts), strict=True)))

    @property
    def prev_hash(self) -> str | bytes | None:
        """The hash of the record before, as this one has it."""
        return self.fields["prev_hash"]

    @property
    def hash(self) -> str | bytes | None:
        """Its own hash."""
        return self.fields["hash"]


def _page(connection: Connection, checked: int) -> Select[tuple[object, ...]]:
    """The next records above `checked`; from the first on also those that have no right number.

    SQLite keeps what it is given, whatever the column's type is. So the texts are read as their
    bytes, and what is no text as bytes that are none.
    """
    query = select(audit_event)
    if connection.dialect.name == "sqlite":
        query = select(audit_event.c.seq, *(_exact(audit_event.c[name]) for name in _TEXTS))
    query = query.order_by(audit_event.c.seq).limit(_PAGE)
    return query if checked == 0 else query.where(audit_event.c.seq > checked)


def _exact(column: ColumnElement[str]) -> ColumnElement[bytes]:
    is_text = func.typeof(column) == "text"
    other = case((column.is_(None), null()), else_=literal(_NO_TEXT, LargeBinary))
    return case((is_text, type_cast(column, LargeBinary)), else_=other)


def _decoded(value: object) -> str | bytes | None:
    if not isinstance(value, bytes):
        return None if value is None else str(value)
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value


def _fault(record: _Record, expected: int, last: str) -> FirstBad | None:
    """What is wrong with a record that should be number `expected` and follow the hash `last`."""
    if record.seq < 1:
        return FirstBad(record.seq, BadKind.OUT_OF_PLACE)
    if record.seq != expected:
        return FirstBad(expected, BadKind.GAP)
    if record.prev_hash != last:
        return FirstBad(expected, BadKind.BROKEN_LINK)
    return None if _computed(record, last) == record.hash else FirstBad(expected, BadKind.ALTERED)


def _computed(record: _Record, last: str) -> str | None:
    """The hash that the record should have; None where it is not as it was ever written."""
    fields: dict[str, object] = {"seq": record.seq, **record.fields}
    del fields["prev_hash"], fields["hash"]
    try:
        fields["metadata"] = _metadata(record.fields["metadata"])
        return chain_hash(last, fields)
    except (ValueError, TypeError, RecursionError):
        return None


def _metadata(text: object) -> Mapping[str, object]:
    """The metadata, whose text must be their one canonical form: it is what filters look at."""
    value: object = json.loads(str(text))
    if not isinstance(value, dict) or canonical_json(cast("object", value)).decode() != text:
        raise NotCanonicalError("the metadata is not canonical JSON")
    return cast("Mapping[str, object]", value)
