"""The states of identity providers: what is known of them, and a process that probes them."""

import asyncio
import signal
from typing import TYPE_CHECKING

import click

from bgconsole.cli import shapes
from bgconsole.cli.context import Invocation
from bgconsole.cli.group import Command, OrderedGroup
from bgconsole.cli.output import moment, note, print_json
from bgconsole.cli.tables import print_table
from bgconsole.policy.idp_words import idp_word, meaning, sentence
from bgconsole.policy.text import visible

if TYPE_CHECKING:
    from bgconsole.backend.protocol import Backend


@click.group(cls=OrderedGroup)
def idp() -> None:
    """Show whether the identity providers answer."""


@idp.command("list", cls=Command, example="bgconsole idp list --json")
@click.pass_obj
def list_idps(invocation: Invocation) -> None:
    """List the providers with their state.

    Consoles, servers and "bgconsole watch" probe every 30 seconds. A result older than 5 minutes
    counts as unknown.
    """
    with invocation.connect() as team:
        found = team.call(lambda backend, caller: backend.idps(caller))
        welcome = team.run(team.backend.welcome())
    if invocation.as_json:
        print_json([shapes.idp(one) for one in found])
        return
    print_table(
        ("PROVIDER", "STATE", "SINCE (UTC)", "CHECKED (UTC)", "MS", "LAST SSO SIGN-IN", "DETAIL"),
        (
            (
                one.provider,
                idp_word(one.status.state, configured=one.configured).value,
                moment(one.status.since),
                moment(one.status.checked_at),
                "-" if one.latency_ms is None else str(one.latency_ms),
                moment(one.proven_at),
                one.status.detail or "-",
            )
            for one in found
        ),
    )
    for way in welcome.ways:
        told = way.idp.told(configured=way.configured)
        means = meaning(way.provider, welcome.providers)
        click.echo(visible(f"{sentence(way.name, told, means)}."))


@click.command("watch", cls=Command, prints=False, password="", example="bgconsole watch")
@click.pass_obj
def watch(invocation: Invocation) -> None:
    """Probe identity providers until stopped, for teams without a server.

    Consoles and servers probe too while they run. Only one process probes each provider.
    """
    invocation.demand_right_settings()
    invocation.demand_database("watch")
    with invocation.connect(signed_in=False) as team:
        # A database that is not there is told of at once, not every 30 seconds.
        team.run(team.backend.welcome())
        note(f"Watching the identity providers of {team.target.url}. Press Ctrl+C to stop.")
        team.run(_until_ended(team.backend))


async def _until_ended(backend: "Backend") -> None:
    watching = asyncio.ensure_future(backend.watch_idps())
    loop = asyncio.get_running_loop()
    for ending in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        loop.add_signal_handler(ending, watching.cancel)
    try:
        await watching
    except asyncio.CancelledError:
        return
