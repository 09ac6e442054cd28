"""What is asked of the simulator."""

from dataclasses import dataclass, replace

from bgconsole.policy.forecast import with_idp
from bgconsole.policy.login import Decision, Method, attempt_for, decide
from bgconsole.policy.team import IdpState, Team


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
