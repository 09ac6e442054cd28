"""The audit log on its way out: page by page, oldest first, in lines of JSON or as CSV."""

import csv
import json
from collections.abc import AsyncGenerator, Callable
from typing import Final, Protocol

from bgconsole.backend.identity import Caller
from bgconsole.backend.protocol import Backend
from bgconsole.cli import shapes
from bgconsole.cli.output import json_line
from bgconsole.policy.audit import AuditEvent, AuditFilter
from bgconsole.policy.text import visible

PAGE: Final = 500

COLUMNS: Final = (
    *("seq", "id", "at", "type", "outcome", "actor", "target", "provider"),
    *("description", "metadata", "source", "prev_hash", "hash"),
)

_FORMULA_STARTS: Final = ("=", "+", "-", "@")


class Writable(Protocol):
    """Whatever text can be written to."""

    def write(self, text: str, /) -> object:
        """Write `text`."""
        ...


Writer = Callable[[AuditEvent], None]


def json_lines(out: Writable) -> Writer:
    """Writes each event as one line of JSON: exact, and pure ASCII."""

    def write(event: AuditEvent) -> None:
        out.write(json_line(shapes.event(event)) + "\n")

    return write


def csv_rows(out: Writable) -> Writer:
    """Writes the columns' names, then each event as a row for a spreadsheet."""
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(COLUMNS)

    def write(event: AuditEvent) -> None:
        fields = shapes.event(event)
        rows.writerow([_cell(fields[column]) for column in COLUMNS])

    return write


FORMATS: Final = {"jsonl": json_lines, "csv": csv_rows}


async def events(
    backend: Backend,
    caller: Caller,
    wanted: AuditFilter,
    *,
    limit: int | None,
    before: int | None,
    seen: Callable[[int, int], None],
) -> AsyncGenerator[AuditEvent]:
    """Matching events, oldest first, as far as the log went at the start.

    At most `limit`, and below `before` (seq). `seen` is told the seq reached and the last one.
    """
    start = await backend.audit_page(caller, wanted, limit=1)
    end = start.head if before is None else min(start.head, before - 1)
    after, given = 0, 0
    while True:
        page = await backend.audit_page(caller, wanted, limit=PAGE, after=after)
        for event in reversed(page.events):
            if event.seq > end or (limit is not None and given >= limit):
                return
            yield event
            given += 1
            after = event.seq
        seen(after, end)
        if not page.more or not page.events:
            return


def _cell(value: object) -> str:
    """One cell; a text that a spreadsheet would take for a formula is marked as text."""
    if value is None:
        return ""
    text = visible(json.dumps(value) if isinstance(value, dict) else str(value))
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
