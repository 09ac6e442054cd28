"""The values that cross the Backend protocol: frozen, with no row or response in them.

All times are UTC.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bgconsole.backend.identity import IdpStatus
from bgconsole.policy.audit import AuditEvent, AuditHead
from bgconsole.policy.guard import Override
from bgconsole.policy.idp_words import IdpWord, idp_word
from bgconsole.policy.login import Method
from bgconsole.policy.provider_kinds import ProviderKind
from bgconsole.policy.settings import Settings
from bgconsole.policy.sso import Flow, Stage, stage
from bgconsole.policy.team import EntryProblem, IdpState, Person, Provider, Role


@dataclass(frozen=True, slots=True)
class Entry:
    """One break-glass entry as stored. `added_by` is None where it is unknown."""

    email: str
    added_by: str | None
    added_at: datetime
    problem: EntryProblem | None

    @property
    def usable(self) -> bool:
        """Whether it would let its person in, from a known source if they are paused."""
        return self.problem is None or not self.problem.bars


@dataclass(frozen=True, slots=True)
class SsoSettings:
    """How bgconsole is registered at a provider. A member sees none of it.

    `client_secret_file` and `trust_file` are paths on the host that talks to the provider.
    `email_domains` are those whose emails the provider may vouch for; `internal` are host names and
    networks of a private provider that may be contacted.
    """

    client_id: str | None = None
    client_secret_file: str | None = None
    scopes: tuple[str, ...] = ()
    email_domains: tuple[str, ...] = ()
    internal: tuple[str, ...] = ()
    trust_file: str | None = None


@dataclass(frozen=True, slots=True)
class ProviderDetail:
    """A provider with everything the screen shows of it.

    `version` counts its changes: of switch, list, name, place, SSO settings. A member sees
    `entries` empty, and `listed_me` only.
    `proven_at` and `proven_by` are of the last sign-in by it. `warnings` are what is to be known of
    the change that this answers; a provider that is only read has none.
    """

    slug: str
    kind: ProviderKind
    name: str
    position: int
    issuer: str | None
    enforced: bool
    version: int
    entries: tuple[Entry, ...]
    listed_me: bool
    idp: IdpStatus
    saved_by: str | None
    saved_at: datetime | None
    sso: SsoSettings = SsoSettings()
    configured: bool = False
    proven_at: datetime | None = None
    proven_by: str | None = None
    warnings: tuple[str, ...] = field(default=(), compare=False)

    @property
    def word(self) -> IdpWord:
        """The word for its state."""
        return idp_word(self.idp.state, configured=self.configured)

    @property
    def stage(self) -> Stage:
        """How far SSO through it has come."""
        return stage(configured=self.configured, proven=self.proven_at is not None)

    @property
    def settings(self) -> Settings:
        """Switch and list as stored."""
        return Settings(self.enforced, tuple(entry.email for entry in self.entries))

    def with_settings(self, settings: Settings) -> Provider:
        """The provider as the rules see it, with these settings instead of the stored ones."""
        return Provider(
            slug=self.slug,
            name=self.name,
            enforced=settings.enforced,
            emails=settings.emails,
            configured=self.configured,
            proven=self.proven_at is not None,
            idp=self.idp.state,
        )


@dataclass(frozen=True, slots=True)
class Member:
    """An account with what the members' list shows of it; `role` None: an account outside the team.

    `code_expires_at` is set while a one-time code waits to be redeemed. No password and no code:
    SSO only. `warnings` are what is to be known of the change that this answers.
    """

    email: str
    name: str
    role: Role | None
    has_password: bool
    password_set_at: datetime | None
    code_expires_at: datetime | None
    last_sign_in: datetime | None
    paused: bool
    lists: tuple[str, ...]
    identities: tuple[str, ...] = ()
    """The slugs of the providers by which this person has signed in."""

    warnings: tuple[str, ...] = field(default=(), compare=False)

    @property
    def person(self) -> Person:
        """The account as the rules see it."""
        linked = frozenset(self.identities)
        return Person(
            self.email, self.name, self.role, self.has_password, linked, paused=self.paused
        )


@dataclass(frozen=True, slots=True)
class MemberAddition:
    """Somebody to add. `line` is the place in an imported file (1-based), if it came from one.

    Who was in the team before starts afresh, with a code, unless `keep_password`: then the password
    of that time lets them in at once.
    """

    email: str
    name: str = ""
    role: Role = Role.MEMBER
    sso_only: bool = False
    line: int | None = None
    keep_password: bool = False


class Kept(StrEnum):
    """What a returning member still has from before."""

    NAME = "name"
    LAST_SIGN_IN = "last_sign_in"
    PASSWORD = "password"


@dataclass(frozen=True, slots=True)
class OneTimeCode:
    """What `member add` and `member reset` give; `code` None for an account that needs none.

    `kept` is what a returning member still has, None for everybody else. `warnings` are
    sentences: about an address that may be made to look like another one, about what else than the
    code the person needs to sign in, and about the lists.
    """

    email: str
    code: str | None = field(repr=False)
    expires_at: datetime | None
    kept: tuple[Kept, ...] | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Removal:
    """What was removed, a member's email as stored or a provider's slug, and what is to be known.

    Nothing is to be known where it is asked for again with the same key.
    """

    removed: str
    warnings: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class ProviderAddition:
    """A provider to add; it comes last in the order of tabs."""

    slug: str
    kind: ProviderKind
    name: str
    issuer: str | None = None


@dataclass(frozen=True, slots=True)
class ProviderChange:
    """What to change of a provider; None leaves it, "" and () clear it. `position` is 1-based.

    `tenant` (of the kinds that have tenants) becomes the issuer. `version` is what it was made on;
    None changes whatever is there. `override` lifts the guard where no owner could get in then.
    """

    name: str | None = None
    position: int | None = None
    issuer: str | None = None
    tenant: str | None = None
    client_id: str | None = None
    client_secret_file: str | None = None
    scopes: tuple[str, ...] | None = None
    email_domains: tuple[str, ...] | None = None
    internal: tuple[str, ...] | None = None
    trust_file: str | None = None
    version: int | None = None
    override: Override | None = None


@dataclass(frozen=True, slots=True)
class IdentityLink:
    """Who a person is at a provider. `email` is what the provider called them when they linked."""

    provider: str
    issuer: str
    subject: str
    email: str | None
    linked_at: datetime
    last_used_at: datetime


@dataclass(frozen=True, slots=True)
class IdpReport:
    """What is known of a provider's IdP. `latency_ms` and `recent` are of probes, newest last."""

    provider: str
    name: str
    configured: bool
    status: IdpStatus
    step: str | None
    latency_ms: int | None
    certificate_until: datetime | None
    proven_at: datetime | None
    proven_by: str | None
    recent: tuple[int | None, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckStep:
    """One step of setting a provider up, tried for real; `ms` is how long it took."""

    step: str
    ok: bool
    ms: int
    detail: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class ProviderCheck:
    """Every step tried, and the flows that can be offered; `ok` when nothing is in the way."""

    ok: bool
    steps: tuple[CheckStep, ...]
    flows: tuple[Flow, ...]
    certificate_until: datetime | None


@dataclass(frozen=True, slots=True)
class SettingsSave:
    """A whole switch and list, made on `version`."""

    settings: Settings
    version: int
    override: Override | None = None


@dataclass(frozen=True, slots=True)
class Simulation:
    """A question to the rules; None and missing slugs take what is saved or measured."""

    email: str
    method: Method = Method.PASSWORD
    provider: str | None = None
    enforced: tuple[tuple[str, bool], ...] = ()
    idp: tuple[tuple[str, IdpState], ...] = ()


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Some events, newest first. `head` is the newest `seq` of the whole log, 0 when empty.

    `more` says that older events match beyond the last one given. `looked_until` is the last moment
    that was looked at, where the filter set an end; None: everything up to the newest.
    `head_hash` is the newest record's hash, and `log` that of the first one, which tells this log
    from others; "" while there is none.
    """

    events: tuple[AuditEvent, ...]
    head: int
    more: bool
    looked_until: datetime | None = None
    head_hash: str = ""
    log: str = ""

    @property
    def newest(self) -> AuditHead:
        """The newest record of the whole log."""
        return AuditHead(self.head, self.head_hash)


class BadKind(StrEnum):
    """What is wrong at the first bad record."""

    GAP = "gap"
    BROKEN_LINK = "broken_link"
    ALTERED = "altered"
    HEAD_MISMATCH = "head_mismatch"
    OUT_OF_PLACE = "out_of_place"
    """Its number is below 1, where no record was ever written."""


@dataclass(frozen=True, slots=True)
class FirstBad:
    """The first record that breaks the chain."""

    seq: int
    kind: BadKind


@dataclass(frozen=True, slots=True)
class Verification:
    """The result of checking the chain from the first record on."""

    ok: bool
    checked: int
    head: AuditHead
    first_bad: FirstBad | None


@dataclass(frozen=True, slots=True)
class AuditReader:
    """Who reads the log: a person, or with `script` (a token's id) a script of theirs."""

    email: str
    script: str | None


@dataclass(frozen=True, slots=True)
class ScriptToken:
    """A token for scripts: it may read the audit log and nothing else."""

    id: str
    created_by: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked: bool


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A script's token just made; `token` is shown this once."""

    id: str
    token: str = field(repr=False)
    expires_at: datetime


class Severity(StrEnum):
    """How much a finding matters: `problem` is not ready (exit 3), the others are."""

    OK = "ok"
    NOTE = "note"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of `doctor`: what was looked at, how it is, and how to mend it."""

    check: str
    severity: Severity
    detail: str
    remedy: str = ""
