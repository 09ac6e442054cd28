"""The audit log on its way into a file: page by page, oldest first, in lines of JSON or as CSV."""

import csv
import json
import os
import secrets
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Protocol, TextIO

from bgconsole.backend.identity import Caller
from bgconsole.backend.protocol import Backend
from bgconsole.exchange import spreadsheet
from bgconsole.policy.audit import AuditEvent, AuditFilter
from bgconsole.policy.chain import event_fields
from bgconsole.policy.event_source import source_words
from bgconsole.policy.event_words import event_words
from bgconsole.policy.text import visible
from bgconsole.system.host import this_host

PAGE: Final = 500

COLUMNS: Final = (
    *("seq", "id", "at", "type", "outcome", "actor", "target", "provider"),
    *("description", "metadata", "source", "prev_hash", "hash"),
)


_IN_WORDS: Final = ("event", "what_happened", "from")
"""Further columns of a spreadsheet: what people read on the screen. Programs read the others."""


class Writable(Protocol):
    """Whatever text can be written to."""

    def write(self, text: str, /) -> object:
        """Write `text`."""
        ...


Writer = Callable[[AuditEvent], None]


def fields(event: AuditEvent) -> dict[str, object]:
    """An event with every field, hashes included."""
    return {**event_fields(event), "prev_hash": event.prev_hash, "hash": event.hash}


def event_line(event: AuditEvent) -> str:
    """An event as one line of JSON: exact, and pure ASCII."""
    return json.dumps(fields(event), separators=(",", ":"))


def json_lines(out: Writable) -> Writer:
    """Writes each event as one line of JSON."""

    def write(event: AuditEvent) -> None:
        out.write(event_line(event) + "\n")

    return write


def csv_rows(out: Writable) -> Writer:
    """Writes the columns' names, then each event as a row for a spreadsheet."""
    rows = csv.writer(out, lineterminator="\n")
    here = this_host()
    rows.writerow((*COLUMNS, *_IN_WORDS))

    def write(event: AuditEvent) -> None:
        told = fields(event)
        words = (event.type.label, event_words(event)[0], source_words(event.source, here))
        rows.writerow([_cell(value) for value in (*(told[name] for name in COLUMNS), *words)])

    return write


FORMATS: Final = {"jsonl": json_lines, "csv": csv_rows}


async def pages(
    backend: Backend,
    caller: Caller,
    wanted: AuditFilter,
    *,
    limit: int | None = None,
    before: int | None = None,
    seen: Callable[[int, int], None] = lambda _seq, _last: None,
) -> AsyncGenerator[tuple[AuditEvent, ...]]:
    """Matching events, oldest first, as far as the log went at the start.

    At most `limit`, and below `before` (seq). `seen` gets the seq reached and the last one.
    Raises the BackendErrors of `audit_page`.
    """
    start = await backend.audit_page(caller, wanted, limit=1)
    end = start.head if before is None else min(start.head, before - 1)
    after, left = 0, limit
    while left is None or left > 0:
        page = await backend.audit_page(caller, wanted, limit=PAGE, after=after)
        events = tuple(event for event in reversed(page.events) if event.seq <= end)[:left]
        if not events:
            return
        yield events
        after = events[-1].seq
        seen(after, end)
        if not page.more or len(events) < len(page.events):
            return
        left = None if left is None else left - len(events)


@contextmanager
def saved(path: Path, *, overwrite: bool) -> Generator[TextIO]:
    """A text file (0600) that appears at `path` only when all of it is on disk.

    Until then it is a hidden file beside it, which is taken away when an error ends the writing.
    Raises FileExistsError, before anything is written, for what is there and must not be
    overwritten; OSError as files do.
    """
    if not overwrite and path.exists():
        raise FileExistsError(path)
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    descriptor = os.open(partial, flags, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if overwrite:
            partial.replace(path)
        else:
            _name(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def _name(partial: Path, path: Path) -> None:
    """Give the file its name unless somebody took it meanwhile."""
    try:
        path.hardlink_to(partial)
    except FileExistsError:
        raise
    except OSError:
        # Not every file system has links.
        if path.exists():
            raise FileExistsError(path) from None
        partial.replace(path)


def _cell(value: object) -> str:
    """One cell; a text that a spreadsheet would take for a formula is marked as text."""
    if value is None:
        return ""
    return spreadsheet.cell(visible(json.dumps(value) if isinstance(value, dict) else str(value)))
