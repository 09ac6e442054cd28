"""The title line: team, who, role, backend, UTC clock."""

from datetime import datetime

from textual.content import Content

from bgconsole.backend.identity import Me
from bgconsole.tui.kit.render.text import line, safe_text, spread, words
from bgconsole.tui.terminal.signs import FULL
from bgconsole.tui.terminal.theme import CARE, DIM, RULE, STRONG

_NARROW = 100


_BAR = f"  {FULL.bar}  "


def title_line(
    team: str | None,
    me: Me | None,
    place: str,
    now: datetime,
    width: int,
    *,
    read_only: bool = False,
) -> Content:
    """One line; under 100 columns only team, who and the time."""
    name = safe_text(team, STRONG) if team else words("")
    who = safe_text(me.email) + words(f" {me.role}", DIM) if me else words("")
    if read_only:
        who += words("  read-only", CARE)
    if width < _NARROW:
        return spread(width, name or words("bgconsole", DIM), _barred(who, _clock(now, short=True)))
    left = _barred(words("bgconsole", f"bold {DIM}"), name)
    clock = _clock(now)
    room = width - sum(part.cell_length for part in (left, who, clock)) - 3 * len(_BAR)
    shown = safe_text(place, DIM)
    if shown.cell_length > room:
        # The end of a path tells more than its start.
        shown = words(FULL.ellipsis, DIM) + shown[-max(room - 1, 0) :] if room > 1 else words("")
    return spread(width, left, _barred(who, shown, clock))


def _barred(*parts: Content) -> Content:
    """The parts that are not empty, with bars between them."""
    # A separator made for this: `join` counts one that was measured before once too often.
    return words(_BAR, RULE).join([part for part in parts if part])


def _clock(now: datetime, *, short: bool = False) -> Content:
    if short:
        return words(f"{now:%H:%M}", STRONG)
    return line((f"{now:%a} {now.day} {now:%b} ", DIM), (f"{now:%H:%M} UTC", STRONG))
