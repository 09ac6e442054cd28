"""Overrides on the command line: each names the guard that it lifts, or there is only one."""

from collections.abc import Callable
from dataclasses import replace

import click

from bgconsole.backend.errors import RefusedError
from bgconsole.backend.values import Member, ProviderDetail
from bgconsole.cli.context import OpenTeam
from bgconsole.policy.email import spelled
from bgconsole.policy.guard import Override
from bgconsole.policy.impact import Impact, saving_delta
from bgconsole.policy.refusals import Code, refusal
from bgconsole.policy.settings import Delta
from bgconsole.policy.team import Person, Team

Change = Callable[[Team], Impact]
"""What a command does to the team."""


def override_of(
    team: OpenTeam, reason: str | None, named: tuple[str, ...], change: Change
) -> Override | None:
    """The override that was asked for; without names, of the one guard against the change.

    Raises RefusedError `would_lock_out` where more than one is against it and none is named.
    """
    if reason is None or named:
        return override_for(reason, named)
    found = change(stored_team(team)).guarded
    if len(found.guards) > 1:
        each = " ".join(f"--override {p.slug}" for p in found.providers)
        remedy = f"Name each provider to override: {each} --override-reason TEXT"
        raise RefusedError(refusal(Code.WOULD_LOCK_OUT, found.message, remedy))
    return Override(tuple(p.slug for p in found.providers), reason)


def override_for(reason: str | None, named: tuple[str, ...], *slugs: str) -> Override | None:
    """The override of what is named, or else of `slugs`, if a reason is given for it."""
    if reason is not None:
        return Override(named or slugs, reason)
    if named:
        raise click.UsageError("--override needs a reason: --override-reason TEXT")
    return None


def stored_team(team: OpenTeam) -> Team:
    """The team as the rules see it."""
    providers = team.call(lambda backend, caller: backend.providers(caller))
    return as_team(team.call(lambda backend, caller: backend.members(caller)), providers)


def as_team(people: tuple[Member, ...], providers: tuple[ProviderDetail, ...]) -> Team:
    """These people and providers as the rules see them."""
    return Team.of(
        (one.person for one in people), (one.with_settings(one.settings) for one in providers)
    )


def settings_change(slug: str, delta: Delta) -> Change:
    """What a delta to a provider's switch and list does."""

    def change(team: Team) -> Impact:
        provider = team.provider(slug)
        if provider is None:
            return Impact(team, team)
        add, remove = (spelled(emails, team.people) for emails in (delta.add, delta.remove))
        return saving_delta(team, provider, replace(delta, add=add, remove=remove))

    return change


def person_change(email: str, of_person: Callable[[Team, Person], Impact]) -> Change:
    """What happens to one person."""

    def change(team: Team) -> Impact:
        (form,) = spelled((email,), team.people)
        person = team.people.get(form)
        return Impact(team, team) if person is None else of_person(team, person)

    return change


def stored_email(team: OpenTeam, email: str) -> str:
    """The email as the team has it, which may be spelt another way than it was typed."""
    people = team.call(lambda backend, caller: backend.members(caller))
    (stored,) = spelled((email,), (one.email for one in people))
    return stored
