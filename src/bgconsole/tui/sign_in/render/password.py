"""What is said beside a password that is being chosen: its length first, then how good it is."""

from typing import Final

from textual.content import Content

from bgconsole.policy.passwords import MIN_LENGTH
from bgconsole.policy.refusals import Code, Refusal
from bgconsole.tui.kit.render.text import EMPTY, line
from bgconsole.tui.sign_in.render.entry import INDENT, busy, note, prose, refused
from bgconsole.tui.terminal.signs import FULL
from bgconsole.tui.terminal.theme import CARE, DANGER, DIM, OK, RULE

_BAR_NEEDS: Final = len(INDENT) + 36
"""Columns; where there are fewer, the words stand alone."""

CHANGING: Final = busy("Changing it")
NO_CURRENT: Final = Refusal(Code.LOGIN_FAILED, "Type the password that you have now")
FIRST_WORDS: Final = "15 characters or more: several words"


def change_head(width: int) -> Content:
    """What a change of the password does."""
    return prose("It is recorded. Your other sessions end.", width)


def meter(length: int, weak: Refusal | None, width: int) -> Content:
    """`length` in characters; `weak` says why it may not be set, None that it may."""
    if length == 0:
        return note(FIRST_WORDS, width)
    if weak is None:
        return _measured(MIN_LENGTH, OK, width) + line((f"{FULL.passes} ", OK), "good")
    if weak.code is Code.PASSWORD_TOO_SHORT:
        style = CARE if length * 2 >= MIN_LENGTH else DIM
        return _measured(length, style, width) + line(f"{length} of {MIN_LENGTH} characters")
    if weak.code is Code.PASSWORD_COMMON:
        return _measured(MIN_LENGTH, CARE, width) + line((f"{FULL.bad} ", CARE), "easy to guess")
    return refused(weak, width)


def again(typed: int, *, same: bool, so_far: bool) -> Content:
    """Whether the second time is as the first; nothing as long as it may still become so."""
    if not typed or (so_far and not same):
        return EMPTY
    if same:
        return line(INDENT, (f"{FULL.passes} ", OK), "the same")
    return line(INDENT, (f"{FULL.fails} ", DANGER), ("Not the same as above", DANGER))


def _measured(filled: int, style: str, width: int) -> Content:
    if width < _BAR_NEEDS:
        return line(INDENT)
    empty = FULL.rule * (MIN_LENGTH - filled)
    return line(INDENT, (FULL.heavy * filled, style), (empty, RULE), "  ")
