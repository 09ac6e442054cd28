"""The rows of the log: columns for a width, header, an event in a row; days, marks, no events."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, auto
from functools import lru_cache
from typing import Final

from textual.content import Content

from bgconsole.policy.audit import (
    ALL_EVENTS,
    PROGRAM,
    AuditEvent,
    AuditFilter,
    EventType,
    Outcome,
)
from bgconsole.policy.text import visible
from bgconsole.tui.audit.render.naming import PLAIN_NAMES, EventNames
from bgconsole.tui.audit.render.times import (
    TINY_TIME,
    Zone,
    day_name,
    moment,
    time_of_day,
    time_width,
    tiny_moment,
)
from bgconsole.tui.kit.render.keys import key_hint
from bgconsole.tui.kit.render.text import EMPTY, cut, fit, line, local_part, safe_text, words
from bgconsole.tui.terminal.signs import FULL, Signs
from bgconsole.tui.terminal.theme import ACCENT, CARE, DANGER, DIM, OK, RULE, STRONG, TEXT

NARROW: Final = 100
"""Below so many columns an event's row leaves out its label and where it came from."""

TINY: Final = 60
"""Below so many columns the time is shorter, and who did it and what share a column."""

_WHAT: Final = 40
"""Cells of what happened, for the words that matter of nearly every event."""

_LABEL: Final = max(len(kind.label) for kind in EventType)
_LABELLED_DAYS: Final = 96
"""Columns of a list by day that has room for labels."""

_WHO, _WHO_FULL = 10, 22
_FULL_ROOM: Final = 140
_FROM_LEAST, _FROM_MOST = 16, 60

_BY_PROBES: Final = frozenset({EventType.IDP_DOWN, EventType.IDP_UP})
_GOOD_WHEN_DONE: Final = frozenset({EventType.LOGIN_SUCCESS, EventType.REAUTH_SUCCESS})


@dataclass(frozen=True, slots=True)
class Columns:
    """The widths of a row's columns in cells; 0 leaves a column out. Signs take two.

    `by_day`: the day is above its rows, so that each has only its time. Without a column `who` the
    name begins the words for what happened.
    """

    width: int
    time: int
    label: int
    who: int
    what: int
    source: int
    by_day: bool = False


@dataclass(frozen=True, slots=True)
class RowLook:
    """What all rows of a list have in common. `find` is marked wherever it occurs."""

    shape: Columns
    today: date
    zone: Zone = Zone.UTC
    find: str = ""
    words: EventNames = PLAIN_NAMES


class RowGround(Enum):
    """The background of a row. Tints are for few rows: where all are break-glass there is none."""

    PLAIN = auto()
    TINTED = auto()
    CURSOR = auto()


def columns(width: int, *, dated: bool, zone: Zone = Zone.UTC) -> Columns:
    """The columns for rows of `width` cells; `dated` makes room for dates beside the times.

    Whom and how it ended are in what happened, which is cut last.
    """
    if width < TINY:
        time = TINY_TIME if dated else TINY_TIME - 1
        return Columns(width, time, 0, 0, max(width - time - 6, 1), 0)
    time = time_width(zone, dated=dated)
    label = 0 if width < NARROW else _LABEL
    who = _WHO_FULL if width >= _FULL_ROOM else _WHO
    room = width - time - 8 - (label + 1 if label else 0) - who
    source = room - 1 - _WHAT
    if width < NARROW or source < _FROM_LEAST:
        return Columns(width, time, label, who, max(room, 1), 0)
    # More room is for longer words first, reasons of an override among them.
    source = min(_FROM_LEAST + (source - _FROM_LEAST) * 2 // 3, _FROM_MOST)
    return Columns(width, time, label, who, room - 1 - source, source)


def columns_by_day(width: int, zone: Zone = Zone.UTC) -> Columns:
    """The columns for rows below their day."""
    time = time_width(zone, dated=False)
    label = _LABEL if width >= _LABELLED_DAYS else 0
    who = _WHO_FULL if width >= _FULL_ROOM else _WHO
    room = width - time - 9 - (label + 1 if label else 0) - who
    return Columns(width, time, label, who, max(room, 1), 0, by_day=True)


def event_sign(event: AuditEvent, signs: Signs = FULL) -> Content:
    """Two cells: ◆ for a use of emergency access, then ✓, × or · for the outcome."""
    glass = (signs.glass, CARE) if event.is_break_glass else (" ", "")
    if event.outcome is Outcome.FAILURE:
        return line(glass, (signs.fails, DANGER))
    if event.is_break_glass or event.type in _GOOD_WHEN_DONE:
        return line(glass, (signs.passes, OK))
    return line(glass, (signs.other, DIM))


@lru_cache(maxsize=4)
def header(shape: Columns, zone: Zone = Zone.UTC) -> Content:
    """The names of the columns; the log goes down, as it is read."""
    named = (("event", shape.label), ("who", shape.who), ("what happened, newest last", shape.what))
    parts = [words(" "), _cell(zone.value, shape.time), words("     "[: 5 if shape.who else 4])]
    for name, room in (*named, ("from", shape.source)):
        if room:
            parts += [_cell(name, room), words(" ")]
    return fit(line(*parts), shape.width)


def row(event: AuditEvent, look: RowLook, ground: RowGround, *, signs: Signs = FULL) -> Content:
    """One event in exactly as many cells as the shape has."""
    shape = look.shape
    glass, failed = event.is_break_glass, event.outcome is Outcome.FAILURE
    loud = f"bold {DANGER if failed else CARE}" if glass else TEXT
    parts = [
        words(signs.cursor if ground is RowGround.CURSOR else " ", ACCENT),
        words(" ") if shape.by_day else EMPTY,
        fit(words(time_of_row(event, look), TEXT if glass else DIM), shape.time),
        words("  " if shape.who else " "),
        event_sign(event, signs),
        words(" "),
    ]
    if shape.label:
        parts += [fit(words(event.type.label, loud), shape.label), words(" ")]
    what_style = DIM if shape.label and not glass else loud
    if shape.who:
        who = event.who if shape.who >= _WHO_FULL else local_part(event.who)
        parts += [fit(_or_none(who, STRONG if glass else TEXT, signs), shape.who), words(" ")]
        before = EMPTY
    else:
        by_itself = event.actor == PROGRAM or event.type in _BY_PROBES
        before = EMPTY if by_itself else safe_text(local_part(event.who), STRONG) + words(" ")
    forms = look.words.happened(event)
    if before.cell_length:
        # They go on from the name, so those that begin a sentence of their own are none.
        forms = tuple(form for form in forms if form[:1].islower()) or forms
    told = longest(forms, shape.what - before.cell_length, what_style)
    parts.append(fit(before + told, shape.what))
    if shape.source:
        source = look.words.source(event.source)
        parts += [words(" "), fit(_or_none(source, DIM, signs), shape.source)]
    whole = fit(marked(line(*parts), look.find), shape.width)
    tint = _tint(event, ground)
    return whole.stylize_before(tint) if tint else whole


def longest(forms: tuple[str, ...], room: int, style: str) -> Content:
    """The longest of these that fits, else the shortest, cut."""
    told = [safe_text(form, style) for form in forms]
    return cut(next((one for one in told if one.cell_length <= room), told[-1]), room)


def time_of_row(event: AuditEvent, look: RowLook) -> str:
    """When it was; below its day the date is left out."""
    if look.shape.by_day:
        return moment(event.at, look.zone.here(event.at).date(), look.zone)
    if not look.shape.who:
        return tiny_moment(event.at, look.today, look.zone)
    return moment(event.at, look.today, look.zone)


def marked(content: Content, find: str) -> Content:
    """`content` with every occurrence of `find` marked, ignoring case."""
    if not find:
        return content
    sought, text = visible(find).lower(), content.plain.lower()
    if len(text) != len(content.plain):
        return content
    start = text.find(sought)
    while start >= 0:
        end = start + len(sought)
        content = content.stylize("$on-accent on $accent", start, end)
        start = text.find(sought, end)
    return content


def _cell(name: str, room: int) -> Content:
    return fit(words(name, DIM), room)


def _or_none(text: str | None, style: str, signs: Signs) -> Content:
    return safe_text(text, style) if text else words(signs.none, DIM)


def _tint(event: AuditEvent, ground: RowGround) -> str:
    if ground is RowGround.CURSOR:
        return "on $focus"
    if ground is RowGround.PLAIN or not event.is_break_glass:
        return ""
    return "on $danger-row" if event.outcome is Outcome.FAILURE else "on $care-row"


def day_line(day: date, today: date, width: int, signs: Signs = FULL) -> Content:
    """'Tue 14 Oct, today ─────'."""
    name = words(f"  {day_name(day, today)} ", f"bold {DIM}")
    return fit(name + words(signs.rule * max(width - name.cell_length - 2, 0), RULE), width)


def mark_line(set_at: datetime, width: int, zone: Zone, signs: Signs = FULL) -> Content:
    """'── mark ── set 03:10:00 by you, seen only here'."""
    rule = signs.rule * 2
    note = f" set {time_of_day(set_at, zone)} by you, seen only here"
    return fit(line((f"  {rule} mark {rule}", ACCENT), (note, DIM)), width)


def nothing(wanted: AuditFilter, *, loaded: bool) -> Content:
    """What an empty list says."""
    if not loaded:
        return words("  Reading the audit log …", DIM)
    if wanted != ALL_EVENTS:
        keys = key_hint("F", " removes the filters", TEXT)
        last = key_hint("backspace", " the last one", TEXT)
        return line(("  No event matches.   ", TEXT), keys, "   ", last)
    return words("  Nothing is recorded yet. Events appear here by themselves.", DIM)
