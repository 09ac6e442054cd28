"""The audit log: reading, following, verifying and exporting it."""

import sys
from collections.abc import Generator
from contextlib import aclosing, contextmanager
from functools import partial
from pathlib import Path
from typing import Final, TextIO

import click

from bgconsole.backend.values import Verification
from bgconsole.cli import private_file, shapes
from bgconsole.cli.audit_filters import filter_options, tell_last_moment
from bgconsole.cli.audit_history import warned_of_history
from bgconsole.cli.audit_tail import Tail
from bgconsole.cli.context import Invocation, OpenTeam
from bgconsole.cli.errors import CommandError, Exit
from bgconsole.cli.excel import excel_option, mark_for_excel
from bgconsole.cli.group import Command, OrderedGroup
from bgconsole.cli.output import (
    count,
    moment,
    output_named,
    print_json,
    print_json_line,
    put,
    say,
    signs,
)
from bgconsole.cli.parameters import SeenRecord
from bgconsole.cli.progress import Progress
from bgconsole.cli.tables import print_table
from bgconsole.exchange.audit_export import FORMATS, Writer, pages
from bgconsole.log_history.history import LogHistory
from bgconsole.policy.audit import AuditEvent, AuditFilter, AuditHead, Outcome
from bgconsole.policy.event_source import source_words
from bgconsole.policy.event_words import event_words
from bgconsole.policy.text import visible
from bgconsole.system.host import this_host
from bgconsole.system.streams import while_read

_PAGE: Final = 500
_TAIL: Final = 10


@click.group(cls=OrderedGroup)
def audit() -> None:
    """Read, follow, verify and export the audit log.

    Every change and every sign-in is recorded, and records are chained by hashes. Keep the head
    that "verify" prints outside the database: it reveals any later change to earlier records.
    """


@audit.command(
    "list",
    cls=Command,
    example="bgconsole audit list --break-glass --since 7d\n"
    "bgconsole audit list --type 'Login Failure' --actor ada@example.com --json",
)
@filter_options
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=100,
    show_default=True,
    help="The maximum number of events.",
)
@click.option(
    "--before", type=click.IntRange(min=1), metavar="SEQ", help="Only events with a lower seq."
)
@click.option(
    "--after", type=click.IntRange(min=0), metavar="SEQ", help="Only events with a higher seq."
)
@click.pass_obj
def list_events(
    invocation: Invocation, wanted: AuditFilter, limit: int, before: int | None, after: int | None
) -> None:
    """List events, newest first.

    To continue a list, pass its last seq to --before.
    """
    with invocation.connect() as team:
        if after is not None:
            team.run(team.backend.audit_page(team.caller, limit=1, after=after))
        found = _newest(team, wanted, limit, before, after or 0)
    tell_last_moment(wanted)
    if invocation.as_json:
        print_json([shapes.event(one) for one in found])
        return
    here = this_host()
    print_table(
        ("SEQ", "TIME (UTC)", "EVENT", "ACTOR", "TARGET", "PROVIDER", "DESCRIPTION", "FROM"),
        (
            (
                str(one.seq),
                moment(one.at, seconds=True),
                one.type.label,
                one.who,
                one.target or "-",
                one.provider or "-",
                _what(one),
                source_words(one.source, here),
            )
            for one in found
        ),
    )


def _newest(
    team: OpenTeam, wanted: AuditFilter, limit: int, before: int | None, after: int
) -> list[AuditEvent]:
    found: list[AuditEvent] = []
    while len(found) < limit:
        size = min(limit - len(found), _PAGE)
        page = team.call(
            lambda backend, caller, size=size, before=before: backend.audit_page(
                caller, wanted, limit=size, before=before
            )
        )
        found.extend(event for event in page.events if event.seq > after)
        if not page.more or not page.events or page.events[-1].seq <= after:
            break
        before = page.events[-1].seq
    return found


def _what(event: AuditEvent) -> str:
    failed = "" if event.outcome is Outcome.SUCCESS else "! "
    return f"{failed}{event_words(event)[0]}"


@audit.command("tail", cls=Command, example="bgconsole audit tail --break-glass --json")
@filter_options
@click.option(
    "--limit",
    type=click.IntRange(1, _PAGE),
    default=_TAIL,
    show_default=True,
    help="The number of recent events to show first.",
)
@click.option(
    "--after",
    type=click.IntRange(min=0),
    metavar="SEQ",
    help="Start after this seq instead, with everything since.",
)
@click.pass_obj
def tail(invocation: Invocation, wanted: AuditFilter, limit: int, after: int | None) -> None:
    """Show the newest events, then follow the log.

    Events from any process appear within half a second. Press Ctrl+C to stop. If a server becomes
    unavailable, the command reconnects. With --json each event is one line, and so is an error. The
    command ends when the session ends, which following does not extend, and when an older copy of
    the log is restored.
    """
    invocation.in_lines = True
    with invocation.connect() as team:
        tell_last_moment(wanted)
        show = partial(_print_event, as_json=invocation.as_json)
        following = Tail(team, wanted, show).run(min(limit, _PAGE), after)
        team.run(while_read(sys.stdout, following))


def _print_event(event: AuditEvent, *, as_json: bool) -> None:
    if as_json:
        print_json_line(shapes.event(event))
        return
    where = f" [{event.provider}]" if event.provider else ""
    line = f"{event.seq}  {moment(event.at, seconds=True)}  {event.who}{where}  {_what(event)}"
    put(visible(f"{line}  from {source_words(event.source, this_host())}"), now=True)


@audit.command("verify", cls=Command, example="bgconsole audit verify")
@click.pass_obj
def verify(invocation: Invocation) -> int:
    """Verify the chain of hashes.

    Exits with code 1 if a record was altered, removed or inserted, or if records are missing that
    you saw before on this machine. Keep the seq and hash of the head outside the database: they
    prove later that nothing up to there has changed.
    """
    with invocation.connect() as team:
        with Progress("Verifying the audit log") as progress:
            result = team.call(
                lambda backend, caller: backend.audit_verify(caller, progress.update)
            )
        rewound = warned_of_history(team)
    if invocation.as_json:
        print_json(shapes.verification(result, rewound))
    else:
        _print_verification(result)
    return Exit.DONE if result.ok and rewound is None else Exit.FAILED


def _print_verification(result: Verification) -> None:
    yes, no = signs()
    checked = count(result.checked, "record", "records")
    if result.first_bad is None:
        say(f"{yes} {checked} checked, the chain is intact.")
    else:
        kind = result.first_bad.kind.replace("_", " ")
        say(f"{no} The chain breaks at seq {result.first_bad.seq}: {kind}. {checked} checked.")
    say(f"  Head: seq {result.head.seq}, hash {visible(result.head.hash)}")


@audit.command(
    "acknowledge",
    cls=Command,
    example="bgconsole audit acknowledge --reason 'Restored the backup of 26 November'",
)
@click.option(
    "--reason", metavar="TEXT", required=True, help="Why the log went back to an older copy."
)
@click.option(
    "--seen",
    type=SeenRecord(),
    help="The newest record seen before, as SEQ:HASH. [default: the last one you saw]",
)
@click.pass_obj
def acknowledge(invocation: Invocation, reason: str, seen: AuditHead | None) -> None:
    """Record why the log went back to an older copy.

    Until an owner does this on any machine, consoles and "tail" keep warning.
    """
    with invocation.connect() as team:
        history = LogHistory(team.backend, team.caller)
        rewound = team.run(history.look())
        gone = seen or (None if rewound is None else rewound.seen)
        if gone is None:
            raise CommandError(
                "The log still contains every record you saw, so there is nothing to acknowledge",
                "To name a record that somebody else saw, use --seen SEQ:HASH",
            )
        team.change(lambda backend, caller: backend.acknowledge_rewind(caller, gone, reason))
        team.run(history.look())
    if invocation.as_json:
        print_json({"seen": {"seq": gone.seq, "hash": gone.hash}, "reason": reason})
    else:
        say(f"Recorded that the log went back past record {gone.seq}, and why.")


@audit.command(
    "export",
    cls=Command,
    example="bgconsole audit export --format jsonl --since 30d --output events.jsonl",
)
@click.option("--format", "form", type=click.Choice(list(FORMATS)), required=True)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to this file (mode 0600). An existing file is not overwritten.",
)
@excel_option
@filter_options
@click.option("--limit", type=click.IntRange(min=1), help="The maximum number of events.")
@click.option(
    "--before", type=click.IntRange(min=1), metavar="SEQ", help="Only events with a lower seq."
)
@click.pass_obj
def export(
    invocation: Invocation,
    form: str,
    output: Path | None,
    excel: bool,
    wanted: AuditFilter,
    limit: int | None,
    before: int | None,
) -> None:
    """Write events to a file or to standard output, oldest first.

    JSON Lines contain every field exactly. In CSV, for spreadsheets, unprintable characters are
    escaped, and a cell that starts with = + - or @ is prefixed with '. The export is recorded. It
    warns if records are missing that you saw before on this machine.
    """
    if excel and form != "csv":
        raise click.UsageError("--excel needs --format csv")
    place = _output() if output is None else private_file.created(output)
    with invocation.connect() as team, place as out:
        # Whoever may not read the log is told before anything is written.
        team.run(team.backend.audit_page(team.caller, wanted, limit=1))
        warned_of_history(team)
        if excel:
            mark_for_excel(out)
        taken = _take_out(team, wanted, FORMATS[form](out), limit=limit, before=before)
    tell_last_moment(wanted)
    if output is not None and invocation.as_json:
        print_json({"exported": taken, "output": str(output)})
    elif output is not None:
        say(f"{count(taken, 'event is', 'events are')} in {visible(str(output))}.")


@contextmanager
def _output() -> Generator[TextIO]:
    """Standard output, all of it written in the end."""
    with output_named():
        yield sys.stdout
        sys.stdout.flush()


def _take_out(
    team: OpenTeam, wanted: AuditFilter, write: Writer, *, limit: int | None, before: int | None
) -> int:
    """Write what is wanted and put on record how much was, also when the reader went away."""
    taken = 0

    async def work() -> None:
        nonlocal taken
        found = pages(
            team.backend, team.caller, wanted, limit=limit, before=before, seen=progress.update
        )
        async with aclosing(found):
            async for page in found:
                for event in page:
                    taken += 1
                    write(event)

    with Progress("Exporting") as progress:
        try:
            team.run(work())
        finally:
            team.run(team.backend.record_export(team.caller, wanted, taken))
    return taken
