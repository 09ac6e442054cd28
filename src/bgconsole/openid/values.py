"""What an identity provider tells, as values: its endpoints, a device code, who signed in."""

from dataclasses import dataclass, field
from datetime import datetime

from bgconsole.openid.errors import SsoStep
from bgconsole.policy.sso import Flow


@dataclass(frozen=True, slots=True)
class Metadata:
    """The endpoints that the discovery document names; what is None it does not have."""

    issuer: str
    jwks_uri: str
    token_endpoint: str
    authorization_endpoint: str | None
    device_authorization_endpoint: str | None
    userinfo_endpoint: str | None
    token_auth_methods: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeviceAuthorization:
    """What a person needs to approve on another device; `device_code` stays in this process.

    `expires_in` and `interval` (between polls) are in seconds.
    """

    device_code: str = field(repr=False)
    user_code: str
    verification_uri: str
    verification_uri_complete: str | None
    expires_in: int
    interval: int


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a sign-in gave; nothing else of the answer is kept.

    `access_token` is for the UserInfo endpoint of the same provider, and for nothing else.
    """

    id_token: str = field(repr=False)
    access_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Not approved yet: poll again, with `interval_step` seconds more between polls from now on.

    `trouble` is why the poll itself failed, in a sentence, when it is the line's fault.
    """

    interval_step: int = 0
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class Claims:
    """What a verified id_token says. Every text comes from outside."""

    issuer: str
    subject: str
    expires_at: datetime
    authenticated_at: datetime | None = None
    email: str | None = None
    email_verified: bool | None = None
    preferred_username: str | None = None
    name: str | None = None
    tenant: str | None = None
    object_id: str | None = None
    guest_of: str | None = None
    """Entra: the provider of a guest's own organisation."""
    domain_verified: bool | None = None
    """Entra: whether the owner of the email's domain verified it (`xms_edov`)."""


@dataclass(frozen=True, slots=True)
class VerifiedIdentity:
    """Who signed in: `issuer` and `subject` are the identity.

    `email` is in canonical form; `email_verified` is whether the provider vouches for it, by the
    rules of its kind. Only then may it link the identity to an account.
    """

    issuer: str
    subject: str
    email: str | None
    email_verified: bool
    name: str


@dataclass(frozen=True, slots=True)
class Probe:
    """What one look at the provider found.

    `ok` is whether discovery and keys could be read. `step` and `detail` say what failed, or what
    there is to see. `clock_skew` is how many seconds the provider's clock is ahead. `missing` are
    endpoints that the document does not name, `unanswered` those whose host does not answer.
    """

    ok: bool
    step: SsoStep | None
    detail: str
    latency_ms: int
    certificate_until: datetime | None = None
    clock_skew: float | None = None
    missing: tuple[str, ...] = ()
    unanswered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TriedStep:
    """One step that was tried; `remedy` is empty where nothing needs to be done."""

    step: SsoStep
    ok: bool
    ms: int
    detail: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class CheckReport:
    """Every step that was tried. `flows` are those that would work; `unavailable` says why not."""

    steps: tuple[TriedStep, ...]
    flows: tuple[Flow, ...]
    certificate_until: datetime | None
    unavailable: dict[Flow, str] = field(default_factory=dict[Flow, str])

    @property
    def ok(self) -> bool:
        """Whether every step worked."""
        return all(step.ok for step in self.steps)
