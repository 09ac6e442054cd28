"""What a change of a provider does to people, in sentences for a command's output."""

from typing import Final

from bgconsole.backend.values import ProviderDetail
from bgconsole.policy.forecast import (
    can_get_in,
    only_by_sso,
    shut_out,
    without_way_in,
)
from bgconsole.policy.readiness import hints
from bgconsole.policy.team import Team

NOT_LISTED: Final = "You are not on this list: you will need SSO to come back"


def last_ways(before: Team, after: Team) -> list[str]:
    """Who loses every way in; nothing where nobody does."""
    lost = shut_out(before, after)
    if not lost:
        return []
    names = ", ".join(one.email for one in lost)
    return [f"{len(lost)} of {len(after.members)} people lose their last way in: {names}"]


def warnings(saved: ProviderDetail, team: Team) -> list[str]:
    """What is to be known of a provider's enforcement as it is saved now."""
    if not saved.enforced:
        return _without_password(team)
    found = [] if saved.listed_me else [NOT_LISTED]
    if saved.configured and saved.proven_at is None:
        found.append(f"Nobody has signed in by {saved.name} yet, so it is not known to work")
    if not saved.configured:
        can = sum(can_get_in(team, person) for person in team.members)
        found.append(
            f"SSO is not set up for {saved.name}:"
            f" {can} of {len(team.members)} people can get in at all"
        )
    return [*found, *hints(team, saved.with_settings(saved.settings))]


def _without_password(team: Team) -> list[str]:
    """Whom it does not help that passwords are open."""
    found: list[str] = []
    for people, how in (
        (only_by_sso(team), "have no password and go on signing in by SSO"),
        (without_way_in(team), "have no way in, neither a password nor SSO"),
    ):
        if people:
            names = ", ".join(one.email for one in people)
            found.append(f"{len(people)} of {len(team.members)} people {how}: {names}")
    return found
