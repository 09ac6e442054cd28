"""Coming in and going out: sign-in, sign-out, whoami, passwd."""

import os

import click

from bgconsole import token_file
from bgconsole.backend.errors import NotAllowedError
from bgconsole.backend.identity import SignedIn
from bgconsole.cli import prompts, shapes
from bgconsole.cli.context import TOKEN_VARIABLE, Invocation, OpenTeam
from bgconsole.cli.group import Command
from bgconsole.cli.output import moment, note, print_json, say
from bgconsole.policy.refusals import Code
from bgconsole.policy.text import visible


@click.command(
    "sign-in",
    cls=Command,
    password="Read the password from standard input.",
    example="bgconsole sign-in ada@example.com",
)
@click.argument("email", help="Your email address.")
@click.pass_obj
def sign_in(invocation: Invocation, email: str) -> None:
    """Open a session with your password.

    Where single sign-on is enforced, only the people on a break-glass list come in this way, and
    every use is on record. The session's token is kept in a file only you can read and serves the
    next commands on the same database or server, and no other, for 12 hours at most.
    """
    with invocation.connect(signed_in=False) as team:
        # A file that cannot keep the token is told of before a session is opened.
        token_file.try_out(team.target.url)
        password = invocation.existing_password()
        session = team.run_change(team.backend.sign_in(team.caller, email, password))
        team.keep(session.token)
        welcome(invocation, team, session)


def welcome(invocation: Invocation, team: OpenTeam, session: SignedIn) -> None:
    """Say that a session is open whose token was just kept."""
    if os.environ.get(TOKEN_VARIABLE):
        note(f"{TOKEN_VARIABLE} is set, and goes before the session that was opened now.")
    if invocation.as_json:
        print_json(shapes.signed_in(session, team.target))
        return
    say(
        f"Signed in as {visible(session.email)} ({session.role})"
        f" until {moment(session.expires_at)} UTC."
    )
    if session.is_break_glass:
        say("This was break-glass access: it is on record as such.")


@click.command("sign-out", cls=Command, password="", example="bgconsole sign-out")
@click.pass_obj
def sign_out(invocation: Invocation) -> None:
    """End your session and forget its token.

    The token is forgotten even when database or server cannot be reached; the session itself then
    ends by its own time.
    """
    target = invocation.target()
    if invocation.token(target) is None:
        _say_signed_out(invocation, "You were not signed in.")
        return
    try:
        with invocation.connect() as team:
            team.run_change(team.backend.sign_out(team.caller))
    except NotAllowedError as error:
        if error.code is not Code.SIGNED_OUT:
            raise
    finally:
        if invocation.token_file is None and not os.environ.get(TOKEN_VARIABLE):
            token_file.forget(target.url)
    _say_signed_out(invocation, "Signed out.")


def _say_signed_out(invocation: Invocation, sentence: str) -> None:
    if invocation.as_json:
        print_json({"signed_out": True})
    else:
        say(sentence)


@click.command("whoami", cls=Command, password="", example="bgconsole whoami --json")
@click.pass_obj
def whoami(invocation: Invocation) -> None:
    """Say who is signed in, where, and for how long.

    The first line names the database, or the server, that the commands go to.
    """
    with invocation.connect() as team:
        mine = team.run(team.backend.me(team.caller))
        target = team.target
    if invocation.as_json:
        print_json(shapes.me(mine, target))
        return
    name = f" ({visible(mine.name)})" if mine.name else ""
    way = "break-glass password" if mine.is_break_glass else mine.method
    say(
        f"{'Server' if target.is_server else 'Database':<10}{visible(target.url)}",
        f"Team      {visible(mine.team)}",
        f"You       {visible(mine.email)}{name}",
        f"Role      {mine.role}",
        f"Session   by {way}, until {moment(mine.expires_at)} UTC"
        + (", locked until you prove that it is still you" if mine.locked else ""),
    )


@click.command("passwd", cls=Command, password="", example="bgconsole passwd")
@click.option(
    "--stdin",
    "--password-stdin",
    "stdin",
    is_flag=True,
    help="Read two lines from standard input: the current password, the new one.",
)
@click.pass_obj
def passwd(invocation: Invocation, stdin: bool) -> None:
    """Change your own password.

    The new one needs 15 characters or more; several words that do not belong together are best.
    Your other sessions end.
    """
    with invocation.connect() as team:
        team.run(team.backend.me(team.caller))
        if stdin:
            current, chosen = prompts.read_lines(["current password", "new password"])
        else:
            current, chosen = prompts.ask_chosen("Current password", otherwise="--stdin")
        team.run_change(team.backend.change_password(team.caller, current, chosen))
    if invocation.as_json:
        print_json({"changed": True})
    else:
        say("The password is changed. Your other sessions have ended.")
