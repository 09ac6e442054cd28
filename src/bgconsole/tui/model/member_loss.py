"""What falls with a person's membership or password: their lists, the last of one, the guard."""

from dataclasses import dataclass, replace

from bgconsole.policy.forecast import surely_gets_in, with_idp
from bgconsole.policy.guard import check_owner_stays, newly_locked_out
from bgconsole.policy.refusals import Refusal
from bgconsole.policy.team import IdpState, Person, Provider, Role, Team

_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Loss:
    """`before` and `after` are the team; `person` is who loses something, as they were."""

    before: Team
    after: Team
    person: Person

    @property
    def lists(self) -> tuple[Provider, ...]:
        """The providers on whose lists the person is."""
        return tuple(p for p in self.before.providers if self.person.email in p.emails)

    @property
    def last_of(self) -> tuple[Provider, ...]:
        """Those, of the enforced ones, where nobody else's entry is usable."""
        only = (self.person.email,)
        return tuple(p for p in self.lists if p.enforced and self.before.usable(p) == only)

    @property
    def locked(self) -> tuple[Provider, ...]:
        """The providers that the guard protects from this."""
        return newly_locked_out(self.before, self.after, _NOTHING)

    @property
    def owner_refused(self) -> Refusal | None:
        """Why it cannot be: the last owner, or the last who can get in."""
        return check_owner_stays(self.before, self.after)

    @property
    def entering(self) -> int:
        """How many could still come in with the IdPs of `locked` down."""
        down = self.after
        for provider in self.locked:
            down = with_idp(down, provider.slug, IdpState.DOWN)
        return sum(surely_gets_in(down, person) for person in down.members)


def without_password(team: Team, person: Person) -> Loss:
    """What a reset of the password takes."""
    return _loss(team, person, replace(person, has_password=False))


def without_membership(team: Team, person: Person) -> Loss:
    """What a removal from the team takes."""
    return _loss(team, person, replace(person, role=None))


def with_role(team: Team, person: Person, role: Role) -> Loss:
    """What another role takes."""
    return _loss(team, person, replace(person, role=role))


def _loss(team: Team, person: Person, becomes: Person) -> Loss:
    return Loss(team, team.with_person(becomes), person)
