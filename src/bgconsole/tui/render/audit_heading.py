"""The audit pane's first line, its chips, and what stands in an empty list."""

from dataclasses import dataclass
from datetime import date

from textual.content import Content

from bgconsole.policy.audit import AuditEvent, AuditFilter, EventType
from bgconsole.tui.render.audit import NARROW, moment
from bgconsole.tui.render.signs import FULL, Signs
from bgconsole.tui.render.text import EMPTY, line, local_part, safe_text, spread, words
from bgconsole.tui.theme import ACCENT, CARE, DANGER, DIM, OK, STRONG, TEXT


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why the log cannot be read, and whether it is tried again."""

    sentence: str
    retrying: bool


@dataclass(frozen=True, slots=True)
class Heading:
    """What the pane's first line tells.

    `unseen` counts the events that came since it was paused. `last_login` is the last break-glass
    login; None with `looked_up` says that there never was one.
    """

    title: str
    wanted: AuditFilter
    today: date
    following: bool = True
    unseen: int = 0
    trouble: Trouble | None = None
    last_login: AuditEvent | None = None
    looked_up: bool = False


def heading(shown: Heading, width: int, signs: Signs = FULL) -> Content:
    """The pane's first line: following or not, what is filtered, the last break-glass login.

    Where it does not fit, the hints at keys go first, then the words before the login.
    """
    left = line(" ", *_title(shown, width), _state(shown, signs))
    filters = chips(shown.wanted, signs)
    for chip in filters:
        left = left + line("  ", chip)
    right = last_login(shown, signs=signs)
    brief = last_login(shown, signs=signs, brief=True)
    with_hints = left + _hints(filtered=bool(filters), glass=shown.wanted.break_glass)
    for start, end in ((with_hints, right), (with_hints, brief), (left, right)):
        if start.cell_length + end.cell_length + 3 <= width:
            return spread(width, start, end + words(" "))
    return spread(width, left, brief + words(" "))


def last_login(shown: Heading, *, signs: Signs = FULL, brief: bool = False) -> Content:
    """'last break-glass login ◆ olga 02:46:58', or that there is none on record."""
    if shown.last_login is None:
        if not shown.looked_up:
            return EMPTY
        return words("none yet" if brief else "no break-glass login on record", DIM)
    event = shown.last_login
    return line(
        ("" if brief else "last break-glass login  ", DIM),
        (f"{signs.glass} ", CARE),
        safe_text(local_part(event.actor), STRONG),
        (f" {moment(event.at, shown.today).strip()}", STRONG),
    )


def chips(wanted: AuditFilter, signs: Signs = FULL) -> list[Content]:
    """One chip for each condition of the filter."""
    told: list[Content] = []
    if wanted.types:
        told.append(line("type ", type_names(wanted.types)))
    pairs = (("who", wanted.actor), ("on", wanted.provider), ("text", wanted.text))
    told += [line(f"{name} ", safe_text(text)) for name, text in pairs if text]
    times = (("since", wanted.since), ("until", wanted.until))
    told += [words(f"{name} {at:%d %b %H:%M}") for name, at in times if at is not None]
    if wanted.break_glass:
        told.append(line((signs.glass, CARE), " break-glass only"))
    return [line(" ", chip, " ").stylize_before("on $chip") for chip in told]


def type_names(types: tuple[str, ...]) -> Content:
    """The types of a filter: their labels, or how many there are beyond two."""
    if len(types) > 2:
        return words(f"{len(types)} chosen")
    known = {kind.value: kind.label for kind in EventType}
    return words(", ").join(
        words(known[name]) if name in known else safe_text(name) for name in types
    )


def nothing(wanted: AuditFilter, *, loaded: bool) -> Content:
    """What stands in an empty list."""
    if not loaded:
        return words(" reading the audit log …", DIM)
    if chips(wanted):
        return line((" No event matches.  ", TEXT), ("F", ACCENT), (" removes the filters", TEXT))
    return words(" Nothing is on record yet.", DIM)


def _title(shown: Heading, width: int) -> list[Content]:
    if width < NARROW or not shown.title:
        return []
    return [words(shown.title, STRONG), words("  ")]


def _state(shown: Heading, signs: Signs) -> Content:
    if shown.trouble is not None:
        return _lost(shown.trouble, signs)
    if shown.following:
        return words(f"{signs.on} following", f"bold {OK}")
    paused = words(f"{signs.paused} paused", f"bold {CARE}")
    counted = line((" · ", DIM), (f"{shown.unseen} new", "")) if shown.unseen else EMPTY
    return line(paused, counted, (", ", DIM), ("space", ACCENT), (" follows", DIM))


def _lost(trouble: Trouble, signs: Signs) -> Content:
    sentence = safe_text(trouble.sentence)
    if not trouble.retrying:
        return line((f"{signs.fails} ", f"bold {DANGER}"), sentence)
    lost = words(f"{signs.fails} not connected", f"bold {DANGER}")
    return line(lost, ": ", sentence, (", retrying  ", DIM), ("space", ACCENT), (" now", DIM))


def _hints(*, filtered: bool, glass: bool) -> Content:
    hints = [("  f", ACCENT), (" filter", DIM)]
    if filtered:
        hints += [("  F", ACCENT), (" remove all", DIM)]
    if not glass:
        hints += [("  b", ACCENT), (" break-glass only", DIM)]
    return line(*hints)
