"""Removing an identity provider: the consequences are shown, and confirmed at a terminal."""

import click

from bgconsole.cli import prompts
from bgconsole.cli.context import Invocation
from bgconsole.cli.group import Command
from bgconsole.cli.output import note_all, print_json, say
from bgconsole.cli.overriding import override_of, stored_team
from bgconsole.cli.parameters import override_option, slug_argument
from bgconsole.cli.provider_effect import last_ways
from bgconsole.policy.impact import (
    GET_PASSWORD_BACK,
    LOSE_PASSWORD,
    Impact,
    counted,
    enforcement_ends,
    removing_provider,
)
from bgconsole.policy.text import visible


@click.command("remove", cls=Command, example="bgconsole provider remove backup")
@slug_argument
@override_option
@click.option(
    "--yes", is_flag=True, help="Do not ask for confirmation, even if people lose their way in."
)
@click.pass_obj
def remove_provider(
    invocation: Invocation,
    slug: str,
    override_reason: str | None,
    overridden: tuple[str, ...],
    yes: bool,
) -> None:
    """Remove a provider and its break-glass list.

    This ends its enforcement and SSO sign-in with it. The command shows who loses or regains a way
    in. At a terminal it asks first, unless nobody's sign-in changes.
    """
    with invocation.connect() as team:
        override = override_of(
            team, override_reason, overridden, lambda now: removing_provider(now, slug)
        )
        effect = _removal_effect(removing_provider(stored_team(team), slug))
        asked = bool(effect) and not yes and prompts.at_terminal()
        if asked:
            note_all(effect)
            prompts.confirm(f"Remove {slug}?")
        team.change(lambda backend, caller: backend.remove_provider(caller, slug, override))
    told = [] if asked else effect
    if invocation.as_json:
        print_json({"slug": slug, "removed": True})
        note_all(told)
    else:
        say(f"Removed the provider {visible(slug)}.")
        say(*(f"{visible(sentence)}." for sentence in told))


def _removal_effect(impact: Impact) -> list[str]:
    """What a provider's removal does to people, and to enforcement; empty where to neither."""
    provider = impact.before.provider(impact.slug)
    if provider is None:
        return []
    found: list[str] = []
    if provider.enforced:
        others = (p.name for p in impact.after.providers if p.enforced)
        found.append(enforcement_ends(provider.name, others))
    for people, what in ((impact.gains, GET_PASSWORD_BACK), (impact.loses, LOSE_PASSWORD)):
        if people:
            found.append(counted(people, impact.members, what))
    return [*found, *last_ways(impact)]
