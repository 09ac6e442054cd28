"""Tries that a throttle refused, folded: one event for each source and minute, however many.

They are counted in memory, so that refusing costs no commit. A minute's tries are written when it
is over, and what is left when the backend is closed. A process that is killed takes with it what
its last minute refused, no more: that there was a wait, and why, is on record by then.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from bgconsole.backend.identity import Source
from bgconsole.backend.local import accounts, transaction
from bgconsole.backend.local.audit import EventDraft
from bgconsole.backend.local.parts import Parts
from bgconsole.policy.audit import (
    BREAK_GLASS_FAILURE,
    BREAK_GLASS_KEY,
    COUNT_KEY,
    EMAILS_KEY,
    FIRST_KEY,
    LAST_KEY,
    LOGIN_FAILED,
    REASON_KEY,
    SOURCES_KEY,
    EventType,
    Outcome,
)
from bgconsole.policy.chain import timestamp
from bgconsole.policy.login import Reason, listing

SOURCES_A_MINUTE: Final = 30
"""Sources that get an event of their own in a minute; all others share one."""

_OTHERS: Final = "other sources"
_TOLD_APART: Final = 100
"""Emails and sources of one event that are listed; further ones count as attempts only."""

_UNWRITTEN: Final = 300
"""Events that may wait for a database that cannot be written."""


@dataclass(frozen=True, slots=True)
class RefusedTry:
    """One try. `actor` is the email, None where none was given; `method` how it tried."""

    type: EventType
    actor: str | None
    method: str
    source: Source


@dataclass(slots=True)
class Fold:
    """Tries of one source, or of many, that one event tells of."""

    type: EventType
    label: str
    first: datetime
    last: datetime
    count: int = 0
    nameless: bool = False
    emails: set[str] = field(default_factory=set[str])
    methods: set[str] = field(default_factory=set[str])
    buckets: set[str] = field(default_factory=set[str])

    def add(self, refused: RefusedTry, now: datetime) -> None:
        """Count one more."""
        self.count += 1
        self.last = max(self.last, now)
        self.first = min(self.first, now)
        self.methods.add(refused.method)
        if refused.actor is None:
            self.nameless = True
        elif len(self.emails) < _TOLD_APART:
            self.emails.add(refused.actor)
        if len(self.buckets) < _TOLD_APART:
            self.buckets.add(refused.source.bucket)

    def absorb(self, other: "Fold") -> None:
        """Tell of the tries of another one too."""
        self.label = _OTHERS
        self.count += other.count
        self.first, self.last = min(self.first, other.first), max(self.last, other.last)
        self.nameless = self.nameless or other.nameless
        self.methods |= other.methods
        for mine, theirs in ((self.emails, other.emails), (self.buckets, other.buckets)):
            mine.update(list(theirs)[: _TOLD_APART - len(mine)])

    def actor(self, named: Sequence[str]) -> str | None:
        """The one email that all the tries were for; `named` are those that may be on record."""
        alone = len(self.emails) == 1 and not self.nameless
        return named[0] if alone and named else None


class RefusedTries:
    """What was refused and is not on record yet. For one event loop."""

    def __init__(self) -> None:
        self._folds: dict[tuple[int, EventType, str], Fold] = {}
        self._unwritten: list[Fold] = []

    def __bool__(self) -> bool:
        return bool(self._folds or self._unwritten)

    def add(self, refused: RefusedTry, now: datetime) -> None:
        """Count a try that was refused at `now`."""
        minute = _minute(now)
        key = (minute, refused.type, refused.source.bucket)
        label = refused.source.label
        if key not in self._folds and self._sources(minute) >= SOURCES_A_MINUTE:
            key, label = (minute, refused.type, _OTHERS), _OTHERS
        fold = self._folds.get(key)
        if fold is None:
            fold = self._folds[key] = Fold(refused.type, label, now, now)
        fold.add(refused, now)

    def due(self, now: datetime) -> list[Fold]:
        """Take out those of the minutes that are over."""
        current = _minute(now)
        return self._taken([key for key in self._folds if key[0] != current])

    def all(self) -> list[Fold]:
        """Take out every one."""
        return self._taken(list(self._folds))

    def give_back(self, folds: Sequence[Fold]) -> None:
        """They could not be written, and wait for the next time; as one where they are many."""
        self._unwritten.extend(folds)
        if len(self._unwritten) > _UNWRITTEN:
            merged: dict[EventType, Fold] = {}
            for fold in self._unwritten:
                first = merged.setdefault(fold.type, fold)
                if first is not fold:
                    first.absorb(fold)
            self._unwritten = list(merged.values())

    def _sources(self, minute: int) -> int:
        return sum(key[0] == minute and key[2] != _OTHERS for key in self._folds)

    def _taken(self, keys: list[tuple[int, EventType, str]]) -> list[Fold]:
        taken, self._unwritten = self._unwritten, []
        return taken + [self._folds.pop(key) for key in keys]


def write(parts: Parts, folds: Sequence[Fold]) -> None:
    """Put them on record. Raises UnreachableError, SchemaError."""
    with transaction.begin(parts.database, parts.clock()) as tx:
        for fold in folds:
            tx.record(_draft(tx.connection, fold, tx.now))
        tx.commit()


def _draft(connection: Connection, fold: Fold, now: datetime) -> EventDraft:
    snapshot = accounts.snapshot(connection, now, fold.emails)
    named = [
        one
        for email in sorted(fold.emails)
        if (one := accounts.on_record(email, snapshot.account(email))) is not None
    ]
    actor = fold.actor(named)
    listed = [slug for email in named for slug in listing(email, snapshot.team.providers)]
    metadata: dict[str, object] = {
        REASON_KEY: Reason.THROTTLED.value,
        "method": "+".join(sorted(fold.methods)),
        COUNT_KEY: fold.count,
        FIRST_KEY: timestamp(fold.first),
        LAST_KEY: timestamp(fold.last),
    }
    if actor is None:
        metadata[EMAILS_KEY] = len(named)
    if fold.label == _OTHERS:
        metadata[SOURCES_KEY] = len(fold.buckets)
    if fold.type is EventType.REAUTH_FAILURE:
        description = "Proof of identity failed"
    else:
        description = BREAK_GLASS_FAILURE if listed else LOGIN_FAILED
        metadata[BREAK_GLASS_KEY] = bool(listed)
    return EventDraft(
        fold.type,
        description,
        actor=actor,
        source=fold.label,
        outcome=Outcome.FAILURE,
        provider=listed[0] if listed and actor is not None else None,
        metadata=metadata,
    )


def _minute(now: datetime) -> int:
    return int(now.timestamp() // 60)
