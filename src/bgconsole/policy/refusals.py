"""Every way bgconsole says no: the code programs read, the sentence people read, and the remedy.

The words of the first six are the specification's ("Validation Errors"), to the letter.
"""

from dataclasses import dataclass
from enum import StrEnum


class Code(StrEnum):
    """What a refusal is called in JSON, HTTP and the audit log."""

    INVALID_EMAIL = "invalid_email"
    DUPLICATE = "duplicate"
    LIMIT_REACHED = "limit_reached"
    UNKNOWN_ACCOUNT = "unknown_account"
    NO_PASSWORD = "no_password"
    NOT_A_MEMBER = "not_a_member"
    NOT_ENFORCED = "not_enforced"
    WOULD_LOCK_OUT = "would_lock_out"
    LAST_OWNER = "last_owner"
    VERSION_CONFLICT = "version_conflict"
    FORBIDDEN = "forbidden"
    SIGNED_OUT = "signed_out"
    REAUTH_REQUIRED = "reauth_required"
    LOGIN_FAILED = "login_failed"
    SSO_UNCONFIGURED = "sso_unconfigured"
    SSO_DENIED = "sso_denied"
    SSO_EXPIRED = "sso_expired"
    SSO_TOKEN_INVALID = "sso_token_invalid"
    IDP_UNREACHABLE = "idp_unreachable"
    THROTTLED = "throttled"
    PAUSED = "paused"
    PASSWORD_TOO_SHORT = "password_too_short"
    PASSWORD_TOO_LONG = "password_too_long"
    PASSWORD_COMMON = "password_common"
    CODE_INVALID = "code_invalid"
    ALREADY_INITIALISED = "already_initialised"
    UNKNOWN_PROVIDER = "unknown_provider"
    UNKNOWN_MEMBER = "unknown_member"
    UNKNOWN_TOKEN = "unknown_token"
    UNKNOWN_IDENTITY = "unknown_identity"
    INVALID_VALUE = "invalid_value"
    INVALID_REQUEST = "invalid_request"
    KEY_REUSED = "key_reused"
    OUTCOME_UNKNOWN = "outcome_unknown"
    LOG_REWOUND = "log_rewound"
    NEWER_SCHEMA = "newer_schema"
    OLDER_SCHEMA = "older_schema"
    UNREACHABLE = "unreachable"
    UNAVAILABLE = "unavailable"


class RequestField(StrEnum):
    """The field of a request that a refusal is about, by its name in the HTTP bodies.

    `TEAM` is the team's name, which no HTTP body has.
    """

    TEAM = "team"
    EMAIL = "email"
    NAME = "name"
    ROLE = "role"
    SSO_ONLY = "sso_only"
    SLUG = "slug"
    POSITION = "position"
    ISSUER = "issuer"
    TENANT = "tenant"
    CLIENT_ID = "client_id"
    CLIENT_SECRET_FILE = "client_secret_file"
    SCOPES = "scopes"
    EMAIL_DOMAINS = "email_domains"
    INTERNAL = "internal"
    TRUST_FILE = "trust_file"
    PASSWORD = "password"
    CURRENT = "current"
    CODE = "code"
    REASON = "reason"
    DAYS = "days"
    SEQ = "seq"
    FLOW = "flow"
    LOGIN_HINT = "login_hint"
    REDIRECT_URI = "redirect_uri"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One refusal as it is shown: `message` says what is wrong, `remedy` what to do about it.

    `field` is the field of the request that it is about, None where it is about none alone.
    """

    code: Code
    message: str
    remedy: str = ""
    field: RequestField | None = None

    @property
    def whole(self) -> str:
        """Message and remedy as sentences."""
        return " ".join(f"{part}." for part in (self.message, self.remedy) if part)


_WORDS: dict[Code, tuple[str, str]] = {
    Code.INVALID_EMAIL: ("Enter a valid email address", ""),
    Code.DUPLICATE: ("This email is already added", "The user is already in the list"),
    Code.LIMIT_REACHED: (
        "Maximum number of users reached",
        "Remove an existing user before adding a new one",
    ),
    Code.UNKNOWN_ACCOUNT: (
        "This user does not exist in the system",
        "Have the user sign up first",
    ),
    Code.NO_PASSWORD: (
        "This user has no password configured",
        'Have the user set a password via "Forgot Password"',
    ),
    Code.NOT_A_MEMBER: (
        "This user is not a member of this team",
        "Invite the user to join your team first",
    ),
    Code.NOT_ENFORCED: (
        "SSO is not enforced for this provider",
        "Turn on enforcement first, or in the same step",
    ),
    Code.WOULD_LOCK_OUT: (
        "An enforced provider would have no usable break-glass user",
        "Keep or add somebody with a password, or override with the provider's name and a reason",
    ),
    Code.LAST_OWNER: (
        "A team needs an owner, and this is the last one",
        "Make somebody else an owner first",
    ),
    Code.VERSION_CONFLICT: (
        "Somebody else saved this provider first",
        "Review their change, then save again",
    ),
    Code.FORBIDDEN: ("Your role does not allow this", "Ask an owner or admin of the team"),
    Code.SIGNED_OUT: ("You are signed out", "Sign in again"),
    Code.REAUTH_REQUIRED: (
        "Prove that it is still you",
        "Enter your password again",
    ),
    Code.LOGIN_FAILED: (
        "This email and password do not let you in",
        "Check both, or ask one of your admins to reset your password",
    ),
    Code.SSO_UNCONFIGURED: (
        "SSO is not set up for this provider",
        'An owner or admin sets it up with "bgconsole provider set"',
    ),
    Code.SSO_DENIED: (
        "The sign-in was refused at the identity provider",
        "Start again, and approve it there",
    ),
    Code.SSO_EXPIRED: ("The sign-in took too long and was cancelled", "Start again"),
    Code.SSO_TOKEN_INVALID: (
        "The identity provider's answer failed a check",
        "An owner or admin can check the provider",
    ),
    Code.IDP_UNREACHABLE: (
        "The identity provider does not answer",
        "Break-glass users can sign in with their password. Everybody else: try again later",
    ),
    Code.THROTTLED: ("Too many attempts", "Wait, then try again"),
    Code.PAUSED: (
        "This email is paused at new addresses, after too many wrong passwords",
        (
            "Sign in from an address you signed in from before (after wrong passwords there, wait"
            " first) or on the machine that holds the database; or ask an owner to lift the pause"
        ),
    ),
    Code.PASSWORD_TOO_SHORT: (
        "The password is shorter than 15 characters",
        "Use several unrelated words",
    ),
    Code.PASSWORD_TOO_LONG: (
        "The password is longer than 1024 characters",
        "Use a shorter one",
    ),
    Code.PASSWORD_COMMON: (
        "The password is easy to guess",
        "Use several unrelated words, and not your name or the team's",
    ),
    Code.CODE_INVALID: (
        "This email and code do not belong together, or the code has expired",
        'Ask an owner or admin for a new code ("bgconsole member reset EMAIL")',
    ),
    Code.ALREADY_INITIALISED: (
        "This database already contains a team",
        "Sign in to it, or name another database with --database",
    ),
    Code.UNKNOWN_PROVIDER: (
        "This provider does not exist",
        'List them with "bgconsole provider list"',
    ),
    Code.UNKNOWN_MEMBER: (
        "This person is not a member of the team",
        'List them with "bgconsole member list"',
    ),
    Code.UNKNOWN_IDENTITY: (
        "This person has not signed in by this provider",
        'Show their links with "bgconsole member show EMAIL"',
    ),
    Code.UNKNOWN_TOKEN: (
        "This token does not exist",
        'List them with "bgconsole token list"',
    ),
    Code.INVALID_VALUE: ("A value is not valid", ""),
    Code.INVALID_REQUEST: (
        "The server did not understand the request",
        "See the server's /openapi.json for what it accepts",
    ),
    Code.KEY_REUSED: (
        "This Idempotency-Key was used for another change",
        "Use a separate key for every change",
    ),
    Code.OUTCOME_UNKNOWN: (
        "The answer was lost, so it is not known whether this was done",
        "Check whether it was done before you repeat it",
    ),
    Code.LOG_REWOUND: (
        "The audit log is not the one that was read before: it went back to an older copy",
        'Find out why; an owner records it with "bgconsole audit acknowledge --reason TEXT"',
    ),
    Code.NEWER_SCHEMA: (
        "This database was written by a later version of bgconsole",
        "Update bgconsole",
    ),
    Code.OLDER_SCHEMA: (
        "This database was written by an earlier version of bgconsole",
        'Run "bgconsole upgrade"',
    ),
    Code.UNREACHABLE: ("The database cannot be reached", 'Run "bgconsole doctor"'),
    Code.UNAVAILABLE: ("The database is busy or cannot be written", "Try again in a moment"),
}


_FIELDS: dict[Code, RequestField] = {
    Code.INVALID_EMAIL: RequestField.EMAIL,
    Code.DUPLICATE: RequestField.EMAIL,
    Code.LIMIT_REACHED: RequestField.EMAIL,
    Code.UNKNOWN_ACCOUNT: RequestField.EMAIL,
    Code.NO_PASSWORD: RequestField.EMAIL,
    Code.NOT_A_MEMBER: RequestField.EMAIL,
    Code.PASSWORD_TOO_SHORT: RequestField.PASSWORD,
    Code.PASSWORD_TOO_LONG: RequestField.PASSWORD,
    Code.PASSWORD_COMMON: RequestField.PASSWORD,
    Code.CODE_INVALID: RequestField.CODE,
}
"""What a code is about wherever it is given."""


def refusal(
    code: Code, message: str = "", remedy: str = "", field: RequestField | None = None
) -> Refusal:
    """The refusal for `code`: its own words and field unless more exact ones are given."""
    own_message, own_remedy = _WORDS[code]
    return Refusal(code, message or own_message, remedy or own_remedy, field or _FIELDS.get(code))
