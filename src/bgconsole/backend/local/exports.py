"""Who reads the log, and what is on record of an export of it."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from bgconsole.backend.errors import ThrottledError
from bgconsole.backend.identity import Caller
from bgconsole.backend.local import access
from bgconsole.backend.local.access import Change
from bgconsole.backend.local.audit import storable
from bgconsole.backend.local.demands import Operation
from bgconsole.backend.local.parts import Parts
from bgconsole.backend.local.schema import audit_event
from bgconsole.backend.values import AuditReader
from bgconsole.policy.audit import MAX_FILTER_TEXT, MAX_FILTER_TYPE, AuditFilter, EventType
from bgconsole.policy.chain import timestamp
from bgconsole.policy.email import InvalidEmailError, canonical_email
from bgconsole.policy.secret_forms import holds_secret
from bgconsole.policy.throttle import seconds_until

SCRIPT_EXPORTS: Final = 60
"""Exports that scripts of one person put on record within an hour, all their tokens together.
It is all that a script can write to the log."""

_WITHHELD: Final = "(withheld)"
"""In place of a filter's text that has the form of a secret, or is no email where one belongs."""

_HOUR: Final = timedelta(hours=1)


def audit_reader(parts: Parts, caller: Caller) -> AuditReader:
    """See `AuditOperations.audit_reader`."""
    with access.reading(parts, caller, Operation.AUDIT_READER) as view:
        script = view.actor.script
        return AuditReader(view.actor.email, None if script is None else script.id)


def record_export(parts: Parts, caller: Caller, wanted: AuditFilter, count: int) -> None:
    """Record an export. See `AuditOperations.record_export`."""
    asked: dict[str, object] = {
        "types": [_kept(kind, MAX_FILTER_TYPE) for kind in wanted.types[: len(EventType)]],
        "actor": _person(wanted.actor),
        "provider": None if wanted.provider is None else _kept(wanted.provider),
        "breakGlass": wanted.break_glass or None,
        "since": None if wanted.since is None else timestamp(wanted.since),
        "until": None if wanted.until is None else timestamp(wanted.until),
        "text": None if wanted.text is None else _kept(wanted.text),
    }
    with access.changing(parts, caller, Operation.RECORD_EXPORT) as change:
        metadata: dict[str, object] = {
            "count": count,
            "filter": {key: value for key, value in asked.items() if value},
        }
        if change.actor.script is not None:
            _demand_allowance(change)
            metadata["token"] = change.actor.script.id
        change.record(EventType.AUDIT_EXPORTED, "Audit log exported", metadata=metadata)
        change.commit()


def _demand_allowance(change: Change) -> None:
    """Raises ThrottledError while the person's scripts have exported as often as they may."""
    event, now = audit_event.c, change.tx.now
    query = (
        select(event.at)
        .where(
            event.type == EventType.AUDIT_EXPORTED.value,
            event.actor == change.actor.email,
            event.at > timestamp(now - _HOUR),
            event.at <= timestamp(now),
            event.metadata.contains('"token":'),
        )
        .order_by(event.seq.desc())
        .offset(SCRIPT_EXPORTS - 1)
        .limit(1)
    )
    oldest = change.connection.execute(query).scalar_one_or_none()
    if oldest is not None:
        until = datetime.fromisoformat(oldest) + _HOUR
        raise ThrottledError(max(1, seconds_until(until, now, 3600)))


def _person(actor: str | None) -> str | None:
    """Whose events were asked for, as long as it is somebody."""
    if actor is None:
        return None
    try:
        return canonical_email(actor)
    except InvalidEmailError:
        return _WITHHELD


def _kept(text: str, limit: int = MAX_FILTER_TEXT) -> str:
    """As far as it can be stored, and may: a search for a leaked code must not keep it for ever."""
    return _WITHHELD if holds_secret(text) else storable(text, limit)
