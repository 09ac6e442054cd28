"""Who calls, and what coming in is about: all that the sign-in screen needs, so it is quick.

All times are UTC.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bgconsole.policy.idp_words import IdpWord, idp_word, in_full
from bgconsole.policy.login import Method
from bgconsole.policy.sso import Flow, SsoPurpose
from bgconsole.policy.team import IdpState, Provider, Role

SCRIPT_PREFIX = "bga_"
"""What a script's token begins with."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a request comes from.

    `bucket` is what the throttle counts by ("local:1000", or an address); `label` is what the audit
    log shows; `local` says that it is the console on the database's own machine.
    """

    bucket: str
    label: str
    local: bool


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: a session's or script's token, or None before signing in.

    `attended` False: the screen asks by itself, nobody pressed a key, so the session stays idle.
    `key` names one change, so that asking for it again after a lost answer does not do it twice:
    128 random bits, since the codes that a change gives are derived from it.
    """

    source: Source
    token: str | None = field(default=None, repr=False)
    attended: bool = True
    key: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class IdpStatus:
    """What was last measured of a provider's IdP; `since` and `checked_at` None when never.

    A measurement older than `FRESH_FOR` seconds leaves `state` unknown; `measured` is what it was.
    """

    state: IdpState = IdpState.UNKNOWN
    since: datetime | None = None
    checked_at: datetime | None = None
    detail: str = ""
    measured: IdpState = IdpState.UNKNOWN

    def told(self, *, configured: bool) -> str:
        """'down since 02:41': how it is, in the words of `policy.idp_words`."""
        return in_full(
            idp_word(self.state, configured=configured),
            since=self.since,
            measured=self.measured,
            checked_at=self.checked_at,
        )


@dataclass(frozen=True, slots=True)
class SignInWay:
    """One 'Sign in with …' of the sign-in screen; known before anybody has signed in.

    `flows` are those that can be offered from here, the best first.
    """

    slug: str
    name: str
    configured: bool
    idp: IdpStatus
    enforced: bool = False
    flows: tuple[Flow, ...] = ()

    @property
    def word(self) -> IdpWord:
        """The word for its state."""
        return idp_word(self.idp.state, configured=self.configured)

    @property
    def provider(self) -> Provider:
        """The provider as the rules see it, without its list, which nobody sees here."""
        return Provider(
            self.slug, self.name, self.enforced, configured=self.configured, idp=self.idp.state
        )


@dataclass(frozen=True, slots=True)
class Welcome:
    """What the sign-in screen shows; the same for every email. `team` None: nothing set up yet."""

    team: str | None
    enforced: bool
    ways: tuple[SignInWay, ...]

    @property
    def providers(self) -> tuple[Provider, ...]:
        """The providers as the rules see them, without their lists."""
        return tuple(way.provider for way in self.ways)


class Purpose(StrEnum):
    """What a login by password is for."""

    WORK = "work"
    DRILL = "drill"
    """To see whether it would work: judged, throttled and recorded as every other, and marked."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session just opened. `token` is shown to nobody and stored by its holder only."""

    token: str = field(repr=False)
    email: str
    role: Role
    expires_at: datetime
    is_break_glass: bool


@dataclass(frozen=True, slots=True)
class SsoRequest:
    """A sign-in at a provider, or a proof by it, that is to begin.

    `redirect_uri` is where the browser on the caller's machine is to come back to; `login_hint` is
    the email that the provider's page begins with.
    """

    flow: Flow
    purpose: SsoPurpose = SsoPurpose.SIGN_IN
    redirect_uri: str | None = None
    login_hint: str | None = None


@dataclass(frozen=True, slots=True)
class SsoStart:
    """What a person needs to go on at their provider. `handle` is as secret as a password.

    Of the device flow: the addresses and the code. Of the others: `authorization_url`; with
    `state`, what the provider must send back to the caller's own listener. Both times in seconds.
    """

    handle: str = field(repr=False)
    flow: Flow
    expires_in: int
    interval: int
    verification_uri: str | None = None
    verification_uri_complete: str | None = None
    user_code: str | None = None
    authorization_url: str | None = None
    state: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class SsoAnswer:
    """What came back: `code` to the listener of the browser flow, `digits` from the server's page.

    `denied`: the provider sent the browser to the listener without a code. Empty: ask whether the
    provider has an answer yet.
    """

    code: str | None = field(default=None, repr=False)
    digits: str | None = None
    denied: bool = False
    issuer: str | None = None
    """Who says to have sent the code (RFC 9207), where the provider says it."""


@dataclass(frozen=True, slots=True)
class SsoWaiting:
    """No answer yet: ask again after `interval` seconds. `digits_needed`: the server's page shows
    three digits, which are to be sent with the next question.
    """

    interval: int
    digits_needed: bool = False


@dataclass(frozen=True, slots=True)
class Me:
    """The session that asks: who, how it was opened, how long it lasts, and when it was proven."""

    team: str
    email: str
    name: str
    role: Role
    method: Method
    is_break_glass: bool
    expires_at: datetime
    proven_at: datetime
    locked: bool
    provider: str | None = None
    """By which provider the session was opened, None for a password."""
