"""Single sign-on as the rules see it: its flows, its stages, and why an attempt failed.

Source: DESIGN, 'Identity providers'.
"""

from enum import StrEnum


class Flow(StrEnum):
    """How a person reaches their identity provider, in the order in which flows are offered."""

    DEVICE = "device"
    """RFC 8628: an address and a code, for a terminal without a browser."""

    BROWSER = "browser"
    """RFC 8252: a browser on the machine where the console runs."""

    SERVER = "server"
    """A browser anywhere: the provider sends it back to a bgconsole server."""


FLOW_LABELS: dict[Flow, str] = {
    Flow.DEVICE: "Code on another device",
    Flow.BROWSER: "Browser on this machine",
    Flow.SERVER: "Browser anywhere, through the server",
}


class SsoPurpose(StrEnum):
    """What a sign-in at the identity provider is for."""

    SIGN_IN = "sign_in"
    REAUTHENTICATE = "reauthenticate"


class Stage(StrEnum):
    """How far SSO through a provider has come."""

    NOT_SET_UP = "not_set_up"
    UNTRIED = "untried"
    """Set up, and nobody has signed in by it yet."""

    PROVEN = "proven"


class SsoReason(StrEnum):
    """Why a sign-in at an identity provider failed; exact, for the audit log."""

    IDP_UNREACHABLE = "idp_unreachable"
    SSO_DENIED = "sso_denied"
    SSO_EXPIRED = "sso_expired"
    SSO_TOKEN_INVALID = "sso_token_invalid"
    SSO_EMAIL_UNVERIFIED = "sso_email_unverified"
    SSO_NO_ACCOUNT = "sso_no_account"


def stage(*, configured: bool, proven: bool) -> Stage:
    """How far SSO has come for a provider that is set up, or not, and was used, or not."""
    if not configured:
        return Stage.NOT_SET_UP
    return Stage.PROVEN if proven else Stage.UNTRIED


def is_set_up(issuer: str | None, client_id: str | None) -> bool:
    """Whether anybody could sign in by a provider with these settings."""
    return issuer is not None and client_id is not None
