"""The break-glass lists: who can sign in with a password while SSO is enforced."""

from dataclasses import replace

import click

from bgconsole.backend.errors import NotAllowedError, RefusedError
from bgconsole.backend.values import Entry, ProviderDetail
from bgconsole.cli import shapes
from bgconsole.cli.context import Invocation, OpenTeam
from bgconsole.cli.effect import Effect
from bgconsole.cli.errors import Exit, advised, complain, exit_code, refusal_fields
from bgconsole.cli.group import Command, OrderedGroup
from bgconsole.cli.output import moment, note_all, print_json, say
from bgconsole.cli.overriding import (
    override_of,
    settings_change,
    stored_team,
)
from bgconsole.cli.parameters import override_option, slug_argument, yes_option
from bgconsole.cli.tables import print_table
from bgconsole.policy.entries import MAX_ENTRIES
from bgconsole.policy.permissions import Capability, allows
from bgconsole.policy.refusals import Code, refusal
from bgconsole.policy.settings import Delta
from bgconsole.policy.team import EntryProblem
from bgconsole.policy.text import visible


@click.group(cls=OrderedGroup)
def glass() -> None:
    """Show and change the break-glass lists.

    Each provider has its own list of up to 5 people; 2 or 3 are recommended, including an owner or
    admin. They can use their password even while SSO is enforced. Every use is recorded.
    """


@glass.command("list", cls=Command, example="bgconsole glass list --json")
@click.pass_obj
def list_entries(invocation: Invocation) -> None:
    """List every provider's break-glass users.

    For owners and admins; "provider list" shows which lists you are on yourself. An entry is marked
    if its person no longer has a password: it counts towards the 5 and lets nobody in. A paused
    person is usable, but only from known addresses.
    """
    with invocation.connect() as team:
        _demand_lists(team)
        providers = team.call(lambda backend, caller: backend.providers(caller))
    if invocation.as_json:
        print_json([shapes.glass(one) for one in providers])
        return
    for index, detail in enumerate(providers):
        if index:
            say("")
        _print_list(detail)


@glass.command("check", cls=Command, example="bgconsole glass check entra ada@example.com")
@slug_argument
@click.argument("email", help="The person to check.")
@click.pass_obj
def check(invocation: Invocation, slug: str, email: str) -> int:
    """Check whether somebody can be added, whether or not SSO is enforced."""
    try:
        with invocation.connect() as team:
            team.call(lambda backend, caller: backend.check_entry(caller, slug, email))
    except RefusedError as error:
        if error.code is Code.UNKNOWN_PROVIDER:
            raise
        refused = advised(error.refusal)
        if invocation.as_json:
            print_json({"ok": False, **refusal_fields(refused)})
        complain(f"{email.strip()}: {refused.message}", refused.remedy)
        return exit_code(error)
    if invocation.as_json:
        print_json({"ok": True})
    else:
        say(f"{visible(email.strip())} can be added.")
    return Exit.DONE


@glass.command(
    "add", cls=Command, example="bgconsole glass add entra ada@example.com grace@example.com"
)
@slug_argument
@click.argument("emails", nargs=-1, required=True, metavar="EMAIL...", help="The people to add.")
@click.pass_obj
def add(invocation: Invocation, slug: str, emails: tuple[str, ...]) -> None:
    """Add people to a list, all or none.

    Each must have an account and a password and be a member of the team.
    """
    _apply(invocation, slug, Delta(add=emails), None, (), yes=True)


@glass.command("remove", cls=Command, example="bgconsole glass remove entra grace@example.com")
@slug_argument
@click.argument("emails", nargs=-1, required=True, metavar="EMAIL...", help="The people to remove.")
@override_option
@yes_option
@click.pass_obj
def remove(
    invocation: Invocation,
    slug: str,
    emails: tuple[str, ...],
    override_reason: str | None,
    overridden: tuple[str, ...],
    yes: bool,
) -> None:
    """Remove people from a list, all or none.

    Removed people use SSO like everyone else. The last usable break-glass user of an enforced
    provider cannot be removed without a reason to override. The command says who loses password
    login, whose sessions end and who can still get in. At a terminal it asks first.
    """
    _apply(invocation, slug, Delta(remove=emails), override_reason, overridden, yes=yes)


def _demand_lists(team: OpenTeam) -> None:
    """The providers are told to members too, without their lists: that is not an empty list."""
    mine = team.me()
    if not allows(mine.role, Capability.SEE_LISTS):
        message = "Only owners and admins can see the lists"
        remedy = 'See "bgconsole provider list" for the lists that you are on'
        raise NotAllowedError(refusal(Code.FORBIDDEN, message, remedy))


def _apply(
    invocation: Invocation,
    slug: str,
    delta: Delta,
    reason: str | None,
    overridden: tuple[str, ...],
    *,
    yes: bool,
) -> None:
    with invocation.connect() as team:
        change = settings_change(slug, delta)
        override = override_of(team, reason, overridden, change)
        effect = Effect(change(stored_team(team)), team.me().email)
        question = f"Remove {', '.join(delta.remove)} from the list of {slug}?"
        effect.confirm(visible(question), yes=yes, override=override)
        try:
            saved = team.change(
                lambda backend, caller: backend.apply_delta(caller, slug, delta, override)
            )
        except RefusedError as error:
            if error.code is not Code.NOT_ENFORCED:
                raise
            people = "".join(f" --add {email}" for email in delta.add)
            remedy = f'Do both at once: "bgconsole provider enforce {slug} on{people}"'
            raise RefusedError(replace(error.refusal, remedy=remedy)) from error
    if invocation.as_json:
        print_json({**shapes.glass(saved), **effect.fields, "warnings": list(saved.warnings)})
    else:
        _print_list(saved)
    effect.tell(as_json=invocation.as_json)
    note_all(saved.warnings)


def _print_list(detail: ProviderDetail) -> None:
    state = "enforced" if detail.enforced else "not enforced"
    say(
        f"{visible(detail.name)} ({visible(detail.slug)}): {state},"
        f" {len(detail.entries)} of {MAX_ENTRIES}"
    )
    if detail.entries:
        print_table(
            ("EMAIL", "STATE", "ADDED (UTC)", "BY"),
            (
                (
                    entry.email,
                    _state(entry),
                    moment(entry.added_at),
                    entry.added_by or "-",
                )
                for entry in detail.entries
            ),
            indent="  ",
        )
    if any(entry.problem is EntryProblem.PAUSED for entry in detail.entries):
        say(
            "  Paused after too many wrong passwords: their password works only from addresses",
            "  they signed in from before, and on the database's machine. An owner can lift the",
            '  pause with "bgconsole member unpause EMAIL".',
        )


def _state(entry: Entry) -> str:
    if entry.problem is None:
        return "usable"
    return f"usable, {entry.problem}" if entry.usable else f"! {entry.problem}"
