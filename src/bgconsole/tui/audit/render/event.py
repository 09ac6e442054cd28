"""One audit event in full, with what happened around it, and in two lines for narrow screens."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
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
from bgconsole.policy.team import IdpState
from bgconsole.tui.audit.render.rows import event_sign, marked, measured_state
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

_LABEL = 10
_KEY = 20
_MOST = 4_000
"""Characters shown of one value; a longer one is cut, and says so."""

_HASH_ROW = 32
_CHAIN_LABEL = 7

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


def event_in_full(
    event: AuditEvent,
    around: Surroundings | None,
    zone: Zone,
    width: int,
    *,
    find: str = "",
    signs: Signs = FULL,
) -> Content:
    """Every field of the event, in rows of `width` cells; `around` None: not known yet."""
    rows = _wrapped(marked(_value(event.description, signs), find), width)
    return lines(*rows, EMPTY, *_fields(event, around, zone, width, find, signs))


def event_beside(
    event: AuditEvent,
    around: Surroundings | None,
    zone: Zone,
    width: int,
    *,
    find: str = "",
    signs: Signs = FULL,
) -> Content:
    """The same beside the list, where no dialog has the title."""
    number = words(f" event {event.seq:,}", DIM)
    rows = [spread(width, event_title(event, signs), number)]
    rows += _wrapped(marked(_value(event.description, signs), find), width)
    rows.append(words(signs.rule * width, RULE))
    return lines(*rows, *_fields(event, around, zone, width, find, signs))


def _fields(
    event: AuditEvent,
    around: Surroundings | None,
    zone: Zone,
    width: int,
    find: str,
    signs: Signs,
) -> list[Content]:
    fields = [
        ("at", words(exact(event.at, zone))),
        ("type", words(event.type.value)),
        ("actor", marked(_value(event.actor, signs), find)),
        ("target", marked(_value(event.target, signs), find)),
        ("provider", _value(event.provider, signs)),
        ("source", marked(_value(event.source, signs), find)),
        ("outcome", _outcome(event, signs)),
    ]
    rows: list[Content] = []
    for name, value in fields:
        rows += _named(name, value, width, _LABEL)
    if event.metadata:
        rows += [EMPTY, words("Metadata", STRONG), words(signs.rule * width, RULE)]
        for key in sorted(event.metadata):
            rows += _named(key, _datum(key, event.metadata[key], signs), width, _KEY)
    return rows + _chain(event, width, signs) + _around(event, around, zone, width, signs)


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
    event: AuditEvent, around: Surroundings | None, zone: Zone, width: int, signs: Signs
) -> list[Content]:
    """What happened shortly before and after, the event itself in bold."""
    scope = words(f"all types, ±{AROUND_MINUTES} minutes", DIM)
    head = spread(width, words("Around it", STRONG), scope)
    rows = [EMPTY, head, words(signs.rule * width, RULE)]
    if around is None:
        return [*rows, words(signs.ellipsis, DIM)]
    if around.earlier:
        rows.append(words(f"{signs.ellipsis} and earlier ones", DIM))
    rows += [
        _neighbour(one, zone, width, signs, here=one.seq == event.seq) for one in around.events
    ]
    if around.later:
        rows.append(words(f"{signs.ellipsis} and later ones", DIM))
    if len(around.events) == 1 and not (around.earlier or around.later):
        rows.append(words("Nothing else happened then.", DIM))
    return rows


def _neighbour(event: AuditEvent, zone: Zone, width: int, signs: Signs, *, here: bool) -> Content:
    glass = event.is_break_glass
    label = (f"bold {DANGER if event.outcome is Outcome.FAILURE else CARE}") if glass else TEXT
    row = line(
        fit(words(time_of_day(event.at, zone), DIM), time_width(zone, dated=False)),
        "  ",
        event_sign(event, signs),
        " ",
        fit(safe_text(local_part(event.who), STRONG if here else TEXT), 9),
        "  ",
        (event.type.label, STRONG if here else label),
    )
    return fit(row, width)


def event_in_brief(
    event: AuditEvent,
    today: date,
    zone: Zone,
    width: int,
    *,
    following: bool,
    find: str = "",
    signs: Signs = FULL,
) -> Content:
    """Two rows with what a narrow row leaves out, below a rule."""
    name = "newest" if following else "event"
    dot = words(f" {signs.dot} ", DIM)
    places = [safe_text(event.provider, DIM)] if event.provider else []
    places.append(line(("from ", DIM), _value(event.source, signs, DIM)))
    who = line(event_sign(event, signs), " ", safe_text(event.who, STRONG), "  ")
    details = [words(on_day(event.at, today, zone), DIM)]
    if event.target:
        details.append(safe_text(event.target, DIM))
    if event.is_break_glass:
        details.append(line((f"{BREAK_GLASS_KEY} ", DIM), ("true", f"bold {CARE}")))
    if event.reason:
        details.append(safe_text(event.reason, DIM))
    state = measured_state(event)
    if state is not None:
        details.append(line(("IdP ", DIM), safe_text(state, _state_style(state))))
    hint = line("  ", key_hint("enter", " opens it "))
    return lines(
        words(signs.rule * width, RULE),
        fit(marked(line((f" {name:<8}", DIM), who, dot.join(places)), find), width),
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
