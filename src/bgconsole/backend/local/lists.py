"""What every change of switches and lists goes through: the guard, the rows, the sessions."""

from collections.abc import Sequence

from sqlalchemy import delete, insert, update

from bgconsole.backend.errors import RefusedError
from bgconsole.backend.local import sessions
from bgconsole.backend.local.access import Change
from bgconsole.backend.local.accounts import Snapshot, StoredProvider, demand_text
from bgconsole.backend.local.schema import entry, provider
from bgconsole.policy.audit import REASON_KEY, EventType
from bgconsole.policy.guard import Override
from bgconsole.policy.impact import Impact
from bgconsole.policy.login import Method, Reason
from bgconsole.policy.refusals import RequestField
from bgconsole.policy.settings import Settings, difference

MAX_REASON = 500
"""Characters of an override's reason."""


_NOTHING: frozenset[str] = frozenset()


def guard(change: Change, impact: Impact, override: Override | None) -> None:
    """Let a change pass, or record that it was overridden. Raises RefusedError `would_lock_out`."""
    found = impact.guarded
    refused = found.refusal(override)
    if refused is not None:
        raise RefusedError(refused)
    if override is None:
        return
    for lifted, fallen in found.guards:
        change.record(
            EventType.GUARD_OVERRIDDEN,
            "Guard against lock-out overridden",
            target=fallen.name,
            provider=fallen.slug,
            metadata={
                "reason": demand_text(
                    "The reason", RequestField.REASON, override.reason, MAX_REASON
                ),
                "guard": lifted.value,
            },
        )


def store(change: Change, snapshot: Snapshot, stored: StoredProvider, after: Settings) -> None:
    """Write a provider's switch and list, one event per change; its version grows by one."""
    slug, before = stored.detail.slug, stored.detail.settings
    delta = difference(before, after)
    change.tx.change(
        update(provider)
        .where(provider.c.id == stored.id)
        .values(
            enforced=after.enforced,
            version=stored.detail.version + 1,
            saved_by=change.actor.email,
            saved_at=change.tx.now,
        )
    )
    if delta.enforced is True:
        change.record(EventType.ENFORCEMENT_ENABLED, "SSO enforcement enabled", provider=slug)
    elif delta.enforced is False:
        change.record(EventType.ENFORCEMENT_DISABLED, "SSO enforcement disabled", provider=slug)
    for email in delta.remove:
        _remove(change, stored, email)
    kept = [email for email in before.emails if email not in delta.remove]
    _close_up(change, stored, kept)
    for place, email in enumerate(delta.add, start=len(kept) + 1):
        change.tx.change(
            insert(entry).values(
                provider_id=stored.id,
                account_id=snapshot.people[email].id,
                position=place,
                added_by=change.actor.email,
                added_at=change.tx.now,
            )
        )
        change.record(EventType.ENTRY_ADDED, "Break-glass user added", target=email, provider=slug)


def close_sessions(change: Change, impact: Impact) -> None:
    """End the password sessions of those whose password lets them in no longer.

    Not the session that asks, nor one opened by `recover`.
    """
    if change.actor.session is None or impact.before.providers == impact.after.providers:
        return
    own = change.actor.session.token_hash
    closed = [
        found
        for found in sessions.open_sessions(change.connection, change.tx.now)
        if found.method is Method.PASSWORD
        and not found.opened_by_recover
        and found.token_hash != own
        and impact.ends_password_session(found.email)
    ]
    end_sessions(change, closed, Reason.SSO_REQUIRED.value)


def end_sessions(change: Change, ended: Sequence[sessions.StoredSession], reason: str) -> None:
    """End sessions, an event for each."""
    for found in ended:
        sessions.end(change.tx, found)
        change.record(
            EventType.SESSION_REVOKED,
            "Session revoked",
            target=found.email,
            metadata={REASON_KEY: reason},
        )


def _remove(change: Change, stored: StoredProvider, email: str) -> None:
    account_id = stored.account_ids[email]
    change.tx.change(
        delete(entry).where(entry.c.provider_id == stored.id, entry.c.account_id == account_id)
    )
    change.record(
        EventType.ENTRY_REMOVED,
        "Break-glass user removed",
        target=email,
        provider=stored.detail.slug,
    )


def _close_up(change: Change, stored: StoredProvider, kept: Sequence[str]) -> None:
    """Give the entries that stay the first places, in their order."""
    for place, email in enumerate(kept, start=1):
        if stored.places[email] != place:
            one = (entry.c.provider_id == stored.id) & (
                entry.c.account_id == stored.account_ids[email]
            )
            change.tx.change(update(entry).where(one).values(position=place))
