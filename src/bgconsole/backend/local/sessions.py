"""Sessions as stored: opened, seen, proven, ended. Tokens are kept as their hashes only."""

import base64
import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, delete, insert, select, update

from bgconsole.backend.identity import Source
from bgconsole.backend.local.audit import storable
from bgconsole.backend.local.schema import account, membership, provider, session
from bgconsole.backend.local.transaction import Transaction
from bgconsole.policy.clock import is_from_future
from bgconsole.policy.login import Method
from bgconsole.policy.sessions import SESSION_LIFETIME, is_idle, is_noted
from bgconsole.policy.team import Role

SESSION_PREFIX = "bgs_"
_KEPT_DAYS = 7
"""How long an ended session's row stays, so that what happened can still be looked up."""


def new_token(prefix: str, randomness: bytes | None = None) -> str:
    """A token of 256 random bits, or of those given."""
    given = secrets.token_bytes(32) if randomness is None else randomness
    return prefix + base64.urlsafe_b64encode(given).rstrip(b"=").decode()


def token_hash(token: str) -> str:
    """What is stored of a token (64 hex digits)."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class StoredSession:
    """An open session with its person's role now."""

    token_hash: str
    account_id: int
    email: str
    name: str
    role: Role
    method: Method
    opened_by_recover: bool
    is_break_glass: bool
    last_seen_at: datetime
    proven_at: datetime
    expires_at: datetime
    provider_id: int | None = None
    provider: str | None = None

    def locked(self, now: datetime) -> bool:
        """Whether it was idle for too long, or nobody knows for how long."""
        return is_idle(self.last_seen_at, now)

    def stale(self, now: datetime) -> bool:
        """Whether `last_seen` is old enough to be written again."""
        return not is_noted(self.last_seen_at, now)


@dataclass(frozen=True, slots=True)
class Opening:
    """What a session about to be opened is."""

    account_id: int
    is_break_glass: bool = False
    opened_by_recover: bool = False
    provider_id: int | None = None
    """The provider by which somebody signs in, None for a password."""

    @property
    def method(self) -> Method:
        """How it is opened."""
        return Method.PASSWORD if self.provider_id is None else Method.SSO


def open_session(
    tx: Transaction, source: Source, opening: Opening, randomness: bytes | None = None
) -> tuple[str, datetime]:
    """Store a session; its token, of 32 bytes of `randomness` if given, and when it expires."""
    token = new_token(SESSION_PREFIX, randomness)
    expires_at = tx.now + timedelta(seconds=SESSION_LIFETIME)
    tx.note(delete(session).where(session.c.expires_at < tx.now - timedelta(days=_KEPT_DAYS)))
    tx.change(
        insert(session).values(
            token_hash=token_hash(token),
            account_id=opening.account_id,
            method=opening.method.value,
            provider_id=opening.provider_id,
            opened_by_recover=opening.opened_by_recover,
            is_break_glass=opening.is_break_glass,
            created_at=tx.now,
            last_seen_at=tx.now,
            proven_at=tx.now,
            expires_at=expires_at,
            source=storable(source.label),
        )
    )
    return token, expires_at


_FIND = (
    select(
        session,
        account.c.email,
        account.c.name,
        membership.c.role,
        provider.c.slug,
    )
    .join(account, account.c.id == session.c.account_id)
    .outerjoin(provider, provider.c.id == session.c.provider_id)
    .join(membership, membership.c.account_id == session.c.account_id)
)


def find(connection: Connection, token: str, now: datetime) -> StoredSession | None:
    """The open session of a member with this token, or None."""
    row = connection.execute(_FIND.where(session.c.token_hash == token_hash(token))).one_or_none()
    if row is None or row.revoked_at is not None or row.expires_at <= now:
        return None
    if is_from_future(row.created_at, now):
        return None
    return _session(row)


def open_sessions(
    connection: Connection, now: datetime, accounts: Iterable[int] | None = None
) -> tuple[StoredSession, ...]:
    """Every open session, or those of some accounts.

    Also those from the future, which let nobody in: what ends sessions ends them too, so that they
    do not come to life when their time comes.
    """
    query = _FIND.where(session.c.revoked_at.is_(None), session.c.expires_at > now)
    if accounts is not None:
        query = query.where(session.c.account_id.in_(list(accounts)))
    return tuple(_session(row) for row in connection.execute(query.order_by(session.c.created_at)))


def see(tx: Transaction, found: StoredSession) -> None:
    """Note that the person did something; at most once a minute."""
    if found.stale(tx.now):
        tx.note(
            update(session)
            .where(session.c.token_hash == found.token_hash)
            .values(last_seen_at=tx.now)
        )


def prove(tx: Transaction, found: StoredSession) -> None:
    """Store that the person proved who they are just now."""
    tx.change(
        update(session)
        .where(session.c.token_hash == found.token_hash)
        .values(proven_at=tx.now, last_seen_at=tx.now)
    )


def end(tx: Transaction, found: StoredSession) -> None:
    """Store that the session is over. The caller records why."""
    tx.change(
        update(session).where(session.c.token_hash == found.token_hash).values(revoked_at=tx.now)
    )


def _session(row: Row[tuple[object, ...]]) -> StoredSession:
    return StoredSession(
        token_hash=row.token_hash,
        account_id=row.account_id,
        email=row.email,
        name=row.name,
        role=Role(row.role),
        method=Method(row.method),
        opened_by_recover=row.opened_by_recover,
        is_break_glass=row.is_break_glass,
        last_seen_at=row.last_seen_at,
        proven_at=row.proven_at,
        expires_at=row.expires_at,
        provider_id=row.provider_id,
        provider=row.slug,
    )
