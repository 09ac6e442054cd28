"""The rows of the log: columns for a width, header, an event in a row; days, marks, no events."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, auto
from functools import lru_cache
from typing import Final

from textual.content import Content

from bgconsole.policy.audit import (
    ALL_EVENTS,
    DRILL_KEY,
    IDP_STATE_KEY,
    AuditEvent,
    AuditFilter,
    EventType,
    Outcome,
)
from bgconsole.policy.login import Method
from bgconsole.policy.team import IdpState
from bgconsole.policy.text import visible
from bgconsole.tui.audit.render.times import Zone, day_name, moment, time_of_day, time_width
from bgconsole.tui.kit.render.keys import key_hint
from bgconsole.tui.kit.render.text import EMPTY, cut, fit, line, local_part, safe_text, words
from bgconsole.tui.terminal.signs import FULL, Signs
from bgconsole.tui.terminal.theme import ACCENT, CARE, DANGER, DIM, OK, RULE, STRONG, TEXT

NARROW: Final = 100
"""Below so many columns an event's row leaves out where it was and where it came from."""

_FROM_ROOM: Final = 112
_FULL_ROOM: Final = 120
_WHO_FULL: Final = 22

_GOOD_WHEN_DONE: Final = frozenset({EventType.LOGIN_SUCCESS, EventType.REAUTH_SUCCESS})

_SAID: Final = frozenset({"User logged out", "Audit log exported"})
"""Descriptions that say what the labels do."""

_METHODS: Final = {Method.PASSWORD.value: "via password", Method.SSO.value: "via SSO"}

_SHORT_LABELS: Final = {
    EventType.ENFORCEMENT_ENABLED: "Enforcement On",
    EventType.ENFORCEMENT_DISABLED: "Enforcement Off",
    EventType.ENTRY_ADDED: "Entry Added",
    EventType.ENTRY_REMOVED: "Entry Removed",
    EventType.MEMBER_ROLE_CHANGED: "Role Changed",
    EventType.MEMBER_RENAMED: "Email Changed",
    EventType.MEMBER_NAME_CHANGED: "Name Changed",
}
"""For a narrow column: cut at its end, 'Enabled' and 'Disabled' would look the same."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The widths of a row's columns in cells; 0 leaves a column out. Signs take two.

    `by_day`: the day is above its rows, so that each has only its time; what happened is a word or
    two, flush right.
    """

    width: int
    time: int
    label: int
    who: int
    on: int
    source: int
    what: int
    by_day: bool = False


@dataclass(frozen=True, slots=True)
class RowLook:
    """What all rows of a list have in common. `find` is marked wherever it occurs."""

    shape: Columns
    today: date
    zone: Zone = Zone.UTC
    find: str = ""


class RowGround(Enum):
    """The background of a row. Tints are for few rows: where all are break-glass there is none."""

    PLAIN = auto()
    TINTED = auto()
    CURSOR = auto()


def columns(width: int, *, dated: bool, zone: Zone = Zone.UTC) -> Columns:
    """The columns for rows of `width` cells; `dated` makes room for dates beside the times."""
    time = time_width(zone, dated=dated)
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


def columns_by_day(width: int, zone: Zone = Zone.UTC) -> Columns:
    """The columns for rows below their day."""
    time, label, who = time_width(zone, dated=False), 15, _WHO_FULL + max(width - 76, 0) // 3
    used = 2 + time + 2 + 2 + 1 + label + 2 + who + 2
    return Columns(width, time, label, who, 0, 0, max(width - used - 2, 1), by_day=True)


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
    """The names of the columns."""
    parts = [words(" "), _cell(zone.value, shape.time), words("     ")]
    parts.append(_cell("event", shape.label))
    for name, room in (("who", shape.who), ("on", shape.on), ("from", shape.source)):
        if room:
            parts += [words(" "), _cell(name, room)]
    parts += [words(" "), _cell("what happened", shape.what)]
    return fit(line(*parts), shape.width)


def row(event: AuditEvent, look: RowLook, ground: RowGround, *, signs: Signs = FULL) -> Content:
    """One event in exactly as many cells as the shape has."""
    shape = look.shape
    glass, failed = event.is_break_glass, event.outcome is Outcome.FAILURE
    label_style = f"bold {DANGER if failed else CARE}" if glass else TEXT
    who = event.who if shape.by_day or shape.width >= NARROW else local_part(event.who)
    gap = words("  " if shape.by_day else " ")
    when = time_of_row(event, look)
    parts = [
        words(signs.cursor if ground is RowGround.CURSOR else " ", ACCENT),
        words(" ") if shape.by_day else EMPTY,
        fit(words(when, TEXT if glass else DIM), shape.time),
        words("  "),
        event_sign(event, signs),
        words(" "),
        fit(words(_label(event.type, shape.label), label_style), shape.label),
        gap,
        fit(_or_none(who, STRONG if glass else TEXT, signs), shape.who),
    ]
    for text, room in ((event.provider, shape.on), (event.source, shape.source)):
        if room:
            parts += [words(" "), fit(_or_none(text, DIM, signs), room)]
    parts += [gap, _happened_cell(event, shape)]
    whole = fit(marked(line(*parts), look.find), shape.width)
    tint = _tint(event, ground)
    return whole.stylize_before(tint) if tint else whole


def time_of_row(event: AuditEvent, look: RowLook) -> str:
    """When it was; below its day the date is left out."""
    if look.shape.by_day:
        return moment(event.at, look.zone.here(event.at).date(), look.zone)
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


def _label(kind: EventType, room: int) -> str:
    return kind.label if len(kind.label) <= room else _SHORT_LABELS.get(kind, kind.label)


def _happened_cell(event: AuditEvent, shape: Columns) -> Content:
    """What happened, in its column."""
    if not shape.by_day:
        return fit(_happened(event, shape.what), shape.what)
    short = cut(_in_brief(event), shape.what)
    return short.pad_left(shape.what - short.cell_length)


def _in_brief(event: AuditEvent) -> Content:
    """What sign, label and name leave open: why it failed, under which circumstances, to whom."""
    if event.outcome is Outcome.FAILURE and event.reason:
        return safe_text(event.reason, DIM)
    if event.metadata.get(DRILL_KEY) is True:
        return words("drill", DIM)
    if event.is_break_glass and measured_state(event) == IdpState.DOWN:
        return words("IdP was down", DIM)
    if event.type is EventType.LOGIN_SUCCESS and event.metadata.get("method") in _METHODS:
        return words(_METHODS[str(event.metadata["method"])], DIM)
    if event.target and event.target != event.actor:
        return safe_text(local_part(event.target), DIM)
    return EMPTY if event.description in _SAID else safe_text(event.description, DIM)


def measured_state(event: AuditEvent) -> str | None:
    """What was measured of the IdP of the event's provider."""
    measured = event.metadata.get(IDP_STATE_KEY)
    state = measured.get(event.provider) if isinstance(measured, Mapping) else measured
    return state if isinstance(state, str) else None


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
    """'── mark ── set 03:10:00 by you, on this screen only'."""
    rule = signs.rule * 2
    note = f" set {time_of_day(set_at, zone)} by you, on this screen only"
    return fit(line((f"  {rule} mark {rule}", ACCENT), (note, DIM)), width)


def nothing(wanted: AuditFilter, *, loaded: bool) -> Content:
    """What an empty list says."""
    if not loaded:
        return words("  Reading the audit log …", DIM)
    if wanted != ALL_EVENTS:
        keys = key_hint("F", " removes the filters", TEXT)
        last = key_hint("backspace", " the last one", TEXT)
        return line(("  No event matches.   ", TEXT), keys, "   ", last)
    return words("  Nothing is on record yet. What happens appears here by itself.", DIM)
