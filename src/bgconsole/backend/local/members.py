"""Accounts and memberships: listed, added, reset, promoted, unpaused, removed."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, delete, func, select, update

from bgconsole.backend.errors import (
    NotAllowedError,
    RefusedError,
)
from bgconsole.backend.identity import Caller
from bgconsole.backend.local import (
    access,
    accounts,
    identities,
    lists,
    pauses,
    sessions,
    throttle,
    tokens,
)
from bgconsole.backend.local.access import Change
from bgconsole.backend.local.accounts import Account
from bgconsole.backend.local.demands import Operation
from bgconsole.backend.local.parts import Parts
from bgconsole.backend.local.schema import account, entry, membership, provider, sso_identity
from bgconsole.backend.local.tokens import code_hash, code_of
from bgconsole.backend.values import Member, OneTimeCode, Removal
from bgconsole.policy.audit import REASON_KEY, EventType
from bgconsole.policy.clock import has_ended
from bgconsole.policy.email import comparable
from bgconsole.policy.guard import Override
from bgconsole.policy.impact import Impact, changing_role, removing_member, resetting
from bgconsole.policy.newcomers import code_is_not_enough
from bgconsole.policy.permissions import may_change_role
from bgconsole.policy.refusals import Code, refusal
from bgconsole.policy.sessions import CODE_LIFETIME
from bgconsole.policy.settings import Settings
from bgconsole.policy.team import Role, Team

REMOVED = "member_removed"
"""Why sessions, tokens and links ended, in the audit log."""


def members(parts: Parts, caller: Caller) -> tuple[Member, ...]:
    """Every account. See `MemberOperations.members`."""
    with access.reading(parts, caller, Operation.MEMBERS) as view:
        return _members(view.connection, _EVERYBODY, view.now)


def reset_member(
    parts: Parts, caller: Caller, email: str, override: Override | None
) -> OneTimeCode:
    """Take a password away, give a code. See `MemberOperations.reset_member`."""
    with access.changing(parts, caller, Operation.RESET_MEMBER, email, override) as change:
        found = member_account(change, email)
        person = found.person
        demand_right(change, person.role, person.role)
        code = code_of(change.secret("reset", person.email))
        expires_at = change.at + timedelta(seconds=CODE_LIFETIME)
        team = _judged(change, found)
        needs = code_is_not_enough(person.email, team.providers)
        given = OneTimeCode(
            person.email, code, expires_at, warnings=() if needs is None else (needs,)
        )
        if change.repeated:
            return given
        impact = resetting(team, person)
        _guard(change, impact, override)
        change.tx.change(
            update(account)
            .where(account.c.id == found.id)
            .values(
                password_hash=None,
                password_set_at=None,
                password_strong=None,
                code_hash=code_hash(code),
                code_expires_at=expires_at,
            )
        )
        change.record(EventType.MEMBER_RESET, "Password reset", target=person.email)
        _end_all(change, found, "password_reset")
        change.commit()
        return replace(given, warnings=(*given.warnings, *impact.worse_lists()))


def set_role(parts: Parts, caller: Caller, email: str, role: Role) -> Member:
    """Change a role. See `MemberOperations.set_role`."""
    with access.changing(parts, caller, Operation.SET_ROLE, email, role) as change:
        found = member_account(change, email)
        was = found.person.role
        demand_right(change, was, role)
        if change.repeated:
            return member_as_listed(change, found)
        impact = changing_role(_judged(change, found), found.person, role)
        _guard(change, impact, None)
        if was is not None and was is not role:
            mine = update(membership).where(membership.c.account_id == found.id)
            change.tx.change(mine.values(role=role.value))
            change.record(
                EventType.MEMBER_ROLE_CHANGED,
                "Role changed",
                target=found.person.email,
                metadata={"before": was.value, "after": role.value},
            )
            if was.administers and not role.administers:
                _end_tokens(change, found, "role_changed")
        member = member_as_listed(change, found)
        change.commit()
        return replace(member, warnings=impact.worse_lists())


def unpause(parts: Parts, caller: Caller, email: str) -> None:
    """Forget failures. See `MemberOperations.unpause`."""
    with access.changing(parts, caller, Operation.UNPAUSE, email) as change:
        if change.repeated:
            return
        found = accounts.member_of(change.connection, email)
        throttle.forget(change.tx, found.person.email)
        change.record(EventType.MEMBER_UNPAUSED, pauses.LIFTED, target=found.person.email)
        change.commit()


def remove_member(parts: Parts, caller: Caller, email: str, override: Override | None) -> Removal:
    """End a membership. See `MemberOperations.remove_member`."""
    with access.changing(parts, caller, Operation.REMOVE_MEMBER, email, override) as change:
        found = member_account(change, email)
        person = found.person
        if change.repeated:
            return Removal(person.email)
        demand_right(change, person.role, None)
        impact = removing_member(_judged(change, found), person)
        _guard(change, impact, override)
        snapshot = accounts.snapshot(change.connection, change.tx.now)
        for stored in snapshot.providers:
            left = tuple(e for e in stored.detail.settings.emails if e != person.email)
            if left != stored.detail.settings.emails:
                lists.store(change, snapshot, stored, Settings(stored.detail.enforced, left))
        _end_all(change, found, REMOVED)
        identities.unlink_all(change, found, REMOVED)
        change.tx.change(delete(membership).where(membership.c.account_id == found.id))
        throttle.forget_known_sources(change.tx, found.id)
        without_code = update(account).where(account.c.id == found.id)
        change.tx.change(without_code.values(code_hash=None, code_expires_at=None))
        change.record(
            EventType.MEMBER_REMOVED,
            "Member removed",
            target=person.email,
            metadata={
                "role": None if person.role is None else person.role.value,
                "codeWithdrawn": found.code_hash is not None,
            },
        )
        change.commit()
        return Removal(person.email, impact.worse_lists())


def member_account(change: Change, email: str) -> Account:
    """The account of a member; at a repeat that of somebody who left since, too."""
    if change.repeated:
        found = accounts.account_of(change.connection, email)
        if found is not None:
            return found
    return accounts.member_of(change.connection, email)


def member_as_listed(change: Change, found: Account) -> Member:
    """The person as stored now."""
    (member,) = _members(
        change.connection, _EVERYBODY.where(account.c.id == found.id), change.tx.now
    )
    return member


def _members(
    connection: Connection, query: Select[tuple[object, ...]], now: datetime
) -> tuple[Member, ...]:
    rows = connection.execute(query).all()
    paused = throttle.paused_emails(connection, now)
    lists_of = _slugs(connection, _LISTED)
    linked = _slugs(connection, _LINKED)
    return tuple(
        Member(
            email=row.email,
            name=row.name,
            role=None if row.role is None else Role(row.role),
            has_password=row.password_hash is not None,
            password_set_at=row.password_set_at,
            code_expires_at=_code_ends(row.code_expires_at, now),
            last_sign_in=row.last_sign_in_at,
            paused=comparable(row.email) in paused,
            lists=tuple(lists_of.get(row.id, ())),
            identities=tuple(linked.get(row.id, ())),
        )
        for row in rows
    )


def _code_ends(ends: datetime | None, now: datetime) -> datetime | None:
    """Until when a one-time code can be redeemed: one from the future has ended by `now`."""
    if ends is None or not has_ended(ends, now, CODE_LIFETIME):
        return ends
    return min(ends, now)


def _slugs(connection: Connection, query: Select[Any, Any]) -> dict[int, list[str]]:
    """The providers that a query names for each account, in the order of tabs."""
    found: dict[int, list[str]] = {}
    for row in connection.execute(query):
        found.setdefault(row.account_id, []).append(row.slug)
    return found


def _judged(change: Change, found: Account) -> Team:
    """The team as far as the guards need it: who is listed, the owners, and the person."""
    also = (found.person.email, *accounts.owners(change.connection))
    return accounts.snapshot(change.connection, change.tx.now, also).team


def _guard(change: Change, impact: Impact, override: Override | None) -> None:
    """The guards against what happens to one person.

    Raises RefusedError `last_owner`, `would_lock_out`.
    """
    if impact.owner_refused is not None:
        raise RefusedError(impact.owner_refused)
    lists.guard(change, impact, override)


def _end_all(change: Change, found: Account, reason: str) -> None:
    lists.end_sessions(
        change, sessions.open_sessions(change.connection, change.tx.now, [found.id]), reason
    )
    _end_tokens(change, found, reason)


def _end_tokens(change: Change, found: Account, reason: str) -> None:
    by = change.draft(EventType.TOKEN_REVOKED, "", metadata={REASON_KEY: reason})
    tokens.revoke_all(change.tx, by, found.id)


def demand_right(change: Change, was: Role | None, becomes: Role | None) -> None:
    """Raises NotAllowedError `forbidden` where only an owner may do this."""
    if not may_change_role(change.actor.role, was, becomes):
        raise NotAllowedError(
            refusal(
                Code.FORBIDDEN,
                "Only an owner can do this to an owner or admin",
                "Ask an owner of the team",
            )
        )


_EVERYBODY: Select[tuple[object, ...]] = (
    select(account, membership.c.role)
    .outerjoin(membership, membership.c.account_id == account.c.id)
    .order_by(func.coalesce(account.c.email_key, account.c.email), account.c.email)
)
_LISTED = (
    select(entry.c.account_id, provider.c.slug)
    .join(provider, provider.c.id == entry.c.provider_id)
    .order_by(provider.c.position, provider.c.id)
)
_LINKED = (
    select(sso_identity.c.account_id, provider.c.slug)
    .join(provider, provider.c.id == sso_identity.c.provider_id)
    .order_by(provider.c.position, provider.c.id)
)
