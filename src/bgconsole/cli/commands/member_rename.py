"""Another email or another name for somebody who is in the team."""

import click

from bgconsole.cli import shapes
from bgconsole.cli.context import Invocation
from bgconsole.cli.group import Command
from bgconsole.cli.output import note_all, print_json, say
from bgconsole.policy.look_alikes import mixed_scripts
from bgconsole.policy.text import visible


@click.command(
    "rename",
    cls=Command,
    example="bgconsole member rename grace@example.com grace.murray@example.com",
)
@click.argument("email", help="Whose email changes.")
@click.argument("new", help="Their email from then on.")
@click.pass_obj
def rename_member(invocation: Invocation, email: str, new: str) -> None:
    """Give somebody another email.

    They keep everything: password, role, lists, sessions, tokens, links to identity providers. The
    audit log names both emails. Only an owner renames owners and admins.
    """
    with invocation.connect() as team:
        changed = team.change(lambda backend, caller: backend.rename_member(caller, email, new))
    if invocation.as_json:
        print_json(shapes.member(changed))
    else:
        say(f"{visible(email.strip())} is {visible(changed.email)} from here on.")
    note_all(mixed_scripts(changed.email))


@click.command(
    "set-name", cls=Command, example='bgconsole member set-name grace@example.com "Grace Murray"'
)
@click.argument("email", help="Whose name changes.")
@click.argument("name", help='Their name; "" for none.')
@click.pass_obj
def set_name(invocation: Invocation, email: str, name: str) -> None:
    """Give somebody another name.

    Only an owner changes the names of owners and admins.
    """
    with invocation.connect() as team:
        changed = team.change(lambda backend, caller: backend.set_name(caller, email, name))
    if invocation.as_json:
        print_json(shapes.member(changed))
    elif changed.name:
        say(f"{visible(changed.email)} has the name {visible(changed.name)}.")
    else:
        say(f"{visible(changed.email)} has no name.")
