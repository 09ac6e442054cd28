"""What the add field answers: why somebody cannot be added, and what to do about it."""

from datetime import datetime
from typing import Final

from textual.content import Content

from bgconsole.policy.refusals import Code, Refusal
from bgconsole.tui.kit.render.remedies import HOW, Keys, with_keys
from bgconsole.tui.kit.render.text import beside, lines, safe_text, words
from bgconsole.tui.terminal.signs import FULL
from bgconsole.tui.terminal.theme import DANGER

_INDENT: Final = 8
_NARROW: Final = 60
_LEAVE: Final = "esc"
"""What leaves the field, so that letters are keys."""

_BRIEF: Final = {
    Code.DUPLICATE: "already on the list",
    Code.LIMIT_REACHED: "the list is full",
    Code.NO_PASSWORD: "no password",
    Code.NOT_A_MEMBER: "not a member",
}


def why_not_brief(code: Code, code_ends: datetime | None, now: datetime) -> str:
    """In a few words, beside a name."""
    if code is Code.NO_PASSWORD and code_ends is not None:
        return _code(code_ends, now)
    return _BRIEF.get(code, "cannot be added")


def refused_rows(
    refused: Refusal, code_ends: datetime | None, now: datetime, width: int
) -> Content:
    """The refusal below the field, its remedy below that; no word of both is cut."""
    indent = " " * (_INDENT if width >= _NARROW else 2)
    rows = beside(
        words(f"{indent}{FULL.fails} ", DANGER), safe_text(refused.message, DANGER), width
    )
    told = words(f"{indent}  ")
    keys = HOW.get(refused.code)
    if refused.code is Code.NO_PASSWORD and code_ends is not None:
        rows += beside(told, safe_text(refused.remedy), width)
        another = with_keys(f"H{_code(code_ends, now)[1:]}", Keys("m C", "renews it"), _LEAVE)
        return lines(*rows, *beside(told, another, width))
    if keys is not None and refused.remedy:
        rows += beside(told, with_keys(refused.remedy, keys, _LEAVE), width)
    elif refused.remedy:
        rows += beside(told, safe_text(refused.remedy), width)
    return lines(*rows)


def _code(ends: datetime, now: datetime) -> str:
    """'has a code until 28 Nov, not used yet'; with the time where it ends today."""
    if ends <= now:
        return "has a code that expired, never used"
    day = f"{ends.day} {ends:%b}"
    until = f"{ends:%H:%M}" if ends.date() == now.date() else day
    return f"has a code until {until}, not used yet"
