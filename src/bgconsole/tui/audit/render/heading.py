"""What the audit pane says above its list: follows or not, filters, the last break-glass login."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from textual.content import Content

from bgconsole.policy.audit import AuditEvent, AuditFilter
from bgconsole.tui.audit.render.chips import Bar, Chip, FilterCondition, chips, conditions
from bgconsole.tui.audit.render.rows import NARROW, TINY
from bgconsole.tui.audit.render.times import Zone, moment
from bgconsole.tui.kit.render.keys import key_hint
from bgconsole.tui.kit.render.text import EMPTY, cut, line, local_part, safe_text, spread, words
from bgconsole.tui.terminal.signs import FULL, Signs
from bgconsole.tui.terminal.theme import CARE, DANGER, DIM, OK, STRONG

_ADD: Final = key_hint("f", " filter")
_SHOW_ALL: Final = key_hint("F", " all events")
_GLASS: Final = key_hint("b", " break-glass only")
_FAILURES: Final = key_hint("v", " failures only")


@dataclass(frozen=True, slots=True)
class ReadingProblem:
    """Why the log cannot be read, and whether it is tried again."""

    sentence: str
    retrying: bool


@dataclass(frozen=True, slots=True)
class Count:
    """How many events match, of how many; `exact`: not counted beyond that."""

    matching: int
    total: int
    exact: bool = True


@dataclass(frozen=True, slots=True)
class AuditHeading:
    """What the rows above the list say.

    `unseen` counts the events that came since it was paused. `last_login` is the last break-glass
    login; None with `looked_up` says that there never was one.
    """

    wanted: AuditFilter
    today: date
    zone: Zone = Zone.UTC
    following: bool = True
    unseen: int = 0
    trouble: ReadingProblem | None = None
    last_login: AuditEvent | None = None
    looked_up: bool = False
    count: Count | None = None
    focused: FilterCondition | None = None


def one_line(shown: AuditHeading, width: int, signs: Signs = FULL) -> Bar:
    """All of it in one line: state, filters, at the right the count or the last login.

    Where it does not fit, the hints at keys go first, then the words before the login.
    """
    filtered = bool(conditions(shown.wanted))
    brief = filtered and width < NARROW
    left = line(" ", *_title(width), _state(shown, signs, brief=brief))
    rights = _right(shown, width, signs)
    # How to see everything again is never left out for the sake of a chip.
    back = line("  ", _SHOW_ALL) if filtered and width >= TINY else EMPTY
    room = width - left.cell_length - rights[-1].cell_length - back.cell_length - 5
    drawn = chips(
        shown.wanted, shown.today, shown.zone, max(room, 8), focused=shown.focused, signs=signs
    )
    if filtered:
        left += words("  ")
    whole = left + drawn.content + back
    with_hints = whole if filtered else whole + line("  ", _ADD, "  ", _GLASS, "  ", _FAILURES)
    moved = tuple(
        Chip(one.condition, one.start + left.cell_length, one.end + left.cell_length)
        for one in drawn.chips
    )
    for start, end in ((with_hints, rights[0]), (with_hints, rights[-1]), (whole, rights[-1])):
        if start.cell_length + end.cell_length + 3 <= width:
            return Bar(spread(width, start, end + words(" ")), moved)
    if shown.trouble is not None:
        before = line(" ", *_title(width))
        room = width - before.cell_length - 1
        return Bar(before + _lost(shown.trouble, signs, room), ())
    return Bar(spread(width, whole, rights[-1] + words(" ")), moved)


def filters_line(shown: AuditHeading, width: int, signs: Signs = FULL) -> Bar:
    """'Filters  type login  on entra   f add   F remove all          11 of 4,809'."""
    filtered = bool(conditions(shown.wanted))
    left = line(("  Filters  ", DIM))
    right = _count(shown) + words("  ")
    if not filtered:
        keys = line(("none   ", DIM), key_hint("f", " add"), "   ", _GLASS, "   ", _FAILURES)
        return Bar(spread(width, left + keys, right))
    hints = line("   ", _SHOW_ALL)
    room = width - left.cell_length - right.cell_length - hints.cell_length - 2
    drawn = chips(shown.wanted, shown.today, shown.zone, room, focused=shown.focused, signs=signs)
    moved = tuple(
        Chip(one.condition, one.start + left.cell_length, one.end + left.cell_length)
        for one in drawn.chips
    )
    return Bar(spread(width, left + drawn.content + hints, right), moved)


def state_line(shown: AuditHeading, width: int, signs: Signs = FULL) -> Content:
    """Follows or not, the last login, and at the right the zone."""
    if shown.trouble is not None:
        return _lost_in_two(shown.trouble, signs)
    left = line("  ", _state(shown, signs))
    zone = words(f"{shown.zone.value}  ", DIM)
    for brief in (False, True):
        login = last_login(shown, signs=signs, brief=brief)
        if left.cell_length + login.cell_length + zone.cell_length + 6 <= width:
            return spread(width, left, login + words("   ") + zone)
    return spread(width, left, zone)


def last_login(shown: AuditHeading, *, signs: Signs = FULL, brief: bool = False) -> Content:
    """'last break-glass login ◆ olga 02:46:58', or that there is none on record."""
    if shown.last_login is None:
        if not shown.looked_up:
            return EMPTY
        return words("none yet" if brief else "no break-glass login recorded", DIM)
    event = shown.last_login
    return line(
        ("" if brief else "last break-glass login  ", DIM),
        (f"{signs.glass} ", CARE),
        safe_text(local_part(event.who), STRONG),
        (f" {moment(event.at, shown.today, shown.zone).strip()}", STRONG),
    )


def _right(shown: AuditHeading, width: int, signs: Signs) -> tuple[Content, ...]:
    """The right end of the one line, the longest form first."""
    zone = EMPTY if shown.zone is Zone.UTC else words(f"  {shown.zone.value}", DIM)
    counted = _count(shown) if conditions(shown.wanted) else EMPTY
    brief = last_login(shown, signs=signs, brief=True)
    if width < NARROW and counted.cell_length:
        return (counted + zone,)
    gap = words("   ") if counted.cell_length else EMPTY
    return counted + gap + last_login(shown, signs=signs) + zone, brief + zone


def _count(shown: AuditHeading) -> Content:
    if shown.count is None:
        return EMPTY
    count = shown.count
    if not conditions(shown.wanted):
        return line((f"{count.total:,}", STRONG), (" events", DIM))
    more = "" if count.exact else "+"
    return line((f"{count.matching:,}{more}", STRONG), (f" of {count.total:,}", DIM))


def _title(width: int) -> list[Content]:
    return [] if width < NARROW else [words("Audit", STRONG), words("  ")]


def _state(shown: AuditHeading, signs: Signs, *, brief: bool = False) -> Content:
    if shown.trouble is not None:
        return _lost(shown.trouble, signs)
    if shown.following:
        return words(f"{signs.on} following", f"bold {OK}")
    paused = words(f"{signs.paused} paused", f"bold {CARE}")
    counted = EMPTY
    if shown.unseen:
        counted = line((f" {signs.dot} ", DIM), (f"{shown.unseen:,} new", ""))
    if brief:
        return paused + counted
    if shown.unseen:
        counted += words(" below")
    return line(paused, counted, (", ", DIM), key_hint("space", " follows"))


def _lost(trouble: ReadingProblem, signs: Signs, width: int | None = None) -> Content:
    """Why the log cannot be read; in `width` cells the sentence is cut, never what can be done."""
    sentence = safe_text(trouble.sentence)
    if not trouble.retrying:
        return line((f"{signs.fails} ", f"bold {DANGER}"), sentence)
    lost = words(f"{signs.fails} not connected: ", f"bold {DANGER}")
    keys = line((", retrying  ", DIM), key_hint("space", " now"))
    if width is not None:
        sentence = cut(sentence, width - lost.cell_length - keys.cell_length)
    return lost + sentence + keys


def _lost_in_two(trouble: ReadingProblem, signs: Signs) -> Content:
    """Why, below that it is lost; for a column that is too narrow for both."""
    sentence = words("    ") + safe_text(trouble.sentence)
    if not trouble.retrying:
        return line((f"  {signs.fails} the log cannot be read", f"bold {DANGER}"), "\n") + sentence
    keys = line((", retrying  ", DIM), key_hint("space", " now"), "\n")
    return words(f"  {signs.fails} not connected", f"bold {DANGER}") + keys + sentence
