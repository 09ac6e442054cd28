"""Who people are at their providers: found, linked, listed and forgotten."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from bgconsole.backend.errors import RefusedError
from bgconsole.backend.identity import Caller
from bgconsole.backend.local import access, accounts, lists, sessions
from bgconsole.backend.local.access import Change
from bgconsole.backend.local.accounts import Account
from bgconsole.backend.local.demands import Operation
from bgconsole.backend.local.parts import Parts
from bgconsole.backend.local.schema import provider, sso_identity
from bgconsole.backend.local.transaction import Transaction
from bgconsole.backend.values import IdentityLink
from bgconsole.policy.audit import REASON_KEY, EventType
from bgconsole.policy.guard import Override
from bgconsole.policy.impact import changing_sso
from bgconsole.policy.refusals import Code, refusal

UNLINKED = "identity_unlinked"
"""Why a session ended, in the audit log."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Somebody at a provider, as the provider names them: issuer and subject, never the email."""

    provider_id: int
    issuer: str
    subject: str


def account_id_of(connection: Connection, who: Subject) -> int | None:
    """The account that is linked to somebody at a provider, or None."""
    query = select(sso_identity.c.account_id).where(
        sso_identity.c.provider_id == who.provider_id,
        sso_identity.c.issuer == who.issuer,
        sso_identity.c.subject == who.subject,
    )
    return connection.execute(query).scalar_one_or_none()


def is_linked(connection: Connection, provider_id: int, account_id: int) -> bool:
    """Whether the account is linked to anybody at the provider."""
    query = select(sso_identity.c.subject).where(_of(provider_id, account_id))
    return connection.execute(query).first() is not None


def link(tx: Transaction, who: Subject, account_id: int, email: str | None) -> None:
    """Link an account to somebody at a provider. The caller records it."""
    tx.change(
        insert(sso_identity).values(
            provider_id=who.provider_id,
            account_id=account_id,
            issuer=who.issuer,
            subject=who.subject,
            email=email,
            linked_at=tx.now,
            last_used_at=tx.now,
        )
    )


def used(tx: Transaction, provider_id: int, account_id: int) -> None:
    """Note that somebody signed in by an identity."""
    tx.note(update(sso_identity).where(_of(provider_id, account_id)).values(last_used_at=tx.now))


def identities(parts: Parts, caller: Caller, email: str) -> tuple[IdentityLink, ...]:
    """Who a person is at the providers. See `MemberOperations.identities`."""
    with access.reading(parts, caller, Operation.MEMBERS) as view:
        found = accounts.member_of(view.connection, email)
        query = (
            select(sso_identity, provider.c.slug)
            .join(provider, provider.c.id == sso_identity.c.provider_id)
            .where(sso_identity.c.account_id == found.id)
            .order_by(provider.c.position)
        )
        return tuple(
            IdentityLink(
                row.slug, row.issuer, row.subject, row.email, row.linked_at, row.last_used_at
            )
            for row in view.connection.execute(query)
        )


def unlink(parts: Parts, caller: Caller, email: str, slug: str, override: Override | None) -> None:
    """Forget who a person is at a provider. See `MemberOperations.unlink`."""
    with access.changing(parts, caller, Operation.UNLINK, email, slug, override) as change:
        if change.repeated:
            return
        found = accounts.member_of(change.connection, email)
        owners = accounts.owners(change.connection)
        before = accounts.snapshot(change.connection, change.tx.now, owners)
        stored = before.provider(slug)
        if not is_linked(change.connection, stored.id, found.id):
            raise RefusedError(refusal(Code.UNKNOWN_IDENTITY))
        change.tx.change(delete(sso_identity).where(_of(stored.id, found.id)))
        after = accounts.snapshot(change.connection, change.tx.now, owners).team
        lists.guard(change, changing_sso(before.team, after, slug), override)
        change.record(
            EventType.IDENTITY_UNLINKED,
            "Identity unlinked",
            target=found.person.email,
            provider=slug,
        )
        open_ones = sessions.open_sessions(change.connection, change.tx.now, [found.id])
        opened = [one for one in open_ones if one.provider_id == stored.id]
        lists.end_sessions(change, opened, UNLINKED)
        change.commit()


def unlink_all(change: Change, found: Account, reason: str) -> None:
    """Forget who somebody is at every provider; an event for each."""
    query = (
        select(provider.c.slug)
        .join(sso_identity, sso_identity.c.provider_id == provider.c.id)
        .where(sso_identity.c.account_id == found.id)
        .order_by(provider.c.position, provider.c.id)
    )
    slugs = change.connection.execute(query).scalars().all()
    if slugs:
        change.tx.change(delete(sso_identity).where(sso_identity.c.account_id == found.id))
    for slug in slugs:
        change.record(
            EventType.IDENTITY_UNLINKED,
            "Identity unlinked",
            target=found.person.email,
            provider=slug,
            metadata={REASON_KEY: reason},
        )


def forget_all(change: Change, provider_id: int, reason: str) -> int:
    """Forget everybody at a provider and end the sessions opened by it; how many were linked."""
    mine = sso_identity.c.provider_id == provider_id
    gone = change.tx.change(delete(sso_identity).where(mine)).rowcount
    open_ones = sessions.open_sessions(change.connection, change.tx.now)
    lists.end_sessions(change, [one for one in open_ones if one.provider_id == provider_id], reason)
    return gone


def _of(provider_id: int, account_id: int) -> ColumnElement[bool]:
    return (sso_identity.c.provider_id == provider_id) & (sso_identity.c.account_id == account_id)
