"""Everybody against a condition: who could sign in, by which ways, and who not and why.

Decided by `login.decide`, as a real login is. An SSO that is not set up lets nobody in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum

from bgconsole.policy.forecast import Standing, sso_ways, standings, with_idp
from bgconsole.policy.login import Reason, attempt_for, decide, listing
from bgconsole.policy.team import IdpState, Person, Team


@dataclass(frozen=True, slots=True)
class Condition:
    """The IdP of `slug`, or of every provider for None, is taken to be in this state.

    Every other IdP is taken as it was measured.
    """

    slug: str | None
    idp: IdpState

    def applied(self, team: Team) -> Team:
        """`team` under this condition."""
        if self.slug is not None:
            return with_idp(team, self.slug, self.idp)
        return Team(team.people, tuple(replace(p, idp=self.idp) for p in team.providers))


@dataclass(frozen=True, slots=True)
class Access:
    """One person's ways in.

    `listed` are the enforced providers whose list holds them, `sso` those that let them in.
    `refused` is why the password is refused; None where it lets them in. `untried` are providers
    whose SSO is open, but by which they have never signed in: neither a way in nor none.
    """

    listed: tuple[str, ...]
    sso: tuple[str, ...]
    refused: Reason | None
    untried: tuple[str, ...] = ()

    @property
    def password(self) -> bool:
        """Whether a password that is right lets them in."""
        return self.refused is None

    @property
    def gets_in(self) -> bool:
        """Whether there is a way in that is known to work."""
        return self.password or bool(self.sso)

    @property
    def is_untried(self) -> bool:
        """Whether there is no way in but by an SSO that they have not tried yet."""
        return not self.gets_in and bool(self.untried)

    @property
    def has_way(self) -> bool:
        """Whether there is any way in, tried or not."""
        return self.gets_in or bool(self.untried)


@dataclass(frozen=True, slots=True)
class Column:
    """Every member's ways in under one condition.

    `entering` counts those who get in, `untried` those of whom it is not known.
    """

    condition: Condition
    access: Mapping[str, Access]
    entering: int
    untried: int = 0


class Outcome(Enum):
    """What becomes of somebody from one state of the team to another, under one condition."""

    STAYS = "stays"
    LOSES = "loses"
    GAINS = "gains"
    CANNOT = "cannot"
    UNTRIED = "untried"
    """Has no way in but an SSO that they have not tried yet, whatever was before."""


@dataclass(frozen=True, slots=True)
class Group:
    """People of one outcome. `refused` says why their passwords are refused, and of how many."""

    outcome: Outcome
    people: tuple[Person, ...]
    refused: Mapping[Reason, int]


class OnList(Enum):
    """What an entry of a break-glass list is worth, from saved to drafted."""

    SAVED = "saved"
    ADDED = "added"
    REMOVED = "removed"
    BAD = "bad"
    DORMANT = "dormant"
    """The list of a provider that is enforced neither before nor after."""


def access(team: Team, person: Person) -> Access:
    """The ways in of one member of `team`."""
    open_now = sso_ways(team, person)
    return Access(
        listed=listing(person.email, team.providers),
        sso=tuple(p.slug for p in open_now if p.slug in person.linked),
        refused=decide(attempt_for(team, person.email)).reason,
        untried=tuple(p.slug for p in open_now if p.slug not in person.linked),
    )


def column(team: Team, condition: Condition) -> Column:
    """Every member's ways in."""
    assumed = condition.applied(team)
    known: dict[Standing, Access] = {}
    found: dict[str, Access] = {}
    entering = untried = 0
    for person, standing in standings(assumed):
        answer = known.get(standing)
        if answer is None:
            answer = known[standing] = access(assumed, person)
        found[person.email] = answer
        entering += answer.gets_in
        untried += answer.is_untried
    return Column(condition, found, entering, untried)


def compared(members: tuple[Person, ...], before: Column, after: Column) -> tuple[Group, ...]:
    """`members` by what becomes of them; outcomes of nobody are left out."""
    people: dict[Outcome, list[Person]] = {outcome: [] for outcome in Outcome}
    refused: dict[Outcome, dict[Reason, int]] = {outcome: {} for outcome in Outcome}
    for person in members:
        was, now = before.access[person.email], after.access[person.email]
        # What was open lets them in no longer, tried or not; what they gain, they gain for sure.
        held = was.gets_in if now.gets_in else was.has_way
        outcome = Outcome.UNTRIED if now.is_untried else _OUTCOMES[held, now.gets_in]
        people[outcome].append(person)
        if now.refused is not None:
            counts = refused[outcome]
            counts[now.refused] = counts.get(now.refused, 0) + 1
    return tuple(
        Group(outcome, tuple(found), refused[outcome]) for outcome, found in people.items() if found
    )


def entries(saved: Team, drafted: Team) -> Mapping[str, OnList]:
    """Everybody on a list before or after, with what counts most for them.

    `saved` and `drafted` have the same providers.
    """
    found: dict[str, OnList] = {}
    for before, after in zip(saved.providers, drafted.providers, strict=True):
        live = before.enforced or after.enforced
        for email in dict.fromkeys((*before.emails, *after.emails)):
            if not live:
                state = OnList.DORMANT
            elif email not in after.emails:
                state = OnList.REMOVED
            elif drafted.entry_problem(email) is not None:
                state = OnList.BAD
            else:
                state = OnList.SAVED if email in before.emails else OnList.ADDED
            if _WORTH.index(state) < _WORTH.index(found.get(email, OnList.DORMANT)):
                found[email] = state
            else:
                found.setdefault(email, state)
    return found


_OUTCOMES = {
    (True, True): Outcome.STAYS,
    (True, False): Outcome.LOSES,
    (False, True): Outcome.GAINS,
    (False, False): Outcome.CANNOT,
}
_WORTH = (OnList.SAVED, OnList.ADDED, OnList.BAD, OnList.REMOVED, OnList.DORMANT)
