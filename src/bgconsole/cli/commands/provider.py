"""Identity providers: which there are, and whether SSO is enforced for them."""

from typing import Final

import click

from bgconsole.backend.values import Member, ProviderAddition, ProviderChange, ProviderDetail
from bgconsole.cli import shapes
from bgconsole.cli.context import Invocation
from bgconsole.cli.group import Command, OrderedGroup
from bgconsole.cli.output import note, print_json, say
from bgconsole.cli.parameters import override_option, slug_argument
from bgconsole.cli.tables import print_table
from bgconsole.policy.forecast import Consequence, can_get_in, consequence
from bgconsole.policy.guard import Override
from bgconsole.policy.readiness import hints
from bgconsole.policy.settings import Delta
from bgconsole.policy.team import ProviderKind, Team
from bgconsole.policy.text import visible

NOT_LISTED: Final = "You are not on this list: you will need SSO to come back"


@click.group(cls=OrderedGroup)
def provider() -> None:
    """List, change and enforce identity providers.

    A new team has two, entra and oidc; any number more of any kind can be added.
    """


@provider.command("list", cls=Command, example="bgconsole provider list")
@click.pass_obj
def list_providers(invocation: Invocation) -> None:
    """List the providers with enforcement and state."""
    with invocation.connect() as team:
        providers = team.call(lambda backend, caller: backend.providers(caller))
    if invocation.as_json:
        print_json([shapes.provider(one) for one in providers])
        return
    print_table(
        ("SLUG", "NAME", "KIND", "SSO SET UP", "ENFORCED", "IDP", "YOU"),
        (
            (
                one.slug,
                one.name,
                one.kind,
                "yes" if one.issuer else "no",
                "yes" if one.enforced else "no",
                one.idp.state,
                "listed" if one.listed_me else "not listed",
            )
            for one in providers
        ),
    )


@provider.command(
    "add", cls=Command, example='bgconsole provider add backup --kind oidc --name "Backup IdP"'
)
@click.argument("slug", help="A short name for commands: letters, digits and -.")
@click.option("--kind", type=click.Choice([kind.value for kind in ProviderKind]), required=True)
@click.option("--name", required=True, help="What people read.")
@click.option("--issuer", metavar="URL", help="The OpenID Connect issuer.")
@click.pass_obj
def add(invocation: Invocation, slug: str, kind: str, name: str, issuer: str | None) -> None:
    """Add a provider; it comes last and is not enforced."""
    addition = ProviderAddition(slug, ProviderKind(kind), name, issuer)
    with invocation.connect() as team:
        added = team.change(lambda backend, caller: backend.add_provider(caller, addition))
    _print_provider(invocation, added, "is added")


@provider.command("set", cls=Command, example='bgconsole provider set oidc --name "Okta"')
@slug_argument
@click.option("--name", help="What people read.")
@click.option("--position", type=click.IntRange(min=1), help="Its place among the tabs, from 1.")
@click.option("--issuer", metavar="URL", help="The OpenID Connect issuer; empty takes it away.")
@click.pass_obj
def change(
    invocation: Invocation, slug: str, name: str | None, position: int | None, issuer: str | None
) -> None:
    """Rename, move or set up a provider."""
    if name is None and position is None and issuer is None:
        raise click.UsageError("Say what to change: --name, --position or --issuer")
    wanted = ProviderChange(name, position, issuer)
    with invocation.connect() as team:
        changed = team.change(lambda backend, caller: backend.change_provider(caller, slug, wanted))
    _print_provider(invocation, changed, "is changed")


@provider.command("remove", cls=Command, example="bgconsole provider remove backup")
@slug_argument
@override_option
@click.pass_obj
def remove(invocation: Invocation, slug: str, override_reason: str | None) -> None:
    """Remove a provider with its list."""
    override = override_for(slug, override_reason)
    with invocation.connect() as team:
        team.change(lambda backend, caller: backend.remove_provider(caller, slug, override))
    if invocation.as_json:
        print_json({"slug": slug, "removed": True})
    else:
        say(f"The provider {visible(slug)} is removed.")


@provider.command(
    "enforce",
    cls=Command,
    example="bgconsole provider enforce entra on --add ada@example.com --add grace@example.com\n"
    "bgconsole provider enforce entra off",
)
@slug_argument
@click.argument(
    "switch", type=click.Choice(["on", "off"], case_sensitive=False), help="How it is to be."
)
@click.option(
    "--add",
    "additions",
    metavar="EMAIL",
    multiple=True,
    help="Put them on the break-glass list in the same step. Repeatable.",
)
@override_option
@click.pass_obj
def enforce(
    invocation: Invocation,
    slug: str,
    switch: str,
    additions: tuple[str, ...],
    override_reason: str | None,
) -> None:
    """Turn SSO enforcement on or off.

    While it is on, everybody in the team who is on no break-glass list of an enforced provider
    loses password login. Without a usable break-glass user it is refused, because an outage of the
    provider would then lock everybody out. Turning it off keeps the list.
    """
    delta = Delta(enforced=switch == "on", add=additions)
    override = override_for(slug, override_reason)
    with invocation.connect() as team:
        before = team.call(lambda backend, caller: backend.providers(caller))
        people = team.call(lambda backend, caller: backend.members(caller))
        saved = team.change(
            lambda backend, caller: backend.apply_delta(caller, slug, delta, override)
        )
    result = _as_team(people, tuple(saved if one.slug == slug else one for one in before))
    effect = consequence(_as_team(people, before), result, slug)
    warnings = _warnings(saved, result)
    if invocation.as_json:
        print_json({**shapes.glass(saved), "warnings": warnings})
    else:
        _print_effect(saved, effect)
    for warning in warnings:
        note(f"{visible(warning)}.")


def override_for(slug: str, reason: str | None) -> Override | None:
    """An override of the guard for one provider: naming it on the command line confirms it."""
    return None if reason is None else Override((slug,), reason)


def _as_team(people: tuple[Member, ...], providers: tuple[ProviderDetail, ...]) -> Team:
    return Team.of(
        (one.person for one in people), (one.with_settings(one.settings) for one in providers)
    )


def _warnings(saved: ProviderDetail, team: Team) -> list[str]:
    if not saved.enforced:
        return []
    found = [] if saved.listed_me else [NOT_LISTED]
    if saved.issuer is None:
        can = sum(can_get_in(team, person) for person in team.members)
        found.append(
            f"SSO is not set up for {saved.name}:"
            f" {can} of {len(team.members)} people can get in at all"
        )
    return [*found, *hints(team, saved.with_settings(saved.settings))]


def _print_effect(saved: ProviderDetail, effect: Consequence) -> None:
    if not saved.enforced:
        say(f"SSO is not enforced for {visible(saved.name)}. The list is kept.")
    else:
        say(f"SSO is enforced for {visible(saved.name)}.")
    if effect.loses:
        say(f"{len(effect.loses)} of {effect.members} people have lost password login.")
    if effect.gains:
        say(f"{len(effect.gains)} of {effect.members} people have password login again.")
    if saved.enforced:
        names = ", ".join(visible(one.email) for one in effect.enters_when_down)
        still = f"{len(effect.enters_when_down)} of {effect.members}"
        say(
            f"While its identity provider is down, {still} can get in"
            + (f": {names}" if names else "")
        )


def _print_provider(invocation: Invocation, detail: ProviderDetail, done: str) -> None:
    if invocation.as_json:
        print_json(shapes.provider(detail))
    else:
        say(f"The provider {visible(detail.slug)} ({visible(detail.name)}) {done}.")
