"""A team's first owner, a person's first password, an owner's recovery."""

from typing import TYPE_CHECKING

import click

from bgconsole.backend.errors import RefusedError
from bgconsole.backend.identity import SignedIn
from bgconsole.cli import prompts, shapes
from bgconsole.cli.commands.session import welcome
from bgconsole.cli.context import Invocation, OpenTeam
from bgconsole.cli.errors import CommandError, in_sentences
from bgconsole.cli.group import Command
from bgconsole.cli.output import note, print_json, say
from bgconsole.cli.parameters import demand_own_email
from bgconsole.files import tokens as token_file
from bgconsole.policy.refusals import Code, refusal
from bgconsole.policy.text import visible

if TYPE_CHECKING:
    from bgconsole.compose import Target

_FROM_STDIN = "Read the new password from standard input."

_NEXT_STEPS = (
    ("member import people.csv --codes codes.csv", "add people"),
    ("provider enforce entra on --add EMAIL", "enforce SSO, with a break-glass user"),
    ("", "open the console"),
)

_BESIDE = 60
"""Characters of a command beside which there is room for a few words."""


@click.command(
    "init",
    cls=Command,
    password=_FROM_STDIN,
    example='bgconsole init --team "Example" --owner ada@example.com',
)
@click.option("--team", "name", metavar="NAME", required=True, help="The name of the team.")
@click.option("--owner", metavar="EMAIL", required=True, help="The email of the first owner: you.")
@click.pass_obj
def init(invocation: Invocation, name: str, owner: str) -> None:
    """Create a team with its first owner, and sign in.

    The database is created at --database. It starts with two providers, Microsoft Entra ID (entra)
    and Generic OIDC (oidc), neither enforced. A database that already contains a team is not
    changed.
    """
    invocation.demand_database("init")
    with invocation.connect(signed_in=False) as team:
        token_file.try_out(team.target.url)
        _make_place(team.target)
        if team.run(team.backend.welcome()).team is not None:
            raise RefusedError(refusal(Code.ALREADY_INITIALISED))
        demand_own_email(owner)
        password = invocation.chosen_password()
        session = team.run_change(team.backend.initialise(team.caller, name, owner, password))
        made = f"Created the team {visible(name)} in {visible(team.target.url)}."
        try:
            team.keep(session.token)
        except token_file.TokenFileError:
            note(made)
            raise
        if not invocation.as_json:
            say(made)
        welcome(invocation, team, session)
    if not invocation.as_json:
        say("", "Next:", *_next_steps(invocation.command_for(team.target)))


@click.command("redeem", cls=Command, password="", example="bgconsole redeem grace@example.com")
@click.argument("email", help="Your email address.")
@click.option(
    "--stdin",
    is_flag=True,
    help="Read two lines from standard input: the code and the new password.",
)
@click.pass_obj
def redeem(invocation: Invocation, email: str, stdin: bool) -> None:
    """Exchange a one-time code for a password of your own.

    An owner or admin gives you the code. It works once, within 24 hours. The password needs at
    least 15 characters.
    """
    with invocation.connect(signed_in=False) as team:
        team.demand_team()
        if stdin:
            code, password = prompts.read_lines(["code", "new password"])
        else:
            demand_own_email(email)
            code, password = prompts.ask_chosen("One-time code", otherwise="--stdin")
        team.run_change(team.backend.redeem(team.caller, email, code.strip(), password))
    if invocation.as_json:
        print_json({"redeemed": True})
    else:
        say("Password set.")


@click.command(
    "recover", cls=Command, password=_FROM_STDIN, example="bgconsole recover ada@example.com"
)
@click.argument("email", help="The person to make an owner.")
@click.option("--create", is_flag=True, help="Create an account for EMAIL if there is none.")
@click.pass_obj
def recover(invocation: Invocation, email: str, create: bool) -> None:
    """Regain access when nobody can sign in, as the owner of the database.

    Only the user who owns the database file can do this. It makes EMAIL an owner with a new
    password, lifts the pause of the account, and opens a session despite enforcement. It is
    recorded with your user ID, terminal and host. If EMAIL has no account, you are asked whether to
    create one.
    """
    target, fault = invocation.target_in_spite_of_settings()
    invocation.demand_database("recover", target)
    fault = fault or invocation.settings_fault()
    if fault is not None:
        note(in_sentences(fault.message, fault.remedy, f"Recovering {target.url}"))
    no_place = _no_place_for_tokens(target)
    if no_place is not None:
        note(in_sentences(no_place.message, "The session will not be saved"))
    with invocation.connect_to(target, None) as team:
        demand_own_email(email)
        if not team.run(team.backend.has_account(team.caller, email)) and not create:
            _ask_to_create(email)
        password = invocation.chosen_password()
        session = team.run_change(team.backend.recover(team.caller, email, password))
        if no_place is not None:
            team.end(session.token)
        else:
            no_place = _not_kept(team, session)
        if no_place is None:
            welcome(invocation, team, session)
    if no_place is not None:
        _say_recovered(invocation, session, target, no_place)


def _next_steps(program: str) -> list[str]:
    """What to do next, as commands that go to the same place."""
    commands = [f"{program} {rest}".rstrip() for rest, _ in _NEXT_STEPS]
    width = max(map(len, commands))
    if width > _BESIDE:
        # Beside a long command there is no room for what it is for.
        return [
            line
            for command, (_, what) in zip(commands, _NEXT_STEPS, strict=True)
            for line in (f"  {what}:", f"    {command}")
        ]
    return [
        f"  {command:<{width}}   {what}"
        for command, (_, what) in zip(commands, _NEXT_STEPS, strict=True)
    ]


def _ask_to_create(email: str) -> None:
    """Ask at a terminal whether to make an account. Raises RefusedError, CommandError for no."""
    message = f"There is no account for {email.strip()} in this team"
    if not prompts.at_terminal():
        remedy = "Check the address. To create an account and make it an owner, add --create"
        raise RefusedError(refusal(Code.UNKNOWN_ACCOUNT, message, remedy))
    note(f"{visible(message)}.")
    prompts.confirm("Create one and make it an owner?")


def _make_place(target: "Target") -> None:
    """Make the database's folder before a password is asked for."""
    from bgconsole import compose

    try:
        compose.make_place(target)
    except OSError as error:
        raise CommandError(
            f"{error.filename} cannot be created: {error.strerror}",
            "Name another database with --database, or set XDG_DATA_HOME to a folder of your own",
        ) from error


def _not_kept(team: OpenTeam, session: SignedIn) -> token_file.TokenFileError | None:
    """Keep the session's token; why it could not be kept, and the session has ended, else None."""
    try:
        team.keep(session.token)
    except token_file.TokenFileError as error:
        return error
    return None


def _no_place_for_tokens(target: "Target") -> token_file.TokenFileError | None:
    """Why no session's token could be kept here; None where one can."""
    try:
        token_file.try_out(target.url)
    except token_file.TokenFileError as error:
        return error
    return None


def _say_recovered(
    invocation: Invocation,
    session: SignedIn,
    target: "Target",
    no_place: token_file.TokenFileError,
) -> None:
    """Say what a recovery did whose session could not be kept."""
    if invocation.as_json:
        print_json({**shapes.signed_in(session, target), "expires_at": None})
        return
    say(
        f"{visible(session.email)} is now an owner, with the new password.",
        f"The session was not saved. {in_sentences(no_place.remedy)} Then run this again.",
    )
