"""An audit event as it is stored: every field by the name that programs read, and its hashes."""

import json
from collections.abc import Mapping
from typing import cast

from rich.cells import cell_len, split_graphemes
from textual.content import Content

from bgconsole.policy.audit import BREAK_GLASS_KEY, IDP_STATE_KEY, AuditEvent, Outcome
from bgconsole.policy.chain import NotCanonicalError, chain_hash, event_fields
from bgconsole.policy.idp_words import IdpWord, as_read
from bgconsole.tui.audit.render.rows import marked
from bgconsole.tui.kit.render.text import EMPTY, fit, line, safe_text, spread, words
from bgconsole.tui.terminal.signs import Signs
from bgconsole.tui.terminal.theme import CARE, DANGER, DIM, OK, RULE, STRONG, TEXT

_KEY = 20
_MOST = 4_000
"""Characters shown of one value; a longer one is cut, and says so."""

_HASH_ROW = 32
_CHAIN_LABEL = 7


def as_stored(event: AuditEvent, find: str, width: int, signs: Signs) -> list[Content]:
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
        rows += _named(name, marked(value, find), width, _KEY)
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


def _value(text: str | None, signs: Signs, style: str = TEXT) -> Content:
    return safe_text(bounded(text), style) if text else words(signs.none, DIM)


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
    return safe_text(bounded(_plain(value)), TEXT)


def _plain(value: object) -> str:
    """Text as it is, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _states(value: object, signs: Signs) -> Content:
    """The measured state of an IdP, or of each: 'entra down, oidc up'."""
    if not isinstance(value, Mapping):
        return safe_text(bounded(as_read(str(value))), state_style(str(value)))
    states = cast("Mapping[object, object]", value)
    each = [
        line(
            safe_text(bounded(f"{name} ")),
            safe_text(bounded(as_read(str(state))), state_style(state)),
        )
        for name, state in states.items()
    ]
    return words(", ", DIM).join(each) if each else words(signs.none, DIM)


def state_style(state: object) -> str:
    """The colour of what was measured of an IdP."""
    return DANGER if state == IdpWord.DOWN else OK if state == IdpWord.UP else TEXT


def bounded(text: str) -> str:
    """So much of a text as is worth showing."""
    if len(text) <= _MOST:
        return text
    return f"{text[:_MOST]} … and {len(text) - _MOST} characters more"


def _named(name: str, value: Content, width: int, room: int) -> list[Content]:
    label = fit(safe_text(name, DIM), room - 1) + words(" ")
    parts = wrapped(value, max(width - room, 1))
    return [
        (label if number == 0 else words(" " * room)) + part for number, part in enumerate(parts)
    ]


def wrapped(value: Content, width: int) -> list[Content]:
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
