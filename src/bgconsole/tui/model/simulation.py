"""What is asked of the simulator."""

from dataclasses import dataclass, replace
from typing import Final

from bgconsole.policy.forecast import with_idp
from bgconsole.policy.login import Decision, Method, Reason, attempt_for, decide
from bgconsole.policy.refusals import Code, Refusal, refusal
from bgconsole.policy.refused_login import refused_login
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


_OF_SSO: Final = {
    Reason.SSO_UNCONFIGURED: Code.SSO_UNCONFIGURED,
    Reason.IDP_DOWN: Code.IDP_UNREACHABLE,
}


def they_see(team: Team, simulation: Simulation, found: Decision) -> Refusal | None:
    """What the sign-in screen would say in that case; None where they get in.

    By the same rule as a real refusal; of SSO, where the identity provider has the last word, only
    what is said here.
    """
    if found.allowed or found.reason is None:
        return None
    if simulation.method is Method.PASSWORD:
        return refused_login(with_idp(team, simulation.slug, simulation.idp).providers)
    code = _OF_SSO.get(found.reason)
    return None if code is None else refusal(code)
