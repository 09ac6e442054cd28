"""What everybody hears whose password login was refused: it follows from the team's state alone.

Nobody is sent to an identity provider that is down or not set up.
"""

from collections.abc import Sequence

from bgconsole.policy.refusals import Code, Refusal, refusal
from bgconsole.policy.team import IdpState, Provider

ASK = "Ask one of your admins"
"""What is left to somebody who has no way in."""

_MOST_NAMED = 2
"""Providers that are named; more are counted or called by what they are."""


def refused_login(providers: Sequence[Provider]) -> Refusal:
    """The one answer to every refused password login, whatever the email and the reason."""
    ways = [provider.name for provider in providers if provider.lets_in]
    if ways:
        by = " or ".join(ways) if len(ways) <= _MOST_NAMED else "one of your identity providers"
        return refusal(Code.LOGIN_FAILED, remedy=f"Check both, or sign in with {by}")
    if any(provider.enforced for provider in providers):
        remedy = f"{why_no_sso(providers)}: only break-glass users get in. {ASK}"
        return refusal(Code.LOGIN_FAILED, remedy=remedy)
    return refusal(Code.LOGIN_FAILED)


def why_no_sso(providers: Sequence[Provider]) -> str:
    """'Entra is down', 'Entra and Okta are down', 'SSO is not set up': no provider lets in."""
    down = [p.name for p in providers if p.configured and p.idp is IdpState.DOWN]
    if not down:
        return "SSO is not set up"
    if len(down) > _MOST_NAMED:
        return f"All {len(down)} identity providers are down"
    return f"{' and '.join(down)} {'are' if len(down) > 1 else 'is'} down"
