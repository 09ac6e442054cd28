"""Checking the hash chain as stored, from the first record to the head, page by page."""

import json
from collections.abc import Callable, Mapping
from typing import cast

from sqlalchemy import Row, select

from bgconsole.backend.identity import Caller
from bgconsole.backend.local import access
from bgconsole.backend.local.audit import head
from bgconsole.backend.local.demands import Operation
from bgconsole.backend.local.parts import Parts
from bgconsole.backend.local.schema import audit_event
from bgconsole.backend.values import AuditHead, BadKind, FirstBad, Verification
from bgconsole.policy.audit import AuditFilter, EventType
from bgconsole.policy.chain import GENESIS, NotCanonicalError, chain_hash, timestamp

_PAGE = 1000

_HASHED = [column.name for column in audit_event.c][:-2]
"""The columns in their order; the two hashes come last."""


class _RepeatedKeyError(ValueError):
    """The metadata hold a key twice: different readers would see different records."""


def audit_verify(
    parts: Parts, caller: Caller, progress: Callable[[int, int], None] | None
) -> Verification:
    """Check the chain. See `AuditOperations.audit_verify`."""
    with access.reading(parts, caller, Operation.AUDIT_VERIFY):
        pass
    checked, last = 0, GENESIS
    query = select(audit_event).order_by(audit_event.c.seq).limit(_PAGE)
    while True:
        # Head and page are read together: what is appended meanwhile moves both.
        with parts.database.read() as connection:
            newest, newest_hash = head(connection)
            rows = connection.execute(query.where(audit_event.c.seq > checked)).all()
        stored_head = AuditHead(newest, newest_hash)
        for row in rows:
            kind = _fault(row, checked + 1, last)
            if kind is not None:
                return Verification(False, checked, stored_head, FirstBad(checked + 1, kind))
            checked, last = row.seq, row.hash
        if progress is not None:
            progress(checked, newest)
        if len(rows) < _PAGE:
            break
    if (checked, last) != (newest, newest_hash):
        bad = FirstBad(checked + (checked < newest), BadKind.HEAD_MISMATCH)
        return Verification(False, checked, stored_head, bad)
    return Verification(True, checked, stored_head, None)


def record_export(parts: Parts, caller: Caller, wanted: AuditFilter, count: int) -> None:
    """Record an export. See `AuditOperations.record_export`."""
    asked: dict[str, object] = {
        "types": list(wanted.types),
        "actor": wanted.actor,
        "provider": wanted.provider,
        "breakGlass": wanted.break_glass or None,
        "since": None if wanted.since is None else timestamp(wanted.since),
        "until": None if wanted.until is None else timestamp(wanted.until),
        "text": wanted.text,
    }
    with access.changing(parts, caller, Operation.RECORD_EXPORT) as deed:
        metadata: dict[str, object] = {
            "count": count,
            "filter": {key: value for key, value in asked.items() if value},
        }
        if deed.actor.script is not None:
            metadata["token"] = deed.actor.script.id
        deed.record(EventType.AUDIT_EXPORTED, "Audit log exported", metadata=metadata)
        deed.commit()


def _fault(row: Row[tuple[object, ...]], expected: int, last: str) -> BadKind | None:
    """What is wrong with a record that should be number `expected` and follow the hash `last`."""
    if row.seq != expected:
        return BadKind.GAP
    if row.prev_hash != last:
        return BadKind.BROKEN_LINK
    fields: dict[str, object] = dict(zip(_HASHED, row, strict=False))
    try:
        fields["metadata"] = _metadata(fields["metadata"])
        computed = chain_hash(last, fields)
    except (ValueError, TypeError, RecursionError):
        return BadKind.ALTERED
    return None if computed == row.hash else BadKind.ALTERED


def _metadata(text: object) -> Mapping[str, object]:
    value = json.loads(str(text), object_pairs_hook=_unrepeated)
    if not isinstance(value, dict):
        raise NotCanonicalError("the metadata are no object")
    return cast("Mapping[str, object]", value)


def _unrepeated(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _RepeatedKeyError
    return found
