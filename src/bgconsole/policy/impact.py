"""What a change does to people: computed once, for every guard, forecast, warning and dialog.

An `Impact` compares the team before a change with the team after it. `impact_words` puts it into
sentences.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

from bgconsole.policy.forecast import (
    Consequence,
    can_get_in,
    can_use_password,
    consequence,
    shut_out,
    surely_gets_in,
    with_idp,
)
from bgconsole.policy.guard import Guarded, check_owner_stays, guarded
from bgconsole.policy.login import password_open
from bgconsole.policy.readiness import hints
from bgconsole.policy.refusals import Refusal
from bgconsole.policy.settings import Delta, Settings
from bgconsole.policy.team import IdpState, Person, Provider, Role, Team

AT_ALL: Final = "can get in at all"

_NONE: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True)
class Impact:
    """What going from `before` to `after` does.

    `touched` are the providers that the change is about: it answers for them even where they were
    at risk before. `slug` is the one whose identity provider is supposed to be down in forecasts;
    `takes_sso` says that the change takes its SSO from people: both teams hold every owner then.
    Everything is worked out when it is first asked for.
    """

    before: Team
    after: Team
    touched: frozenset[str] = _NONE
    slug: str = ""
    takes_sso: bool = False

    @cached_property
    def consequence(self) -> Consequence:
        """Who loses or gains password login, and who gets in while the provider is down."""
        return consequence(self.before, self.after, self.slug)

    @property
    def members(self) -> int:
        """How many people the team has after it."""
        return len(self.after.members)

    @cached_property
    def shut_out(self) -> tuple[Person, ...]:
        """The members who lose their last way in."""
        return shut_out(self.before, self.after)

    @property
    def loses(self) -> tuple[Person, ...]:
        """The members who lose password login, and keep another way in."""
        lost = {person.email for person in self.shut_out}
        return tuple(one for one in self.consequence.loses if one.email not in lost)

    @cached_property
    def all_losing(self) -> tuple[Person, ...]:
        """Everybody who loses password login, also those who leave the team."""
        left = (one for one in self._leaving if can_use_password(self.before, one))
        return (*self.consequence.loses, *left)

    @cached_property
    def all_shut_out(self) -> tuple[Person, ...]:
        """Everybody who loses their last way in, also those who leave the team."""
        return (*self.shut_out, *(one for one in self._leaving if can_get_in(self.before, one)))

    @property
    def _leaving(self) -> tuple[Person, ...]:
        if self.before.people is self.after.people:
            return ()
        stay = {person.email for person in self.after.members}
        return tuple(one for one in self.before.members if one.email not in stay)

    @property
    def ends_enforcement(self) -> bool:
        """Whether a provider was enforced that is not afterwards."""
        still = {p.slug for p in self.after.providers if p.enforced}
        return any(p.enforced and p.slug not in still for p in self.before.providers)

    @property
    def sso_sessions(self) -> tuple[tuple[Provider, tuple[Person, ...]], ...]:
        """The providers by which people are linked no longer: the sessions opened by them end.

        Of those who stay in the team.
        """
        present = {p.slug for p in self.after.providers}
        found: list[tuple[Provider, tuple[Person, ...]]] = []
        for provider in self.before.providers:
            slug = provider.slug
            people = tuple(
                one
                for one in self.before.members
                if slug in one.linked
                and (now := self.after.people.get(one.email)) is not None
                and (slug not in present or slug not in now.linked)
            )
            if people:
                found.append((provider, people))
        return tuple(found)

    @property
    def gains(self) -> tuple[Person, ...]:
        """The members who get password login back."""
        return self.consequence.gains

    @cached_property
    def guarded(self) -> Guarded:
        """What the guard asks an override for."""
        about = self.before.provider(self.slug) if self.takes_sso else None
        return guarded(self.before, self.after, self.touched, about)

    @property
    def locked(self) -> tuple[Provider, ...]:
        """The enforced providers left without a usable entry: the guard asks for an override."""
        return self.guarded.locked

    @cached_property
    def owner_refused(self) -> Refusal | None:
        """Why it cannot be done: it takes the last owner, or the last who can get in."""
        return check_owner_stays(self.before, self.after)

    @property
    def entering(self) -> tuple[Person, ...]:
        """The members who surely get in while the identity providers of `locked` are down."""
        return surely_in(self.after, (provider.slug for provider in self.locked))

    @cached_property
    def without_sso(self) -> tuple[Person, ...]:
        """The members who get in while every identity provider is down."""
        dark = tuple(replace(p, idp=IdpState.DOWN) for p in self.after.providers)
        team = replace(self.after, providers=dark)
        return tuple(person for person in team.members if can_get_in(team, person))

    def ends_password_session(self, email: str) -> bool:
        """Whether a session that `email` opened with a password ends: it lets them in no longer."""
        return password_open(email, self.before.providers) and not password_open(
            email, self.after.providers
        )

    def worse_lists(self) -> tuple[str, ...]:
        """'Entra: Only one usable …' for each hint about a list that was not there before."""
        return tuple(
            f"{provider.name}: {hint}"
            for provider in self.before.providers
            for hint in hints(self.after, provider)
            if hint not in hints(self.before, provider)
        )


@dataclass(frozen=True)
class PersonImpact(Impact):
    """What happens to one person; `person` is who they were."""

    person: Person = field(kw_only=True)

    @property
    def lists(self) -> tuple[Provider, ...]:
        """The providers on whose lists the person is."""
        return tuple(p for p in self.before.providers if self.person.email in p.emails)

    @property
    def ends_everything(self) -> bool:
        """Whether every session and token of the person ends: without a password, or outside."""
        now = self.after.people[self.person.email]
        return now.role is None or (self.person.has_password and not now.has_password)

    @property
    def last_of(self) -> tuple[Provider, ...]:
        """Those, of the enforced ones, where nobody else's entry is usable."""
        only = (self.person.email,)
        return tuple(p for p in self.lists if p.enforced and self.before.usable(p) == only)


def saving(team: Team, changed: Provider) -> Impact:
    """What saving a provider's switch and list as `changed` does."""
    after = team.with_provider(changed)
    return Impact(team, after, frozenset({changed.slug}), changed.slug)


def saving_delta(team: Team, provider: Provider, delta: Delta) -> Impact:
    """What a delta to a provider's switch and list does; its emails are spelled as the team's."""
    after = Settings(provider.enforced, provider.emails).apply(delta)
    return saving(team, replace(provider, enforced=after.enforced, emails=after.emails))


def removing_provider(team: Team, slug: str) -> Impact:
    """What a provider's removal does.

    Its list was a way in past every other provider too, so each that is left must answer.
    """
    after = team.without_provider(slug)
    return Impact(team, after, frozenset(p.slug for p in after.providers), slug, takes_sso=True)


def changing_sso(before: Team, after: Team, slug: str) -> Impact:
    """What another registration at a provider does, or none, or people it is no longer sure of."""
    return Impact(before, after, slug=slug, takes_sso=True)


def clearing_sso(team: Team, slug: str) -> Impact:
    """What it does to take a provider's issuer away: nobody can sign in by it."""
    return registering(team, slug, configured=False, forgets=True)


def registering(team: Team, slug: str, *, configured: bool, forgets: bool) -> Impact:
    """What another registration at a provider does; it starts over, as nobody has signed in by it.

    With `forgets`, those who did before are strangers to it.
    """
    was = team.provider(slug)
    if was is None:
        return Impact(team, team)
    now = Provider(was.slug, was.name, was.enforced, was.emails, configured)
    after = team.with_provider(now)
    if forgets:
        people = (replace(one, linked=one.linked - {slug}) for one in team.people.values())
        after = Team.of(people, after.providers)
    return Impact(team, after, frozenset({slug}), slug)


def unlinking(team: Team, person: Person, slug: str) -> Impact:
    """What it does to forget who a person is at a provider."""
    after = team.with_person(replace(person, linked=person.linked - {slug}))
    return changing_sso(team, after, slug)


def resetting(team: Team, person: Person) -> PersonImpact:
    """What the loss of a password does."""
    return _of_person(team, person, replace(person, has_password=False))


def removing_member(team: Team, person: Person) -> PersonImpact:
    """What the end of a membership does."""
    return _of_person(team, person, replace(person, role=None))


def changing_role(team: Team, person: Person, role: Role) -> PersonImpact:
    """What another role does."""
    return _of_person(team, person, replace(person, role=role))


def surely_in(team: Team, down: Iterable[str]) -> tuple[Person, ...]:
    """The members with a way in that is known to work while these identity providers are down."""
    for slug in down:
        team = with_idp(team, slug, IdpState.DOWN)
    return tuple(person for person in team.members if surely_gets_in(team, person))


def few_get_in(team: Team) -> str:
    """'only 2 of 4 can get in at all', while SSO is not set up."""
    able = sum(can_get_in(team, person) for person in team.members)
    return f"only {able} of {len(team.members)} {AT_ALL}"


def _of_person(team: Team, person: Person, becomes: Person) -> PersonImpact:
    return PersonImpact(team, team.with_person(becomes), person=person)
