"""What the screens before the main one share: a form with what is said beside its fields."""

from textwrap import wrap
from typing import Final

from textual.content import Content

from bgconsole.policy.refusals import Refusal
from bgconsole.tui.kit.render.keys import presses
from bgconsole.tui.kit.render.remedies import remedy_here
from bgconsole.tui.kit.render.text import line, lines, safe_text, spread, words
from bgconsole.tui.terminal.signs import FULL
from bgconsole.tui.terminal.theme import ACCENT, DANGER, DIM, RULE

FORM_WIDTH: Final = 56
INDENT: Final = " " * 13
"""Where fields begin, right of their labels."""

_LEAST: Final = 10
_KEY_MARGIN: Final = 4


def prose(text: str, width: int, style: str = "", *, indent: str = "") -> Content:
    """The program's own words, in as many rows as they need."""
    rows = _rows(text, width - len(indent))
    return lines(*(words(f"{indent}{row}", style) for row in rows))


def _rows(text: str, width: int) -> list[str]:
    """At most so wide; 'break-glass' is one word."""
    return wrap(text, max(width, _LEAST), break_on_hyphens=False)


def refused(refusal: Refusal, width: int) -> Content:
    """What was refused, and what to do; in the column of the fields."""
    room = width - len(INDENT) - 2
    message = [safe_text(part, DANGER) for part in _rows(refusal.message, room)]
    remedy = [safe_text(part) for part in _rows(remedy_here(refusal), room)]
    first = line(INDENT, (f"{FULL.fails} ", DANGER)) + message[0]
    return lines(first, *(words(f"{INDENT}  ") + row for row in (*message[1:], *remedy)))


def note(text: str, width: int) -> Content:
    """What may be skipped, under a field."""
    return prose(text, width, DIM, indent=INDENT)


def button(label: str) -> Content:
    """What enter does, under the fields."""
    shown = words(f" {label}  enter ", "bold $on-accent on $accent")
    return line(INDENT, presses("enter", shown))


def busy(text: str) -> Content:
    """What is under way."""
    return words(f"{INDENT}{text} …", DIM)


def rule(width: int) -> Content:
    """A thin line across the form."""
    return words(FULL.rule * min(width, FORM_WIDTH), RULE)


def other_way(label: str, name: Content, key: str, width: int, style: str = ACCENT) -> Content:
    """One row 'or  Do it otherwise  F2'; the key stands at the right."""
    left = line((f"  {label:<11}", DIM)) + name
    row = spread(min(width, FORM_WIDTH - _KEY_MARGIN), left, words(f" {key}", style))
    return presses(key, row) if key else row
