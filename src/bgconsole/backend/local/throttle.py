"""Counting failed attempts in the database: per email and source, per source, per email.

Emails without an account count alike, and every answer to a stranger is made from what is counted
alike. Fails closed: an attempt whose failure cannot be written is not answered.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, delete, insert, or_, select, update

from bgconsole.backend.identity import Source
from bgconsole.backend.local.schema import account, account_throttle, known_source, throttle
from bgconsole.backend.local.transaction import Transaction
from bgconsole.backend.local.waits import NOBODY, Waits
from bgconsole.policy.clock import latest_stamp
from bgconsole.policy.email import comparable
from bgconsole.policy.throttle import (
    KNOWN_SOURCE_DAYS,
    MAX_DELAY_LOCAL,
    PAUSE_AFTER,
    PAUSE_DAYS,
    SOURCE_ALLOWANCE,
    STRANGERS_ALLOWANCE,
    UNKNOWN_EMAIL_HOURS,
    Allowance,
    expired,
    is_known_source,
    pause_stands,
    seconds_until,
    wait_after,
)

_ALL = ""
"""Stands for every email, or every source, where neither can be empty."""

_SWEPT = 50
"""Expired rows that one failure clears away, so that no attempt pays for a flood before it."""

_Rows = Mapping[tuple[str, str], Row[tuple[object, ...]]]


@dataclass(frozen=True, slots=True)
class EmailAtSource:
    """The waits for an email at a source, and whether its account knows the source."""

    waits: Waits
    known: bool

    @property
    def refuses(self) -> bool:
        """Whether a password is not even looked at."""
        return bool(self.waits.own) or (self.waits.shared and not self.known)

    @property
    def refuses_codes(self) -> bool:
        """The same of a one-time code."""
        return bool(self.waits.own) or (bool(self.waits.source) and not self.known)

    @property
    def of_a_proof(self) -> Waits:
        """What counts for somebody with a session: others at the source do not, a pause does."""
        return Waits(self.waits.own, paused=self.waits.paused and not self.known)


def standing(
    connection: Connection, email: str, account_id: int | None, source: Source, now: datetime
) -> EmailAtSource:
    """The waits for `email` at `source`. The same queries for every email, known or not."""
    email = comparable(email)
    if source.local:
        return EmailAtSource(Waits(), known=True)
    rows = _rows(connection, email, source)
    known = _is_known(connection, account_id, source, now)
    counted = connection.execute(
        select(account_throttle).where(account_throttle.c.email == email)
    ).one_or_none()
    paused = counted is not None and pause_stands(counted.paused_at, now)
    waits = Waits(
        own=_own_wait(rows.get((email, source.bucket)), now),
        source=max(
            _allowance_wait(SOURCE_ALLOWANCE, rows.get((_ALL, source.bucket)), now),
            _allowance_wait(STRANGERS_ALLOWANCE, rows.get((_ALL, _ALL)), now),
        ),
        paused=paused,
    )
    return EmailAtSource(waits, known)


def is_delayed(connection: Connection, email: str, source: Source, now: datetime) -> bool:
    """Whether a try at the local keyboard has to wait for its turn."""
    email = comparable(email)
    row = _rows(connection, email, source).get((email, source.bucket))
    return (
        row is not None
        and not expired(row.last_at, now)
        and wait_after(row.failures, local=True) > 0
    )


def delay_local(tx: Transaction, email: str, source: Source) -> float:
    """Seconds by which a try at the local keyboard is put off; the next one comes after it.

    Guesses come one after the other, whichever process makes them, but nobody's turn is further
    away than `MAX_DELAY_LOCAL`.
    """
    mine = (throttle.c.email == comparable(email)) & (throttle.c.bucket == source.bucket)
    row = tx.connection.execute(select(throttle).where(mine)).one_or_none()
    if row is None or expired(row.last_at, tx.now) or not wait_after(row.failures, local=True):
        return 0.0
    ahead = 0.0 if row.wait_until is None else (row.wait_until - tx.now).total_seconds()
    delay = min(max(ahead, 0.0), float(MAX_DELAY_LOCAL))
    until = tx.now + timedelta(seconds=delay + MAX_DELAY_LOCAL)
    tx.note(update(throttle).where(mine).values(wait_until=until))
    return delay


def fail(tx: Transaction, email: str, source: Source) -> bool:
    """Count a failed attempt at the source, and against the email over all sources.

    Gives whether the email's pause begins with it.
    """
    fail_at_source(tx, email, source)
    return email != NOBODY and _fail_everywhere(tx, comparable(email))


def fail_proof(tx: Transaction, email: str, source: Source) -> bool:
    """Count a failed proof: as `fail`, but nobody else at the source is charged with it."""
    email = comparable(email)
    rows = _rows(tx.connection, email, source)
    _count_own(tx, email, source, rows)
    return _fail_everywhere(tx, email)


def _fail_everywhere(tx: Transaction, email: str) -> bool:
    table = account_throttle
    mine = table.c.email == email
    row = tx.connection.execute(select(table).where(mine)).one_or_none()
    failures = 1 if row is None or expired(row.last_at, tx.now) else row.failures + 1
    paused_at = None if row is None else row.paused_at
    begins = failures >= PAUSE_AFTER and not pause_stands(paused_at, tx.now)
    if begins:
        paused_at = tx.now
    values = {"failures": failures, "last_at": tx.now, "paused_at": paused_at}
    if row is None:
        tx.note(insert(table).values(email=email, **values))
    else:
        tx.note(update(table).where(mine).values(**values))
    return begins


def fail_at_source(tx: Transaction, email: str, source: Source) -> None:
    """Count a failed attempt at the source only: of the email, and of everybody there."""
    _sweep(tx)
    email = comparable(email)
    rows = _rows(tx.connection, email, source)
    _count_own(tx, email, source, rows)
    if source.local:
        return
    for key, allowance in (
        ((_ALL, source.bucket), SOURCE_ALLOWANCE),
        ((_ALL, _ALL), STRANGERS_ALLOWANCE),
    ):
        row = rows.get(key)
        due = None if row is None or expired(row.last_at, tx.now) else row.wait_until
        failures = 1 if due is None or row is None else row.failures + 1
        _store(tx, key, row, failures, allowance.after_failure(due, tx.now))


def _count_own(tx: Transaction, email: str, source: Source, rows: _Rows) -> None:
    row = rows.get((email, source.bucket))
    failures = 1 if row is None or expired(row.last_at, tx.now) else row.failures + 1
    wait = wait_after(failures, local=source.local)
    until = tx.now + timedelta(seconds=wait) if wait else None
    _store(tx, (email, source.bucket), row, failures, until)


def succeed(tx: Transaction, email: str, account_id: int, source: Source) -> bool:
    """Forget the failures of the email here and in all, and remember the source.

    Gives whether a pause ends with it.
    """
    forget_source(tx, email, source)
    mine = account_throttle.c.email == comparable(email)
    paused_at = tx.connection.execute(
        select(account_throttle.c.paused_at).where(mine)
    ).scalar_one_or_none()
    tx.note(delete(account_throttle).where(mine))
    learn_source(tx, account_id, source)
    return pause_stands(paused_at, tx.now)


def learn_source(tx: Transaction, account_id: int, source: Source) -> None:
    """Remember that the account's own person came from here."""
    mine = (known_source.c.account_id == account_id) & (known_source.c.bucket == source.bucket)
    if tx.note(update(known_source).where(mine).values(last_at=tx.now)).rowcount == 0:
        tx.note(
            insert(known_source).values(account_id=account_id, bucket=source.bucket, last_at=tx.now)
        )


def forget_known_sources(tx: Transaction, account_id: int) -> None:
    """Where the account's person came from is a stranger's place from here on."""
    tx.note(delete(known_source).where(known_source.c.account_id == account_id))


def forget_source(tx: Transaction, email: str, source: Source) -> None:
    """Forget the failures of the email at one source."""
    email = comparable(email)
    tx.note(delete(throttle).where(throttle.c.email == email, throttle.c.bucket == source.bucket))


def rename(tx: Transaction, before: str, after: str) -> None:
    """What is counted against an email counts against its person's other one: no way out of it."""
    was, becomes = comparable(before), comparable(after)
    if was == becomes:
        return
    for table in (throttle, account_throttle):
        tx.note(delete(table).where(table.c.email == becomes))
        tx.note(update(table).where(table.c.email == was).values(email=becomes))


def forget(tx: Transaction, email: str) -> None:
    """Lift every wait and the pause of an email."""
    email = comparable(email)
    tx.note(delete(throttle).where(throttle.c.email == email))
    tx.note(delete(account_throttle).where(account_throttle.c.email == email))


def paused_emails(connection: Connection, now: datetime) -> frozenset[str]:
    """The emails, as they are compared, whose network path is closed for unknown sources."""
    paused_at = account_throttle.c.paused_at
    query = select(account_throttle.c.email, paused_at).where(paused_at.is_not(None))
    rows = connection.execute(query).all()
    return frozenset(row.email for row in rows if pause_stands(row.paused_at, now))


def known_sources(
    connection: Connection, now: datetime, limit: int
) -> list[tuple[str, str, datetime]]:
    """Email as it is compared, source and last sign-in of the known sources, the newest first."""
    query = (
        select(account.c.email, known_source.c.bucket, known_source.c.last_at)
        .join(account, account.c.id == known_source.c.account_id)
        .where(
            known_source.c.last_at >= now - timedelta(days=KNOWN_SOURCE_DAYS),
            known_source.c.last_at <= latest_stamp(now),
        )
        .order_by(known_source.c.last_at.desc())
        .limit(limit)
    )
    return [(comparable(row.email), row.bucket, row.last_at) for row in connection.execute(query)]


def _rows(connection: Connection, email: str, source: Source) -> _Rows:
    """What is counted of this email, and of everybody, at this source; and of all sources."""
    query = select(throttle).where(
        or_(
            (throttle.c.email == email) & (throttle.c.bucket == source.bucket),
            (throttle.c.email == _ALL) & (throttle.c.bucket == source.bucket),
            (throttle.c.email == _ALL) & (throttle.c.bucket == _ALL),
        )
    )
    return {(row.email, row.bucket): row for row in connection.execute(query)}


def _own_wait(row: Row[tuple[object, ...]] | None, now: datetime) -> int:
    if row is None or expired(row.last_at, now):
        return 0
    return seconds_until(row.wait_until, now, wait_after(row.failures, local=False))


def _allowance_wait(
    allowance: Allowance, row: Row[tuple[object, ...]] | None, now: datetime
) -> int:
    if row is None or expired(row.last_at, now):
        return 0
    return allowance.wait(row.wait_until, now)


def _store(
    tx: Transaction,
    key: tuple[str, str],
    row: Row[tuple[object, ...]] | None,
    failures: int,
    until: datetime | None,
) -> None:
    email, bucket = key
    values = {"failures": failures, "wait_until": until, "last_at": tx.now}
    if row is None:
        tx.note(insert(throttle).values(email=email, bucket=bucket, **values))
        return
    mine = (throttle.c.email == email) & (throttle.c.bucket == bucket)
    tx.note(update(throttle).where(mine).values(**values))


def _is_known(
    connection: Connection, account_id: int | None, source: Source, now: datetime
) -> bool:
    query = select(known_source.c.last_at).where(
        known_source.c.account_id == account_id, known_source.c.bucket == source.bucket
    )
    return is_known_source(connection.execute(query).scalar_one_or_none(), now)


def _sweep(tx: Transaction) -> None:
    """Clear some failures that are older than a day, or from the future.

    At a source for a real account too: a wait never lasts longer than an hour, so a guesser who
    comes back once a day gains nothing over one who stays.
    """
    old = tx.now - timedelta(hours=UNKNOWN_EMAIL_HOURS)
    ahead = latest_stamp(tx.now)
    last_at = throttle.c.last_at
    at_sources = (
        select(throttle.c.email, throttle.c.bucket)
        .where(or_(last_at < old, last_at > ahead))
        .limit(_SWEPT)
    )
    for row in tx.connection.execute(at_sources).all():
        at_source = (throttle.c.email == row.email) & (throttle.c.bucket == row.bucket)
        tx.note(delete(throttle).where(at_source))
    counted = account_throttle.c
    gone = tx.now - timedelta(days=PAUSE_DAYS)
    paused_at = counted.paused_at
    not_paused = or_(paused_at.is_(None), paused_at < gone, paused_at > ahead)
    forgotten = or_(counted.last_at < old, counted.last_at > ahead)
    no_more = select(counted.email).where(forgotten, not_paused).limit(_SWEPT)
    emails = tx.connection.execute(no_more).scalars().all()
    if emails:
        tx.note(delete(account_throttle).where(account_throttle.c.email.in_(emails)))
