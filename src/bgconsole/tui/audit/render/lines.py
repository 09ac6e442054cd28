"""What stands between the events of a list: days, the viewer's marks, and why there is nothing."""

from datetime import date, datetime

from textual.content import Content

from bgconsole.policy.audit import ALL_EVENTS, AuditFilter
from bgconsole.tui.audit.render.times import Zone, day_name, time_of_day
from bgconsole.tui.kit.render.keys import key_hint
from bgconsole.tui.kit.render.text import fit, line, words
from bgconsole.tui.terminal.signs import FULL, Signs
from bgconsole.tui.terminal.theme import ACCENT, DIM, RULE, TEXT


def day_line(day: date, today: date, width: int, signs: Signs = FULL) -> Content:
    """'Tue 14 Oct, today ─────'."""
    name = words(f"  {day_name(day, today)} ", f"bold {DIM}")
    return fit(name + words(signs.rule * max(width - name.cell_length - 2, 0), RULE), width)


def mark_line(set_at: datetime, width: int, zone: Zone, signs: Signs = FULL) -> Content:
    """'── mark ── set 03:10:00 by you, on this screen only'."""
    rule = signs.rule * 2
    told = f" set {time_of_day(set_at, zone)} by you, on this screen only"
    return fit(line((f"  {rule} mark {rule}", ACCENT), (told, DIM)), width)


def nothing(wanted: AuditFilter, *, loaded: bool) -> Content:
    """What stands in an empty list, and what to do."""
    if not loaded:
        return words("  Reading the audit log …", DIM)
    if wanted != ALL_EVENTS:
        keys = key_hint("F", " removes the filters", TEXT)
        last = key_hint("backspace", " the last one", TEXT)
        return line(("  No event matches.   ", TEXT), keys, "   ", last)
    return words("  Nothing is on record yet. What happens appears here by itself.", DIM)
