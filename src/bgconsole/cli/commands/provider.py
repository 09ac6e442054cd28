"""Identity providers: which there are, and whether SSO is enforced for them."""

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
    Stage.UNTRIED: "set up, not tried",
    Stage.PROVEN: "proven",
}


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
@click.argument("slug", help="A short name for commands: letters, digits and -.")
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in ProviderKind]),
    metavar="K",
    required=True,
    help=f"One of: {', '.join(ProviderKind)}.",
)
@click.option("--name", required=True, help="What people read.")
@click.option("--issuer", metavar="URL", help="The OpenID Connect issuer.")
@click.pass_obj
def add(invocation: Invocation, slug: str, kind: str, name: str, issuer: str | None) -> None:
    """Add a provider; it comes last and is not enforced."""
    addition = ProviderAddition(slug, ProviderKind(kind), name, issuer)
    with invocation.connect() as team:
        added = team.change(lambda backend, caller: backend.add_provider(caller, addition))
    _print_provider(invocation, added, "is added")


@provider.command(
    "set",
    cls=Command,
    example='bgconsole provider set oidc --name "Okta"\n'
    "bgconsole provider set entra --tenant TENANT-ID --client-id ID --email-domain example.com",
)
@slug_argument
@click.option("--name", help="What people read.")
@click.option("--position", type=click.IntRange(min=1), help="Its place among the tabs, from 1.")
@click.option("--issuer", metavar="URL", help="The OpenID Connect issuer.")
@click.option("--tenant", metavar="ID", help="Of Entra: the tenant's id, in the issuer's place.")
@click.option("--client-id", metavar="ID", help="What the provider calls this registration.")
@click.option(
    "--client-secret-file",
    metavar="F",
    help="Where the client secret is, on the host that talks to the provider. Usually none.",
)
@click.option("--scope", "scopes", metavar="S", multiple=True, help="Ask for it. Repeatable.")
@click.option(
    "--email-domain",
    "email_domains",
    metavar="D",
    multiple=True,
    help="The provider may vouch for emails of this domain. Repeatable.",
)
@click.option(
    "--internal",
    metavar="HOST",
    multiple=True,
    help="A host or network of a private provider that may be contacted. Repeatable.",
)
@click.option("--trust-file", metavar="F", help="Certificates (PEM) to trust besides the system's.")
@click.option(
    "--if-version",
    "version",
    type=click.IntRange(min=1),
    metavar="N",
    help='Only if it is unchanged since version N, as "provider list --json" tells it.',
)
@click.pass_obj
def change(invocation: Invocation, slug: str, **given: Any) -> None:
    """Rename, move or set up a provider.

    What you leave out stays as it is; an empty value ("") takes it away. Issuer, or tenant, and
    client id are what SSO needs; then try it with "bgconsole provider check". With --if-version it
    changes nothing and ends with exit code 5 if somebody else changed the provider first.
    """
    wanted = ProviderChange(**{name: _given(value) for name, value in given.items()})
    if replace(wanted, version=None) == ProviderChange():
        raise click.UsageError("Say what to change: --name, --position, --issuer, ...")
    with invocation.connect() as team:
        before = stored_team(team) if _touches_sso(wanted) else None
        changed = team.change(lambda backend, caller: backend.change_provider(caller, slug, wanted))
    _print_provider(invocation, changed, "is changed")
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
    """Try every step of a sign-in, for real, and say what to fix.

    It ends with exit code 3 when a step fails.
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
        say(f"Its certificate ends at {moment(report.certificate_until)} UTC")


provider.add_command(remove_provider)


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
    overridden: tuple[str, ...],
) -> None:
    """Turn SSO enforcement on or off.

    While it is on, everybody in the team who is on no break-glass list of an enforced provider
    loses password login. Without a usable break-glass user it is refused, because an outage of the
    provider would then lock everybody out. Turning it off keeps the list.
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
        say(f"SSO is not enforced for {visible(saved.name)}. The list is kept.")
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
        say(f"The provider {visible(detail.slug)} ({visible(detail.name)}) {done}.")
