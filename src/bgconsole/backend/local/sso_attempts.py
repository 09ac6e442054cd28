"""Sign-ins at providers that are under way: begun, asked after, answered, ended.

A row stays until its time is over, ended or not: so many may be begun from one source, and by all.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, Update, delete, func, insert, or_, select, update

from bgconsole.backend.errors import CrowdedError, NotAllowedError, ThrottledError
from bgconsole.backend.identity import Source, SsoAnswer
from bgconsole.backend.local.schema import sso_attempt
from bgconsole.backend.local.sealed import Secrets, handle_hash, seal, unseal
from bgconsole.backend.local.transaction import Transaction
from bgconsole.policy.clock import is_from_future, latest_stamp
from bgconsole.policy.refusals import Code, refusal
from bgconsole.policy.sso import Flow, SsoPurpose
from bgconsole.policy.throttle import seconds_until

LIFETIME = 600
"""Seconds in which a sign-in has to be done; a provider may give less."""

PER_SOURCE = 10
IN_ALL = 500
"""Sign-ins begun within `LIFETIME`, so that strangers cannot fill table and audit log."""

MAX_WRONG_DIGITS = 3

DONE = "done"
DENIED = "denied"
"""Answers that are no code."""


@dataclass(frozen=True, slots=True)
class SsoAttempt:
    """A sign-in under way, with the secrets that its handle opened."""

    hash: str
    provider_id: int
    flow: Flow
    purpose: SsoPurpose
    session_hash: str | None
    created_at: datetime
    expires_at: datetime
    ended: bool
    interval: int
    asked_at: datetime | None
    answer: str | None
    answer_issuer: str | None
    digits_hash: str | None
    wrong_digits: int
    secrets: Secrets


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a sign-in about to begin is."""

    provider_id: int
    flow: Flow
    purpose: SsoPurpose
    session_hash: str | None


def begin(
    tx: Transaction, source: Source, beginning: Beginning, handle: str, kept: Secrets
) -> None:
    """Store a sign-in. Raises ThrottledError, CrowdedError."""
    over = or_(sso_attempt.c.expires_at <= tx.now, sso_attempt.c.created_at > latest_stamp(tx.now))
    tx.note(delete(sso_attempt).where(over))
    _demand_room(tx.connection, source, tx.now)
    tx.note(
        insert(sso_attempt).values(
            handle_hash=handle_hash(handle),
            state_hash=_hash(kept.state),
            provider_id=beginning.provider_id,
            flow=beginning.flow.value,
            purpose=beginning.purpose.value,
            session_hash=beginning.session_hash,
            bucket=source.bucket,
            sealed=seal(kept, handle),
            created_at=tx.now,
            expires_at=tx.now + timedelta(seconds=LIFETIME),
            interval=0,
            wrong_digits=0,
        )
    )


def _demand_room(connection: Connection, source: Source, now: datetime) -> None:
    """Raises ThrottledError, CrowdedError."""
    own = sso_attempt.c.bucket == source.bucket
    begun = connection.execute(
        select(func.count(), func.min(sso_attempt.c.expires_at)).where(own)
    ).one()
    if begun[0] >= PER_SOURCE:
        wait = datetime.fromisoformat(begun[1]) if isinstance(begun[1], str) else begun[1]
        raise ThrottledError(max(1, seconds_until(wait, now, LIFETIME)))
    if connection.execute(select(func.count()).select_from(sso_attempt)).scalar_one() >= IN_ALL:
        raise CrowdedError(
            refusal(Code.UNAVAILABLE, "Too many people are signing in", "Try again in a minute")
        )


def answered_by_device(
    tx: Transaction, handle: str, kept: Secrets, *, expires_in: int, interval: int
) -> None:
    """The provider gave a device code: store it, with its own time and pace."""
    until = tx.now + timedelta(seconds=min(max(expires_in, 1), LIFETIME))
    tx.note(
        update(sso_attempt)
        .where(sso_attempt.c.handle_hash == handle_hash(handle))
        .values(sealed=seal(kept, handle), interval=interval, expires_at=until)
    )


def find(connection: Connection, handle: str, now: datetime) -> SsoAttempt:
    """The sign-in of a handle. Raises NotAllowedError `sso_expired`."""
    query = select(sso_attempt).where(sso_attempt.c.handle_hash == handle_hash(handle))
    row = connection.execute(query).one_or_none()
    kept = None if row is None or _over(row, now) else unseal(row.sealed, handle)
    if row is None or kept is None:
        raise NotAllowedError(refusal(Code.SSO_EXPIRED))
    return _attempt(row, kept)


def called_back(tx: Transaction, state: str, came: SsoAnswer) -> str | None:
    """Store what the provider sent a browser back with; the digits to show, None when refused.

    Raises NotAllowedError `sso_expired` when no sign-in waits for it, or it came already.
    """
    query = select(sso_attempt).where(sso_attempt.c.state_hash == _hash(state))
    row = tx.connection.execute(query).one_or_none()
    if row is None or _over(row, tx.now) or row.answer is not None or row.ended_at is not None:
        raise NotAllowedError(refusal(Code.SSO_EXPIRED))
    code = None if came.denied else came.code
    digits = None if code is None else f"{secrets.randbelow(1000):03d}"
    tx.note(
        update(sso_attempt)
        .where(sso_attempt.c.handle_hash == row.handle_hash)
        .values(
            answer=DENIED if code is None else code,
            answer_issuer=came.issuer,
            digits_hash=None if digits is None else _hash(f"{row.handle_hash} {digits}"),
        )
    )
    return digits


def digits_fit(attempt: SsoAttempt, digits: str) -> bool:
    """Whether these are the digits that the page showed."""
    return attempt.digits_hash == _hash(f"{attempt.hash} {digits.strip()}")


def count_wrong_digits(tx: Transaction, attempt: SsoAttempt) -> int:
    """Count a wrong entry; returns how many there are."""
    wrong = attempt.wrong_digits + 1
    tx.note(_mine(attempt).values(wrong_digits=wrong))
    return wrong


def asked(tx: Transaction, attempt: SsoAttempt, interval: int) -> None:
    """The provider was asked just now, and may be asked again after `interval` seconds."""
    tx.note(_mine(attempt).values(asked_at=tx.now, interval=interval))


def end(tx: Transaction, attempt: SsoAttempt, answer: str | None = None) -> bool:
    """End a sign-in; False where it has ended already, by another process maybe."""
    ended = tx.note(
        _mine(attempt)
        .where(sso_attempt.c.ended_at.is_(None))
        .values(ended_at=tx.now, answer=answer)
    )
    return ended.rowcount == 1


def refuse(tx: Transaction, attempt: SsoAttempt) -> None:
    """Ask again as often as you like: a sign-in that was refused opens nothing."""
    tx.note(_mine(attempt).values(answer=DENIED))


def _over(row: Row[tuple[object, ...]], now: datetime) -> bool:
    return row.expires_at <= now or is_from_future(row.created_at, now)


def _mine(attempt: SsoAttempt) -> Update:
    return update(sso_attempt).where(sso_attempt.c.handle_hash == attempt.hash)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _attempt(row: Row[tuple[object, ...]], kept: Secrets) -> SsoAttempt:
    return SsoAttempt(
        hash=row.handle_hash,
        provider_id=row.provider_id,
        flow=Flow(row.flow),
        purpose=SsoPurpose(row.purpose),
        session_hash=row.session_hash,
        created_at=row.created_at,
        expires_at=row.expires_at,
        ended=row.ended_at is not None,
        interval=row.interval,
        asked_at=row.asked_at,
        answer=row.answer,
        answer_issuer=row.answer_issuer,
        digits_hash=row.digits_hash,
        wrong_digits=row.wrong_digits,
        secrets=kept,
    )
