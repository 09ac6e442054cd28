"""What an audit event says in words, for log, command line and spreadsheet: to whom, and why.

The words go on from the name of the actor: 'olga | removed ingrid from Entra'. What is stored
stays as it is; the words are made when it is read, so that old events have them too. Texts of the
event are in them as they were stored: hostile until shown by `safe_text` or `visible`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, cast

from bgconsole.policy.audit import (
    COUNT_KEY,
    DRILL_KEY,
    IDP_STATE_KEY,
    AuditEvent,
    EventType,
    Outcome,
)
from bgconsole.policy.idp_words import IdpWord, as_read

REASON_TYPED_KEY: Final = "reason"
"""What somebody typed as the reason of an override, or of a log that went back."""


@dataclass(frozen=True, slots=True)
class Names:
    """How people (by email) and providers (by slug) are called."""

    person: Callable[[str], str]
    provider: Callable[[str], str]


AS_STORED: Final = Names(str, str)


def measured_state(event: AuditEvent) -> str | None:
    """What was measured of the IdP of the event's provider."""
    measured = event.metadata.get(IDP_STATE_KEY)
    state = measured.get(event.provider) if isinstance(measured, Mapping) else measured
    return as_read(state) if isinstance(state, str) else None


def event_words(event: AuditEvent, names: Names = AS_STORED) -> tuple[str, ...]:
    """The same in several lengths, the longest first; each says to whom and how it ended."""
    if event.outcome is Outcome.FAILURE:
        return _failure(event)
    special = _SPECIAL.get(event.type)
    forms = _FORMS.get(event.type, ()) if special is None else special(event)
    if event.target is not None and event.target == event.actor:
        forms = _OF_ONESELF.get(event.type, forms)
    whom = names.person(event.target) if event.target else "somebody"
    where = names.provider(event.provider) if event.provider else "a provider"
    known = _Known(event, whom, where)
    # Only the forms are templates: braces in what is put into them mean nothing.
    return tuple(form.format_map(known) for form in forms) or (event.description,)


def types_saying(text: str) -> frozenset[EventType]:
    """The types whose words for what happened have `text` in them, whatever the case."""
    sought = text.casefold()
    said = {**_FORMS, **_SPECIAL_SAYS}
    return frozenset(
        kind
        for kind, forms in said.items()
        if any(sought in part.casefold() for form in forms for part in _between(form))
    )


def _between(form: str) -> tuple[str, ...]:
    """The words of a form without the names of what is put into it."""
    return tuple(part.rpartition("}")[2] for part in form.split("{"))


class _Known(dict[str, str]):
    """What a form may name: whom, where, and whatever text or number the metadata have."""

    def __init__(self, event: AuditEvent, whom: str, where: str) -> None:
        super().__init__(
            whom=whom, where=where, target=event.target or "", description=event.description
        )
        self._metadata = event.metadata

    def __missing__(self, key: str) -> str:
        value = self._metadata.get(key)
        if isinstance(value, int | float):
            return f"{value:,.0f}"
        return value if isinstance(value, str) else "?"


def _failure(event: AuditEvent) -> tuple[str, ...]:
    count = event.metadata.get(COUNT_KEY)
    times = f", {count:,} times" if isinstance(count, int) and count > 1 else ""
    if not event.reason:
        return (f"{event.description}{times}",)
    what = "proof" if event.type is EventType.REAUTH_FAILURE else "login"
    why = f"{event.reason}{times}"
    return (f"{event.description}: {why}", f"{what} failed: {why}", why)


def _login(event: AuditEvent) -> tuple[str, ...]:
    by_sso = event.metadata.get("method") == "sso"
    if event.is_break_glass:
        drill = event.metadata.get(DRILL_KEY) is True
        note = ", a drill" if drill else ""
        if measured_state(event) == IdpWord.DOWN:
            note += f", {{where}} was {IdpWord.DOWN}"
        short = "break-glass drill" if drill else "break-glass login"
        return ("{description}" + note, "{description}", "break-glass login" + note, short)
    by = "via SSO" if by_sso else "via password"
    at = ("{description} at {where}",) if by_sso and event.provider else ()
    return (*at, "{description}", f"logged in {by}", by)


def _revoked(event: AuditEvent) -> tuple[str, ...]:
    ended = "ended their own session" if event.target == event.actor else "ended {whom}'s session"
    return (ended + ": {reasonCode}", ended) if event.reason else (ended,)


def _overridden(event: AuditEvent) -> tuple[str, ...]:
    if not event.metadata.get(REASON_TYPED_KEY):
        return ("overrode the lock-out guard of {where}",)
    return ("overrode the lock-out guard of {where}: {reason}", "overrode guard: {reason}")


def _provider_changed(event: AuditEvent) -> tuple[str, ...]:
    after = event.metadata.get("after")
    if not isinstance(after, Mapping) or not after:
        return ("changed {where}",)
    fields = ", ".join(map(str, cast("Mapping[object, object]", after))).replace("_", " ")
    # Names of fields come out of the database, so a brace in one is none of a template.
    return (f"changed {_plain(fields)} of {{where}}", "changed {where}")


def _joined(event: AuditEvent) -> tuple[str, ...]:
    role = " as {role}" if event.metadata.get("role") else ""
    return ("added {whom} to the team" + role, "added {whom}" + role, "added {whom}")


def _plain(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


_SPECIAL: Final[Mapping[EventType, Callable[[AuditEvent], tuple[str, ...]]]] = {
    EventType.LOGIN_SUCCESS: _login,
    EventType.SESSION_REVOKED: _revoked,
    EventType.GUARD_OVERRIDDEN: _overridden,
    EventType.PROVIDER_CHANGED: _provider_changed,
    EventType.MEMBER_ADDED: _joined,
}

_SPECIAL_SAYS: Final[Mapping[EventType, tuple[str, ...]]] = {
    EventType.SESSION_REVOKED: ("ended", "session"),
    EventType.GUARD_OVERRIDDEN: ("overrode the lock-out guard of",),
    EventType.PROVIDER_CHANGED: ("changed",),
    EventType.MEMBER_ADDED: ("added", "to the team as"),
}
"""What those say besides what is stored."""

_FORMS: Final[Mapping[EventType, tuple[str, ...]]] = {
    EventType.LOGOUT: ("{description}", "logged out"),
    EventType.REAUTH_SUCCESS: ("{description}", "proof given"),
    EventType.ENFORCEMENT_ENABLED: ("turned SSO enforcement on for {where}", "enforced {where}"),
    EventType.ENFORCEMENT_DISABLED: (
        "turned SSO enforcement off for {where}",
        "enforcement off: {where}",
    ),
    EventType.ENTRY_ADDED: ("added {whom} to {where}", "added {whom}"),
    EventType.ENTRY_REMOVED: ("removed {whom} from {where}", "removed {whom}"),
    EventType.PROVIDER_ADDED: ("added the provider {target}", "added {target}"),
    EventType.PROVIDER_REMOVED: ("removed the provider {target}", "removed {target}"),
    EventType.MEMBER_ROLE_CHANGED: ("made {whom} {after}, was {before}", "made {whom} {after}"),
    EventType.MEMBER_RENAMED: ("changed {whom}'s email to {to}", "changed {whom}'s email"),
    EventType.MEMBER_NAME_CHANGED: ("changed {whom}'s name",),
    EventType.MEMBER_REMOVED: ("removed {whom} from the team", "removed {whom}"),
    EventType.MEMBER_RESET: ("reset {whom}'s password", "reset {whom}"),
    EventType.MEMBER_PASSWORD_SET: ("set {whom}'s password",),
    EventType.MEMBER_PAUSED: ("paused {whom}'s login at new addresses", "paused {whom}"),
    EventType.MEMBER_UNPAUSED: ("ended {whom}'s pause at new addresses", "unpaused {whom}"),
    EventType.IDENTITY_LINKED: ("linked {whom} to {where}", "linked {whom}"),
    EventType.IDENTITY_UNLINKED: ("unlinked {whom} from {where}", "unlinked {whom}"),
    EventType.IDP_DOWN: ("{where} is {after}",),
    EventType.IDP_UP: ("{where} is {after}",),
    EventType.TOKEN_CREATED: ("created the audit token {target}", "created a token"),
    EventType.TOKEN_REVOKED: ("revoked the audit token {target}", "revoked a token"),
    EventType.AUDIT_EXPORTED: ("exported {count} events", "exported {count}"),
    EventType.AUDIT_REWOUND: (
        "acknowledged that the log went back: {reason}",
        "log went back: {reason}",
    ),
    EventType.SYSTEM_RECOVERED: ("made {whom} an owner by database access", "recovered {whom}"),
    EventType.CLOCK_STEPPED: ("the clock went back by {seconds} s", "clock back {seconds} s"),
}

_OF_ONESELF: Final[Mapping[EventType, tuple[str, ...]]] = {
    EventType.MEMBER_ADDED: ("{description}", "created the team"),
    EventType.MEMBER_PASSWORD_SET: ("{description}", "set their password"),
    EventType.MEMBER_UNPAUSED: ("{description}", "ended their pause"),
    EventType.IDENTITY_LINKED: ("linked to their identity at {where}", "linked to {where}"),
    EventType.SYSTEM_RECOVERED: ("became an owner by database access", "became owner"),
}
