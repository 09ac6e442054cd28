"""Hints about a list: how many are recommended, and who should be among them."""

from typing import Final

from bgconsole.policy.entries import RECOMMENDED
from bgconsole.policy.forecast import listed_elsewhere, surely_gets_in
from bgconsole.policy.guard import able_owners
from bgconsole.policy.naming import FULL_NAMES, Naming
from bgconsole.policy.team import Provider, Team

_NO_ADMIN_LISTED: Final = "No owner or admin among them: nobody could fix the SSO settings"
_OWNER_REMEDY: Final = "put one on a list or have one use SSO"


def hints(team: Team, provider: Provider, naming: Naming = FULL_NAMES) -> tuple[str, ...]:
    """What could be better about an enforced provider's list, most important first.

    Where nobody on it is usable, it names those whom another list lets in: one is enough.
    """
    if not provider.enforced:
        return ()
    usable = team.usable(provider)
    found: list[str] = []
    if not usable:
        instead = through_other_lists(team, provider, naming) or "add somebody"
        found.append(f"No usable break-glass user on this list: {instead}")
    elif len(usable) < RECOMMENDED.start:
        found.append("Only one usable: 2–3 is recommended")
    elif len(usable) >= RECOMMENDED.stop:
        found.append(f"{len(usable)} usable: 2–3 is recommended")
    if usable and not any(_administers(team, email) for email in usable):
        found.append(_NO_ADMIN_LISTED)
    return tuple(found)


def through_other_lists(team: Team, provider: Provider, naming: Naming = FULL_NAMES) -> str:
    """'ada and bo get in through Entra's list'; empty where no other list lets anybody in."""
    listed = dict.fromkeys(e for p in team.providers if p.enforced for e in team.usable(p))
    others = listed_elsewhere(team, provider.slug, listed)
    told = (naming.through(emails, "get in", lists) for emails, lists in others)
    return "; ".join(told)


def owner_hint(team: Team) -> tuple[str, ...]:
    """That enforcement leaves no owner a way in, or no owner and no admin: then nobody could end
    it. `team` holds all of them.
    """
    if able_owners(team) or not any(provider.enforced for provider in team.providers):
        return ()
    who = "No owner" if _admin_gets_in(team) else "No owner or admin"
    return (f"{who} gets in: {_OWNER_REMEDY}",)


def enforcement_hints(
    team: Team, provider: Provider, naming: Naming = FULL_NAMES
) -> tuple[str, ...]:
    """What could be better about an enforced provider: who of the owners gets in, then its list.

    `team` holds every owner and admin.
    """
    if not provider.enforced:
        return ()
    owners = owner_hint(team)
    listed = hints(team, provider, naming)
    if owners and not _admin_gets_in(team):
        # That no list has one says the same, of less.
        listed = tuple(hint for hint in listed if hint != _NO_ADMIN_LISTED)
    return (*owners, *listed)


def _admin_gets_in(team: Team) -> bool:
    """Whether an owner or admin could sign in now, by a way that is known to work."""
    return any(
        one.role is not None and one.role.administers and surely_gets_in(team, one)
        for one in team.members
    )


def _administers(team: Team, email: str) -> bool:
    role = team.people[email].role
    return role is not None and role.administers
