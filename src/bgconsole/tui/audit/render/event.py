"""One audit event in full, with what happened around it, and in two lines for narrow screens."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, cast

from rich.cells import cell_len, split_graphemes
from textual.content import Content

from bgconsole.policy.audit import (
    BREAK_GLASS_KEY,
    IDP_STATE_KEY,
    AuditEvent,
    Outcome,
)
from bgconsole.policy.chain import NotCanonicalError, chain_hash, event_fields
from bgconsole.policy.event_words import Names, event_words, measured_state
from bgconsole.policy.team import IdpState
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
from bgconsole.tui.terminal.theme import CARE, DANGER, DIM, OK, RULE, STRONG, TEXT

_KEY = 20
_MOST = 4_000
"""Characters shown of one value; a longer one is cut, and says so."""

_HASH_ROW = 32
_CHAIN_LABEL = 7

MOST_AROUND: Final = 8
"""Events shown before an event, and after it, at most."""

_AROUND_ROWS: Final = 6
"""What is around it takes besides the events: gap, title, rule, the event, two marks."""

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
        room = look.height - len(what) - _AROUND_ROWS
    beside = min(max(room // 2, 1), MOST_AROUND)
    near = _around(event, around, look, width, beside, signs)
    first = [*what, *near, EMPTY, *by] if low else [*what, *by, EMPTY, *near]
    return lines(*first, EMPTY, *_as_stored(event, look, width, signs))


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
    what = _wrapped(marked(safe_text(_bounded(told), STRONG), look.find), width)
    source = safe_text(_bounded(look.names.source(event.source)), TEXT)
    by = line(("by ", DIM), safe_text(_bounded(event.who), TEXT), (" from ", DIM), source)
    when = words(exact(event.at, look.zone), DIM)
    return what, [*_wrapped(marked(by, look.find), width), when]


def _as_stored(event: AuditEvent, look: EventLook, width: int, signs: Signs) -> list[Content]:
    """Every field under the name that programs read."""
    fields = [
        ("type", words(event.type.value)),
        ("actor", _value(event.actor, signs)),
        ("target", _value(event.target, signs)),
        ("provider", _value(event.provider, signs)),
        ("source", _value(event.source, signs)),
        ("outcome", _outcome(event, signs)),
        ("description", _value(event.description, signs)),
    ]
    rows = [words("As recorded", STRONG), words(signs.rule * width, RULE)]
    for name, value in fields:
        rows += _named(name, marked(value, look.find), width, _KEY)
    for key in sorted(event.metadata):
        rows += _named(key, _datum(key, event.metadata[key], signs), width, _KEY)
    return rows + _chain(event, width, signs)


def _chain(event: AuditEvent, width: int, signs: Signs) -> list[Content]:
    """Its place in the chain, and whether its hash matches what is shown."""
    if _is_whole(event):
        verdict = line((f"{signs.passes} ", OK), ("hash matches the event", DIM))
    else:
        verdict = line((f"{signs.fails} altered: hash does not match", f"bold {DANGER}"))
    rows = [EMPTY, spread(width, words("Chain", STRONG), verdict), words(signs.rule * width, RULE)]
    rows += _named("id", safe_text(event.id), width, _CHAIN_LABEL)
    for name, digits in (("prev", event.prev_hash), ("hash", event.hash)):
        room = min(width, _CHAIN_LABEL + _HASH_ROW)
        rows += _named(name, safe_text(digits), room, _CHAIN_LABEL)
    return rows


def _is_whole(event: AuditEvent) -> bool:
    try:
        return chain_hash(event.prev_hash, event_fields(event)) == event.hash
    except (NotCanonicalError, ValueError):
        return False


def _around(
    event: AuditEvent,
    around: Surroundings | None,
    look: EventLook,
    width: int,
    beside: int,
    signs: Signs,
) -> list[Content]:
    """What happened shortly before and after, the event itself in bold: so many on either side."""
    scope = words(f"all types, ±{AROUND_MINUTES} minutes", DIM)
    rows = [spread(width, words("Around it", STRONG), scope), words(signs.rule * width, RULE)]
    if around is None:
        return [*rows, words(signs.ellipsis, DIM)]
    before = [one for one in around.events if one.seq < event.seq]
    after = [one for one in around.events if one.seq > event.seq]
    shown = (*before[-beside:], event, *after[:beside])
    if around.earlier or len(before) > beside:
        rows.append(words(f"{signs.ellipsis} and earlier ones", DIM))
    rows += [_neighbour(one, look, width, signs, here=one is event) for one in shown]
    if around.later or len(after) > beside:
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
        details.append(line(("IdP ", DIM), safe_text(state, _state_style(state))))
    hint = line("  ", key_hint("enter", " opens it "))
    return lines(
        words(signs.rule * width, RULE),
        fit(marked(line((f" {name:<8}", DIM), who, dot, source), find), width),
        spread(width, marked(line(" " * 9, dot.join(details)), find), hint),
    )


def _sign(event: AuditEvent, signs: Signs) -> Content:
    sign = event_sign(event, signs)
    return sign if event.is_break_glass else sign[1:]


def _value(text: str | None, signs: Signs, style: str = TEXT) -> Content:
    return safe_text(_bounded(text), style) if text else words(signs.none, DIM)


def _outcome(event: AuditEvent, signs: Signs) -> Content:
    if event.outcome is Outcome.FAILURE:
        return line((f"{signs.fails} ", DANGER), (event.outcome.value, ""))
    return line((f"{signs.passes} ", OK), (event.outcome.value, ""))


def _datum(key: str, value: object, signs: Signs) -> Content:
    if key == BREAK_GLASS_KEY and value is True:
        return words("true", f"bold {CARE}")
    if key == IDP_STATE_KEY:
        return _states(value, signs)
    if isinstance(value, list):
        return _value(", ".join(map(_plain, cast("list[object]", value))), signs)
    return safe_text(_bounded(_plain(value)), TEXT)


def _plain(value: object) -> str:
    """Text as it is, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _states(value: object, signs: Signs) -> Content:
    """The measured state of an IdP, or of each: 'entra down, oidc up'."""
    if not isinstance(value, Mapping):
        return safe_text(_bounded(str(value)), _state_style(str(value)))
    states = cast("Mapping[object, object]", value)
    each = [
        line(safe_text(_bounded(f"{name} ")), safe_text(_bounded(str(state)), _state_style(state)))
        for name, state in states.items()
    ]
    return words(", ", DIM).join(each) if each else words(signs.none, DIM)


def _state_style(state: object) -> str:
    return DANGER if state == IdpState.DOWN else OK if state == IdpState.UP else TEXT


def _bounded(text: str) -> str:
    if len(text) <= _MOST:
        return text
    return f"{text[:_MOST]} … and {len(text) - _MOST} characters more"


def _named(name: str, value: Content, width: int, room: int) -> list[Content]:
    label = fit(safe_text(name, DIM), room - 1) + words(" ")
    parts = _wrapped(value, max(width - room, 1))
    return [
        (label if number == 0 else words(" " * room)) + part for number, part in enumerate(parts)
    ]


def _wrapped(value: Content, width: int) -> list[Content]:
    """`value` in rows of at most `width` cells, at spaces where there are any.

    Characters of no width are not left out.
    """
    text, cuts = value.plain, [0]
    used = 0
    for place, _end, cells in split_graphemes(text)[0]:
        if used + cells > width and used and text[place] != " ":
            space = text.rfind(" ", cuts[-1], place)
            cuts.append(place if space < 0 else space + 1)
            used = cell_len(text[cuts[-1] : place])
        used += cells
    return [part.rstrip(" ") for part in value.divide(cuts[1:])]
