"""Tokens for scripts, which can read the audit log and nothing else."""

import click

from bgconsole.backend.values import IssuedToken
from bgconsole.cli import shapes
from bgconsole.cli.context import Invocation
from bgconsole.cli.group import Command, OrderedGroup
from bgconsole.cli.output import iso, moment, print_json, say
from bgconsole.cli.shown_once import show_once
from bgconsole.cli.tables import print_table
from bgconsole.policy.text import visible


@click.group(cls=OrderedGroup)
def token() -> None:
    """Create, list and revoke tokens for scripts and SIEMs.

    Such a token can read the audit log and nothing else. Pass it to a script in BGCONSOLE_TOKEN or
    with --token-file.
    """


@token.command("create", cls=Command, example="bgconsole token create --audit-read --days 90")
@click.option(
    "--audit-read", is_flag=True, help="Allow the token to read the audit log (required)."
)
@click.option(
    "--days",
    type=int,
    required=True,
    metavar="N",
    help="The number of days it is valid, 1 to 400.",
)
@click.pass_obj
def create(invocation: Invocation, audit_read: bool, days: int) -> None:
    """Create a token and print it once."""
    if not audit_read:
        raise click.UsageError("Name what the token may do: --audit-read")
    with invocation.connect() as team:
        issued = team.issue(lambda backend, caller: backend.create_token(caller, days))
    show_once(
        lambda: _print_token(issued, as_json=invocation.as_json),
        lost=f"The token {issued.id} was created, but could not be printed",
        remedy=f'Run "bgconsole token revoke {issued.id}", then create another',
    )


def _print_token(issued: IssuedToken, *, as_json: bool) -> None:
    if as_json:
        print_json({"id": issued.id, "token": issued.token, "expires_at": iso(issued.expires_at)})
        return
    say(
        (
            f"Token {visible(issued.id)}, valid until {moment(issued.expires_at)} UTC. It is"
            " shown only once:"
        ),
        visible(issued.token),
    )


@token.command("list", cls=Command, example="bgconsole token list")
@click.pass_obj
def list_tokens(invocation: Invocation) -> None:
    """List the tokens, newest first. The tokens themselves are not stored."""
    with invocation.connect() as team:
        tokens = team.call(lambda backend, caller: backend.tokens(caller))
    if invocation.as_json:
        print_json([shapes.script_token(one) for one in tokens])
        return
    print_table(
        ("ID", "MADE BY", "MADE (UTC)", "ENDS (UTC)", "LAST USED (UTC)", "STATE"),
        (
            (
                one.id,
                one.created_by,
                moment(one.created_at),
                moment(one.expires_at),
                moment(one.last_used_at),
                "revoked" if one.revoked else "valid",
            )
            for one in tokens
        ),
    )


@token.command("revoke", cls=Command, example="bgconsole token revoke 0198c2f4")
@click.argument("token_id", metavar="ID", help='The ID that "bgconsole token list" shows.')
@click.pass_obj
def revoke(invocation: Invocation, token_id: str) -> None:
    """Revoke a token at once."""
    with invocation.connect() as team:
        team.change(lambda backend, caller: backend.revoke_token(caller, token_id))
    if invocation.as_json:
        print_json({"id": token_id, "revoked": True})
    else:
        say(f"Revoked token {visible(token_id)}.")
