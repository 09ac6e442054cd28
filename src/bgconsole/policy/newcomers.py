"""What a one-time code is worth to somebody who was just added, or whose password was reset."""

from collections.abc import Iterable
from typing import Final

from bgconsole.policy.login import password_open
from bgconsole.policy.team import Provider

SIGN_IN_WITH_CODE: Final = "They can sign in once they have used their code"
NEED_SSO: Final = (
    "SSO is enforced: they will need SSO, or a place on a break-glass list, to sign in"
)
NEED_A_LIST: Final = (
    "SSO is enforced, but not set up: they will need a place on a break-glass list to sign in"
)


def code_is_not_enough(email: str, providers: Iterable[Provider]) -> str | None:
    """What else `email` needs to sign in beside a password; None where that is enough."""
    every = tuple(providers)
    if password_open(email, every):
        return None
    return NEED_SSO if any(provider.configured for provider in every) else NEED_A_LIST
