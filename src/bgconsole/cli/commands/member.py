"""The members of the team: who they are, their roles, and how they get a password."""

from datetime import UTC, datetime
from typing import Final

import click

from bgconsole.backend.values import Member, MemberAddition, OneTimeCode
from bgconsole.cli import shapes
from bgconsole.cli.commands.member_import import import_members
from bgconsole.cli.commands.member_remove import remove_member, unlink_member
from bgconsole.cli.commands.member_rename import rename_member, set_name
from bgconsole.cli.context import Invocation
from bgconsole.cli.effect import Effect
from bgconsole.cli.group import Command, OrderedGroup
from bgconsole.cli.output import moment, note, note_all, print_json, say
from bgconsole.cli.overriding import (
    override_of,
    person_change,
    stored_email,
    stored_team,
)
from bgconsole.cli.parameters import override_option, yes_option
from bgconsole.cli.returning import keep_password_option, kept_words
from bgconsole.cli.shown_once import show_once
from bgconsole.cli.tables import print_table
from bgconsole.policy.email import find_email
from bgconsole.policy.impact import resetting
from bgconsole.policy.team import Role
from bgconsole.policy.text import visible

_OWN_RESET: Final = ("Your own session ends: you can only return with the one-time code",)
_ROLES: Final = click.Choice([role.value for role in Role], case_sensitive=False)


@click.group(cls=OrderedGroup)
def member() -> None:
    """Add, list, change and remove members.

    People set their own passwords: "add" and "reset" print a one-time code, which the person
    exchanges for a password with "bgconsole redeem".
    """


@member.command("list", cls=Command, example="bgconsole member list")
@click.pass_obj
def list_members(invocation: Invocation) -> None:
    """List all members with role, password and lists.

    Accounts outside the team have no role. An account without a password can only use SSO, unless a
    one-time code is pending.
    """
    with invocation.connect() as team:
        people = team.call(lambda backend, caller: backend.members(caller))
    if invocation.as_json:
        print_json([shapes.member(one) for one in people])
        return
    print_table(
        ("EMAIL", "NAME", "ROLE", "PASSWORD", "LAST SIGN-IN (UTC)", "BREAK-GLASS"),
        (
            (
                one.email,
                one.name,
                one.role or "not in team",
                _password_state(one),
                moment(one.last_sign_in),
                ", ".join(one.lists) or "-",
            )
            for one in people
        ),
    )


def _password_state(one: Member) -> str:
    if one.code_expires_at is not None:
        expired = one.code_expires_at <= datetime.now(UTC)
        state = f"code {'expired' if expired else 'until'} {moment(one.code_expires_at)}"
    else:
        state = "set" if one.has_password else "SSO only"
    return f"{state}, paused" if one.paused else state


@member.command("show", cls=Command, example="bgconsole member show ada@example.com")
@click.argument("email", help="The member to show.")
@click.pass_obj
def show(invocation: Invocation, email: str) -> None:
    """Show a member, with their identities at the providers."""
    with invocation.connect() as team:
        people = team.call(lambda backend, caller: backend.members(caller))
        links = team.call(lambda backend, caller: backend.identities(caller, email))
    known = {person.email: person for person in people}
    one = known[find_email(email.strip(), known) or email]
    if invocation.as_json:
        print_json({**shapes.member(one), "identities": [shapes.identity(link) for link in links]})
        return
    say(
        f"Email         {visible(one.email)}",
        f"Name          {visible(one.name) or '-'}",
        f"Role          {one.role or 'not in team'}",
        f"Password      {_password_state(one)}",
        f"Last sign-in  {moment(one.last_sign_in)}",
        f"Break-glass   {visible(', '.join(one.lists)) or '-'}",
    )
    for link in links:
        say(
            f"SSO           {visible(link.provider)}: {visible(link.subject)},"
            f" last used {moment(link.last_used_at)}"
        )
    if not links:
        say("SSO           never signed in by SSO")


member.add_command(unlink_member)


@member.command(
    "add",
    cls=Command,
    example='bgconsole member add grace@example.com --name "Grace Hopper" --role admin',
)
@click.argument("email", help="The email of the new member.")
@click.option("--name", default="", help="Their name.")
@click.option("--role", type=_ROLES, default=Role.MEMBER.value, show_default=True)
@click.option("--sso-only", is_flag=True, help="Give them no password and no one-time code.")
@keep_password_option
@click.pass_obj
def add(
    invocation: Invocation, email: str, name: str, role: str, sso_only: bool, keep_password: bool
) -> None:
    """Add a member and print their one-time code.

    The code is shown only once and is valid for 24 hours: send it over a channel you trust. Only an
    owner can add owners and admins. A former member starts over: their old password is removed, and
    the code lets them set another.
    """
    if sso_only and keep_password:
        raise click.UsageError("--sso-only gives no password, so --keep-password does not apply")
    addition = MemberAddition(email, name, Role(role), sso_only, keep_password=keep_password)
    with invocation.connect() as team:
        (issued,) = team.issue(lambda backend, caller: backend.add_members(caller, [addition]))
    _print_code(invocation, issued, "was added")
    note_all(issued.warnings)


@member.command("reset", cls=Command, example="bgconsole member reset grace@example.com")
@click.argument("email", help="The member whose password to remove.")
@override_option
@yes_option
@click.pass_obj
def reset(
    invocation: Invocation,
    email: str,
    override_reason: str | None,
    overridden: tuple[str, ...],
    yes: bool,
) -> None:
    """Remove a password and print a one-time code.

    This is "Forgot Password": the person's sessions end, and the code lets them set another
    password. Only an owner can reset owners and admins, and the last owner who can get in cannot be
    reset. It is refused if an enforced provider would be left without a usable break-glass user.
    The command says who loses password login, whose sessions end and who can still get in. At a
    terminal it asks first. Resetting yourself ends your own session.
    """
    with invocation.connect() as team:
        lost = person_change(email, resetting)
        override = override_of(team, override_reason, overridden, lost)
        mine = team.me().email
        own = bool(find_email(email.strip(), (mine,)))
        effect = Effect(lost(stored_team(team)), mine, _OWN_RESET if own else ())
        whose = "your own password" if own else f"the password of {visible(email.strip())}"
        effect.confirm(f"Reset {whose}?", yes=yes, override=override)
        issued = team.issue(lambda backend, caller: backend.reset_member(caller, email, override))
    _print_code(invocation, issued, "has a one-time code and no password")
    effect.tell(as_json=invocation.as_json)
    note_all(issued.warnings)
    if issued.email == mine:
        note("Your session has ended. Redeem the code to sign in again.")


def _print_code(invocation: Invocation, issued: OneTimeCode, done: str) -> None:
    if issued.code is None:
        _print_issued(issued, done, as_json=invocation.as_json)
        return
    show_once(
        lambda: _print_issued(issued, done, as_json=invocation.as_json),
        lost=f"{issued.email} {done}, but the one-time code could not be printed",
        remedy=f'Run "bgconsole member reset {issued.email}" to get another',
    )


def _print_issued(issued: OneTimeCode, done: str, *, as_json: bool) -> None:
    if as_json:
        print_json(shapes.one_time_code(issued))
        return
    say(f"{visible(issued.email)} {done}.")
    if issued.kept is not None:
        say(f"They were a member before. {kept_words(issued.kept)}")
    if issued.code is not None:
        say(
            f"One-time code, valid until {moment(issued.expires_at)} UTC: {visible(issued.code)}",
            f"They run: bgconsole redeem {visible(issued.email)}",
        )


member.add_command(import_members)


@member.command(
    "set-role", cls=Command, example="bgconsole member set-role grace@example.com admin"
)
@click.argument("email", help="The member to change.")
@click.argument("role", type=_ROLES, help="The new role.")
@click.pass_obj
def set_role(invocation: Invocation, email: str, role: str) -> None:
    """Change a member's role to owner, admin or member.

    Only an owner can promote or demote owners and admins. The last owner remains an owner.
    """
    with invocation.connect() as team:
        changed = team.change(lambda backend, caller: backend.set_role(caller, email, Role(role)))
    if invocation.as_json:
        print_json(shapes.member(changed))
    else:
        say(f"{visible(changed.email)} is now {changed.role}.")
    note_all(changed.warnings)


member.add_command(rename_member)
member.add_command(set_name)


@member.command("unpause", cls=Command, example="bgconsole member unpause grace@example.com")
@click.argument("email", help="The member whose pause to lift.")
@click.pass_obj
def unpause(invocation: Invocation, email: str) -> None:
    """Lift the pause of a member and forget their failed sign-ins.

    After 100 failures in a row, password login is paused at addresses the member never signed in
    from. Only an owner can lift the pause.
    """
    with invocation.connect() as team:
        stored = stored_email(team, email)
        team.change(lambda backend, caller: backend.unpause(caller, email))
    if invocation.as_json:
        print_json({"email": stored, "unpaused": True})
    else:
        say(f"{visible(stored)} can sign in again at once.")


member.add_command(remove_member)
