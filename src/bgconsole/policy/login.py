"""Who may log in: one pure function for the real login, the simulator, the server and forecasts.

Source: specification, 'Normal User vs Break-Glass User' and 'How Break-Glass Login Works'.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bgconsole.policy.idp_words import IdpWord, idp_word
from bgconsole.policy.team import Person, Provider, Team


class Method(StrEnum):
    """How somebody tries to sign in."""

    PASSWORD = "password"
    SSO = "sso"


class PasswordCheck(StrEnum):
    """What is known of the password that came with an attempt."""

    RIGHT = "right"
    WRONG = "wrong"
    ASSUMED = "assumed"
    """A simulation: nobody typed one."""


class Reason(StrEnum):
    """Why an attempt was refused; exact, for the audit log and the simulator only."""

    INVALID_EMAIL = "invalid_email"
    UNKNOWN_ACCOUNT = "unknown_account"
    NOT_A_MEMBER = "not_a_member"
    THROTTLED = "throttled"
    NO_PASSWORD = "no_password"
    SSO_REQUIRED = "sso_required"
    WRONG_PASSWORD = "wrong_password"
    SSO_UNCONFIGURED = "sso_unconfigured"
    IDP_DOWN = "idp_down"


class CheckName(StrEnum):
    """The checks of a trace, in the order in which they count."""

    ACCOUNT = "account"
    MEMBERSHIP = "membership"
    THROTTLE = "throttle"
    PASSWORD_SET = "password_set"
    ENFORCEMENT = "enforcement_and_list"
    PASSWORD_RIGHT = "password_right"
    SET_UP = "sso_set_up"
    IDP = "idp"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One sign-in attempt, with everything it depends on.

    `person` is None for an email without an account. `wait` is the throttle's, in seconds.
    `provider` narrows an SSO attempt to one provider; None tries every one.
    """

    email: str
    person: Person | None
    providers: tuple[Provider, ...]
    method: Method = Method.PASSWORD
    provider: str | None = None
    password: PasswordCheck = PasswordCheck.ASSUMED
    wait: int = 0


@dataclass(frozen=True, slots=True)
class Check:
    """One line of a trace."""

    check: CheckName
    passed: bool
    detail: str


@dataclass(frozen=True, slots=True)
class MethodOutcome:
    """Whether one way in is open to the person; `provider` is None for the password."""

    method: Method
    provider: str | None
    allowed: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to an attempt: `trace` holds every check, its first failure is `reason`."""

    allowed: bool
    reason: Reason | None
    is_break_glass: bool
    via: tuple[str, ...]
    methods: tuple[MethodOutcome, ...]
    trace: tuple[Check, ...]
    warnings: tuple[str, ...]


PAUSED = "paused"
"""Warning: the password lets the person in from known sources only, and at the database."""

SSO_UNTRIED = "sso_untried"
"""Warning: the person has not signed in by this provider yet, so it is not known to work."""

PAUSED_DETAIL = "paused: from known sources only"

_REASONS = {
    CheckName.ACCOUNT: Reason.UNKNOWN_ACCOUNT,
    CheckName.MEMBERSHIP: Reason.NOT_A_MEMBER,
    CheckName.THROTTLE: Reason.THROTTLED,
    CheckName.PASSWORD_SET: Reason.NO_PASSWORD,
    CheckName.ENFORCEMENT: Reason.SSO_REQUIRED,
    CheckName.PASSWORD_RIGHT: Reason.WRONG_PASSWORD,
    CheckName.SET_UP: Reason.SSO_UNCONFIGURED,
    CheckName.IDP: Reason.IDP_DOWN,
}


def listing(email: str, providers: tuple[Provider, ...]) -> tuple[str, ...]:
    """The slugs of the enforced providers whose list holds `email`."""
    return tuple(p.slug for p in providers if p.enforced and email in p.emails)


def password_open(email: str, providers: tuple[Provider, ...]) -> bool:
    """Whether password login is open to `email`: nothing enforced, or on one enforced list."""
    return not any(p.enforced for p in providers) or bool(listing(email, providers))


def decide(attempt: Attempt) -> Decision:
    """Whether `attempt` is allowed, why not, and by which list."""
    trace = _password_trace(attempt) if attempt.method is Method.PASSWORD else _sso_trace(attempt)
    failed = next((c for c in trace if not c.passed), None)
    listed = listing(attempt.email, attempt.providers)
    allowed = failed is None
    by_password = attempt.method is Method.PASSWORD
    return Decision(
        allowed=allowed,
        reason=None if failed is None else _REASONS[failed.check],
        is_break_glass=by_password and bool(listed),
        via=listed if allowed and by_password else (),
        methods=_methods(attempt),
        trace=trace,
        warnings=_warnings(attempt),
    )


def attempt_for(team: Team, email: str, method: Method = Method.PASSWORD) -> Attempt:
    """A simulated attempt of `email` on `team`."""
    return Attempt(email, team.people.get(email), team.providers, method)


def _password_trace(attempt: Attempt) -> tuple[Check, ...]:
    person = attempt.person
    return (
        *_standing(attempt),
        Check(
            CheckName.THROTTLE,
            attempt.wait <= 0,
            _wait(attempt),
        ),
        Check(
            CheckName.PASSWORD_SET,
            person is not None and person.has_password,
            "has a password" if person is not None and person.has_password else "no password",
        ),
        _enforcement(attempt),
        Check(
            CheckName.PASSWORD_RIGHT,
            attempt.password is not PasswordCheck.WRONG,
            attempt.password.value,
        ),
    )


def _wait(attempt: Attempt) -> str:
    if attempt.wait > 0:
        return f"wait {attempt.wait} s"
    return PAUSED_DETAIL if _is_paused(attempt) else "no wait"


def _is_paused(attempt: Attempt) -> bool:
    return attempt.person is not None and attempt.person.paused


def _sso_trace(attempt: Attempt) -> tuple[Check, ...]:
    asked = _candidates(attempt)
    set_up = [p for p in asked if p.configured]
    ways = _ways(attempt)
    if set_up:
        ready = f"set up for {_names(set_up)}"
    else:
        ready = f"{_names(asked)} {IdpWord.NOT_SET_UP}" if asked else "no provider"
    if ways:
        answer = ", ".join(f"{p.name} {idp_word(p.idp, configured=True)}" for p in ways)
    else:
        answer = f"{_names(set_up)} {IdpWord.DOWN}" if set_up else IdpWord.NOT_SET_UP.value
    return (
        *_standing(attempt),
        Check(CheckName.SET_UP, bool(set_up), ready),
        Check(CheckName.IDP, bool(ways), answer),
    )


def _names(providers: Sequence[Provider]) -> str:
    return ", ".join(p.name for p in providers)


def _standing(attempt: Attempt) -> tuple[Check, Check]:
    person = attempt.person
    role = None if person is None else person.role
    return (
        Check(CheckName.ACCOUNT, person is not None, "no account" if person is None else "found"),
        Check(
            CheckName.MEMBERSHIP, role is not None, "not a member" if role is None else role.value
        ),
    )


def _enforcement(attempt: Attempt) -> Check:
    enforced = [p for p in attempt.providers if p.enforced]
    if not enforced:
        detail = "not enforced"
    else:
        on = [p.name for p in enforced if attempt.email in p.emails]
        off = [p.name for p in enforced if attempt.email not in p.emails]
        parts = [f"on {name}" for name in on] + [f"not on {name}" for name in off]
        detail = ", ".join(parts)
    return Check(CheckName.ENFORCEMENT, password_open(attempt.email, attempt.providers), detail)


def _candidates(attempt: Attempt) -> tuple[Provider, ...]:
    return tuple(
        p for p in attempt.providers if attempt.provider is None or p.slug == attempt.provider
    )


def _ways(attempt: Attempt) -> tuple[Provider, ...]:
    """The providers through which SSO lets anybody in: set up, and not down."""
    return tuple(p for p in _candidates(attempt) if p.lets_in)


def _methods(attempt: Attempt) -> tuple[MethodOutcome, ...]:
    member = attempt.person is not None and attempt.person.role is not None
    password = all(check.passed for check in _password_trace(attempt))
    return (
        MethodOutcome(Method.PASSWORD, None, password),
        *(MethodOutcome(Method.SSO, p.slug, member and p.lets_in) for p in attempt.providers),
    )


def _warnings(attempt: Attempt) -> tuple[str, ...]:
    if attempt.method is not Method.SSO:
        return (PAUSED,) if _is_paused(attempt) else ()
    person = attempt.person
    tried = frozenset[str]() if person is None else person.linked
    ways = _ways(attempt)
    return (SSO_UNTRIED,) if ways and not any(p.slug in tried for p in ways) else ()
