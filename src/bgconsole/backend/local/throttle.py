"""Counting failed attempts in the database: per email and source, and per email over all sources.

Emails without an account count alike. Fails closed: an attempt whose failure cannot be written is
not answered.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import Connection, delete, insert, select, update

from bgconsole.backend.identity import Source
from bgconsole.backend.local.schema import account, account_throttle, known_source, throttle
from bgconsole.backend.local.transaction import Transaction
from bgconsole.policy.throttle import (
    KNOWN_SOURCE_DAYS,
    MAX_WAIT,
    PAUSE_AFTER,
    UNKNOWN_EMAIL_HOURS,
    wait_after,
)

_SWEPT = 50
"""Expired rows that one failure clears away, so that no attempt pays for a flood before it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How an email stands at a source: seconds to wait, and whether the source is a known one."""

    wait: int
    known: bool


def standing(
    connection: Connection, email: str, account_id: int | None, source: Source, now: datetime
) -> Standing:
    """How `email` stands at `source`, its account's pause counted."""
    known = source.local or _is_known(connection, account_id, source, now)
    wait = source_wait(connection, email, source, now)
    if not known and _paused(connection, email, account_id, now):
        wait = max(wait, MAX_WAIT)
    return Standing(wait, known)


def source_wait(connection: Connection, email: str, source: Source, now: datetime) -> int:
    """Seconds that `email` has to wait at `source`."""
    until = connection.execute(
        select(throttle.c.wait_until).where(
            throttle.c.email == email, throttle.c.bucket == source.bucket
        )
    ).scalar_one_or_none()
    return 0 if until is None else max(0, ceil((until - now).total_seconds()))


def fail(tx: Transaction, email: str, account_id: int | None, source: Source) -> None:
    """Count a failed attempt at the source and against the email."""
    fail_at_source(tx, email, source)
    table = account_throttle
    mine = table.c.email == email
    row = tx.connection.execute(select(table).where(mine)).one_or_none()
    if row is None:
        tx.note(insert(table).values(email=email, failures=1, last_at=tx.now))
    else:
        expired = account_id is None and row.last_at < _forgotten(tx.now)
        failures = 1 if expired else row.failures + 1
        tx.note(update(table).where(mine).values(failures=failures, last_at=tx.now))


def fail_at_source(tx: Transaction, email: str, source: Source) -> None:
    """Count a failed attempt at the source only."""
    _sweep(tx)
    mine = (throttle.c.email == email) & (throttle.c.bucket == source.bucket)
    row = tx.connection.execute(select(throttle).where(mine)).one_or_none()
    if row is None:
        tx.note(
            insert(throttle).values(
                email=email, bucket=source.bucket, failures=1, wait_until=None, last_at=tx.now
            )
        )
        return
    failures = 1 if row.last_at < _forgotten(tx.now) else row.failures + 1
    wait = wait_after(failures, local=source.local)
    until = tx.now + timedelta(seconds=wait) if wait else None
    tx.note(
        update(throttle).where(mine).values(failures=failures, wait_until=until, last_at=tx.now)
    )


def succeed(tx: Transaction, email: str, account_id: int, source: Source) -> None:
    """Forget the failures of the email here and in all, and remember the source."""
    forget_source(tx, email, source)
    tx.note(delete(account_throttle).where(account_throttle.c.email == email))
    mine = (known_source.c.account_id == account_id) & (known_source.c.bucket == source.bucket)
    if tx.note(update(known_source).where(mine).values(last_at=tx.now)).rowcount == 0:
        tx.note(
            insert(known_source).values(account_id=account_id, bucket=source.bucket, last_at=tx.now)
        )


def forget_source(tx: Transaction, email: str, source: Source) -> None:
    """Forget the failures of the email at one source."""
    tx.note(delete(throttle).where(throttle.c.email == email, throttle.c.bucket == source.bucket))


def forget(tx: Transaction, email: str) -> None:
    """Lift every wait and the pause of an email."""
    tx.note(delete(throttle).where(throttle.c.email == email))
    tx.note(delete(account_throttle).where(account_throttle.c.email == email))


def paused_emails(connection: Connection) -> frozenset[str]:
    """The emails whose network path is closed for unknown sources."""
    query = select(account_throttle.c.email).where(account_throttle.c.failures >= PAUSE_AFTER)
    return frozenset(connection.execute(query).scalars())


def _paused(connection: Connection, email: str, account_id: int | None, now: datetime) -> bool:
    row = connection.execute(
        select(account_throttle).where(account_throttle.c.email == email)
    ).one_or_none()
    if row is None or row.failures < PAUSE_AFTER:
        return False
    return account_id is not None or row.last_at >= _forgotten(now)


def _is_known(
    connection: Connection, account_id: int | None, source: Source, now: datetime
) -> bool:
    query = select(known_source.c.last_at).where(
        known_source.c.account_id == account_id, known_source.c.bucket == source.bucket
    )
    last_at = connection.execute(query).scalar_one_or_none()
    return last_at is not None and last_at >= now - timedelta(days=KNOWN_SOURCE_DAYS)


def _forgotten(now: datetime) -> datetime:
    return now - timedelta(hours=UNKNOWN_EMAIL_HOURS)


def _sweep(tx: Transaction) -> None:
    """Clear some failures that are older than a day.

    At a source for a real account too: a wait never lasts longer than an hour, so a guesser who
    comes back once a day gains nothing over one who stays.
    """
    at_sources = (
        select(throttle.c.email, throttle.c.bucket)
        .where(throttle.c.last_at < _forgotten(tx.now))
        .limit(_SWEPT)
    )
    for row in tx.connection.execute(at_sources).all():
        at_source = (throttle.c.email == row.email) & (throttle.c.bucket == row.bucket)
        tx.note(delete(throttle).where(at_source))
    unknown = (
        select(account_throttle.c.email)
        .outerjoin(account, account.c.email == account_throttle.c.email)
        .where(account_throttle.c.last_at < _forgotten(tx.now), account.c.id.is_(None))
        .limit(_SWEPT)
    )
    emails = tx.connection.execute(unknown).scalars().all()
    if emails:
        tx.note(delete(account_throttle).where(account_throttle.c.email.in_(emails)))
