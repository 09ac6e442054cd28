"""Adding everyone in a CSV file, with their one-time codes on the screen or in a file."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import click

from bgconsole.backend.values import MemberAddition, OneTimeCode
from bgconsole.cli import private_file, shapes
from bgconsole.cli.context import Invocation, OpenTeam
from bgconsole.cli.errors import CommandError
from bgconsole.cli.excel import excel_option, mark_for_excel
from bgconsole.cli.group import Command
from bgconsole.cli.output import count, moment, note, note_all, print_json, say
from bgconsole.cli.progress import Progress
from bgconsole.cli.returning import keep_password_option
from bgconsole.cli.shown_once import show_once
from bgconsole.cli.tables import print_table
from bgconsole.exchange.people_file import codes_size, read_people, write_codes
from bgconsole.policy.text import visible
from bgconsole.system.streams import demand_reader


@click.command(
    "import", cls=Command, example="bgconsole member import people.csv --codes codes.csv"
)
@click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The CSV file."
)
@click.option(
    "--codes",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the one-time codes to this file (mode 0600) instead of the screen.",
)
@excel_option
@keep_password_option
@click.pass_obj
def import_members(
    invocation: Invocation, file: Path, codes: Path | None, excel: bool, keep_password: bool
) -> None:
    """Add everyone in a CSV file, or nobody.

    The first line names the columns: email, and optionally name, role and sso_only, in any order.
    An empty role means member. sso_only is yes or no; empty means no. If any row is invalid, every
    invalid row is listed by line number and nobody is imported. Cells can be separated by commas,
    semicolons or tabs, in UTF-8 or UTF-16.
    """
    if excel and codes is None:
        raise click.UsageError("--excel needs --codes")
    people = tuple(
        replace(one, keep_password=keep_password and not one.sso_only) for one in read_people(file)
    )
    with invocation.connect() as team:
        if codes is None:
            demand_reader(sys.stdout)
            issued = _add_all(team, people)
        else:
            issued = _add_all_into(team, people, codes, excel=excel)
    back = [one.email for one in issued if one.kept is not None]
    if back:
        note(f"Former members: {visible(', '.join(back))}.")
    note_all(_warnings(issued))
    if codes is not None:
        if invocation.as_json:
            print_json({"added": len(issued), "codes_file": str(codes)})
        else:
            say(
                f"Added {count(len(issued), 'person', 'people')}."
                f" Their one-time codes are in {visible(str(codes))}."
            )
    else:
        _show_codes(issued, as_json=invocation.as_json)


def _add_all(team: OpenTeam, people: tuple[MemberAddition, ...]) -> tuple[OneTimeCode, ...]:
    with Progress(f"Adding {count(len(people), 'person', 'people')}"):
        return team.change(lambda backend, caller: backend.add_members(caller, people))


def _add_all_into(
    team: OpenTeam, people: tuple[MemberAddition, ...], path: Path, *, excel: bool
) -> tuple[OneTimeCode, ...]:
    """Add people and write their codes; the file is made first, so that it cannot fail for long."""
    issued: tuple[OneTimeCode, ...] = ()
    try:
        with private_file.created(path, room=codes_size(people)) as file:
            if excel:
                mark_for_excel(file)
            issued = _add_all(team, people)
            write_codes(file, issued)
    except OSError as error:
        if not issued:
            raise
        note("The people were added. Their one-time codes are:")
        _show_codes(issued, as_json=False)
        raise CommandError(
            f"{path} could not be written: {error.strerror}", "Save the codes printed above"
        ) from error
    return issued


def _warnings(issued: Sequence[OneTimeCode]) -> Iterator[str]:
    """Each once, with the people whom it is about."""
    about: dict[str, list[str]] = {}
    for one in issued:
        for warning in one.warnings:
            about.setdefault(warning, []).append(one.email)
    for warning, emails in about.items():
        people = emails[0] if len(emails) == 1 else f"{len(emails):,} people"
        yield f"{people}: {warning}"


def _show_codes(issued: tuple[OneTimeCode, ...], *, as_json: bool) -> None:
    added = count(len(issued), "person was", "people were")
    show_once(
        lambda: _print_codes_as(issued, as_json=as_json),
        lost=f"{added} added, but the one-time codes could not be printed",
        remedy='Create new ones with "bgconsole member reset EMAIL"',
    )


def _print_codes_as(issued: tuple[OneTimeCode, ...], *, as_json: bool) -> None:
    if as_json:
        print_json({"added": len(issued), "codes": [shapes.one_time_code(one) for one in issued]})
    else:
        _print_codes(issued)


def _print_codes(issued: tuple[OneTimeCode, ...]) -> None:
    print_table(
        ("EMAIL", "CODE", "EXPIRES (UTC)"),
        ((one.email, one.code or "-", moment(one.expires_at)) for one in issued),
    )
