"""Audit events as rows of a table: the columns for a width, the header, one row an event."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, auto
from functools import lru_cache
from typing import Final

from textual.content import Content

from bgconsole.policy.audit import AuditEvent, EventType, Outcome
from bgconsole.tui.render.signs import FULL, Signs
from bgconsole.tui.render.text import fit, line, local_part, safe_text, words
from bgconsole.tui.theme import ACCENT, CARE, DANGER, DIM, OK, STRONG, TEXT

NARROW: Final = 100
"""Below so many columns an event's row leaves out where it was and where it came from."""

_FROM_ROOM: Final = 112
_FULL_ROOM: Final = 120
_YEAR_AGO_DAYS: Final = 300

_GOOD_WHEN_DONE: Final = frozenset({EventType.LOGIN_SUCCESS, EventType.REAUTH_SUCCESS})

_SHORT_LABELS: Final = {
    EventType.ENFORCEMENT_ENABLED: "Enforcement On",
    EventType.ENFORCEMENT_DISABLED: "Enforcement Off",
    EventType.ENTRY_ADDED: "Entry Added",
    EventType.ENTRY_REMOVED: "Entry Removed",
    EventType.MEMBER_ROLE_CHANGED: "Role Changed",
}
"""For a narrow column: cut at its end, 'Enabled' and 'Disabled' would look the same."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The widths of a row's columns in cells; 0 leaves a column out. Signs take two."""

    width: int
    time: int
    label: int
    who: int
    on: int
    source: int
    what: int


class Ground(Enum):
    """What lies behind a row. Tints are for few rows: where all are break-glass there is none."""

    PLAIN = auto()
    TINTED = auto()
    CURSOR = auto()


def columns(width: int, *, dated: bool) -> Columns:
    """The columns for rows of `width` cells; `dated` makes room for dates beside the times."""
    time = 12 if dated else 8
    before = 1 + time + 2 + 2 + 1
    if width < NARROW:
        label, who, on, source = 16, 7 + min(max(width - 80, 0) // 2, 9), 0, 0
    else:
        spare = max(width - _FULL_ROOM, 0)
        label = 20 if dated else 24
        who, on = 20 + min(spare // 3, 16), 6 + min(spare // 10, 6)
        source = 0 if width < _FROM_ROOM else 11 + min(spare // 4, 16)
    used = before + sum(room + 1 for room in (label, who, on, source) if room)
    return Columns(width, time, label, who, on, source, max(width - used - 1, 1))


def event_sign(event: AuditEvent, signs: Signs = FULL) -> Content:
    """Two cells: ◆ for a use of emergency access, then ✓, × or · for the outcome."""
    glass = (signs.glass, CARE) if event.is_break_glass else (" ", "")
    if event.outcome is Outcome.FAILURE:
        return line(glass, (signs.fails, DANGER))
    if event.is_break_glass or event.type in _GOOD_WHEN_DONE:
        return line(glass, (signs.passes, OK))
    return line(glass, (signs.other, DIM))


@lru_cache(maxsize=4)
def header(shape: Columns) -> Content:
    """The names of the columns."""
    parts = [words(" "), _cell("UTC", shape.time), words("     "), _cell("event", shape.label)]
    for name, room in (("who", shape.who), ("on", shape.on), ("from", shape.source)):
        if room:
            parts += [words(" "), _cell(name, room)]
    parts += [words(" "), _cell("what happened", shape.what)]
    return fit(line(*parts), shape.width)


def row(
    event: AuditEvent, shape: Columns, today: date, ground: Ground, *, signs: Signs = FULL
) -> Content:
    """One event in exactly `shape.width` cells."""
    glass, failed = event.is_break_glass, event.outcome is Outcome.FAILURE
    label_style = f"bold {DANGER if failed else CARE}" if glass else TEXT
    narrow = shape.width < NARROW
    who = local_part(event.actor) if narrow else event.actor
    parts = [
        words(signs.cursor if ground is Ground.CURSOR else " ", ACCENT),
        fit(words(moment(event.at, today), TEXT if glass else DIM), shape.time),
        words("  "),
        event_sign(event, signs),
        words(" "),
        fit(words(_label(event.type, shape.label), label_style), shape.label),
        words(" "),
        fit(_or_none(who, STRONG if glass else TEXT, signs), shape.who),
    ]
    for text, room in ((event.provider, shape.on), (event.source, shape.source)):
        if room:
            parts += [words(" "), fit(_or_none(text, DIM, signs), room)]
    parts += [words(" "), fit(_happened(event, shape.what), shape.what)]
    whole = fit(line(*parts), shape.width)
    tint = _tint(event, ground)
    return whole.stylize_before(tint) if tint else whole


def moment(at: datetime, today: date) -> str:
    """A time of today as '02:46:58', of another day as '13 Oct 02:46', long ago '13 Oct 2025'."""
    day = at.date()
    if day == today:
        return f"{at:%H:%M:%S}"
    name = f"{day.day:2} {day:%b}"
    if abs((today - day).days) > _YEAR_AGO_DAYS:
        return f"{name} {day.year:4}"
    return f"{name} {at:%H:%M}"


def _cell(name: str, room: int) -> Content:
    return fit(words(name, DIM), room)


def _or_none(text: str | None, style: str, signs: Signs) -> Content:
    return safe_text(text, style) if text else words(signs.none, DIM)


def _label(kind: EventType, room: int) -> str:
    return kind.label if len(kind.label) <= room else _SHORT_LABELS.get(kind, kind.label)


def _happened(event: AuditEvent, room: int) -> Content:
    """The description; for a plain failure its reason, which says more."""
    reason = event.reason if event.outcome is Outcome.FAILURE else None
    if event.is_break_glass:
        text = safe_text(event.description, TEXT)
        if reason is not None:
            full = line(text, (" · ", DIM), safe_text(reason, DIM))
            return full if full.cell_length <= room else text
        return text
    return safe_text(reason or event.description, DIM)


def _tint(event: AuditEvent, ground: Ground) -> str:
    if ground is Ground.CURSOR:
        return "on $chip"
    if ground is Ground.PLAIN or not event.is_break_glass:
        return ""
    return "on $danger-row" if event.outcome is Outcome.FAILURE else "on $care-row"
