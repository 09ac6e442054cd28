"""From a row of `audit_event` to an `AuditEvent`, whichever library read it."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, cast

from bgconsole.policy.audit import AuditEvent, EventType, Outcome
from bgconsole.policy.chain import MAX_SAFE_INTEGER

COLUMNS: Final = (
    "seq", "id", "at", "type", "outcome", "actor", "target", "provider",
    "description", "metadata", "source", "prev_hash", "hash",
)  # fmt: skip
"""The columns of `audit_event`, in the order in which `event_of` takes them."""

_UNREADABLE: Final = datetime(1, 1, 3, tzinfo=UTC)
"""Stands for a time that somebody made unreadable."""

_LATEST: Final = datetime(9999, 12, 29, tzinfo=UTC)
_DEEPEST: Final = 20
"""Levels of metadata that are shown; what is written has three."""

_LONGEST: Final = 40
_KINDS: Final = {kind.value: kind for kind in EventType}


def event_of(row: Sequence[object]) -> AuditEvent:
    """The event in a row; what somebody made unreadable is shown as far as it goes."""
    seq, ident, at, kind, outcome, actor, target, provider, description, metadata, *rest = row
    source, prev_hash, own_hash = rest
    return AuditEvent(
        seq=cast("int", seq),
        id=str(ident),
        at=moment_of(at),
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


def moment_of(text: object) -> datetime:
    """When an event was recorded, from its stored text."""
    """When an event was recorded, from its stored text."""
    try:
        at = datetime.fromisoformat(str(text)).astimezone(UTC)
    except (ValueError, OverflowError):
        return _UNREADABLE
    # Shown in another time zone, it must not leave the calendar.
    return at if _UNREADABLE < at < _LATEST else _UNREADABLE


def _object(text: object) -> Mapping[str, object]:
    try:
        value = json.loads(str(text), object_pairs_hook=_pairs, parse_int=_integer)
    except (ValueError, RecursionError):
        return {}
    shown = _shown(value, _DEEPEST)
    return cast("Mapping[str, object]", shown) if isinstance(shown, dict) else {}


def _integer(digits: str) -> int | str:
    """A number; one that is longer than any of ours stays text, however long it is."""
    return int(digits) if len(digits) <= len(str(-MAX_SAFE_INTEGER)) else digits[:_LONGEST]


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object; of a name that is there twice a true is kept, so that none can be hidden."""
    found: dict[str, object] = {}
    for name, value in pairs:
        if found.get(name) is not True:
            found[name] = value
    return found


def _shown(value: object, depth: int) -> object:
    """`value` without what no event was written with and some reader of JSON cannot take."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int) and abs(value) <= MAX_SAFE_INTEGER:
        return value
    if isinstance(value, dict) and depth:
        pairs = cast("dict[str, object]", value).items()
        return {str(_shown(name, 0)): _shown(one, depth - 1) for name, one in pairs}
    if isinstance(value, list) and depth:
        return [_shown(one, depth - 1) for one in cast("list[object]", value)]
    return repr(value)[:_LONGEST] if isinstance(value, int | float) else "…"
