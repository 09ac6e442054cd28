"""Removing an identity provider: the consequences are shown, and confirmed at a terminal."""

import click

from bgconsole.cli.context import Invocation
from bgconsole.cli.effect import Effect
from bgconsole.cli.group import Command
from bgconsole.cli.output import print_json, say
from bgconsole.cli.overriding import override_of, stored_team
from bgconsole.cli.parameters import override_option, slug_argument, yes_option
from bgconsole.policy.impact import removing_provider
from bgconsole.policy.impact_words import enforcement_end
from bgconsole.policy.text import visible


@click.command("remove", cls=Command, example="bgconsole provider remove backup")
@slug_argument
@override_option
@yes_option
@click.pass_obj
def remove_provider(
    invocation: Invocation,
    slug: str,
    override_reason: str | None,
    overridden: tuple[str, ...],
    yes: bool,
) -> None:
    """Remove a provider and its break-glass list.

    This ends its enforcement and SSO sign-in with it. The command says who loses or gains password
    login or their last way in, whose sessions end and who can still get in. At a terminal it asks
    first.
    """
    with invocation.connect() as team:
        override = override_of(
            team, override_reason, overridden, lambda now: removing_provider(now, slug)
        )
        impact = removing_provider(stored_team(team), slug)
        effect = Effect(impact, team.me().email, enforcement_end(impact))
        effect.confirm(f"Remove {slug}?", yes=yes, override=override)
        team.change(lambda backend, caller: backend.remove_provider(caller, slug, override))
    if invocation.as_json:
        print_json({"slug": slug, "removed": True, **effect.fields})
    else:
        say(f"Removed the provider {visible(slug)}.")
    effect.tell(as_json=invocation.as_json)
