"""From a row of `audit_event` to an `AuditEvent`, whichever library read it."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, cast

from bgconsole.policy.audit import AuditEvent, EventType, Outcome

COLUMNS: Final = (
    "seq", "id", "at", "type", "outcome", "actor", "target", "provider",
    "description", "metadata", "source", "prev_hash", "hash",
)  # fmt: skip
"""The columns of `audit_event`, in the order in which `event_of` takes them."""

_KINDS: Final = {kind.value: kind for kind in EventType}


def event_of(row: Sequence[object]) -> AuditEvent:
    """The event in a row; what somebody made unreadable is shown as far as it goes."""
    seq, ident, at, kind, outcome, actor, target, provider, description, metadata, *rest = row
    source, prev_hash, own_hash = rest
    return AuditEvent(
        seq=cast("int", seq),
        id=str(ident),
        at=_moment(at),
        type=_KINDS.get(str(kind), EventType.UNKNOWN),
        outcome=Outcome.SUCCESS if outcome == Outcome.SUCCESS.value else Outcome.FAILURE,
        actor=None if actor is None else str(actor),
        target=None if target is None else str(target),
        provider=None if provider is None else str(provider),
        description=str(description),
        metadata=_object(metadata),
        source=str(source),
        prev_hash=str(prev_hash),
        hash=str(own_hash),
    )


def _moment(text: object) -> datetime:
    try:
        return datetime.fromisoformat(str(text)).astimezone(UTC)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)


def _object(text: object) -> Mapping[str, object]:
    try:
        value = json.loads(str(text))
    except (ValueError, RecursionError):
        return {}
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else {}
