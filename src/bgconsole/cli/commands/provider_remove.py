"""Removing an identity provider: what ends with it is told, and asked about at a terminal."""

import click

from bgconsole.cli import prompts
from bgconsole.cli.context import Invocation
from bgconsole.cli.group import Command
from bgconsole.cli.output import note_all, print_json, say
from bgconsole.cli.overriding import override_of, provider_gone, stored_team
from bgconsole.cli.parameters import override_option, slug_argument
from bgconsole.cli.provider_effect import last_ways
from bgconsole.policy.forecast import consequence, shut_out
from bgconsole.policy.team import Team
from bgconsole.policy.text import visible


@click.command("remove", cls=Command, example="bgconsole provider remove backup")
@slug_argument
@override_option
@click.option("--yes", is_flag=True, help="Do not ask, whoever loses a way in.")
@click.pass_obj
def remove_provider(
    invocation: Invocation,
    slug: str,
    override_reason: str | None,
    overridden: tuple[str, ...],
    yes: bool,
) -> None:
    """Remove a provider with its list.

    Its enforcement ends with it, and so does signing in by it. Who loses or gets back a way in is
    told; at a terminal you are asked first, unless nobody's sign-in changes.
    """
    gone = provider_gone(slug)
    with invocation.connect() as team:
        override = override_of(team, override_reason, overridden, gone)
        before = stored_team(team)
        effect = _removal_effect(before, gone(before)[0], slug)
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
        say(f"The provider {visible(slug)} is removed.")
        say(*(f"{visible(sentence)}." for sentence in told))


def _removal_effect(before: Team, after: Team, slug: str) -> list[str]:
    """What a provider's removal does to people, and to enforcement; empty where to neither."""
    provider = before.provider(slug)
    if provider is None:
        return []
    effect, members = consequence(before, after, slug), len(after.members)
    lost = shut_out(before, after)
    found: list[str] = []
    if provider.enforced:
        others = ", ".join(p.name for p in after.providers if p.enforced)
        rest = f"it stays for {others}" if others else "nothing else is enforced"
        found.append(f"SSO enforcement for {provider.name} ends; {rest}")
    if effect.gains:
        found.append(f"{len(effect.gains)} of {members} people can use a password again")
    # Whoever loses every way in is not told a second time what they lose.
    loses = [one for one in effect.loses if one not in lost]
    if loses:
        found.append(f"{len(loses)} of {members} people lose password login")
    return [*found, *last_ways(before, after)]
