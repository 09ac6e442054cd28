"""Reading the audit log: pages by `seq`, never by offset, each in a short transaction."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Select, func, or_, select

from bgconsole.backend.errors import LogRewoundError
from bgconsole.backend.identity import Caller
from bgconsole.backend.local import access
from bgconsole.backend.local.accounts import account_of
from bgconsole.backend.local.audit import head, storable
from bgconsole.backend.local.demands import Operation
from bgconsole.backend.local.event_rows import COLUMNS, event_of
from bgconsole.backend.local.parts import Parts
from bgconsole.backend.local.schema import MAY_BE_BREAK_GLASS, audit_event
from bgconsole.backend.values import AuditPage
from bgconsole.policy.audit import AuditEvent, AuditFilter, AuditHead, EventType
from bgconsole.policy.chain import GENESIS, timestamp
from bgconsole.policy.email import comparable

MAX_LIMIT = 2000
"""Events of one page at most, so that no read transaction lasts over 50 ms."""

_FIRST_SPAN = 50_000
_SPAN_GOAL = 0.02
"""How many `seq`s a search looks at in its first transaction, and how long one may take (s)."""

_LEAST_READ = 50
_CLOCK_SLACK = 1000
"""Times may run back a little where a clock was set; so many records are looked at around one."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the log: above `after` and below `before`, read from its newest or oldest end."""

    after: int
    before: int
    newest_first: bool


@dataclass(frozen=True, slots=True)
class _Sought:
    """What is looked for. `actors` are the spellings that the wanted actor has in the log."""

    wanted: AuditFilter
    actors: tuple[str, ...]


def audit_page(
    parts: Parts,
    caller: Caller,
    wanted: AuditFilter,
    *,
    limit: int,
    before: int | None,
    after: int | None,
    seen: AuditHead | None = None,
) -> AuditPage:
    """A page. See `AuditOperations.audit_page`."""
    with access.reading(parts, caller, Operation.AUDIT_PAGE) as view:
        log, newest_hash, newest = demand_history(view.connection, after, seen)
        low, high = _bounds(view.connection, wanted)
        sought = _Sought(wanted, _spellings(view.connection, wanted.actor))
    limit = max(1, min(limit, MAX_LIMIT))
    stretch = Stretch(
        after=max(low, after or 0),
        before=min(high, newest + 1 if before is None else before),
        newest_first=after is None,
    )
    found = _search(parts, sought, stretch, limit + 1)
    more = len(found) > limit
    found = found[:limit]
    if not stretch.newest_first:
        found.reverse()
    return AuditPage(tuple(found), newest, more, wanted.last_moment, newest_hash, log)


def demand_history(
    connection: Connection, after: int | None, seen: AuditHead | None
) -> tuple[str, str, int]:
    """The hashes of the first and the newest record, and the newest one's `seq`.

    Raises LogRewoundError where the log does not reach `after`, or does not hold the record `seen`.
    """
    newest, _ = head(connection)
    wanted = {1, newest} if seen is None else {1, newest, seen.seq}
    rows = connection.execute(
        select(audit_event.c.seq, audit_event.c.hash).where(audit_event.c.seq.in_(sorted(wanted)))
    )
    hashes: dict[int, str] = {row.seq: str(row.hash) for row in rows}
    now = AuditHead(newest, hashes.get(newest, GENESIS))
    if seen is not None and seen.seq > 0 and not _holds(seen, newest, hashes):
        raise LogRewoundError(seen, now)
    if after is not None and after > newest:
        raise LogRewoundError(AuditHead(after, ""), now)
    return hashes.get(1, ""), now.hash, newest


def _holds(seen: AuditHead, newest: int, hashes: Mapping[int, str]) -> bool:
    return seen.seq <= newest and (not seen.hash or hashes.get(seen.seq) == seen.hash)


def _search(parts: Parts, sought: _Sought, stretch: Stretch, limit: int) -> list[AuditEvent]:
    """The first `limit` events that match, from the stretch's end on.

    A search that no single index answers goes span by span, each in its own short transaction.
    """
    found: list[AuditEvent] = []
    low, high = stretch.after, stretch.before
    span = _FIRST_SPAN if _conditions(sought) > 1 or sought.wanted.text else high - low
    while low + 1 < high and len(found) < limit:
        if stretch.newest_first:
            part = (max(low, high - 1 - span), high)
            high = part[0] + 1
        else:
            part = (low, min(high, low + 1 + span))
            low = part[1] - 1
        started = time.perf_counter()
        found.extend(_span(parts, sought, part, stretch, limit - len(found)))
        if time.perf_counter() - started < _SPAN_GOAL / 4:
            span *= 4
    return found


def _span(
    parts: Parts,
    sought: _Sought,
    part: tuple[int, int],
    stretch: Stretch,
    limit: int,
) -> list[AuditEvent]:
    """The first `limit` events of one span that match."""
    wanted = sought.wanted
    query, seq = _matching(sought, folds_like=parts.database.folds_like), audit_event.c.seq
    query = query.order_by(seq.desc() if stretch.newest_first else seq.asc())
    # Of what the database takes for break-glass access, a little is not.
    count = max(limit, _LEAST_READ) if wanted.break_glass else limit
    found: list[AuditEvent] = []
    low, high = part
    while low + 1 < high and len(found) < limit:
        with parts.database.read() as connection:
            between = query.where(seq > low, seq < high).limit(count)
            events = [event_of(row) for row in connection.execute(between)]
        found += [event for event in events if event.is_break_glass or not wanted.break_glass]
        if len(events) < count:
            break
        low, high = (low, events[-1].seq) if stretch.newest_first else (events[-1].seq, high)
    return found[:limit]


def _conditions(sought: _Sought) -> int:
    wanted = sought.wanted
    given = (wanted.types, wanted.actor, wanted.provider, wanted.break_glass)
    # Several values are several runs through one index, merged by sorting: not an index's order.
    several = (wanted.types, sought.actors)
    return sum(bool(one) for one in given) + sum(len(values) > 1 for values in several)


def _matching(sought: _Sought, *, folds_like: bool) -> Select[tuple[object, ...]]:
    wanted, columns = sought.wanted, audit_event.c
    query: Select[tuple[object, ...]] = select(*(columns[name] for name in COLUMNS))
    if len(wanted.types) == 1:
        query = query.where(columns.type == storable(wanted.types[0]))
    elif wanted.types:
        # What is no type was never written; so the list is no longer than the vocabulary.
        query = query.where(columns.type.in_(sorted(_VOCABULARY & set(wanted.types))))
    if wanted.actor is not None:
        query = query.where(columns.actor.in_(sought.actors))
    if wanted.provider is not None:
        query = query.where(columns.provider == storable(wanted.provider))
    if wanted.break_glass:
        query = query.where(MAY_BE_BREAK_GLASS)
    if wanted.since is not None:
        query = query.where(columns.at >= timestamp(wanted.since))
    if wanted.until is not None:
        query = query.where(columns.at < timestamp(wanted.until))
    if wanted.text:
        query = query.where(_contains(wanted.text, folds_like=folds_like))
    return query


def _bounds(connection: Connection, wanted: AuditFilter) -> tuple[int, int]:
    """The `seq`s between which the wanted times lie, so that no search runs past them."""
    seq, at = audit_event.c.seq, audit_event.c.at
    low, high = 0, 2**63 - 1
    if wanted.since is not None:
        first = select(seq).where(at >= timestamp(wanted.since)).order_by(at, seq)
        lowest = connection.execute(
            select(func.min(first.limit(_CLOCK_SLACK).subquery().c.seq))
        ).scalar_one()
        low = high if lowest is None else lowest - 1
    if wanted.until is not None:
        last = select(seq).where(at < timestamp(wanted.until)).order_by(at.desc(), seq.desc())
        highest = connection.execute(
            select(func.max(last.limit(_CLOCK_SLACK).subquery().c.seq))
        ).scalar_one()
        high = 0 if highest is None else highest + 1
    return low, high


def _spellings(connection: Connection, actor: str | None) -> tuple[str, ...]:
    """How an actor may be spelt in the log: as compared, as given, and as their account has it."""
    if actor is None:
        return ()
    found = account_of(connection, actor.strip())
    spelt = {comparable(actor), actor.strip()}
    if found is not None:
        spelt.add(found.person.email)
    return tuple(sorted(storable(one) for one in spelt))


def _contains(text: str, *, folds_like: bool) -> ColumnElement[bool]:
    """Any of the texts holds `text`, ignoring case.

    SQLite's LIKE folds ASCII only (and ILIKE would cost three times as much there), PostgreSQL's
    ILIKE what its locale knows; for other letters the usual spellings are tried.
    """
    text = storable(text)
    forms = {text} if text.isascii() else {text, text.lower(), text.upper(), text.title()}
    columns = audit_event.c
    return or_(
        *(
            (column.like if folds_like else column.ilike)(f"%{_escaped(form)}%", escape="\\")
            for form in sorted(forms)
            for column in (columns.actor, columns.target, columns.description, columns.source)
        )
    )


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


_VOCABULARY = frozenset(kind.value for kind in EventType)
