"""What is asked of the simulator, and who is meant by a few letters."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bgconsole.policy.forecast import with_idp
from bgconsole.policy.login import Decision, Method, attempt_for, decide
from bgconsole.policy.team import IdpState, Person, Team


@dataclass(frozen=True, slots=True)
class Simulation:
    """Would this person come in, on this provider's page, with this method, in this case?

    `short` is the provider's short name.
    """

    email: str
    method: Method
    slug: str
    short: str
    idp: IdpState


def ask(team: Team, simulation: Simulation) -> Decision:
    """The rules' answer for one state of the team."""
    supposed = with_idp(team, simulation.slug, simulation.idp)
    attempt = attempt_for(supposed, simulation.email, simulation.method)
    provider = simulation.slug if simulation.method is Method.SSO else None
    return decide(replace(attempt, provider=provider))


def people_called(people: Iterable[Person], typed: str) -> tuple[Person, ...]:
    """Everybody who can be meant, the likeliest first.

    The whole email counts before its start, that before a name's start, and that before middles.
    """
    wanted = typed.casefold()
    if not wanted:
        return ()
    ranked: tuple[list[Person], ...] = ([], [], [], [])
    for person in people:
        email, name = person.email.casefold(), person.name.casefold()
        if email == wanted:
            ranked[0].append(person)
        elif email.startswith(wanted):
            ranked[1].append(person)
        elif name.startswith(wanted):
            ranked[2].append(person)
        elif wanted in email or wanted in name:
            ranked[3].append(person)
    return tuple(person for rank in ranked for person in rank)
