"""One audit event in full, with what happened around it, and in two lines for narrow screens."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from textual.content import Content

from bgconsole.policy.audit import (
    AuditEvent,
    Outcome,
)
from bgconsole.policy.event_words import Names, event_words, measured_state
from bgconsole.tui.audit.render.event_stored import as_stored, bounded, state_style, wrapped
from bgconsole.tui.audit.render.naming import PLAIN_NAMES, EventNames
from bgconsole.tui.audit.render.rows import event_sign, longest, marked
from bgconsole.tui.audit.render.times import Zone, exact, on_day, time_of_day, time_width
from bgconsole.tui.kit.render.keys import key_hint
from bgconsole.tui.kit.render.text import (
    EMPTY,
    fit,
    line,
    lines,
    local_part,
    safe_text,
    spread,
    words,
)
from bgconsole.tui.terminal.signs import FULL, Signs
from bgconsole.tui.terminal.theme import CARE, DANGER, DIM, RULE, STRONG, TEXT

MOST_AROUND: Final = 8
"""Events shown before an event, and after it, at most."""

_AROUND_ROWS: Final = 6
"""What is around it takes besides the events: gap, title, rule, the event, two marks."""

_AROUND_ROWS_LOW: Final = 2
_LEAST_ROOM: Final = 4
_NEIGHBOUR_WHO: Final = 9

AROUND_MINUTES: Final = 2
"""What happened so many minutes before and after an event is shown with it."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The events around one and itself, oldest first, whatever the filter.

    `earlier` and `later`: there are more than these.
    """

    events: tuple[AuditEvent, ...]
    earlier: bool
    later: bool


def event_title(event: AuditEvent, signs: Signs = FULL) -> Content:
    """'◆✓ Login Success'."""
    return line(_sign(event, signs), " ", (event.type.label, STRONG))


@dataclass(frozen=True, slots=True)
class EventLook:
    """How an event is shown: times, names, what is marked, and how many rows are in view."""

    zone: Zone
    names: EventNames = PLAIN_NAMES
    find: str = ""
    height: int = 40


def event_in_full(
    event: AuditEvent,
    around: Surroundings | None,
    look: EventLook,
    width: int,
    *,
    signs: Signs = FULL,
) -> Content:
    """In words first, then what happened around it, then as it is stored; `around` None: not
    known yet.

    With few rows in view what happened just before and after it is higher up.
    """
    what, by = _in_words(event, look, width)
    room = look.height - len(what) - len(by) - _AROUND_ROWS
    low = room < _LEAST_ROOM
    if low:
        room = look.height - len(what) - _AROUND_ROWS_LOW
    beside = min(max(room // 2, 1), MOST_AROUND)
    near = _around(event, around, look, width, beside, signs, low=low)
    first = [*what, *near, EMPTY, *by] if low else [*what, *by, EMPTY, *near]
    return lines(*first, EMPTY, *as_stored(event, look.find, width, signs))


def event_beside(
    event: AuditEvent,
    around: Surroundings | None,
    look: EventLook,
    width: int,
    *,
    signs: Signs = FULL,
) -> Content:
    """The same beside the list, where no dialog has the title."""
    number = words(f" event {event.seq:,}", DIM)
    title = spread(width, event_title(event, signs), number)
    shown = replace(look, height=look.height - 2)
    return lines(title, words(signs.rule * width, RULE)) + line(
        "\n", event_in_full(event, around, shown, width, signs=signs)
    )


def _in_words(
    event: AuditEvent, look: EventLook, width: int
) -> tuple[list[Content], list[Content]]:
    """What happened; who did it, from where, and when."""
    told = event_words(event, Names(str, look.names.provider))[0]
    what = wrapped(marked(safe_text(bounded(told), STRONG), look.find), width)
    source = safe_text(bounded(look.names.source(event.source)), TEXT)
    by = line(("by ", DIM), safe_text(bounded(event.who), TEXT), (" from ", DIM), source)
    when = words(exact(event.at, look.zone), DIM)
    return what, [*wrapped(marked(by, look.find), width), when]


def _around(
    event: AuditEvent,
    around: Surroundings | None,
    look: EventLook,
    width: int,
    beside: int,
    signs: Signs,
    *,
    low: bool,
) -> list[Content]:
    """What happened shortly before and after, the event itself in bold: so many on either side.

    Where rows are few, none goes to a rule, or to say that there is more.
    """
    here = look.zone.here(event.at)
    head = line(("Around it", STRONG), (f", {here.day} {here:%b}", TEXT))
    scope = words(f"all types, ±{AROUND_MINUTES} minutes", DIM)
    if head.cell_length + scope.cell_length >= width:
        scope = words(f"±{AROUND_MINUTES} min", DIM)
    rows = [spread(width, head, scope)]
    if not low:
        rows.append(words(signs.rule * width, RULE))
    if around is None:
        return [*rows, words(signs.ellipsis, DIM)]
    before = [one for one in around.events if one.seq < event.seq]
    after = [one for one in around.events if one.seq > event.seq]
    shown = (*before[-beside:], event, *after[:beside])
    if not low and (around.earlier or len(before) > beside):
        rows.append(words(f"{signs.ellipsis} and earlier ones", DIM))
    rows += [_neighbour(one, look, width, signs, here=one is event) for one in shown]
    if not low and (around.later or len(after) > beside):
        rows.append(words(f"{signs.ellipsis} and later ones", DIM))
    if not before and not after:
        rows.append(words("Nothing else happened then.", DIM))
    return rows


def _neighbour(
    event: AuditEvent, look: EventLook, width: int, signs: Signs, *, here: bool
) -> Content:
    glass = event.is_break_glass
    style = (f"bold {DANGER if event.outcome is Outcome.FAILURE else CARE}") if glass else TEXT
    left = line(
        fit(words(time_of_day(event.at, look.zone), DIM), time_width(look.zone, dated=False)),
        " ",
        event_sign(event, signs),
        " ",
        fit(safe_text(local_part(event.who), STRONG if here else TEXT), _NEIGHBOUR_WHO),
        " ",
    )
    happened = look.names.happened(event)
    return left + longest(happened, width - left.cell_length, STRONG if here else style)


def event_in_brief(
    event: AuditEvent,
    today: date,
    look: EventLook,
    width: int,
    *,
    following: bool,
    signs: Signs = FULL,
) -> Content:
    """Two rows with what a narrow row leaves out, below a rule."""
    name = "newest" if following else "event"
    zone, find = look.zone, look.find
    dot = words(f" {signs.dot} ", DIM)
    who = line(event_sign(event, signs), " ", safe_text(event.who, STRONG))
    source = line(("from ", DIM), safe_text(look.names.source(event.source), TEXT))
    details = [words(event.type.label, TEXT), words(on_day(event.at, today, zone), DIM)]
    if event.target:
        details.append(safe_text(event.target, DIM))
    state = measured_state(event)
    if event.is_break_glass and state is not None:
        details.append(line(("IdP ", DIM), safe_text(state, state_style(state))))
    hint = line("  ", key_hint("enter", " opens it "))
    return lines(
        words(signs.rule * width, RULE),
        fit(marked(line((f" {name:<8}", DIM), who, dot, source), find), width),
        spread(width, marked(line(" " * 9, dot.join(details)), find), hint),
    )


def _sign(event: AuditEvent, signs: Signs) -> Content:
    sign = event_sign(event, signs)
    return sign if event.is_break_glass else sign[1:]
