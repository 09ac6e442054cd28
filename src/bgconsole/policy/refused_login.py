"""What everybody hears whose password login was refused: it follows from the team's state alone.

Nobody is sent to an identity provider that is down or not set up.
"""

from collections.abc import Callable, Sequence

from bgconsole.policy.idp_words import (
    MOST_NAMED,
    ONLY_BREAK_GLASS,
    IdpWord,
    full_name,
    idp_word,
    named,
)
from bgconsole.policy.refusals import Code, Refusal, refusal
from bgconsole.policy.team import Provider

ASK = "Ask one of your admins"
"""What is left to somebody who has no way in."""


def refused_login(
    providers: Sequence[Provider], name: Callable[[Provider], str] = full_name
) -> Refusal:
    """The one answer to every refused password login, whatever the email and the reason."""
    ways = [name(provider) for provider in providers if provider.lets_in]
    if ways:
        return refusal(Code.LOGIN_FAILED, remedy=f"Check both, or sign in with {named(ways)}")
    if any(provider.enforced for provider in providers):
        remedy = f"{why_no_sso(providers, name)}: {ONLY_BREAK_GLASS}. {ASK}"
        return refusal(Code.LOGIN_FAILED, remedy=remedy)
    return refusal(Code.LOGIN_FAILED)


def why_no_sso(providers: Sequence[Provider], name: Callable[[Provider], str] = full_name) -> str:
    """'Entra is down', 'Entra and Okta are down', 'SSO is not set up': no provider lets in."""
    words = [(name(p), idp_word(p.idp, configured=p.configured)) for p in providers]
    down = [called for called, word in words if word is IdpWord.DOWN]
    if not down:
        return f"SSO is {IdpWord.NOT_SET_UP}"
    if len(down) > MOST_NAMED:
        return f"All {len(down)} identity providers are {IdpWord.DOWN}"
    return f"{' and '.join(down)} {'are' if len(down) > 1 else 'is'} {IdpWord.DOWN}"
