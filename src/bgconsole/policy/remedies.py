"""What would let somebody in who cannot get in: each step tried on the rules, none guessed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from itertools import combinations

from bgconsole.policy.coverage import access
from bgconsole.policy.entries import check_addition
from bgconsole.policy.forecast import with_idp
from bgconsole.policy.team import IdpState, Provider, Role, Team


class Step(Enum):
    """Something that can be done, or that can be waited for."""

    ADD_TO_LIST = "add_to_list"
    TURN_OFF = "turn_off"
    SET_PASSWORD = "set_password"
    JOIN = "join"
    IDP_BACK = "idp_back"
    """Not in anybody's hands here."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """Steps that let the person in when all of them are taken, in this order.

    `provider` is whose list, switch or IdP they are about.
    """

    steps: tuple[Step, ...]
    provider: Provider


def gets_in(team: Team, email: str) -> bool:
    """Whether a right password, or an SSO that is set up and not down, lets `email` in.

    Also by an SSO that they have not tried yet: nothing is known to stand in the way.
    """
    person = team.people.get(email)
    return person is not None and access(team, person).has_way


def remedies(team: Team, email: str, slug: str) -> tuple[Remedy, ...]:
    """What would let `email` in on `team`, the smallest change first; nothing if they get in.

    Single steps on the provider `slug`; where none of those that can be done is enough, two. No
    step is offered that the rules would refuse, such as adding to a full list.
    """
    provider = team.provider(slug)
    if provider is None or gets_in(team, email):
        return ()
    singles: list[tuple[Step, ...]] = [(step,) for step in _DEEDS]
    found = [steps for steps in singles if _taken(team, email, slug, steps)]
    if not found:
        pairs = combinations(_DEEDS, 2)
        found.extend(steps for steps in pairs if _taken(team, email, slug, steps))
    if _taken(team, email, slug, (Step.IDP_BACK,)):
        found.append((Step.IDP_BACK,))
    return tuple(Remedy(steps, provider) for steps in found)


def _taken(team: Team, email: str, slug: str, steps: tuple[Step, ...]) -> bool:
    """Whether the person gets in once these steps are taken, each possible when its turn comes."""
    for step in steps:
        after = _EFFECTS[step](team, email, slug)
        if after is None:
            return False
        team = after
    return gets_in(team, email)


def _listed(team: Team, email: str, slug: str) -> Team | None:
    provider = team.provider(slug)
    if provider is None or not provider.enforced:
        return None
    if check_addition(email, provider.emails, team.people.get(email)) is not None:
        return None
    return team.with_provider(replace(provider, emails=(*provider.emails, email)))


def _turned_off(team: Team, _email: str, slug: str) -> Team | None:
    provider = team.provider(slug)
    if provider is None or not provider.enforced:
        return None
    return team.with_provider(replace(provider, enforced=False))


def _with_password(team: Team, email: str, _slug: str) -> Team | None:
    person = team.people.get(email)
    if person is None or person.has_password:
        return None
    return team.with_person(replace(person, has_password=True))


def _joined(team: Team, email: str, _slug: str) -> Team | None:
    person = team.people.get(email)
    if person is None or person.role is not None:
        return None
    return team.with_person(replace(person, role=Role.MEMBER))


def _idp_back(team: Team, _email: str, slug: str) -> Team | None:
    return with_idp(team, slug, IdpState.UP)


_DEEDS: tuple[Step, ...] = (Step.JOIN, Step.SET_PASSWORD, Step.ADD_TO_LIST, Step.TURN_OFF)
"""In the order in which they make each other possible."""

_EFFECTS: Mapping[Step, Callable[[Team, str, str], Team | None]] = {
    Step.ADD_TO_LIST: _listed,
    Step.TURN_OFF: _turned_off,
    Step.SET_PASSWORD: _with_password,
    Step.JOIN: _joined,
    Step.IDP_BACK: _idp_back,
}
