"""The conditions of an audit filter: each is a chip, side by side in the room there is."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum, auto
from typing import Any, Final

from textual.content import Content

from bgconsole.policy.audit import FAILURES, AuditFilter, EventType
from bgconsole.tui.audit.render.times import Zone, last_limit, limit
from bgconsole.tui.kit.render.text import EMPTY, cut, line, safe_text, words
from bgconsole.tui.terminal.signs import FULL, Signs
from bgconsole.tui.terminal.theme import CARE, DANGER, DIM


class FilterCondition(Enum):
    """What a filter may ask for, in the order of the chips."""

    TYPES = auto()
    ACTOR = auto()
    PROVIDER = auto()
    SINCE = auto()
    UNTIL = auto()
    TEXT = auto()
    GLASS = auto()


_WITHOUT: Final[Mapping[FilterCondition, Mapping[str, Any]]] = {
    FilterCondition.TYPES: {"types": ()},
    FilterCondition.ACTOR: {"actor": None},
    FilterCondition.PROVIDER: {"provider": None},
    FilterCondition.SINCE: {"since": None},
    FilterCondition.UNTIL: {"until": None},
    FilterCondition.TEXT: {"text": None},
    FilterCondition.GLASS: {"break_glass": False},
}


def without(wanted: AuditFilter, condition: FilterCondition) -> AuditFilter:
    """The filter without one of its conditions."""
    return replace(wanted, **_WITHOUT[condition])


def glass_only(wanted: AuditFilter) -> AuditFilter:
    """Break-glass events instead of any other choice of types; all types where it was just that.

    Who, where and when stay as they are.
    """
    alone = wanted.break_glass and not wanted.types
    return replace(wanted, types=(), break_glass=not alone)


def failures_only(wanted: AuditFilter) -> AuditFilter:
    """Failures instead of any other choice of types; all types where it was just that."""
    alone = wanted.types == FAILURES and not wanted.break_glass
    return replace(wanted, types=() if alone else FAILURES, break_glass=False)


def conditions(wanted: AuditFilter) -> tuple[FilterCondition, ...]:
    """What the filter asks for."""
    return tuple(one for one in FilterCondition if without(wanted, one) != wanted)


_GAP: Final = 2
_LEAST: Final = 14
"""Cells of a chip's text that are left when the chips do not fit."""


@dataclass(frozen=True, slots=True)
class Chip:
    """Where a condition's chip is drawn: from cell `start` to before `end`."""

    condition: FilterCondition
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Bar:
    """One row with chips in it."""

    content: Content
    chips: tuple[Chip, ...] = ()


def chip_text(
    wanted: AuditFilter, condition: FilterCondition, today: date, zone: Zone, signs: Signs = FULL
) -> Content:
    """What one chip says."""
    match condition:
        case FilterCondition.TYPES:
            if wanted.types == FAILURES:
                return line((signs.fails, DANGER), " failures only")
            return line("type ", type_names(wanted.types))
        case FilterCondition.ACTOR:
            return line("who ", safe_text(wanted.actor or ""))
        case FilterCondition.PROVIDER:
            return line("on ", safe_text(wanted.provider or ""))
        case FilterCondition.TEXT:
            return line("text ", safe_text(wanted.text or ""))
        case FilterCondition.SINCE:
            return words(f"since {limit(wanted.since, today, zone)}" if wanted.since else "")
        case FilterCondition.UNTIL:
            return words(f"until {last_limit(wanted.until, today, zone)}" if wanted.until else "")
        case FilterCondition.GLASS:
            return line((signs.glass, CARE), " break-glass only")


def type_names(types: tuple[str, ...]) -> Content:
    """The types of a filter: their labels, or how many there are beyond two."""
    if len(types) > 2:
        return words(f"{len(types)} chosen")
    known = {kind.value: kind.label for kind in EventType}
    return words(", ").join(
        words(known[name]) if name in known else safe_text(name) for name in types
    )


def chips(
    wanted: AuditFilter,
    today: date,
    zone: Zone,
    room: int,
    *,
    focused: FilterCondition | None = None,
    signs: Signs = FULL,
) -> Bar:
    """The chips in at most `room` cells; those that do not fit are counted: '+2'.

    The `focused` one is always there, and has the sign for removing.
    """
    texts = [(one, chip_text(wanted, one, today, zone, signs)) for one in conditions(wanted)]
    longest = max((text.cell_length for _one, text in texts), default=0)
    while _width(texts) > room and longest > _LEAST:
        longest -= 1
        texts = [(one, cut(text, longest)) for one, text in texts]
    left_out = 0
    while len(texts) > 1 and _width(texts) + 4 * bool(left_out) > room:
        drop = next(place for place in range(len(texts) - 1, -1, -1) if texts[place][0] != focused)
        del texts[drop]
        left_out += 1
    content = EMPTY
    drawn: list[Chip] = []
    for one, text in texts:
        if content.cell_length:
            content += words(" " * _GAP)
        start = content.cell_length
        content += _chip(text, focused=one is focused, signs=signs)
        drawn.append(Chip(one, start, content.cell_length))
    if left_out:
        content += words(f"  +{left_out}", DIM)
    if left_out and content.cell_length > room and focused is None:
        # Half a chip would look like all that is asked for.
        return Bar(cut(words(f" {left_out + len(texts)} filters ", "on $chip"), room))
    return Bar(cut(content, room), tuple(drawn))


def _chip(text: Content, *, focused: bool, signs: Signs) -> Content:
    if focused:
        return words(f" {text.plain} {signs.fails} ", "bold $on-accent on $accent")
    return line(" ", text, " ").stylize_before("on $chip")


def _width(texts: list[tuple[FilterCondition, Content]]) -> int:
    """With room for the sign that the focused one has."""
    return sum(text.cell_length + 2 + _GAP for _one, text in texts) - _GAP + 2
