"""The words of single sign-on: the flows by which somebody signs in, and why a sign-in failed."""

from enum import StrEnum


class Flow(StrEnum):
    """How a person reaches the identity provider's page, in the order in which they are offered."""

    DEVICE = "device"
    """A code that is typed on any device (RFC 8628); nothing needs to reach this machine."""

    BROWSER = "browser"
    """A browser on this machine, which comes back to a port on 127.0.0.1 (RFC 8252)."""

    SERVER = "server"
    """A browser anywhere, which comes back to a bgconsole server with a public URL."""


FLOW_LABELS: dict[Flow, str] = {
    Flow.DEVICE: "Code on another device",
    Flow.BROWSER: "Browser on this machine",
    Flow.SERVER: "Browser anywhere, through the server",
}


class SsoReason(StrEnum):
    """Why an SSO sign-in failed, as the audit log and programs read it."""

    IDP_UNREACHABLE = "idp_unreachable"
    SSO_DENIED = "sso_denied"
    SSO_EXPIRED = "sso_expired"
    SSO_TOKEN_INVALID = "sso_token_invalid"
    SSO_EMAIL_UNVERIFIED = "sso_email_unverified"
    SSO_NO_ACCOUNT = "sso_no_account"


SSO_MESSAGES: dict[SsoReason, tuple[str, str]] = {
    SsoReason.IDP_UNREACHABLE: (
        "The identity provider could not be used",
        'Try again; an administrator finds the cause by "bgconsole provider check SLUG"',
    ),
    SsoReason.SSO_DENIED: (
        "The identity provider did not approve the sign-in",
        "Try again and approve it there",
    ),
    SsoReason.SSO_EXPIRED: ("The sign-in took too long and expired", "Start again"),
    SsoReason.SSO_TOKEN_INVALID: (
        "The identity provider's answer could not be trusted",
        'Ask an administrator to run "bgconsole provider check SLUG"',
    ),
    SsoReason.SSO_EMAIL_UNVERIFIED: (
        "The identity provider does not vouch for your email address",
        "Ask an administrator to check the provider's email domains",
    ),
    SsoReason.SSO_NO_ACCOUNT: (
        "This sign-in opens no account here",
        "Ask an administrator whether you are a member of this team",
    ),
}
"""What is said to the person who signs in, and what to do next; never whether an account exists."""
