"""The way in to every operation: who calls, whether they may, and whether it was done already."""

import secrets
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, select, update

from bgconsole.backend.errors import NotAllowedError, UnreachableError, read_only
from bgconsole.backend.identity import SCRIPT_PREFIX, Caller
from bgconsole.backend.local import failures, idempotency, sessions, transaction
from bgconsole.backend.local.audit import NO_METADATA, EventDraft
from bgconsole.backend.local.demands import DEMANDS, Demand, Operation
from bgconsole.backend.local.idempotency import Claim, KeyedRequest
from bgconsole.backend.local.parts import Parts
from bgconsole.backend.local.schema import account, api_token, membership, team
from bgconsole.backend.local.script_tokens import has_ended
from bgconsole.backend.local.sessions import StoredSession
from bgconsole.backend.local.transaction import Transaction
from bgconsole.policy.audit import EventType
from bgconsole.policy.permissions import allows
from bgconsole.policy.refusals import Code, refusal
from bgconsole.policy.sessions import is_noted, needs_proof
from bgconsole.policy.team import Role


@dataclass(frozen=True, slots=True)
class Script:
    """A script's token in use."""

    id: str
    last_used_at: datetime | None

    def stale(self, now: datetime) -> bool:
        """Whether its last use is old enough to be written again."""
        return self.last_used_at is None or not is_noted(self.last_used_at, now)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who calls, as the audit log names them: by a session, or by a script's token."""

    account_id: int
    email: str
    role: Role
    session: StoredSession | None
    script: Script | None = None


@dataclass(frozen=True, slots=True)
class View:
    """A reading caller inside a short read transaction."""

    connection: Connection
    actor: Actor
    now: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """A changing caller inside a write transaction; `commit` makes it so."""

    tx: Transaction
    actor: Actor
    caller: Caller
    claim: Claim | None = None

    @property
    def connection(self) -> Connection:
        """The transaction's connection, for reading."""
        return self.tx.connection

    @property
    def repeated(self) -> bool:
        """Whether this was done before, with the same key: only the answer is wanted."""
        return self.claim is not None and self.claim.repeated

    @property
    def at(self) -> datetime:
        """When it is, or was, done (UTC)."""
        return self.tx.now if self.claim is None else self.claim.at

    def secret(self, purpose: str, subject: str = "") -> bytes:
        """32 bytes for a code or token: random, and the same again at a repeat with a key."""
        if self.claim is None:
            return secrets.token_bytes(32)
        return self.claim.secret(purpose, subject)

    def record(
        self,
        kind: EventType,
        description: str,
        *,
        target: str | None = None,
        provider: str | None = None,
        metadata: Mapping[str, object] = NO_METADATA,
    ) -> None:
        """Put an event of this caller on record."""
        drafted = self.draft(kind, description, metadata=metadata)
        self.tx.record(replace(drafted, target=target, provider=provider))

    def draft(
        self, kind: EventType, description: str, *, metadata: Mapping[str, object] = NO_METADATA
    ) -> EventDraft:
        """An event of this caller's, which is not on record yet."""
        source = self.caller.source.label
        return EventDraft(kind, description, self.actor.email, source, metadata=metadata)

    def commit(self) -> None:
        """Write it all, with the key that it was asked for by."""
        if self.claim is not None:
            idempotency.keep(self.tx, self.claim)
        self.tx.commit()

    def commit_refusal(self) -> None:
        """Write what a refusal records; nothing was done, so the key is not used up."""
        self.tx.commit()


@contextmanager
def reading(parts: Parts, caller: Caller, operation: Operation) -> Generator[View]:
    """Let an authorised caller read. Raises NotAllowedError."""
    now = parts.clock()
    with parts.database.read() as connection:
        actor = authorise(parts, connection, caller, operation)
        yield View(connection, actor, now)
    _see(parts, actor, now, awake=DEMANDS[operation].awake and caller.attended)


@contextmanager
def changing(
    parts: Parts, caller: Caller, operation: Operation, *arguments: object
) -> Generator[Change]:
    """Let an authorised caller change something. Raises NotAllowedError.

    `arguments` are all that was asked for. When the caller's key was given for just that before,
    `Change.repeated` is true and nothing can be changed; for anything else: RefusedError
    `key_reused`.
    """
    if DEMANDS[operation].changes:
        demand_writable(parts)
    with transaction.begin(parts.database, parts.clock()) as tx:
        actor = authorise(parts, tx.connection, caller, operation)
        if DEMANDS[operation].awake and actor.session is not None:
            sessions.see(tx, actor.session)
        asked = _request(caller, actor, operation, arguments)
        change = Change(tx, actor, caller, None if asked is None else idempotency.claim(tx, asked))
        yield change
        if change.repeated:
            tx.commit()


def done_before(parts: Parts, caller: Caller, operation: Operation, *arguments: object) -> bool:
    """Whether this was done with the caller's key: for what is costly to judge. Raises as
    `changing` does.
    """
    if caller.key is None:
        return False
    with reading(parts, caller, operation) as view:
        asked = _request(caller, view.actor, operation, arguments)
        return asked is not None and idempotency.find(view.connection, asked, view.now) is not None


def _request(
    caller: Caller, actor: Actor, operation: Operation, arguments: tuple[object, ...]
) -> KeyedRequest | None:
    """The change that the caller's key names; per person, so that it survives a new sign-in."""
    if caller.key is None or not DEMANDS[operation].changes:
        return None
    return idempotency.request(
        caller.key, f"account {actor.account_id}", operation.value, *arguments
    )


def demand_writable(parts: Parts) -> None:
    """Raises NotAllowedError `forbidden` on a read-only console."""
    if parts.read_only:
        raise read_only()


def authorise(parts: Parts, connection: Connection, caller: Caller, operation: Operation) -> Actor:
    """The caller, if the operation is open to them; NotAllowedError otherwise."""
    demand = DEMANDS[operation]
    now = parts.clock()
    token = caller.token or ""
    if token.startswith(SCRIPT_PREFIX):
        return _script(connection, token, now, demand)
    found = sessions.find(connection, token, now) if token else None
    if found is None:
        if connection.execute(select(team.c.id)).first() is None:
            raise failures.no_team(parts.database.place)
        raise NotAllowedError(refusal(Code.SIGNED_OUT))
    if found.locked(now) and not demand.locked:
        raise NotAllowedError(refusal(Code.REAUTH_REQUIRED))
    if not allows(found.role, demand.capability):
        # What an admin may not do, another admin may not either.
        remedy = "Ask an owner of the team" if found.role.administers else ""
        raise NotAllowedError(refusal(Code.FORBIDDEN, remedy=remedy))
    if demand.proof and needs_proof(found.proven_at, now):
        raise NotAllowedError(refusal(Code.REAUTH_REQUIRED))
    return Actor(found.account_id, found.email, found.role, found)


def _script(connection: Connection, token: str, now: datetime, demand: Demand) -> Actor:
    """A script's token: valid as long as its creator may read the log."""
    row = connection.execute(
        select(api_token, account.c.email, membership.c.role, membership.c.since)
        .join(account, account.c.id == api_token.c.account_id)
        .join(membership, membership.c.account_id == api_token.c.account_id)
        .where(api_token.c.token_hash == sessions.token_hash(token))
    ).one_or_none()
    if row is None or has_ended(row.created_at, row.expires_at, row.since, now):
        raise NotAllowedError(refusal(Code.SIGNED_OUT))
    role = Role(row.role)
    if not demand.script or not allows(role, demand.capability):
        raise NotAllowedError(refusal(Code.FORBIDDEN))
    if row.revoked_at is not None:
        raise NotAllowedError(refusal(Code.SIGNED_OUT))
    return Actor(row.account_id, row.email, role, None, script=Script(row.id, row.last_used_at))


def _see(parts: Parts, actor: Actor, now: datetime, *, awake: bool) -> None:
    """Note what a read shows: that somebody is there, or that a script's token is in use.

    Fails closed: a session that could not be noted locks the sooner.
    """
    found = actor.session if awake else None
    script = actor.script
    if (found is None or not found.stale(now)) and (script is None or not script.stale(now)):
        return
    with suppress(UnreachableError), transaction.begin_if_free(parts.database, now) as tx:
        if found is not None:
            sessions.see(tx, found)
        if script is not None:
            used = update(api_token).where(api_token.c.id == script.id)
            tx.note(used.values(last_used_at=now))
        tx.commit()
