"""Identity providers, and whether SSO is enforced for them."""

from typing import Final

import click

from bgconsole.backend.values import (
    ProviderAddition,
    ProviderCheck,
    ProviderDetail,
)
from bgconsole.cli import shapes
from bgconsole.cli.commands.provider_remove import remove_provider
from bgconsole.cli.commands.provider_set import change_provider, print_provider
from bgconsole.cli.context import Invocation
from bgconsole.cli.effect import Effect
from bgconsole.cli.errors import Exit
from bgconsole.cli.group import Command, OrderedGroup
from bgconsole.cli.output import moment, note_all, print_json, say, signs
from bgconsole.cli.overriding import (
    override_of,
    settings_change,
    stored_team,
)
from bgconsole.cli.parameters import override_option, slug_argument, yes_option
from bgconsole.cli.tables import print_table
from bgconsole.policy.idp_words import IdpWord
from bgconsole.policy.provider_kinds import ProviderKind
from bgconsole.policy.settings import Delta
from bgconsole.policy.sso import Stage
from bgconsole.policy.text import visible

_STAGES: Final = {
    Stage.NOT_SET_UP: IdpWord.NOT_SET_UP.value,
    Stage.UNTRIED: "set up, never used",
    Stage.PROVEN: "proven",
}


@click.group(cls=OrderedGroup)
def provider() -> None:
    """List, change and enforce identity providers.

    A new team has two, entra and oidc. You can add any number of any kind.
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
        ("SLUG", "NAME", "KIND", "SSO", "ENFORCED", "IDP", "YOU"),
        (
            (
                one.slug,
                one.name,
                one.kind,
                _STAGES[one.stage],
                "yes" if one.enforced else "no",
                one.idp.told(configured=one.configured),
                "listed" if one.listed_me else "not listed",
            )
            for one in providers
        ),
    )


@provider.command(
    "add", cls=Command, example='bgconsole provider add backup --kind oidc --name "Backup IdP"'
)
@click.argument("slug", help="A short name for commands, of letters, digits and hyphens.")
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in ProviderKind]),
    metavar="K",
    required=True,
    help=f"One of: {', '.join(ProviderKind)}.",
)
@click.option("--name", required=True, help="The name shown to people.")
@click.option("--issuer", metavar="URL", help="The OpenID Connect issuer.")
@click.pass_obj
def add(invocation: Invocation, slug: str, kind: str, name: str, issuer: str | None) -> None:
    """Add a provider. It comes last and is not enforced."""
    addition = ProviderAddition(slug, ProviderKind(kind), name, issuer)
    with invocation.connect() as team:
        added = team.change(lambda backend, caller: backend.add_provider(caller, addition))
    print_provider(invocation, added, "Added")


provider.add_command(change_provider)


@provider.command("check", cls=Command, example="bgconsole provider check entra")
@slug_argument
@click.pass_obj
def check(invocation: Invocation, slug: str) -> int:
    """Try every step of an SSO sign-in, for real, and say what to fix.

    Exits with code 3 if a step fails.
    """
    with invocation.connect() as team:
        report = team.call(lambda backend, caller: backend.check_provider(caller, slug))
    if invocation.as_json:
        print_json(shapes.provider_check(report))
    else:
        _say_check(report)
    return Exit.DONE if report.ok else Exit.NOT_READY


def _say_check(report: ProviderCheck) -> None:
    yes, no = signs()
    for step in report.steps:
        say(f"{yes if step.ok else no} {step.step.replace('_', ' ')}: {visible(step.detail)}")
        if step.remedy:
            say(f"    {visible(step.remedy)}")
    if report.flows:
        say(f"Ways to sign in: {', '.join(report.flows)}")
    if report.certificate_until is not None:
        say(f"The certificate expires at {moment(report.certificate_until)} UTC")


provider.add_command(remove_provider)


@provider.command(
    "enforce",
    cls=Command,
    example="bgconsole provider enforce entra on --add ada@example.com --add grace@example.com\n"
    "bgconsole provider enforce entra off",
)
@slug_argument
@click.argument(
    "switch",
    type=click.Choice(["on", "off"], case_sensitive=False),
    help="Whether to enforce SSO.",
)
@click.option(
    "--add",
    "additions",
    metavar="EMAIL",
    multiple=True,
    help="Add this person to the break-glass list in the same step. Repeatable.",
)
@override_option
@yes_option
@click.pass_obj
def enforce(
    invocation: Invocation,
    slug: str,
    switch: str,
    additions: tuple[str, ...],
    override_reason: str | None,
    overridden: tuple[str, ...],
    yes: bool,
) -> None:
    """Turn SSO enforcement on or off.

    While it is on, members who are on no break-glass list of an enforced provider cannot use their
    password. It is refused without a usable break-glass user, because an outage of the provider
    would then lock everyone out. Turning it off keeps the list. The command says who loses or gains
    password login, whose sessions end and who can still get in. At a terminal it asks first.
    """
    delta = Delta(enforced=switch == "on", add=additions)
    with invocation.connect() as team:
        change = settings_change(slug, delta)
        override = override_of(team, override_reason, overridden, change)
        effect = Effect(change(stored_team(team)), team.me().email)
        question = f"Turn SSO enforcement {switch} for {slug}?"
        effect.confirm(question, yes=yes, override=override)
        saved = team.change(
            lambda backend, caller: backend.apply_delta(caller, slug, delta, override)
        )
    if invocation.as_json:
        print_json({**shapes.glass(saved), **effect.fields, "warnings": list(saved.warnings)})
    else:
        _print_switch(saved)
    effect.tell(as_json=invocation.as_json)
    note_all(saved.warnings)


def _print_switch(saved: ProviderDetail) -> None:
    if not saved.enforced:
        say(f"SSO is no longer enforced for {visible(saved.name)}. The break-glass list is kept.")
    else:
        say(f"SSO is enforced for {visible(saved.name)}.")
