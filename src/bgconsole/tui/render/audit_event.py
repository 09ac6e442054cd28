"""One audit event in full, and in two lines for narrow screens."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import cast

from rich.cells import cell_len
from textual.content import Content

from bgconsole.policy.audit import (
    BREAK_GLASS_KEY,
    IDP_STATE_KEY,
    AuditEvent,
    Outcome,
)
from bgconsole.policy.team import IdpState
from bgconsole.tui.render.audit import event_sign
from bgconsole.tui.render.signs import FULL, Signs
from bgconsole.tui.render.text import EMPTY, fit, line, lines, safe_text, spread, words
from bgconsole.tui.theme import ACCENT, CARE, DANGER, DIM, OK, RULE, STRONG, TEXT

_LABEL = 10
_KEY = 22
_MOST = 4_000
"""Characters shown of one value; a longer one is cut, and says so."""

_HASH_ROW = 32


def event_title(event: AuditEvent, signs: Signs = FULL) -> Content:
    """'◆✓ Login Success'."""
    return line(_sign(event, signs), " ", (event.type.label, STRONG))


def event_in_full(event: AuditEvent, width: int, signs: Signs = FULL) -> Content:
    """Every field of the event, in rows of `width` cells."""
    fields = [
        ("at", words(_exact(event.at))),
        ("type", words(event.type.value)),
        ("actor", _value(event.actor, signs)),
        ("target", _value(event.target, signs)),
        ("provider", _value(event.provider, signs)),
        ("source", _value(event.source, signs)),
        ("outcome", _outcome(event, signs)),
    ]
    rows = _wrapped(_value(event.description, signs), width)
    rows.append(EMPTY)
    for name, value in fields:
        rows += _named(name, value, width, _LABEL)
    if event.metadata:
        rows += [EMPTY, words("Metadata", STRONG), words(signs.rule * width, RULE)]
        for key in sorted(event.metadata):
            rows += _named(key, _datum(key, event.metadata[key], signs), width, _KEY)
    rows += [EMPTY, words("Chain", STRONG), words(signs.rule * width, RULE)]
    chain = (("event", str(event.seq)), ("id", event.id))
    for name, text in chain:
        rows += _named(name, safe_text(text), width, _LABEL)
    for name, digits in (("prev", event.prev_hash), ("hash", event.hash)):
        rows += _named(name, safe_text(digits), min(width, _LABEL + _HASH_ROW), _LABEL)
    return lines(*rows)


def event_in_brief(
    event: AuditEvent, today: date, width: int, *, following: bool, signs: Signs = FULL
) -> Content:
    """Two rows with what a narrow row leaves out, below a rule."""
    name = "newest" if following else "event"
    dot = words(f" {signs.dot} ", DIM)
    places = [safe_text(event.provider, DIM)] if event.provider else []
    places.append(line(("from ", DIM), _value(event.source, signs, DIM)))
    who = line(event_sign(event, signs), " ", safe_text(event.actor, STRONG), "  ")
    told = [words(_time_of(event.at, today), DIM)]
    if event.target:
        told.append(safe_text(event.target, DIM))
    if event.is_break_glass:
        told.append(line((f"{BREAK_GLASS_KEY} ", DIM), ("true", f"bold {CARE}")))
    if event.reason:
        told.append(safe_text(event.reason, DIM))
    state = _idp_state(event)
    if state is not None:
        told.append(line(("IdP ", DIM), safe_text(state, _state_style(state))))
    hint = line(("  enter", ACCENT), (" opens it ", DIM))
    return lines(
        words(signs.rule * width, RULE),
        fit(line((f" {name:<8}", DIM), who, dot.join(places)), width),
        spread(width, line(" " * 9, dot.join(told)), hint),
    )


def _idp_state(event: AuditEvent) -> str | None:
    """What was measured of the IdP of the event's provider."""
    told = event.metadata.get(IDP_STATE_KEY)
    state = told.get(event.provider) if isinstance(told, Mapping) else told
    return state if isinstance(state, str) else None


def _time_of(at: datetime, today: date) -> str:
    return f"{at:%H:%M:%S} UTC" if at.date() == today else f"{at:%d %b %Y %H:%M:%S} UTC"


def _exact(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}.{at.microsecond // 1000:03} UTC"


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
    told = cast("Mapping[object, object]", value)
    each = [
        line(safe_text(_bounded(f"{name} ")), safe_text(_bounded(str(state)), _state_style(state)))
        for name, state in told.items()
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
    """`value` in rows of at most `width` cells; characters of no width are not left out."""
    cuts: list[int] = []
    used = 0
    for place, character in enumerate(value.plain):
        cells = cell_len(character)
        if used + cells > width and used:
            cuts.append(place)
            used = 0
        used += cells
    return value.divide(cuts) if cuts else [value]
