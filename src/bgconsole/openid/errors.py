"""What can go wrong at an identity provider: in which step, why, and what to do about it."""

from enum import StrEnum
from typing import Final

from bgconsole.policy.sso import SsoReason
from bgconsole.policy.text import visible

_MOST: Final = 120
"""Characters of a text from outside that a message quotes."""


class SsoStep(StrEnum):
    """The steps of using an identity provider, in the order in which they are taken."""

    SETTINGS = "settings"
    NAME = "name"
    CONNECTION = "connection"
    CERTIFICATE = "certificate"
    DISCOVERY = "discovery"
    KEYS = "keys"
    DEVICE = "device"
    AUTHORIZATION = "authorization"
    TOKEN = "token"
    ID_TOKEN = "id_token"
    USERINFO = "userinfo"
    CLOCK = "clock"


class OpenIdError(Exception):
    """A step failed. `message` and `remedy` are sentences; neither holds a secret.

    `check` names what failed of an id_token: signature, alg, kid, key, iss, aud, azp, exp, iat,
    nbf, nonce, sub, auth_time, tid, format. `passing` is whether the same request may well succeed
    when it is sent again: a lost line, an overloaded server.
    """

    def __init__(
        self,
        reason: SsoReason,
        step: SsoStep,
        message: str,
        remedy: str,
        *,
        check: str | None = None,
        passing: bool = False,
    ) -> None:
        super().__init__(message)
        self.reason = reason
        self.step = step
        self.message = message
        self.remedy = remedy
        self.check = check
        self.passing = passing


def unreachable(step: SsoStep, message: str, remedy: str, *, passing: bool = False) -> OpenIdError:
    """The provider cannot be used, or answered what it must not."""
    return OpenIdError(SsoReason.IDP_UNREACHABLE, step, message, remedy, passing=passing)


def quoted(text: object) -> str:
    """A text from outside in quotes, in full only where it is short, every character visible."""
    shown = visible(str(text))
    return f"'{shown[:_MOST]}…'" if len(shown) > _MOST else f"'{shown}'"
