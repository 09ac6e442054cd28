"""A provider's switch and list: saved as a whole, or changed by a delta; guarded, versioned."""

from dataclasses import replace

from bgconsole.backend.errors import (
    BatchRefusedError,
    ConflictError,
    ItemRefusal,
    RefusedError,
)
from bgconsole.backend.identity import Caller
from bgconsole.backend.local import access, accounts, lists
from bgconsole.backend.local.access import Change
from bgconsole.backend.local.accounts import Snapshot, StoredProvider
from bgconsole.backend.local.audit import storable
from bgconsole.backend.local.demands import Operation
from bgconsole.backend.local.parts import Parts
from bgconsole.backend.values import ProviderDetail, SettingsSave
from bgconsole.policy.change_warnings import settings_warnings
from bgconsole.policy.entries import check_addition
from bgconsole.policy.guard import Override
from bgconsole.policy.impact import Impact, saving
from bgconsole.policy.refusals import Code, Refusal, RequestField, refusal
from bgconsole.policy.settings import Delta, Settings


def save_settings(parts: Parts, caller: Caller, slug: str, save: SettingsSave) -> ProviderDetail:
    """Store switch and list. See `ProviderOperations.save_settings`."""
    with access.changing(parts, caller, Operation.SAVE_SETTINGS, slug, save) as change:
        if change.repeated:
            return _saved(change, slug, switch=True)
        emails = save.settings.emails
        snapshot = accounts.snapshot(
            change.connection, change.tx.now, emails, me=change.actor.email
        )
        wanted = tuple(_spelled(snapshot, email) for email in emails)
        stored = snapshot.provider(slug)
        now = stored.detail
        if save.version != now.version:
            raise ConflictError(now.settings, now.version, now.saved_by)
        listed = now.settings.emails
        delta = Delta(
            save.settings.enforced,
            # An email given twice is checked as an addition, and refused as a duplicate.
            add=tuple(e for i, e in enumerate(wanted) if e not in listed or e in wanted[:i]),
            remove=tuple(email for email in listed if email not in wanted),
        )
        return _apply(change, snapshot, stored, delta, save.override)


def apply_delta(
    parts: Parts, caller: Caller, slug: str, delta: Delta, override: Override | None
) -> ProviderDetail:
    """Add, remove, switch. See `ProviderOperations.apply_delta`."""
    asked = (slug, delta, override)
    with access.changing(parts, caller, Operation.APPLY_DELTA, *asked) as change:
        if change.repeated:
            return _saved(change, slug, switch=delta.enforced is not None)
        named = (*delta.add, *delta.remove)
        snapshot = accounts.snapshot(change.connection, change.tx.now, named, me=change.actor.email)
        add = tuple(_spelled(snapshot, email) for email in delta.add)
        remove = tuple(_spelled(snapshot, email) for email in delta.remove)
        stored = snapshot.provider(slug)
        listed = stored.detail.settings.emails
        # What is taken off and put on again in one step stays where it is.
        wanted = Delta(
            delta.enforced,
            add=tuple(email for email in add if email not in remove),
            remove=tuple(email for email in remove if email not in add),
        )
        missing = tuple(email for email in remove if email not in listed)
        if missing:
            raise BatchRefusedError(
                (
                    *(ItemRefusal(email, _not_listed()) for email in missing),
                    *_added(snapshot, stored.detail.settings, wanted)[1],
                )
            )
        return _apply(change, snapshot, stored, wanted, override)


def check_entry(parts: Parts, caller: Caller, slug: str, email: str) -> None:
    """Whether an email could be added. See `ProviderOperations.check_entry`."""
    with access.reading(parts, caller, Operation.CHECK_ENTRY) as view:
        snapshot = accounts.snapshot(view.connection, view.now, (email,))
        form = _spelled(snapshot, email)
        listed = snapshot.provider(slug).detail.settings.emails
        refused = check_addition(form, listed, snapshot.team.people.get(form))
        if refused is not None:
            raise RefusedError(refused)


def _apply(
    change: Change,
    snapshot: Snapshot,
    stored: StoredProvider,
    delta: Delta,
    override: Override | None,
) -> ProviderDetail:
    before = stored.detail.settings
    after = _checked(snapshot, before, delta)
    if after.enforced != before.enforced or set(after.emails) != set(before.emails):
        impact = saving(snapshot.team, stored.detail.with_settings(after))
        lists.guard(change, impact, override)
        lists.store(change, snapshot, stored, after)
        lists.close_sessions(change, impact)
    saved = _saved(change, stored.detail.slug, switch=delta.enforced is not None, was=stored)
    change.commit()
    return saved


def _saved(
    change: Change, slug: str, *, switch: bool, was: StoredProvider | None = None
) -> ProviderDetail:
    """The provider as it is by now, with what is to be known of going there from `was`.

    `switch`: whether it was said if SSO is enforced.
    """
    me = change.actor.email
    found = accounts.snapshot(change.connection, change.tx.now, me=me, everybody=True)
    team, saved = found.team, found.provider(slug)
    before = team.with_provider((was or saved).rules)
    impact = Impact(before, team, slug=slug)
    return replace(saved.detail, warnings=settings_warnings(impact, me, switch=switch))


def _checked(snapshot: Snapshot, before: Settings, delta: Delta) -> Settings:
    """The settings after `delta`. Raises RefusedError `not_enforced`, BatchRefusedError."""
    enforced = before.enforced if delta.enforced is None else delta.enforced
    if delta.add and not enforced:
        raise RefusedError(refusal(Code.NOT_ENFORCED))
    listed, refused = _added(snapshot, before, delta)
    if refused:
        raise BatchRefusedError(refused)
    return Settings(enforced, listed)


def _added(
    snapshot: Snapshot, before: Settings, delta: Delta
) -> tuple[tuple[str, ...], tuple[ItemRefusal, ...]]:
    """The list after `delta`, and the refusal of each addition that cannot join it."""
    people = snapshot.team.people
    listed = [email for email in before.emails if email not in delta.remove]
    refused: list[ItemRefusal] = []
    for email in delta.add:
        problem = check_addition(email, listed, people.get(email))
        if problem is None:
            listed.append(email)
        else:
            refused.append(ItemRefusal(email, problem))
    return tuple(listed), tuple(refused)


def _not_listed() -> Refusal:
    return refusal(
        Code.UNKNOWN_MEMBER,
        "This email is not on the list",
        'Show it with "bgconsole glass list"',
        RequestField.EMAIL,
    )


def _spelled(snapshot: Snapshot, email: str) -> str:
    """As it is stored; what is no email stays as it is, for the checks to refuse."""
    return storable(snapshot.spelled(email))
