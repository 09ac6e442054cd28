"""Changing the email or name of a member."""

import click

from bgconsole.cli import shapes
from bgconsole.cli.context import Invocation
from bgconsole.cli.group import Command
from bgconsole.cli.output import note_all, print_json, say
from bgconsole.policy.text import visible


@click.command(
    "rename",
    cls=Command,
    example="bgconsole member rename grace@example.com grace.murray@example.com",
)
@click.argument("email", help="The member's current email.")
@click.argument("new", help="The new email.")
@click.pass_obj
def rename_member(invocation: Invocation, email: str, new: str) -> None:
    """Change a member's email.

    They keep everything: password, role, lists, sessions, tokens and links to identity providers.
    The audit log records both emails. Only an owner can rename owners and admins.
    """
    with invocation.connect() as team:
        changed = team.change(lambda backend, caller: backend.rename_member(caller, email, new))
    if invocation.as_json:
        print_json(shapes.member(changed))
    else:
        say(f"{visible(email.strip())} is now {visible(changed.email)}.")
    note_all(changed.warnings)


@click.command(
    "set-name", cls=Command, example='bgconsole member set-name grace@example.com "Grace Murray"'
)
@click.argument("email", help="The member's email.")
@click.argument("name", help='The new name, or "" for none.')
@click.pass_obj
def set_name(invocation: Invocation, email: str, name: str) -> None:
    """Change a member's name.

    Only an owner can change the names of owners and admins.
    """
    with invocation.connect() as team:
        changed = team.change(lambda backend, caller: backend.set_name(caller, email, name))
    if invocation.as_json:
        print_json(shapes.member(changed))
    elif changed.name:
        say(f"The name of {visible(changed.email)} is now {visible(changed.name)}.")
    else:
        say(f"{visible(changed.email)} now has no name.")
