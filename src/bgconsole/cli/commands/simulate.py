"""The login simulator: whether a person could sign in, and why."""

import click

from bgconsole.backend.values import Simulation
from bgconsole.cli import shapes
from bgconsole.cli.context import Invocation
from bgconsole.cli.group import Command
from bgconsole.cli.output import print_json, say, signs
from bgconsole.cli.parameters import Assignment, Slug
from bgconsole.policy.login import PAUSED, SSO_UNTRIED, Decision, Method, Reason
from bgconsole.policy.team import IdpState
from bgconsole.policy.text import visible

_SWITCH = {"on": True, "off": False}
_STATES = (IdpState.UP.value, IdpState.DOWN.value)
_WARNINGS = {
    PAUSED: (
        "They are paused: their password works only from addresses they signed in from"
        " before, and on the database's machine. An owner can lift the pause with"
        ' "bgconsole member unpause EMAIL"'
    ),
    SSO_UNTRIED: "They have never signed in by SSO, so it is not known whether it works",
}
_REASONS = {
    Reason.UNKNOWN_ACCOUNT: "there is no such account",
    Reason.NOT_A_MEMBER: "not in the team",
    Reason.THROTTLED: "too many failures, they must wait",
    Reason.NO_PASSWORD: "no password is set",
    Reason.SSO_REQUIRED: "SSO is enforced, and they are on no break-glass list",
    Reason.WRONG_PASSWORD: "the password is wrong",
    Reason.SSO_UNCONFIGURED: "SSO is not set up",
    Reason.IDP_DOWN: "no identity provider is up",
}


@click.command(
    "simulate",
    cls=Command,
    example="bgconsole simulate ada@example.com\n"
    "bgconsole simulate ada@example.com --enforced entra=on --idp entra=down",
)
@click.argument("email", help="The person whose login to simulate.")
@click.option(
    "--method",
    type=click.Choice([method.value for method in Method]),
    default=Method.PASSWORD.value,
    show_default=True,
    help="The way to sign in.",
)
@click.option("--provider", type=Slug(), metavar="SLUG", help="Try SSO at this provider only.")
@click.option(
    "--enforced",
    type=Assignment(tuple(_SWITCH)),
    multiple=True,
    metavar="SLUG=on|off",
    help="Assume this enforcement. Repeatable.",
)
@click.option(
    "--idp",
    type=Assignment(_STATES),
    multiple=True,
    metavar="SLUG=up|down",
    help="Assume this state of the identity provider. Repeatable.",
)
@click.pass_obj
def simulate(
    invocation: Invocation,
    email: str,
    method: str,
    provider: str | None,
    enforced: tuple[tuple[str, str], ...],
    idp: tuple[tuple[str, str], ...],
) -> None:
    """Simulate a login and show every check.

    It applies the same rules as a real login. Nothing is recorded, and the password is assumed to
    be right. Options you omit use the saved or measured state. The exit code is 0 either way.
    """
    question = Simulation(
        email=email,
        method=Method(method),
        provider=provider,
        enforced=tuple((slug, _SWITCH[state]) for slug, state in enforced),
        idp=tuple((slug, IdpState(state)) for slug, state in idp),
    )
    with invocation.connect() as team:
        answer = team.call(lambda backend, caller: backend.simulate(caller, question))
    if invocation.as_json:
        print_json(shapes.decision(answer))
    else:
        _say(answer)


def _say(answer: Decision) -> None:
    yes, no = signs()
    reason = "" if answer.reason is None else f": {_REASONS[answer.reason]} ({answer.reason})"
    verdict = "Can log in" if answer.allowed else f"Cannot log in{reason}"
    via = f", by the list of {', '.join(answer.via)}" if answer.via else ""
    say(f"{yes if answer.allowed else no} {verdict}{visible(via)}", "")
    for check in answer.trace:
        name = check.check.replace("_", " ")
        say(f"  {yes if check.passed else no} {name}: {visible(check.detail)}")
    say("", "Ways in:")
    for way in answer.methods:
        place = way.method if way.provider is None else f"{way.method} with {way.provider}"
        say(f"  {yes if way.allowed else no} {visible(place)}")
    for warning in answer.warnings:
        say("", f"! {_WARNINGS.get(warning, visible(warning))}")
