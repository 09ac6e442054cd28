"""Under the list of 'Who gets in': why, for the person at the cursor, and what would change it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from textual.content import Content

from bgconsole.policy.coverage import Access
from bgconsole.policy.entries import MAX_ENTRIES
from bgconsole.policy.login import Reason
from bgconsole.policy.team import Person, Provider
from bgconsole.tui.access.render.rows import WIDE, group_name
from bgconsole.tui.kit.grouped_rows import Section
from bgconsole.tui.kit.render.keys import key_hint
from bgconsole.tui.kit.render.pauses import FROM_WHERE, lifting
from bgconsole.tui.kit.render.text import (
    cut,
    fit,
    line,
    lines,
    local_part,
    safe_text,
    spread,
    words,
)
from bgconsole.tui.model.access_matrix import AccessMatrix, Case, TeamVersion
from bgconsole.tui.model.provider_names import short_name
from bgconsole.tui.terminal.signs import FULL
from bgconsole.tui.terminal.theme import ACCENT, DIM, RULE, STRONG

_NAME: Final = 22
_GAP: Final = "   "


@dataclass(frozen=True, slots=True)
class Reach:
    """Which keys would change something for the person at the cursor.

    `number` is the key of the page of the provider whose list is spoken of, `undo` whether the
    last change of the draft took them off it.
    """

    may_change: bool
    undo: bool
    number: int


def why(
    matrix: AccessMatrix,
    case: Case,
    person: Person,
    listed: Provider | None,
    reach: Reach,
    width: int,
) -> Content:
    """Two rows: 'tom@…  is on no enforced list, so …', and under it what would change that."""
    access = matrix.column(case).access[person.email]
    reason = safe_text(_reason(matrix, case, person, access, listed))
    change = _change(matrix, person, access, listed, reach)
    simulate = key_hint("enter", " open in the simulator", "")
    if width < WIDE:
        first = safe_text(local_part(person.email), STRONG) + words(" ") + reason
        second = change if change is not None else simulate
        return lines(cut(first, width), cut(second, width))
    name = cut(safe_text(person.email, STRONG), width // 3)
    first = fit(name, max(name.cell_length + 2, _NAME)) + reason
    second = words(" " * max(name.cell_length + 2, _NAME))
    second += simulate if change is None else change
    longer = second + words(_GAP) + simulate
    if change is not None and longer.cell_length <= width:
        second = longer
    return lines(cut(first, width), cut(second, width))


def why_folded(matrix: AccessMatrix, case: Case, section: Section, width: int) -> Content:
    """Who stands behind the row that the cursor is on."""
    name = group_name(matrix, case, section.group.outcome)
    first = line((f"{section.hidden} more", STRONG), f" in '{name}'")
    return lines(cut(first, width), key_hint("enter", " shows them all", ""))


def _reason(
    matrix: AccessMatrix, case: Case, person: Person, access: Access, listed: Provider | None
) -> str:
    """Why they come in or not, as the end of a sentence that begins with their name."""
    if access.gets_in:
        return _ways(matrix, person, access)
    if access.is_untried:
        no_password = access.refused is Reason.NO_PASSWORD
        lacking = "has no password" if no_password else "is on no enforced list"
        by = _any_of(matrix, access.untried)
        return f"has not tried SSO with {by} yet, and {lacking}."
    without = _without_sso(matrix, case)
    if access.refused is Reason.NO_PASSWORD:
        listed_too = ", so being listed does not help" if person.email in matrix.entries else ""
        return f"has no password{listed_too}; {without}."
    before = matrix.column(Case(TeamVersion.SAVED, case.condition)).access[person.email]
    if case.side is TeamVersion.DRAFT and before.listed and listed is not None:
        short = local_part(person.email)
        return f"is on no enforced list after your draft removes {short}; {without}."
    if case.side is TeamVersion.DRAFT and before.password:
        return f"is on no list, and your draft enforces SSO; {without}."
    return f"is on no enforced list, so the password is refused; {without}."


def _without_sso(matrix: AccessMatrix, case: Case) -> str:
    if not matrix.set_up:
        return "no SSO is set up"
    detail = matrix.provider(case.condition.slug)
    return "every IdP is down" if detail is None else f"{short_name(detail)} is down"


def _ways(matrix: AccessMatrix, person: Person, access: Access) -> str:
    sso = _any_of(matrix, access.sso)
    if access.password:
        listed = ", ".join(_short(matrix, slug) for slug in access.listed)
        text = "gets in by password" + (f" {FROM_WHERE}" if person.paused else "")
        text += f", on the list of {listed}" if listed else ""
        if sso:
            return f"{text}; or by SSO with {sso}."
        untried = _any_of(matrix, access.untried)
        return f"{text}; SSO with {untried} is not tried yet." if untried else f"{text}."
    none = access.refused is Reason.NO_PASSWORD
    lacking = "has no password" if none else "is on no enforced list"
    return f"gets in by SSO with {sso} only: {lacking}."


def _any_of(matrix: AccessMatrix, slugs: tuple[str, ...]) -> str:
    """'Entra or OIDC', 'any of 3 providers'; nothing for none."""
    if len(slugs) > 2:
        return f"any of {len(slugs)} providers"
    return " or ".join(_short(matrix, slug) for slug in slugs)


def _short(matrix: AccessMatrix, slug: str) -> str:
    detail = matrix.provider(slug)
    return slug if detail is None else short_name(detail)


def _change(
    matrix: AccessMatrix, person: Person, access: Access, listed: Provider | None, reach: Reach
) -> Content | None:
    """'To change that: a put tom on the list of Entra'; None where nothing is to be changed."""
    if access.gets_in and person.paused and access.password and reach.may_change:
        return words("Paused after too many failures:  ", DIM) + lifting()
    if access.gets_in:
        return None
    told = words("To be sure:  " if access.is_untried else "To change that:  ", DIM)
    if not reach.may_change:
        return told + words("not in a read-only console")
    name = local_part(person.email)
    if access.refused is Reason.NO_PASSWORD:
        told += line("set a password: ", key_hint("m", " Members", ""), ", ", ("C", ACCENT))
        return told + words(" reset gives a code")
    if listed is None:
        return None
    place = safe_text(_short(matrix, listed.slug))
    if person.email in listed.emails:
        return told + words("save your draft")
    if len(listed.emails) >= MAX_ENTRIES:
        keys = line(key_hint(str(reach.number), ""), ", then ", ("x", ACCENT), ", makes room")
        return told + place + words("'s list is full: ") + keys
    keys = line(key_hint("a"), " or ", key_hint("u")) if reach.undo else key_hint("a")
    back = "back " if reach.undo or _was_listed(matrix, listed, person) else ""
    return told + keys + safe_text(f" put {name} {back}on the list of ") + place


def _was_listed(matrix: AccessMatrix, listed: Provider, person: Person) -> bool:
    before = matrix.team(TeamVersion.SAVED).provider(listed.slug)
    return before is not None and person.email in before.emails


def with_rule(told: Callable[[int], Content], hidden: int, width: int, *, tall: bool) -> Content:
    """`told` under a rule that says how many rows are below the list's end; low, without one."""
    count = f" {hidden} more below " if hidden else ""
    if tall:
        ruled = width - len(count) - 2
        rule = line((FULL.rule * ruled, RULE), (count, DIM), (FULL.rule * 2, RULE))
        return lines(cut(rule, width), told(width))
    *rows, last = told(width).split("\n")
    if last.cell_length + len(count) <= width:
        last = spread(width, last, words(count.rstrip(), DIM))
    return lines(*rows, last)
