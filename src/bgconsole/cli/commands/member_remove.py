"""Removing a member, or the link to their identity at a provider."""

import click

from bgconsole.cli.context import Invocation
from bgconsole.cli.effect import Effect
from bgconsole.cli.group import Command
from bgconsole.cli.output import note, note_all, print_json, say
from bgconsole.cli.overriding import (
    override_for,
    override_of,
    person_change,
    stored_team,
)
from bgconsole.cli.parameters import override_option, slug_argument, yes_option
from bgconsole.policy.email import spelled
from bgconsole.policy.impact import removing_member, unlinking
from bgconsole.policy.text import visible


@click.command("remove", cls=Command, example="bgconsole member remove grace@example.com")
@click.argument("email", help="The member to remove.")
@override_option
@yes_option
@click.pass_obj
def remove_member(
    invocation: Invocation,
    email: str,
    override_reason: str | None,
    overridden: tuple[str, ...],
    yes: bool,
) -> None:
    """Remove a member, with their sessions and list entries.

    The last owner cannot be removed. It is refused if an enforced provider would be left without a
    usable break-glass user. The command says who loses password login, whose sessions end and who
    can still get in. At a terminal it asks first.
    """
    with invocation.connect() as team:
        gone = person_change(email, removing_member)
        override = override_of(team, override_reason, overridden, gone)
        mine = team.me().email
        effect = Effect(gone(stored_team(team)), mine)
        question = f"Remove {visible(email.strip())} from the team?"
        effect.confirm(question, yes=yes, override=override)
        removal = team.change(
            lambda backend, caller: backend.remove_member(caller, email, override)
        )
    if invocation.as_json:
        warnings = [*effect.warnings, *removal.warnings]
        done = {"email": removal.removed, "removed": True}
        print_json({**done, **effect.fields, "warnings": warnings})
    else:
        say(f"{visible(removal.removed)} was removed from the team.")
    effect.tell(as_json=invocation.as_json)
    note_all(removal.warnings)
    if removal.removed == mine:
        note("You are no longer a member of the team, and your session has ended.")


@click.command("unlink", cls=Command, example="bgconsole member unlink ada@example.com entra")
@click.argument("email", help="Whose identity.")
@slug_argument
@override_option
@yes_option
@click.pass_obj
def unlink_member(
    invocation: Invocation,
    email: str,
    slug: str,
    override_reason: str | None,
    overridden: tuple[str, ...],
    yes: bool,
) -> None:
    """Remove the link to somebody's identity at a provider.

    Sessions opened with it end. Their next sign-in there is linked by their verified email again.
    It is refused if no owner could sign in afterwards. At a terminal the command asks first.
    """
    override = override_for(override_reason, overridden, slug)
    with invocation.connect() as team:
        change = person_change(email, lambda now, one: unlinking(now, one, slug))
        before = stored_team(team)
        (stored,) = spelled((email,), before.people)
        effect = Effect(change(before), team.me().email)
        question = f"Unlink {visible(email.strip())} from {visible(slug)}?"
        effect.confirm(question, yes=yes, override=override)
        team.change(lambda backend, caller: backend.unlink(caller, email, slug, override))
    if invocation.as_json:
        print_json({"email": stored, "provider": slug, "unlinked": True, **effect.fields})
    else:
        say(f"{visible(stored)} is no longer linked to {visible(slug)}.")
    effect.tell(as_json=invocation.as_json)
