"""Signing in and out: sign-in, sign-out, whoami, passwd."""

import os

import click

from bgconsole.backend.errors import NotAllowedError
from bgconsole.backend.identity import SignedIn
from bgconsole.cli import prompts, shapes
from bgconsole.cli.context import TOKEN_VARIABLE, Invocation, OpenTeam
from bgconsole.cli.group import Command
from bgconsole.cli.output import moment, note, print_json, print_json_line, say
from bgconsole.cli.parameters import Slug, demand_own_email
from bgconsole.files import tokens as token_file
from bgconsole.policy.refusals import Code, refusal
from bgconsole.policy.sso import Flow, SsoPurpose
from bgconsole.policy.text import visible


@click.command(
    "sign-in",
    cls=Command,
    password="Read the password from standard input.",
    example="bgconsole sign-in ada@example.com\nbgconsole sign-in --sso entra",
)
@click.argument("email", required=False, help="Your email address.")
@click.option(
    "--sso", type=Slug(), metavar="SLUG", help="Sign in by SSO at this identity provider."
)
@click.option(
    "--flow",
    type=click.Choice([flow.value for flow in Flow]),
    help=(
        "With --sso: a code for any device, a browser on this machine, or a browser"
        " anywhere through the server. [default: the first one available]"
    ),
)
@click.pass_obj
def sign_in(invocation: Invocation, email: str | None, sso: str | None, flow: str | None) -> None:
    """Sign in with your password, or by SSO.

    While SSO is enforced, only break-glass users can sign in with a password, and every use is
    recorded. The session token is saved in a file that only you can read. It works for later
    commands on the same database or server only, for at most 12 hours.

    With --sso and --json the output is JSON Lines: first the address to open, then the session.
    """
    if flow is not None and sso is None:
        raise click.UsageError("--flow needs --sso")
    if sso is None and email is None:
        raise click.UsageError("Give your email address, or a provider with --sso")
    invocation.in_lines = sso is not None
    with invocation.connect(signed_in=False) as team:
        # A file that cannot keep the token is told of before a session is opened.
        token_file.try_out(team.target.url)
        session = _opened(team, email or "", sso, flow)
        invocation.changed = True
        team.keep(session.token)
        if invocation.in_lines and invocation.as_json:
            print_json_line(shapes.signed_in(session, team.target))
            return
        welcome(invocation, team, session)


def _opened(team: OpenTeam, email: str, slug: str | None, flow: str | None) -> SignedIn:
    """A session by password, or by the provider `slug`."""
    if slug is None:
        team.demand_team()
        if not team.invocation.password_stdin:
            # One that was given already is tried, so that the try is on record.
            demand_own_email(email)
        password = team.invocation.existing_password()
        return team.run(team.backend.sign_in(team.caller, email, password))
    from bgconsole.cli.sso import by_provider

    if email:
        demand_own_email(email)
    wanted = None if flow is None else Flow(flow)
    session = by_provider(team, slug, wanted, SsoPurpose.SIGN_IN, email or None)
    if session is None:
        raise NotAllowedError(refusal(Code.SSO_EXPIRED))
    return session


def welcome(invocation: Invocation, team: OpenTeam, session: SignedIn) -> None:
    """Say that a session is open whose token was just kept."""
    if os.environ.get(TOKEN_VARIABLE):
        note(f"{TOKEN_VARIABLE} is set and takes precedence over the session you just opened.")
    if invocation.as_json:
        print_json(shapes.signed_in(session, team.target))
        return
    say(
        f"Signed in as {visible(session.email)} ({session.role})"
        f" until {moment(session.expires_at)} UTC."
    )
    if session.is_break_glass:
        say("This was a break-glass login. It is recorded in the audit log.")


@click.command("sign-out", cls=Command, password="", example="bgconsole sign-out")
@click.pass_obj
def sign_out(invocation: Invocation) -> None:
    """End your session and delete its token.

    The token is deleted even if the database or server cannot be reached; the session then expires
    by itself.
    """
    target = invocation.target()
    if invocation.token(target) is None:
        _say_signed_out(invocation, "You were not signed in.")
        return
    said = "Signed out."
    try:
        with invocation.connect() as team:
            if not _is_open(team):
                said = "No session was open: the token is unknown or has expired."
            team.run_change(team.backend.sign_out(team.caller))
    except NotAllowedError as error:
        if error.code is not Code.SIGNED_OUT:
            raise
    finally:
        if invocation.token_file is None and not os.environ.get(TOKEN_VARIABLE):
            token_file.forget(target.url)
    _say_signed_out(invocation, said)


def _is_open(team: OpenTeam) -> bool:
    """Whether the token is of anything that is open."""
    try:
        team.me()
    except NotAllowedError as error:
        return error.code is not Code.SIGNED_OUT
    return True


def _say_signed_out(invocation: Invocation, sentence: str) -> None:
    if invocation.as_json:
        print_json({"signed_out": True})
    else:
        say(sentence)


@click.command("whoami", cls=Command, password="", example="bgconsole whoami --json")
@click.pass_obj
def whoami(invocation: Invocation) -> None:
    """Show who is signed in, where, and until when.

    The first line names the database or server that commands use.
    """
    with invocation.connect() as team:
        mine = team.me()
        target = team.target
    if invocation.as_json:
        print_json(shapes.me(mine, target))
        return
    name = f" ({visible(mine.name)})" if mine.name else ""
    way = "break-glass password" if mine.is_break_glass else mine.method
    if mine.provider is not None:
        way = f"{way} with {visible(mine.provider)}"
    say(
        f"{'Server' if target.is_server else 'Database':<10}{visible(target.url)}",
        f"Team      {visible(mine.team)}",
        f"You       {visible(mine.email)}{name}",
        f"Role      {mine.role}",
        f"Session   by {way}, until {moment(mine.expires_at)} UTC"
        + (", locked until you re-authenticate" if mine.locked else ""),
    )


@click.command("passwd", cls=Command, password="", example="bgconsole passwd")
@click.option(
    "--stdin",
    "--password-stdin",
    "stdin",
    is_flag=True,
    help="Read two lines from standard input: the current password and the new one.",
)
@click.pass_obj
def passwd(invocation: Invocation, stdin: bool) -> None:
    """Change your password.

    The new password needs at least 15 characters; several unrelated words work best. Your other
    sessions end.
    """
    with invocation.connect() as team:
        team.me()
        if stdin:
            current, chosen = prompts.read_lines(["current password", "new password"])
        else:
            current, chosen = prompts.ask_chosen("Current password", otherwise="--stdin")
        team.run_change(team.backend.change_password(team.caller, current, chosen))
    if invocation.as_json:
        print_json({"changed": True})
    else:
        say("Password changed. Your other sessions have ended.")
