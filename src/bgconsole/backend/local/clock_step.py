"""Notices that the clock went back: an event is about to be recorded before the newest one.

Once for each step, whichever process sees it: it is looked for where the log is written, which one
does at a time, and what is recorded of it is the newest event from then on. `clock_watch` looks
without waiting for an event.
"""

import socket
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, bindparam, select, update

from bgconsole.backend.local.audit import EventDraft, storable
from bgconsole.backend.local.event_rows import COLUMNS, event_of, moment_of
from bgconsole.backend.local.schema import audit_event, audit_head, session
from bgconsole.policy.audit import CLOCK_SECONDS_KEY, PROGRAM, AuditEvent, EventType
from bgconsole.policy.chain import timestamp
from bgconsole.policy.clock import CLOCK_TOLERANCE, is_from_future, latest_stamp

_SAME_STEP: Final = timedelta(hours=1)
"""Two machines whose clocks disagree write in turn: the same step is recorded once in so long."""


def newest_stamp(connection: Connection) -> datetime | None:
    """When the newest event was recorded, by the clock of then."""
    text = connection.execute(_NEWEST).scalar_one_or_none()
    return None if text is None else moment_of(text)


def with_step(
    connection: Connection, drafts: Sequence[EventDraft], now: datetime
) -> Sequence[EventDraft]:
    """`drafts`, about to be recorded at `now`, behind what tells of a clock that went back.

    The sessions that are from the future by the clock as it is now end for good.
    """
    before = newest_stamp(connection)
    if before is None or not is_from_future(before, now):
        return drafts
    seconds = round((before - now).total_seconds())
    if _is_recorded(connection, seconds, now):
        return drafts
    ended = connection.execute(_END, {"ended_at": now, "ahead": latest_stamp(now)})
    step = EventDraft(
        EventType.CLOCK_STEPPED,
        "The clock went back",
        actor=PROGRAM,
        source=PROGRAM,
        metadata={
            "before": timestamp(before),
            "after": timestamp(now),
            CLOCK_SECONDS_KEY: seconds,
            "host": storable(socket.gethostname()),
            "sessionsEnded": ended.rowcount,
        },
    )
    return (step, *drafts)


def last_step(connection: Connection) -> AuditEvent | None:
    """The last step back on record."""
    row = connection.execute(_LAST_STEP).one_or_none()
    return None if row is None else event_of(row)


def _is_recorded(connection: Connection, seconds: int, now: datetime) -> bool:
    last = last_step(connection)
    if last is None or abs(now - last.at) >= _SAME_STEP:
        return False
    recorded = last.metadata.get(CLOCK_SECONDS_KEY)
    return isinstance(recorded, int) and abs(recorded - seconds) <= CLOCK_TOLERANCE


_EVENT = select(*(audit_event.c[name] for name in COLUMNS))
_HEAD = select(audit_head.c.seq).where(audit_head.c.id == 1).scalar_subquery()
_NEWEST = select(audit_event.c.at).where(audit_event.c.seq == _HEAD)
_LAST_STEP = (
    _EVENT.where(audit_event.c.type == EventType.CLOCK_STEPPED.value)
    .order_by(audit_event.c.seq.desc())
    .limit(1)
)
_END = (
    update(session)
    .where(session.c.created_at > bindparam("ahead"), session.c.revoked_at.is_(None))
    .values(revoked_at=bindparam("ended_at"))
)
