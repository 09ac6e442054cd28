"""Identity providers, and whether SSO is enforced for them."""

from dataclasses import replace
from typing import Any, Final, cast

import click

from bgconsole.backend.values import (
    ProviderAddition,
    ProviderChange,
    ProviderCheck,
    ProviderDetail,
)
from bgconsole.cli import shapes
from bgconsole.cli.commands.provider_remove import remove_provider
from bgconsole.cli.context import Invocation
from bgconsole.cli.errors import Exit
from bgconsole.cli.group import Command, OrderedGroup
from bgconsole.cli.output import moment, note_all, print_json, say, signs
from bgconsole.cli.overriding import (
    as_team,
    override_for,
    override_of,
    settings_change,
    stored_team,
)
from bgconsole.cli.parameters import override_option, slug_argument
from bgconsole.cli.provider_effect import last_ways, warnings
from bgconsole.cli.tables import print_table
from bgconsole.policy.forecast import Consequence
from bgconsole.policy.impact import GET_PASSWORD_BACK, LOSE_PASSWORD, counted, saving
from bgconsole.policy.provider_kinds import ProviderKind
from bgconsole.policy.settings import Delta
from bgconsole.policy.sso import Stage
from bgconsole.policy.text import visible

_STAGES: Final = {
    Stage.NOT_SET_UP: "not set up",
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
                one.idp.state,
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
    _print_provider(invocation, added, "Added")


@provider.command(
    "set",
    cls=Command,
    example='bgconsole provider set oidc --name "Okta"\n'
    "bgconsole provider set entra --tenant TENANT-ID --client-id ID --email-domain example.com",
)
@slug_argument
@click.option("--name", help="The name shown to people.")
@click.option(
    "--position", type=click.IntRange(min=1), help="The position among the tabs, starting at 1."
)
@click.option("--issuer", metavar="URL", help="The OpenID Connect issuer.")
@click.option("--tenant", metavar="ID", help="For Entra: the tenant ID, instead of the issuer.")
@click.option(
    "--client-id", metavar="ID", help="The client ID of the registration at the provider."
)
@click.option(
    "--client-secret-file",
    metavar="F",
    help=(
        "The file with the client secret, on the host that contacts the provider. Usually"
        " not needed."
    ),
)
@click.option(
    "--scope", "scopes", metavar="S", multiple=True, help="A scope to request. Repeatable."
)
@click.option(
    "--email-domain",
    "email_domains",
    metavar="D",
    multiple=True,
    help="A domain whose email addresses the provider may vouch for. Repeatable.",
)
@click.option(
    "--internal",
    metavar="HOST",
    multiple=True,
    help="A private host or network that may be contacted. Repeatable.",
)
@click.option(
    "--trust-file", metavar="F", help="Certificates (PEM) to trust in addition to the system's."
)
@click.option(
    "--if-version",
    "version",
    type=click.IntRange(min=1),
    metavar="N",
    help='Change it only if it still has version N, as shown by "provider list --json".',
)
@override_option
@click.pass_obj
def change(
    invocation: Invocation,
    slug: str,
    override_reason: str | None,
    overridden: tuple[str, ...],
    **given: Any,
) -> None:
    """Rename, move or set up a provider.

    Options you omit stay unchanged; an empty value ("") removes a setting. SSO needs the issuer, or
    the tenant, and the client ID. Then run "bgconsole provider check". With --if-version nothing is
    changed and the command exits with code 5 if somebody else changed the provider first. It is
    refused if no owner could sign in afterwards.
    """
    override = override_for(override_reason, overridden, slug)
    wanted = ProviderChange(**{name: _given(value) for name, value in given.items()})
    if replace(wanted, version=None) == ProviderChange():
        raise click.UsageError("Name what to change: --name, --position, --issuer, ...")
    with invocation.connect() as team:
        before = stored_team(team) if _touches_sso(wanted) else None
        sent = replace(wanted, override=override)
        changed = team.change(lambda backend, caller: backend.change_provider(caller, slug, sent))
    _print_provider(invocation, changed, "Changed")
    if before is not None:
        note_all(last_ways(saving(before, changed.with_settings(changed.settings))))


def _touches_sso(wanted: ProviderChange) -> bool:
    """Whether it changes what SSO needs."""
    return (wanted.issuer, wanted.tenant, wanted.client_id) != (None, None, None)


def _given(value: Any) -> Any:
    """An option that was given; None for a repeatable one that was not."""
    if not isinstance(value, tuple):
        return value
    words = cast("tuple[str, ...]", value)
    return tuple(word for word in words if word) if words else None


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
@click.pass_obj
def enforce(
    invocation: Invocation,
    slug: str,
    switch: str,
    additions: tuple[str, ...],
    override_reason: str | None,
    overridden: tuple[str, ...],
) -> None:
    """Turn SSO enforcement on or off.

    While it is on, members who are on no break-glass list of an enforced provider cannot use their
    password. It is refused without a usable break-glass user, because an outage of the provider
    would then lock everyone out. Turning it off keeps the list.
    """
    delta = Delta(enforced=switch == "on", add=additions)
    with invocation.connect() as team:
        override = override_of(team, override_reason, overridden, settings_change(slug, delta))
        before = team.call(lambda backend, caller: backend.providers(caller))
        people = team.call(lambda backend, caller: backend.members(caller))
        saved = team.change(
            lambda backend, caller: backend.apply_delta(caller, slug, delta, override)
        )
    result = as_team(people, tuple(saved if one.slug == slug else one for one in before))
    effect = saving(as_team(people, before), saved.with_settings(saved.settings)).consequence
    told = warnings(saved, result)
    if invocation.as_json:
        print_json({**shapes.glass(saved), "warnings": told})
    else:
        _print_effect(saved, effect)
    note_all(told)


def _print_effect(saved: ProviderDetail, effect: Consequence) -> None:
    if not saved.enforced:
        say(f"SSO is no longer enforced for {visible(saved.name)}. The break-glass list is kept.")
    else:
        say(f"SSO is enforced for {visible(saved.name)}.")
    if effect.loses:
        say(f"{counted(effect.loses, effect.members, LOSE_PASSWORD)}.")
    if effect.gains:
        say(f"{counted(effect.gains, effect.members, GET_PASSWORD_BACK)}.")
    if saved.enforced:
        names = ", ".join(visible(one.email) for one in effect.enters_when_down)
        still = f"{len(effect.enters_when_down)} of {effect.members}"
        say(
            f"While its identity provider is down, {still} can get in"
            + (f": {names}" if names else "")
        )
        if effect.untried_when_down:
            say(
                f"{len(effect.untried_when_down)} more could by another provider, by which they"
                " have not signed in yet."
            )


def _print_provider(invocation: Invocation, detail: ProviderDetail, done: str) -> None:
    if invocation.as_json:
        print_json(shapes.provider(detail))
    else:
        say(f"{done} the provider {visible(detail.slug)} ({visible(detail.name)}).")
