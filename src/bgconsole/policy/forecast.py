"""What a change does to the whole team, by name: who loses password login, who still gets in."""

from dataclasses import dataclass, replace

from bgconsole.policy.login import password_open
from bgconsole.policy.team import IdpState, Person, Provider, Team


@dataclass(frozen=True, slots=True)
class Consequence:
    """The difference between two states of a team, in people.

    `loses` and `gains` are about password login. `enters_when_down` can come in after the change
    while `provider`'s IdP is down; `members` is how many the team has.
    """

    provider: str
    members: int
    loses: tuple[Person, ...]
    gains: tuple[Person, ...]
    enters_when_down: tuple[Person, ...]


def can_use_password(team: Team, person: Person) -> bool:
    """Whether a password would let this person in, if it is right and no wait stands."""
    return person.problem is None and password_open(person.email, team.providers)


def sso_ways(team: Team, person: Person) -> tuple[Provider, ...]:
    """The providers that would let this person in: those that are set up, and not down."""
    if person.role is None:
        return ()
    return tuple(p for p in team.providers if p.configured and p.idp is not IdpState.DOWN)


def can_use_sso(team: Team, person: Person) -> bool:
    """Whether some provider would let this person in."""
    return bool(sso_ways(team, person))


def can_get_in(team: Team, person: Person) -> bool:
    """Whether there is any way in for this person."""
    return can_use_password(team, person) or can_use_sso(team, person)


def with_idp(team: Team, slug: str, state: IdpState) -> Team:
    """The same team with one IdP in another state."""
    provider = team.provider(slug)
    if provider is None:
        return team
    return team.with_provider(replace(provider, idp=state))


def consequence(before: Team, after: Team, slug: str) -> Consequence:
    """What going from `before` to `after` means, with the IdP of `slug` down in the end."""
    members = after.members
    down = with_idp(after, slug, IdpState.DOWN)
    could = {p.email for p in before.members if can_use_password(before, p)}
    can = {p.email for p in members if can_use_password(after, p)}
    return Consequence(
        provider=slug,
        members=len(members),
        loses=tuple(p for p in members if p.email in could - can),
        gains=tuple(p for p in members if p.email in can - could),
        enters_when_down=tuple(p for p in members if can_get_in(down, p)),
    )
