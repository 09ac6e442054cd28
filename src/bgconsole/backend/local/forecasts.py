"""What a change would do to people, before it is made; nothing is changed."""

from bgconsole.backend.errors import RefusedError
from bgconsole.backend.forecasts import Act, Forecast, ProposedChange
from bgconsole.backend.identity import Caller
from bgconsole.backend.local import access, accounts
from bgconsole.backend.local.demands import Operation
from bgconsole.backend.local.parts import Parts
from bgconsole.policy.email import find_email, spelled
from bgconsole.policy.impact import (
    Impact,
    clearing_sso,
    removing_member,
    removing_provider,
    resetting,
    saving_delta,
)
from bgconsole.policy.impact_words import sentences
from bgconsole.policy.refusals import Code, refusal
from bgconsole.policy.settings import Delta
from bgconsole.policy.team import Person, Provider, Team


def forecast(parts: Parts, caller: Caller, proposed: ProposedChange) -> Forecast:
    """Compute it on what is saved now. See `ProviderOperations.forecast`."""
    with access.reading(parts, caller, Operation.FORECAST) as view:
        team = accounts.snapshot(view.connection, view.now, everybody=True).team
    impact = _impact(team, proposed)
    return Forecast(
        effect=tuple(map(str, sentences(impact, view.actor.email))),
        loses=_emails(impact.all_losing),
        gains=_emails(impact.gains),
        shut_out=_emails(impact.all_shut_out),
        needs_override=tuple(p.slug for p in impact.guarded.providers),
    )


def _impact(team: Team, proposed: ProposedChange) -> Impact:
    match proposed.act:
        case Act.SAVE:
            provider, delta = _provider(team, proposed), proposed.delta
            add, remove = (spelled(one, team.people) for one in (delta.add, delta.remove))
            return saving_delta(team, provider, Delta(delta.enforced, add, remove))
        case Act.REMOVE_PROVIDER:
            return removing_provider(team, _provider(team, proposed).slug)
        case Act.CLEAR_SSO:
            return clearing_sso(team, _provider(team, proposed).slug)
        case Act.REMOVE_MEMBER:
            return removing_member(team, _member(team, proposed))
        case Act.RESET_MEMBER:
            return resetting(team, _member(team, proposed))


def _provider(team: Team, proposed: ProposedChange) -> Provider:
    found = team.provider(proposed.target)
    if found is None:
        raise RefusedError(refusal(Code.UNKNOWN_PROVIDER))
    return found


def _member(team: Team, proposed: ProposedChange) -> Person:
    known = find_email(accounts.demand_email(proposed.target), team.people)
    found = None if known is None else team.people[known]
    if found is None or found.role is None:
        raise RefusedError(refusal(Code.UNKNOWN_MEMBER))
    return found


def _emails(people: tuple[Person, ...]) -> tuple[str, ...]:
    return tuple(person.email for person in people)
