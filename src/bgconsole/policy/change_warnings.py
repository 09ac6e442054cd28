"""What is to be known of a change of providers: one wording for console, command line and HTTP."""

from collections.abc import Sequence
from typing import Final

from bgconsole.policy.entries import MAX_ENTRIES
from bgconsole.policy.forecast import can_use_sso, only_by_sso, without_way_in
from bgconsole.policy.impact import Impact, few_get_in
from bgconsole.policy.impact_words import (
    GET_PASSWORD_BACK,
    LOSE_PASSWORD,
    SHUT_OUT,
    by_name,
    enforcement_end,
)
from bgconsole.policy.login import password_open
from bgconsole.policy.readiness import enforcement_hints
from bgconsole.policy.team import Person, Provider, Team

NOT_LISTED: Final = "You are not on this list: you will need SSO to come back"
_NO_SSO: Final = "You are not on this list and SSO is not set up: no way back in"
_SSO_DOWN: Final = "You are not on this list and SSO is down: no way back in for now"
_OTHER_LIST: Final = "You are no longer on this list, but another list still lets you in"


def own_warning(team: Team, email: str) -> str | None:
    """How `email` gets back in where enforcement closes their password; None where it does not."""
    if password_open(email, team.providers):
        return None
    person = team.people.get(email)
    if person is not None and can_use_sso(team, person):
        return NOT_LISTED
    return _SSO_DOWN if any(p.configured for p in team.providers) else _NO_SSO


def settings_warnings(impact: Impact, me: str, *, switch: bool) -> tuple[str, ...]:
    """The warnings for `me`, who saved a list, and with `switch` also whether SSO is enforced.

    Both teams hold everybody.
    """
    was, now = (team.provider(impact.slug) for team in (impact.before, impact.after))
    if was is None or now is None:
        return ()
    found: list[str] = []
    if MAX_ENTRIES <= len(now.emails) > len(was.emails):
        found.append(f"The list is full: {MAX_ENTRIES} of {MAX_ENTRIES}")
    if not now.enforced:
        return (*found, *(_without_password(impact.after) if switch else ()))
    if switch or me in was.emails:
        found += _about_me(impact.after, now, me, was_listed=me in was.emails)
    if switch:
        found += _about_sso(impact.after, now)
    return (*found, *enforcement_hints(impact.after, now))


def removal_warnings(impact: Impact) -> tuple[str, ...]:
    """What a provider's removal does to enforcement and to people. Both teams hold everybody."""
    provider = impact.before.provider(impact.slug)
    if provider is None:
        return ()
    found = list(enforcement_end(impact))
    for people, what in ((impact.gains, GET_PASSWORD_BACK), (impact.loses, LOSE_PASSWORD)):
        found += _named(people, impact, what)
    return (*found, *shut_out_warnings(impact))


def shut_out_warnings(impact: Impact) -> tuple[str, ...]:
    """Who loses every way in; nothing where nobody does."""
    return tuple(_named(impact.shut_out, impact, SHUT_OUT))


def _named(people: Sequence[Person], impact: Impact, what: str) -> list[str]:
    return [by_name(people, impact.members, what)] if people else []


def _about_me(team: Team, provider: Provider, me: str, *, was_listed: bool) -> list[str]:
    warning = own_warning(team, me)
    if warning is None and was_listed and me not in provider.emails:
        warning = _OTHER_LIST
    return [] if warning is None else [warning]


def _about_sso(team: Team, provider: Provider) -> list[str]:
    """Whether those can get in who need SSO by now."""
    if not provider.configured:
        return [f"SSO is not set up for {provider.name}: {few_get_in(team)}"]
    if not provider.proven:
        return [f"Nobody has signed in by {provider.name} yet, so it is not known whether it works"]
    return []


def _without_password(team: Team) -> list[str]:
    """Whom it does not help that passwords are open."""
    found: list[str] = []
    for people, how in (
        (only_by_sso(team), "have no password and still sign in by SSO"),
        (without_way_in(team), "have no way in: neither a password nor SSO"),
    ):
        if people:
            found.append(by_name(people, len(team.members), how))
    return found
