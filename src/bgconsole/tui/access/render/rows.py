"""The rows of 'Who gets in': the columns that fit a width, the heads of groups, the people."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from textual.content import Content

from bgconsole.policy.coverage import Access, OnList, Outcome
from bgconsole.policy.login import Reason
from bgconsole.policy.team import Person
from bgconsole.tui.kit.grouped_rows import Row, Section
from bgconsole.tui.kit.render.completions import with_match
from bgconsole.tui.kit.render.keys import key_hint
from bgconsole.tui.kit.render.text import EMPTY, cut, fit, line, words
from bgconsole.tui.model.access_matrix import AccessMatrix, Case, TeamVersion
from bgconsole.tui.terminal.signs import FULL
from bgconsole.tui.terminal.theme import ACCENT, CARE, DANGER, DIM, OK, STRONG

WIDE: Final = 96
"""From so many cells on every condition has its column; below, the chosen one alone has them."""

TINY: Final = 56
"""Below so many cells there is room for a person and one column."""

_HAS_FROM: Final = 70

_WHOLE_UNTRIED: Final = 16
"""Cells that '! not tried yet' needs, with one between it and the next column."""

ROOMY: Final = 116
"""From so many cells on columns stand as far apart as they should."""

_FEW: Final = (12, 22, 20)
_MANY: Final = (10, 18, 16)
_CLOSE: Final = (0, 14, 13)
"""Cells for role, for what somebody has, and for a column: two, four, and where it is close."""

UNTRIED: Final = "SSO not tried yet"
"""Of people who have no other way in, and have never signed in by it."""

_HEADS: Final = {
    Outcome.STAYS: "Still get in",
    Outcome.LOSES: "Lose it with your draft",
    Outcome.GAINS: "Gain it with your draft",
    Outcome.CANNOT: "Cannot either way",
    Outcome.UNTRIED: UNTRIED,
}
_REASONS: Final = {
    Reason.NO_PASSWORD: "no password",
    Reason.SSO_REQUIRED: "on no enforced list",
}
_SIGNS: Final = {
    Outcome.STAYS: (FULL.passes, OK),
    Outcome.LOSES: (FULL.fails, DANGER),
    Outcome.GAINS: (FULL.added, ACCENT),
    Outcome.CANNOT: (FULL.none, DIM),
    Outcome.UNTRIED: (FULL.bad, CARE),
}
_LISTS: Final = {
    OnList.SAVED: FULL.passes,
    OnList.ADDED: FULL.added,
    OnList.REMOVED: FULL.removed,
    OnList.BAD: FULL.bad,
    OnList.DORMANT: FULL.off,
}


@dataclass(frozen=True, slots=True)
class Shape:
    """The widths of a row's columns in cells; 0 leaves a column out. The cursor takes two."""

    width: int
    person: int
    role: int
    has: int
    cases: tuple[Case, ...]
    cell: int
    gap: int
    """Cells between what is saved and what is drafted."""

    def cells(self) -> tuple[tuple[Case, int], ...]:
        """Every column with its width; the last takes what is left."""
        rest = self.width - 2 - self.person - self.role - self.has
        found: list[tuple[Case, int]] = []
        for place, case in enumerate(self.cases):
            ends = place + 1 < len(self.cases) and self.cases[place + 1].side is not case.side
            room = rest if place + 1 == len(self.cases) else self.cell + (self.gap if ends else 0)
            found.append((case, room))
            rest -= room
        return tuple(found)


def shape(matrix: AccessMatrix, chosen: Case, width: int) -> Shape:
    """The columns that fit: all of the scenario, else those of the condition, else the chosen."""
    cases = matrix.cases(chosen.condition.slug)
    if width < WIDE and len(cases) > 2:
        cases = tuple(case for case in cases if case.condition == chosen.condition)
    if width < TINY:
        return Shape(width, max(width - 14, 8), 0, 0, (chosen,), 12, 0)
    if width < WIDE:
        has = 14 if width >= _HAS_FROM else 0
        return Shape(width, width - 2 - has - 15 * len(cases), 0, has, cases, 15, 0)
    roomy, many = width >= ROOMY, len(cases) > 2
    role, has, cell = _FEW if roomy and not many else _MANY if roomy else _CLOSE
    last = 12 if many else cell
    person = width - 2 - role - has - cell * (len(cases) - 1) - last - (2 if many else 0)
    return Shape(width, min(person, 44 if many else 36), role, has, cases, cell, 2)


@dataclass(frozen=True, slots=True)
class RowPaint:
    """Draws the rows of one matrix for the chosen column."""

    matrix: AccessMatrix
    chosen: Case
    letters: str = ""
    """What is looked for: marked where a person has it."""

    def __call__(self, row: object, width: int, marked: bool) -> Content:
        """One row in exactly `width` cells; `marked`: the cursor stands on it."""
        matrix, chosen = self.matrix, self.chosen
        if not isinstance(row, Row) or row.section is None:
            return EMPTY
        if row.person is not None:
            form = shape(matrix, chosen, width)
            content = _person(self, row.person, form, marked=marked)
        elif row.folded:
            content = _folded(row.section, marked=marked)
        else:
            return fit(head(matrix, chosen, row.section), width)
        content = fit(content, width)
        return content.stylize_before("on $focus") if marked else content


def group_name(matrix: AccessMatrix, chosen: Case, outcome: Outcome) -> str:
    """What the people of one outcome have in common, in words."""
    if chosen.side is TeamVersion.DRAFT or not matrix.set_up:
        return _HEADS[outcome] if chosen.side is TeamVersion.DRAFT else _ALONE[outcome, False]
    return _ALONE[outcome, chosen.down]


_ALONE: Final = {
    (Outcome.STAYS, True): "Still get in",
    (Outcome.STAYS, False): "Get in",
    (Outcome.CANNOT, True): "Locked out",
    (Outcome.CANNOT, False): "Cannot get in",
    (Outcome.UNTRIED, True): UNTRIED,
    (Outcome.UNTRIED, False): UNTRIED,
}
"""Of a column by itself, and whether an IdP is down in it."""


def head(matrix: AccessMatrix, chosen: Case, section: Section) -> Content:
    """'× Lose it with your draft  9 · on no enforced list'."""
    group = section.group
    sign = _SIGNS[group.outcome]
    if group.outcome is Outcome.CANNOT and chosen.side is TeamVersion.SAVED:
        sign = (FULL.fails, DANGER)
    found = len(group.people)
    count = f"{found}" if found == section.total else f"{found} of {section.total}"
    name = group_name(matrix, chosen, group.outcome)
    row = line((f"{sign[0]} ", sign[1]), (name, STRONG), (f"  {count}", DIM))
    if group.outcome in {Outcome.LOSES, Outcome.CANNOT} and group.refused:
        row += words(f" {FULL.dot} {_told(group.refused)}", DIM)
    return row


def _told(refused: Mapping[Reason, int]) -> str:
    """'no password'; of several reasons how many have each."""
    if len(refused) == 1:
        return _REASONS.get(next(iter(refused)), "")
    most_first = sorted(refused.items(), key=lambda item: -item[1])
    return ", ".join(f"{count} {_REASONS.get(reason, reason)}" for reason, count in most_first)


def _folded(section: Section, *, marked: bool) -> Content:
    cursor = (f"{FULL.cursor} ", f"bold {ACCENT}") if marked else "  "
    return line(
        cursor,
        (f"{FULL.ellipsis} {section.hidden} more, ", DIM),
        key_hint("enter", " opens"),
    )


def _person(paint: RowPaint, person: Person, form: Shape, *, marked: bool) -> Content:
    matrix, chosen = paint.matrix, paint.chosen
    parts = [words(f"{FULL.cursor} " if marked else "  ", f"bold {ACCENT}")]
    parts.append(fit(cut(with_match(person.email, paint.letters), form.person - 2), form.person))
    if form.role:
        parts.append(fit(words(person.role.value if person.role else "", DIM), form.role))
    if form.has:
        parts.append(fit(_has(matrix, person), form.has))
    for case, room in form.cells():
        access = matrix.column(case).access[person.email]
        parts.append(_cell(access, room, bold=marked and case == chosen))
    return line(*parts)


def _has(matrix: AccessMatrix, person: Person) -> Content:
    entry = matrix.entries.get(person.email)
    found = [f"pw {FULL.paused}" if person.paused else "pw"] if person.has_password else []
    if entry is not None:
        found.append(f"list {_LISTS[entry]}")
    return words(f" {FULL.dot} ".join(found) or FULL.none, DIM)


def _cell(access: Access, room: int, *, bold: bool) -> Content:
    strong = "bold " if bold else ""
    if access.is_untried:
        told = "not tried yet" if room >= _WHOLE_UNTRIED else "not tried"
        return fit(words(f"{FULL.bad} {told}", f"{strong}{CARE}"), room)
    if not access.gets_in:
        return fit(words(f"{FULL.fails} cannot", f"{strong}{DANGER}"), room)
    ways = ["pw"] if access.password else []
    if access.sso:
        ways.append("SSO")
    elif access.untried:
        ways.append("SSO?")
    return fit(line((f"{FULL.passes} ", OK), (", ".join(ways), strong.strip())), room)
