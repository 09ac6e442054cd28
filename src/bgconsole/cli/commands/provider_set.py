"""Changing an identity provider: its name, its place, how SSO is set up."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

import click

from bgconsole.backend.values import ProviderChange, ProviderDetail
from bgconsole.cli import shapes
from bgconsole.cli.context import Invocation, OpenTeam
from bgconsole.cli.effect import Effect
from bgconsole.cli.group import Command
from bgconsole.cli.output import print_json, say
from bgconsole.cli.overriding import override_for, stored_team
from bgconsole.cli.parameters import override_option, slug_argument, yes_option
from bgconsole.policy.impact import registering
from bgconsole.policy.issuers import InvalidSettingError
from bgconsole.policy.sso import is_set_up
from bgconsole.policy.text import visible


@click.command(
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
@yes_option
@click.pass_obj
def change_provider(
    invocation: Invocation,
    slug: str,
    override_reason: str | None,
    overridden: tuple[str, ...],
    yes: bool,
    **given: Any,
) -> None:
    """Rename, move or set up a provider.

    Options you omit stay unchanged; an empty value ("") removes a setting. SSO needs the issuer, or
    the tenant, and the client ID. Then run "bgconsole provider check". With --if-version nothing is
    changed and the command exits with code 5 if somebody else changed the provider first. It is
    refused if no owner could sign in afterwards.

    With another issuer or client ID, SSO starts over: the command says who loses a way in and whose
    sessions end. At a terminal it asks first.
    """
    override = override_for(override_reason, overridden, slug)
    wanted = ProviderChange(**{name: _given(value) for name, value in given.items()})
    if replace(wanted, version=None) == ProviderChange():
        raise click.UsageError("Name what to change: --name, --position, --issuer, ...")
    with invocation.connect() as team:
        effect = _sso_effect(team, slug, wanted)
        if effect is not None:
            effect.confirm(f"Change how SSO is set up for {slug}?", yes=yes, override=override)
        sent = replace(wanted, override=override)
        changed = team.change(lambda backend, caller: backend.change_provider(caller, slug, sent))
    print_provider(invocation, changed, "Changed", None if effect is None else effect.fields)
    if effect is not None:
        effect.tell(as_json=invocation.as_json)


def _sso_effect(team: OpenTeam, slug: str, wanted: ProviderChange) -> Effect | None:
    """What another registration does to people; None where SSO at the provider starts over not."""
    providers = team.call(lambda backend, caller: backend.providers(caller))
    was = next((one for one in providers if one.slug == slug), None)
    if was is None:
        return None
    issuer, client_id = was.issuer, was.sso.client_id
    if wanted.tenant:
        try:
            issuer = was.kind.facts.issuer({"tenant": wanted.tenant})
        except InvalidSettingError:
            # The change is refused, with the reason.
            return None
    elif (wanted.issuer, wanted.tenant) != (None, None):
        issuer = wanted.issuer or None
    if wanted.client_id is not None:
        client_id = wanted.client_id or None
    forgets = was.issuer not in {None, issuer}
    starts_over = was.configured and client_id != was.sso.client_id
    if not forgets and not starts_over:
        return None
    now = stored_team(team)
    configured = is_set_up(issuer, client_id)
    impact = registering(now, slug, configured=configured, forgets=forgets)
    return Effect(impact, team.me().email)


def _given(value: Any) -> Any:
    """An option that was given; None for a repeatable one that was not."""
    if not isinstance(value, tuple):
        return value
    words = cast("tuple[str, ...]", value)
    return tuple(word for word in words if word) if words else None


def print_provider(
    invocation: Invocation,
    detail: ProviderDetail,
    done: str,
    more: Mapping[str, object] | None = None,
) -> None:
    """Say what was done to a provider; `more` is added to its JSON."""
    if invocation.as_json:
        print_json({**shapes.provider(detail), **(more or {})})
    else:
        say(f"{done} the provider {visible(detail.slug)} ({visible(detail.name)}).")
