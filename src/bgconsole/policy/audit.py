"""The audit vocabulary and the event: what is on record, and in which words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Final


class EventType(StrEnum):
    """Every kind of event. The label is what people read."""

    LOGIN_SUCCESS = "auth.login.success"
    LOGIN_FAILURE = "auth.login.failure"
    LOGOUT = "auth.logout"
    REAUTH_SUCCESS = "auth.reauth.success"
    REAUTH_FAILURE = "auth.reauth.failure"
    SESSION_REVOKED = "session.revoked"
    ENFORCEMENT_ENABLED = "sso.enforcement.enabled"
    ENFORCEMENT_DISABLED = "sso.enforcement.disabled"
    ENTRY_ADDED = "break_glass.user.added"
    ENTRY_REMOVED = "break_glass.user.removed"
    GUARD_OVERRIDDEN = "break_glass.guard.overridden"
    PROVIDER_ADDED = "provider.added"
    PROVIDER_CHANGED = "provider.changed"
    PROVIDER_REMOVED = "provider.removed"
    MEMBER_ADDED = "member.added"
    MEMBER_ROLE_CHANGED = "member.role_changed"
    MEMBER_RENAMED = "member.renamed"
    MEMBER_NAME_CHANGED = "member.name_changed"
    MEMBER_REMOVED = "member.removed"
    MEMBER_RESET = "member.reset"
    MEMBER_PASSWORD_SET = "member.password_set"
    MEMBER_PAUSED = "member.paused"
    MEMBER_UNPAUSED = "member.unpaused"
    IDENTITY_LINKED = "identity.linked"
    IDENTITY_UNLINKED = "identity.unlinked"
    IDP_DOWN = "idp.down"
    IDP_UP = "idp.up"
    TOKEN_CREATED = "token.created"
    TOKEN_REVOKED = "token.revoked"
    AUDIT_EXPORTED = "audit.exported"
    AUDIT_CHECKPOINT = "audit.checkpoint"
    AUDIT_REWOUND = "audit.rewound"
    SYSTEM_RECOVERED = "system.recovered"
    CLOCK_STEPPED = "system.clock_stepped"
    UNKNOWN = "unknown"
    """Never written: a record whose type somebody altered reads as this."""

    @property
    def label(self) -> str:
        """The words on the screen, as in the specification ('Login Success')."""
        return _LABELS[self]


_LABELS = {
    EventType.LOGIN_SUCCESS: "Login Success",
    EventType.LOGIN_FAILURE: "Login Failure",
    EventType.LOGOUT: "Logout",
    EventType.REAUTH_SUCCESS: "Proof Success",
    EventType.REAUTH_FAILURE: "Proof Failure",
    EventType.SESSION_REVOKED: "Session Revoked",
    EventType.ENFORCEMENT_ENABLED: "SSO Enforcement Enabled",
    EventType.ENFORCEMENT_DISABLED: "SSO Enforcement Disabled",
    EventType.ENTRY_ADDED: "Break-Glass User Added",
    EventType.ENTRY_REMOVED: "Break-Glass User Removed",
    EventType.GUARD_OVERRIDDEN: "Guard Overridden",
    EventType.PROVIDER_ADDED: "Provider Added",
    EventType.PROVIDER_CHANGED: "Provider Changed",
    EventType.PROVIDER_REMOVED: "Provider Removed",
    EventType.MEMBER_ADDED: "Member Added",
    EventType.MEMBER_ROLE_CHANGED: "Member Role Changed",
    EventType.MEMBER_RENAMED: "Member Email Changed",
    EventType.MEMBER_NAME_CHANGED: "Member Name Changed",
    EventType.MEMBER_REMOVED: "Member Removed",
    EventType.MEMBER_RESET: "Member Reset",
    EventType.MEMBER_PASSWORD_SET: "Password Set",
    EventType.MEMBER_PAUSED: "Member Paused",
    EventType.MEMBER_UNPAUSED: "Member Unpaused",
    EventType.IDENTITY_LINKED: "Identity Linked",
    EventType.IDENTITY_UNLINKED: "Identity Unlinked",
    EventType.IDP_DOWN: "IdP Down",
    EventType.IDP_UP: "IdP Up",
    EventType.TOKEN_CREATED: "Token Created",
    EventType.TOKEN_REVOKED: "Token Revoked",
    EventType.AUDIT_EXPORTED: "Audit Exported",
    EventType.AUDIT_CHECKPOINT: "Audit Checkpoint",
    EventType.AUDIT_REWOUND: "History Went Back",
    EventType.SYSTEM_RECOVERED: "System Recovered",
    EventType.CLOCK_STEPPED: "Clock Went Back",
    EventType.UNKNOWN: "Unknown",
}


class Outcome(StrEnum):
    """Whether what the event tells of came about."""

    SUCCESS = "success"
    FAILURE = "failure"


PROGRAM = "bgconsole"
"""The actor of what happens by itself."""

BREAK_GLASS_LOGIN = "Break-glass user logged in via password"
BREAK_GLASS_FAILURE = "Break-glass login attempt failed"
PASSWORD_LOGIN = "User logged in via password"
SSO_LOGIN = "User logged in via SSO"
LOGIN_FAILED = "Login attempt failed"

BREAK_GLASS_KEY = "isBreakGlassAccess"
REASON_KEY = "reasonCode"
IDP_STATE_KEY = "idpState"
DRILL_KEY = "drill"
DRILL_BY_KEY = "drillBy"
COUNT_KEY = "count"
FIRST_KEY = "first"
LAST_KEY = "last"
EMAILS_KEY = "emails"
SOURCES_KEY = "sources"
"""What an event says about many refused attempts: how many, when, of how many emails and
sources. `first` and `last` are RFC 3339 in UTC."""

SEEN_KEY = "seen"
HEAD_KEY = "head"
"""Of history that went back: the newest record that was seen before, and the newest one after."""

CLOCK_SECONDS_KEY = "seconds"
"""By how many seconds the clock went back."""


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One record. `seq` is gap-free per team, `at` UTC, the hashes 64 hex digits.

    `type` and `actor` and the other texts are as they came: hostile until shown by `safe_text`.
    `actor` is the email of who acted, `target` of whom or what it was done to. `actor` is None
    where no single email fits the event: no email address was typed, or several were.
    """

    seq: int
    id: str
    at: datetime
    type: EventType
    outcome: Outcome
    actor: str | None
    target: str | None
    provider: str | None
    description: str
    metadata: Mapping[str, object]
    source: str
    prev_hash: str
    hash: str

    @property
    def who(self) -> str:
        """The actor as people read it."""
        if self.actor is not None:
            return self.actor
        emails = self.metadata.get(EMAILS_KEY)
        if isinstance(emails, int) and emails > 1:
            return f"({emails} emails)"
        return "(no email address)"

    @property
    def is_break_glass(self) -> bool:
        """Whether this is a use of emergency access, or a try at it."""
        return self.metadata.get(BREAK_GLASS_KEY) is True

    @property
    def reason(self) -> str | None:
        """The exact reason code of a failure, or None."""
        code = self.metadata.get(REASON_KEY)
        return code if isinstance(code, str) else None


_HEAD: Final = re.compile("[0-9]{1,15}:[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class AuditHead:
    """The newest record of the log, or the newest that somebody saw; `hash` "" is not known."""

    seq: int
    hash: str

    FORM: ClassVar[str] = _HEAD.pattern
    """What it looks like as text: its number and its hash."""

    @classmethod
    def parse(cls, text: str) -> "AuditHead":
        """The record that `text` names in that form. Raises ValueError."""
        if _HEAD.fullmatch(text) is None:
            raise ValueError(text)
        seq, _, hash_ = text.partition(":")
        return cls(int(seq), hash_)

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"


MAX_FILTER_TEXT = 254
"""Characters of an actor, a provider or a text that are looked for; none on record is longer."""

MAX_FILTER_TYPE = 64
"""Characters of a type that is looked for."""


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which events are wanted; every given condition must hold.

    `text` is looked for, ignoring case, in actor, target, description and source. `since` is
    inclusive, `until` exclusive, both UTC.
    """

    types: tuple[str, ...] = ()
    actor: str | None = None
    provider: str | None = None
    break_glass: bool = False
    since: datetime | None = None
    until: datetime | None = None
    text: str | None = None

    @property
    def last_moment(self) -> datetime | None:
        """The last moment that is looked at; None: everything up to the newest."""
        return None if self.until is None else last_moment(self.until)


def last_moment(end: datetime) -> datetime:
    """The last moment before `end` that an event may have been recorded at."""
    return end - timedelta(microseconds=1)


ALL_EVENTS: Final = AuditFilter()

FAILURES: Final = (EventType.LOGIN_FAILURE.value, EventType.REAUTH_FAILURE.value)
"""The types of events that tell of something that failed."""
