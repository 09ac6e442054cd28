"""What a change does to the whole team, by name: who loses password login, who still gets in."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from bgconsole.policy.login import listing, password_open
from bgconsole.policy.team import IdpState, Person, Provider, Team

_Answer = TypeVar("_Answer")

Standing = tuple[bool, tuple[str, ...], frozenset[str]]
"""Whether a member has a password, the enforced providers whose list holds them, and those by
which they have signed in."""


@dataclass(frozen=True, slots=True)
class Consequence:
    """The difference between two states of a team, in people.

    `loses` and `gains` are about password login. `enters_when_down` can sign in after the change
    while `provider`'s IdP is down; `untried_when_down` could only by the SSO of a provider by which
    they have never signed in. `members` is how many the team has. `without` could not use a
    password before, and cannot afterwards.
    """

    provider: str
    members: int
    loses: tuple[Person, ...]
    gains: tuple[Person, ...]
    enters_when_down: tuple[Person, ...]
    untried_when_down: tuple[Person, ...] = ()
    without: tuple[Person, ...] = ()


def can_use_password(team: Team, person: Person) -> bool:
    """Whether a right password would let this person in while no wait applies."""
    return person.problem is None and password_open(person.email, team.providers)


def sso_ways(team: Team, person: Person) -> tuple[Provider, ...]:
    """The providers that would let this person in: those that are set up, and not down."""
    if person.role is None:
        return ()
    return tuple(p for p in team.providers if p.lets_in)


def tried_ways(team: Team, person: Person) -> tuple[Provider, ...]:
    """Those of `sso_ways` by which this person has signed in: they are known to work."""
    return tuple(p for p in sso_ways(team, person) if p.slug in person.linked)


def can_use_sso(team: Team, person: Person) -> bool:
    """Whether some provider would let this person in."""
    return bool(sso_ways(team, person))


def can_get_in(team: Team, person: Person) -> bool:
    """Whether there is any way in for this person, be it one that they have not tried yet."""
    return can_use_password(team, person) or can_use_sso(team, person)


def surely_gets_in(team: Team, person: Person) -> bool:
    """Whether there is a way in for this person that is known to work; what a guard counts on.

    That is a password which enforcement leaves open, or the SSO of a provider by which they have
    signed in. A one-time code is none: it expires.
    """
    return can_use_password(team, person) or bool(tried_ways(team, person))


def shut_out(before: Team, after: Team) -> tuple[Person, ...]:
    """The members whose last way in a change takes."""
    lost = without_way_in(after)
    return tuple(one for one in lost if can_get_in(before, before.people.get(one.email, one)))


def only_by_sso(team: Team) -> tuple[Person, ...]:
    """The members who use SSO and have no password: the end of enforcement does not help them."""
    asked = _asked(team, can_use_sso)
    return tuple(one for one, can in asked if can and not one.has_password)


def proven_only(team: Team) -> Team:
    """The same team, where only providers that somebody has signed in by count as a way in."""
    providers = (p if p.proven else replace(p, configured=False) for p in team.providers)
    return replace(team, providers=tuple(providers))


def without_way_in(team: Team) -> tuple[Person, ...]:
    """The members that have no way in at all."""
    return tuple(person for person, gets_in in _asked(team, can_get_in) if not gets_in)


def with_idp(team: Team, slug: str, state: IdpState) -> Team:
    """The same team with one IdP in another state."""
    provider = team.provider(slug)
    if provider is None:
        return team
    return team.with_provider(replace(provider, idp=state))


def listed_elsewhere(
    team: Team, slug: str, emails: Iterable[str]
) -> tuple[tuple[tuple[str, ...], tuple[Provider, ...]], ...]:
    """Those of `emails` whom the lists of other enforced providers let in, with these providers."""
    found: dict[tuple[str, ...], list[str]] = {}
    for email in emails:
        lists = tuple(one for one in listing(email, team.providers) if one != slug)
        if lists and team.entry_problem(email) is None:
            found.setdefault(lists, []).append(email)
    known = {p.slug: p for p in team.providers}
    return tuple(
        (tuple(people), tuple(known[one] for one in lists)) for lists, people in found.items()
    )


def standings(team: Team) -> Iterator[tuple[Person, Standing]]:
    """Every member with all that the rules look at.

    Members with the same facts get the same answers, so that ten thousand members do not cost ten
    thousand decisions.
    """
    on_some_list = {email for provider in team.providers for email in provider.emails}
    for person in team.members:
        email = person.email
        yield (
            person,
            (
                person.has_password,
                listing(email, team.providers) if email in on_some_list else (),
                person.linked,
            ),
        )


def consequence(before: Team, after: Team, slug: str) -> Consequence:
    """What going from `before` to `after` means, with the IdP of `slug` down in the end."""
    down = with_idp(after, slug, IdpState.DOWN)
    could = {p.email for p, holds in _asked(before, can_use_password) if holds}
    members = 0
    loses, gains = list[Person](), list[Person]()
    entering, untried, without = list[Person](), list[Person](), list[Person]()
    for person, (can, enters, may) in _asked(after, partial(_prospects, down)):
        members += 1
        if can is not (person.email in could):
            (gains if can else loses).append(person)
        elif not can:
            without.append(person)
        if may:
            (entering if enters else untried).append(person)
    return Consequence(slug, members, *map(tuple, (loses, gains, entering, untried, without)))


def _prospects(down: Team, after: Team, one: Person) -> tuple[bool, bool, bool]:
    """Password login after the change; a sure way, or any, while the IdP is down."""
    return can_use_password(after, one), surely_gets_in(down, one), can_get_in(down, one)


def _asked(team: Team, ask: Callable[[Team, Person], _Answer]) -> Iterator[tuple[Person, _Answer]]:
    """Every member with the answer to a question about what they stand for."""
    known: dict[Standing, _Answer] = {}
    for person, standing in standings(team):
        if standing not in known:
            known[standing] = ask(team, person)
        yield person, known[standing]
