"""A filter of the audit log as the query of a URL."""

from datetime import datetime
from typing import Final

from bgconsole.policy.audit import (
    MAX_FILTER_TEXT,
    AuditFilter,
    AuditHead,
    EventType,
)

MOST: Final = 2000
"""Events that one page holds at most."""

_LAST: Final = (1 << 53) - 1
_TYPES: Final = frozenset(kind.value for kind in EventType)
_NOTHING: Final = " "
"""A condition that nothing meets; an empty one is no query."""

Query = list[tuple[str, str]]


def filter_query(wanted: AuditFilter) -> Query:
    """The conditions of `wanted`."""
    # A server refuses what is no type of event; no record has such a one.
    types = [one for one in dict.fromkeys(wanted.types) if one in _TYPES]
    if wanted.types and not types:
        types = [EventType.UNKNOWN.value]
    query = [("type", one) for one in types]
    for name, value in (("actor", wanted.actor), ("provider", wanted.provider)):
        if value is not None:
            query.append((name, value[:MAX_FILTER_TEXT] or _NOTHING))
    if wanted.break_glass:
        query.append(("break_glass", "true"))
    for name, moment in (("since", wanted.since), ("until", wanted.until)):
        if moment is not None:
            query.append((name, _written(moment)))
    if wanted.text:
        query.append(("text", wanted.text[:MAX_FILTER_TEXT]))
    return query


def seen_query(seen: AuditHead | None) -> Query:
    """The record that was seen, where its hash is known."""
    return [] if seen is None or not seen.hash else [("seen", str(seen))]


def page_query(wanted: AuditFilter, limit: int, before: int | None, after: int | None) -> Query:
    """The conditions, and which page of what meets them."""
    query = [*filter_query(wanted), ("limit", str(max(1, min(limit, MOST))))]
    for name, seq in (("before", before), ("after", after)):
        if seq is not None:
            query.append((name, str(max(0, min(seq, _LAST)))))
    return query


def _written(moment: datetime) -> str:
    return moment.isoformat()
