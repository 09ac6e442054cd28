"""Providers as rows: listed, added, renamed, reordered, set up and removed."""

import re
from dataclasses import replace
from typing import cast

from sqlalchemy import delete, func, insert, select, update

from bgconsole.backend.errors import ConflictError, RefusedError
from bgconsole.backend.identity import Caller
from bgconsole.backend.local import access, accounts, identities, lists
from bgconsole.backend.local.access import Change
from bgconsole.backend.local.accounts import StoredProvider, demand_name, demand_text
from bgconsole.backend.local.demands import Operation
from bgconsole.backend.local.parts import Parts
from bgconsole.backend.local.schema import idp_probe, provider, sso_attempt
from bgconsole.backend.local.sso_settings import IDENTITY_FIELDS, changed_fields
from bgconsole.backend.local.transaction import Transaction
from bgconsole.backend.values import (
    ProviderAddition,
    ProviderChange,
    ProviderDetail,
    Removal,
    SsoSettings,
)
from bgconsole.policy.audit import EventType
from bgconsole.policy.change_warnings import removal_warnings, shut_out_warnings
from bgconsole.policy.guard import Override
from bgconsole.policy.impact import Impact, changing_sso, removing_provider
from bgconsole.policy.issuers import MAX_ISSUER, InvalidSettingError
from bgconsole.policy.permissions import Capability, allows
from bgconsole.policy.provider_kinds import ProviderKind
from bgconsole.policy.refusals import Code, RequestField, refusal
from bgconsole.policy.settings import Settings
from bgconsole.policy.team import IdpState

FIRST_PROVIDERS = tuple(
    ProviderAddition(kind.value, kind, kind.facts.default_name)
    for kind in ProviderKind
    if kind.facts.in_every_team
)
"""What a new team starts with."""

PROVIDER_REMOVED = "provider_removed"
ISSUER_CHANGED = "issuer_changed"
"""Why sessions opened by a provider ended, in the audit log."""

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


def providers(parts: Parts, caller: Caller) -> tuple[ProviderDetail, ...]:
    """Every provider. See `ProviderOperations.providers`."""
    with access.reading(parts, caller, Operation.PROVIDERS) as view:
        actor = view.actor
        found = accounts.snapshot(view.connection, view.now, me=actor.email).providers
    details = tuple(stored.detail for stored in found)
    if allows(actor.role, Capability.SEE_LISTS):
        return details
    return tuple(
        replace(detail, entries=(), saved_by=None, sso=SsoSettings(), proven_by=None)
        for detail in details
    )


def add_provider(parts: Parts, caller: Caller, addition: ProviderAddition) -> ProviderDetail:
    """Add one. See `ProviderOperations.add_provider`."""
    with access.changing(parts, caller, Operation.ADD_PROVIDER, addition) as change:
        if change.repeated:
            return _detail(change, addition.slug)
        if not _SLUG.fullmatch(addition.slug):
            message = "A slug has up to 40 lowercase letters, digits and hyphens"
            raise _invalid(message, "Choose another one", RequestField.SLUG)
        name = demand_name("The name", RequestField.NAME, addition.name)
        issuer = _issuer(addition.kind, addition.issuer)
        stored = accounts.snapshot(change.connection, change.tx.now).providers
        if any(p.detail.slug == addition.slug for p in stored):
            message = "A provider with this slug already exists"
            raise _invalid(message, "Choose another one", RequestField.SLUG)
        store_addition(change.tx, replace(addition, name=name, issuer=issuer))
        change.record(
            EventType.PROVIDER_ADDED,
            "Provider added",
            target=name,
            provider=addition.slug,
            metadata={"kind": addition.kind.value, "issuer": issuer},
        )
        found = _detail(change, addition.slug)
        change.commit()
        return found


def store_addition(tx: Transaction, addition: ProviderAddition) -> None:
    """Write a provider's row, last in the order of tabs. The caller records it."""
    last = tx.connection.execute(select(func.max(provider.c.position))).scalar_one()
    tx.change(
        insert(provider).values(
            slug=addition.slug,
            kind=addition.kind.value,
            name=addition.name,
            position=(last or 0) + 1,
            issuer=addition.issuer,
            enforced=False,
            version=1,
            idp_state=IdpState.UNKNOWN.value,
            idp_detail="",
        )
    )


def change_provider(
    parts: Parts, caller: Caller, slug: str, wanted: ProviderChange
) -> ProviderDetail:
    """Rename, reorder, set up. See `ProviderOperations.change_provider`."""
    with access.changing(parts, caller, Operation.CHANGE_PROVIDER, slug, wanted) as change:
        if change.repeated:
            return _detail(change, slug)
        owners = accounts.owners(change.connection)
        snapshot = accounts.snapshot(change.connection, change.tx.now, owners)
        stored = snapshot.provider(slug)
        was = stored.detail
        if wanted.version is not None and wanted.version != was.version:
            raise ConflictError(was.settings, was.version, was.saved_by)
        changed: dict[str, object] = {}
        if wanted.name is not None:
            changed["name"] = demand_name("The name", RequestField.NAME, wanted.name)
        changed["issuer"] = _changed_issuer(wanted, was)
        changed = {key: value for key, value in changed.items() if value != getattr(was, key)}
        registered = changed_fields(wanted, stored)
        before = {key: getattr(was, key) for key in changed}
        before |= {key: _shown(getattr(was.sso, key)) for key in registered}
        changed |= registered
        told: tuple[str, ...] = ()
        if changed:
            change.tx.change(update(provider).where(provider.c.id == stored.id).values(changed))
        if changed.keys() & IDENTITY_FIELDS:
            _start_over(change, stored, forget="issuer" in changed and was.issuer is not None)
            after = accounts.snapshot(change.connection, change.tx.now, owners).team
            lists.guard(change, changing_sso(snapshot.team, after, slug), wanted.override)
            told = _shut_out(change, stored)
        if wanted.position is not None and wanted.position != was.position:
            before["position"] = was.position
            changed["position"] = _move(change, snapshot.providers, stored, wanted.position)
        if changed:
            _count_up(change, stored)
            change.record(
                EventType.PROVIDER_CHANGED,
                "Provider changed",
                target=was.name,
                provider=slug,
                metadata={"before": before, "after": changed},
            )
        found = replace(_detail(change, slug), warnings=told)
        change.commit()
        return found


def remove_provider(parts: Parts, caller: Caller, slug: str, override: Override | None) -> Removal:
    """Remove one with its list. See `ProviderOperations.remove_provider`."""
    with access.changing(parts, caller, Operation.REMOVE_PROVIDER, slug, override) as change:
        if change.repeated:
            return Removal(slug)
        snapshot = accounts.snapshot(change.connection, change.tx.now, everybody=True)
        stored = snapshot.provider(slug)
        impact = removing_provider(snapshot.team, slug)
        lists.guard(change, impact, override)
        if stored.detail.entries or stored.detail.enforced:
            lists.store(change, snapshot, stored, Settings(enforced=False))
        identities.forget_all(change, stored.id, PROVIDER_REMOVED)
        for belonging in (sso_attempt, idp_probe):
            change.tx.note(delete(belonging).where(belonging.c.provider_id == stored.id))
        change.tx.change(delete(provider).where(provider.c.id == stored.id))
        change.record(
            EventType.PROVIDER_REMOVED,
            "Provider removed",
            target=stored.detail.name,
            provider=slug,
            metadata={"enforced": stored.detail.enforced},
        )
        rest = [p for p in snapshot.providers if p is not stored]
        _renumber(change, rest)
        lists.close_sessions(change, impact)
        change.commit()
        return Removal(slug, removal_warnings(impact))


def _shut_out(change: Change, was: StoredProvider) -> tuple[str, ...]:
    """Who has no way in any more, now that a provider's SSO is not what it was."""
    after = accounts.snapshot(change.connection, change.tx.now, everybody=True).team
    return shut_out_warnings(Impact(after.with_provider(was.rules), after))


def _detail(change: Change, slug: str) -> ProviderDetail:
    """A provider as stored now. Raises RefusedError `unknown_provider` if it was removed."""
    return (
        accounts.snapshot(change.connection, change.tx.now, me=change.actor.email)
        .provider(slug)
        .detail
    )


def _count_up(change: Change, stored: StoredProvider) -> None:
    """Count the version up, so that a change made on an older one is a conflict.

    Who saved switch and list, and when, stays as it is.
    """
    one = update(provider).where(provider.c.id == stored.id)
    change.tx.change(one.values(version=stored.detail.version + 1))


def _start_over(change: Change, stored: StoredProvider, *, forget: bool) -> None:
    """Another issuer or registration: nothing that was measured or proven is true of it.

    With `forget`, those who signed in by the issuer before are strangers to this one.
    """
    change.tx.note(
        update(provider)
        .where(provider.c.id == stored.id)
        .values(
            proven_at=None,
            proven_by=None,
            idp_state=IdpState.UNKNOWN.value,
            idp_since=None,
            idp_checked_at=None,
            idp_detail="",
            idp_step=None,
            idp_latency_ms=None,
            idp_certificate_until=None,
            idp_failures=None,
            probe_due=None,
        )
    )
    for belonging in (sso_attempt, idp_probe):
        change.tx.note(delete(belonging).where(belonging.c.provider_id == stored.id))
    if forget:
        identities.forget_all(change, stored.id, ISSUER_CHANGED)


def _shown(value: object) -> object:
    """A setting as the audit log keeps it: a list is one text, as it is stored."""
    if not isinstance(value, tuple):
        return value
    return " ".join(cast("tuple[str, ...]", value)) or None


def _move(
    change: Change, stored: tuple[StoredProvider, ...], moved: StoredProvider, position: int
) -> int:
    if not 1 <= position <= len(stored):
        message = f"A position is a number from 1 to {len(stored)}"
        raise _invalid(message, "Use one of these", RequestField.POSITION)
    order = [p for p in stored if p is not moved]
    order.insert(position - 1, moved)
    _renumber(change, order)
    return position


def _renumber(change: Change, order: list[StoredProvider]) -> None:
    for position, stored in enumerate(order, start=1):
        if stored.detail.position != position:
            one = update(provider).where(provider.c.id == stored.id)
            change.tx.change(one.values(position=position))


def _changed_issuer(change: ProviderChange, was: ProviderDetail) -> str | None:
    """The issuer that `change` asks for, by itself or by its tenant; what it was otherwise.

    Raises RefusedError `invalid_value`.
    """
    if change.tenant:
        try:
            return was.kind.facts.issuer({"tenant": change.tenant})
        except InvalidSettingError as error:
            raise _invalid(error.message, error.remedy, RequestField.TENANT) from error
    if change.issuer is not None:
        return _issuer(was.kind, change.issuer)
    return None if change.tenant == "" else was.issuer


def _issuer(kind: ProviderKind, text: str | None) -> str | None:
    """An issuer's URL, or None for an empty one. Raises RefusedError `invalid_value`."""
    issuer = demand_text("The issuer", RequestField.ISSUER, text or "", MAX_ISSUER)
    if not issuer:
        return None
    try:
        kind.facts.demand(issuer)
    except InvalidSettingError as error:
        raise _invalid(error.message, error.remedy, RequestField.ISSUER) from error
    return issuer


def _invalid(message: str, remedy: str, field: RequestField) -> RefusedError:
    return RefusedError(refusal(Code.INVALID_VALUE, message, remedy, field))
