"""What a change does to people, as rows: the sentences of the policy, with short names."""

from collections.abc import Iterable
from typing import Final

from textual.content import Content

from bgconsole.policy.impact_words import Fact, Sentence
from bgconsole.policy.naming import Naming
from bgconsole.tui.kit.render.text import (
    EMPTY,
    beside,
    flowing,
    line,
    local_part,
    name_rows,
    safe_text,
    words,
)
from bgconsole.tui.model.provider_names import short_name
from bgconsole.tui.terminal.signs import FULL
from bgconsole.tui.terminal.theme import CARE, DANGER

SHORT_NAMES: Final = Naming(local_part, short_name)
"""People by what stands before the @, providers by their last word."""

_INDENT: Final = 2
_NAME_ROWS: Final = 2
"""Rows of names below what is said of them."""


def effect_rows(told: Iterable[Sentence], width: int, more: Content = EMPTY) -> list[Content]:
    """A row or more for each; what takes a way in has a sign. `more` ends names that are cut."""
    rows: list[Content] = []
    for one in told:
        sign = _sign(one)
        if one.people:
            rows += people_rows(sign + safe_text(f"{one.words}: "), one.people, width, more)
        else:
            rows += beside(sign, safe_text(one.words), width)
    return rows


def _sign(one: Sentence) -> Content:
    if one.people and one.fact is Fact.SHUT_OUT:
        return line((f"{FULL.fails} ", DANGER))
    if one.people and one.fact is Fact.LOSES:
        return line((f"{FULL.bad} ", CARE))
    return words(" " * _INDENT)


def people_rows(
    start: Content, emails: tuple[str, ...], width: int, more: Content = EMPTY
) -> list[Content]:
    """`start`, then names: beside it, or in two rows below, with `more` where not all fit."""
    beside_it = start + words(", ").join(safe_text(local_part(email)) for email in emails)
    if beside_it.cell_length <= width:
        return [beside_it]
    below = name_rows(emails, width - _INDENT, _NAME_ROWS)
    if more and FULL.ellipsis in below[-1].plain:
        below = name_rows(emails, width - _INDENT - more.cell_length, _NAME_ROWS)
        below[-1] += more
    return [
        *flowing(start, width, _INDENT).split("\n"),
        *(words(" " * _INDENT) + row for row in below),
    ]
