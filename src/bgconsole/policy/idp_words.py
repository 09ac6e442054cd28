"""The words for an identity provider's state, the same everywhere, and what the state means.

Source: DESIGN, 'Health': not set up, up, degraded, down since when, unknown.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum

from bgconsole.policy.team import IdpState, Provider

ONLY_BREAK_GLASS = "only break-glass users get in"
"""What it means that SSO is enforced and lets nobody in."""

MOST_NAMED = 2
"""Providers that are named in a sentence; more are called by what they are."""


class IdpWord(StrEnum):
    """What is said of an identity provider."""

    NOT_SET_UP = "not set up"
    UP = "up"
    DEGRADED = "degraded"
    DOWN = "down"
    UNKNOWN = "unknown"

    @property
    def code(self) -> str:
        """How programs read it: 'not_set_up'."""
        return self.name.lower()


def idp_word(state: IdpState, *, configured: bool) -> IdpWord:
    """The word for a state as measured; where SSO is not set up nothing is measured."""
    return IdpWord[state.name] if configured else IdpWord.NOT_SET_UP


def idp_states(providers: Sequence[Provider]) -> dict[str, str]:
    """The state of each by its slug, as the audit log keeps it."""
    return {p.slug: idp_word(p.idp, configured=p.configured).code for p in providers}


def as_read(code: str) -> str:
    """The word for what `idp_states` kept; what it did not write stays as it is."""
    return next((word.value for word in IdpWord if word.code == code), code)


def in_full(
    word: IdpWord,
    *,
    since: datetime | None = None,
    measured: IdpState = IdpState.UNKNOWN,
    checked_at: datetime | None = None,
) -> str:
    """'down since 02:41', 'unknown (last seen up 28 Nov 02:41)', or the word alone.

    The day is said where the last check was on another day.
    """
    if word is IdpWord.DOWN and since is not None:
        other_day = checked_at is not None and checked_at.date() != since.date()
        return f"{word} since {_day_and_time(since) if other_day else f'{since:%H:%M}'}"
    if word is IdpWord.UNKNOWN and measured is not IdpState.UNKNOWN and checked_at is not None:
        return f"{word} (last seen {measured.value} {_day_and_time(checked_at)})"
    return word.value


def sentence(name: str, told: str, meaning: str) -> str:
    """'Entra is down since 02:41: only break-glass users get in'."""
    subject = f"The state of {name}" if told.startswith(IdpWord.UNKNOWN) else name
    return f"{subject} is {told}: {meaning}"


def full_name(provider: Provider) -> str:
    """How it is called where there is room."""
    return provider.name


def meaning(
    provider: Provider,
    providers: Sequence[Provider],
    name: Callable[[Provider], str] = full_name,
) -> str:
    """What the state of `provider`, one of all `providers`, means for who gets in now."""
    enforced = any(one.enforced for one in providers)
    by_password = "break-glass users get in by password" if enforced else "passwords let people in"
    if not provider.lets_in:
        others = [name(one) for one in providers if one.lets_in]
        if others:
            return f"people sign in with {named(others)}; {by_password}"
        return ONLY_BREAK_GLASS if enforced else by_password
    match provider.idp:
        case IdpState.UP:
            return f"people sign in with it; {by_password}"
        case IdpState.DEGRADED:
            return f"signing in with it may fail; {by_password}"
        case _:
            return f"signing in with it may work; {by_password}"


def named(names: Sequence[str]) -> str:
    """'Entra or Okta'; of more it is only said what they are."""
    few = len(names) <= MOST_NAMED
    return " or ".join(names) if few else "one of your identity providers"


def _day_and_time(at: datetime) -> str:
    return f"{at.day} {at:%b %H:%M}"
