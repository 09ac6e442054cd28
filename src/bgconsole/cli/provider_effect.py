"""What a change of a provider does to people, in sentences for a command's output."""

from bgconsole.backend.values import ProviderDetail
from bgconsole.policy.forecast import only_by_sso, without_way_in
from bgconsole.policy.impact import NOT_LISTED, few_get_in
from bgconsole.policy.impact_words import by_name
from bgconsole.policy.readiness import hints, owner_hint
from bgconsole.policy.team import Team


def warnings(saved: ProviderDetail, team: Team) -> list[str]:
    """What is to be known of a provider's enforcement as it is saved now."""
    if not saved.enforced:
        return _without_password(team)
    found = [] if saved.listed_me else [NOT_LISTED]
    if saved.configured and saved.proven_at is None:
        found.append(
            f"Nobody has signed in by {saved.name} yet, so it is not known whether it works"
        )
    if not saved.configured:
        found.append(f"SSO is not set up for {saved.name}: {few_get_in(team)}")
    return [*found, *hints(team, saved.with_settings(saved.settings)), *owner_hint(team)]


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
