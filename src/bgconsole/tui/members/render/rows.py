"""The members' tab: counts at the top, a row for each person, the person under the cursor."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from textual.content import Content

from bgconsole.backend.values import Member, ProviderDetail
from bgconsole.tui.kit.columns import ALL, Column, TableColumns, fitted
from bgconsole.tui.kit.list import Heading
from bgconsole.tui.kit.render.completions import with_match
from bgconsole.tui.kit.render.keys import key_hint
from bgconsole.tui.kit.render.text import (
    EMPTY,
    cut,
    fit,
    line,
    lines,
    rule,
    safe_text,
    spread,
    words,
)
from bgconsole.tui.members.directory import MemberDirectory
from bgconsole.tui.members.render.access import access, lists_of
from bgconsole.tui.model.provider_names import short_name
from bgconsole.tui.terminal.signs import FULL
from bgconsole.tui.terminal.theme import ACCENT, CARE, DIM, OK, STRONG, TEXT

_LEAST_EMAIL: Final = 20
_LAST: Final = 12
_WIDE: Final = 100
"""From so many columns on, a row has name and last sign-in as well."""

_MIDDLE: Final = 60
_YEAR_AGO_DAYS: Final = 300
_OUTCOME: Final = 3
"""Rows that what came of an act may take."""


@lru_cache(maxsize=8)
def columns(width: int, longest_email: int) -> TableColumns:
    """The columns for rows of `width` cells; what is left out the line at the bottom tells."""
    email = max(longest_email, _LEAST_EMAIL) if width >= _MIDDLE else ALL
    lists = 18 if width >= _WIDE else 12
    every = (
        Column("email", 1, email),
        Column("name", 18, 30, part=0.5, from_width=_WIDE),
        Column("role", 6),
        Column("has", 18, from_width=_MIDDLE),
        Column("lists", lists, ALL, from_width=_MIDDLE),
        Column("last sign-in", _LAST, from_width=_WIDE),
    )
    return fitted(every, width, outside=2, gap=2)


def header(longest_email: int, width: int) -> Content:
    """The names of the columns."""
    return words("  ") + columns(width, longest_email).heads()


@dataclass(frozen=True, slots=True)
class MemberPaint:
    """Draws the rows of one reading of the team. `shorts` are providers' short names by slug."""

    shorts: tuple[tuple[str, str], ...]
    longest_email: int
    now: datetime
    letters: str = ""
    """What is looked for: marked where a person has it."""

    def __call__(self, row: object, width: int, marked: bool) -> Content:
        """A person, or the heading above those outside the team."""
        if isinstance(row, Heading) and row.words:
            return fit(words(f"  {row.words}", STRONG) + words(f"  {row.count or ''}", DIM), width)
        if not isinstance(row, Member):
            return EMPTY
        drawn = fit(self._person(row, columns(width, self.longest_email), marked), width)
        return drawn.stylize_before("on $focus") if marked else drawn

    def _person(self, one: Member, shape: TableColumns, marked: bool) -> Content:
        cursor = words(f"{FULL.cursor} " if marked else "  ", f"bold {ACCENT}")
        return cursor + shape.row(lambda name, _cells: self._cell(one, name, marked=marked))

    def _cell(self, one: Member, name: str, *, marked: bool) -> Content:
        inside = one.role is not None
        main = (STRONG if marked else TEXT) if inside else DIM
        match name:
            case "email":
                return with_match(one.email, self.letters, main)
            case "name":
                return with_match(one.name, self.letters, main) if one.name else _or_none("", main)
            case "role":
                role = one.role.value if one.role is not None else FULL.none
                return words(role, ACCENT if _administers(one) else DIM)
            case "has":
                return signs_in_with(one, self.now)
            case "lists":
                return self._lists(one)
            case _:
                return words(last_sign_in(one.last_sign_in, self.now).rjust(_LAST), DIM)

    def _lists(self, one: Member) -> Content:
        if not one.lists:
            return words(FULL.none, DIM)
        shorts = dict(self.shorts)
        told = ", ".join(shorts.get(slug, slug) for slug in one.lists)
        usable = one.person.problem is None
        sign = (f"{FULL.passes} ", OK) if usable else (f"{FULL.bad} ", CARE)
        if usable and one.paused:
            sign = (f"{FULL.paused} ", CARE)
        return line(sign) + safe_text(told, TEXT if usable else CARE)


def signs_in_with(one: Member, now: datetime) -> Content:
    """'password', 'SSO only', 'code until 15 Oct 03:12'; a pause comes before it all."""
    if one.role is None:
        return words("not a member", DIM)
    if one.paused:
        return words(f"{FULL.paused} paused", CARE)
    if one.has_password:
        return words("password", TEXT)
    if one.code_expires_at is None:
        return words("SSO only", DIM)
    if one.code_expires_at <= now:
        return line((f"{FULL.bad} ", CARE), ("code expired", CARE))
    if one.code_expires_at.date() == now.date():
        return words(f"code until {one.code_expires_at:%H:%M}", CARE)
    return words(f"code until {_day(one.code_expires_at)}", CARE)


def last_sign_in(at: datetime | None, now: datetime) -> str:
    """'today 02:46', '13 Oct 02:46', '13 Oct 2025'; 'never'."""
    if at is None:
        return "never"
    if at.date() == now.date():
        return f"today {at:%H:%M}"
    if (now - at).days > _YEAR_AGO_DAYS:
        return f"{_day(at)} {at.year}"
    return f"{_day(at)} {at:%H:%M}"


def head(directory: MemberDirectory, shown: int | None, width: int) -> Content:
    """'25 people · 2 owners, 3 admins · 4 without a password', and how they are sorted.

    `shown` is how many of them the letters typed have found; None where nothing is typed.
    """
    counts = directory.counts
    dot = words(f" {FULL.dot} ", DIM)
    people = words(f"{counts.people:,}", STRONG) + words(_noun(counts.people, " person", " people"))
    parts = [people]
    ranks = f"{_many(counts.owners, 'owner')}, {_many(counts.admins, 'admin')}"
    parts.append(words(ranks))
    if counts.without_password:
        parts.append(words(f"{counts.without_password:,} without a password"))
    if counts.paused:
        parts.append(words(f"{FULL.paused} {counts.paused:,} paused", CARE))
    if counts.outside:
        parts.append(words(f"{counts.outside:,} outside the team", DIM))
    right = words(f"{shown:,} found") if shown is not None else words(directory.order.value, DIM)
    while len(parts) > 1 and _joined(parts, dot).cell_length + right.cell_length + 2 > width:
        parts.pop()
    return spread(width, _joined(parts, dot), right)


def _joined(parts: list[Content], dot: Content) -> Content:
    return dot.join(parts)


def nobody(letters: str, width: int, *, reading: bool) -> Content:
    """Instead of rows: nobody is found, or nobody is read yet."""
    if reading:
        return words("  Loading the team …", DIM)
    told = words("  No match for ") + safe_text(f'"{letters}"', STRONG)
    return lines(
        cut(told, width),
        line("  ", key_hint("esc", " shows everybody, then "), key_hint("a", " adds")),
    )


@dataclass(frozen=True, slots=True)
class Foot:
    """The person under the cursor in words, and what became of the last act."""

    one: Member | None
    providers: tuple[ProviderDetail, ...]
    outcome: Content
    now: datetime
    rows: int

    def __call__(self, width: int) -> Content:
        """The outcome takes the place of what matters less."""
        outcome = [*self.outcome.wrap(max(width, 1))][:_OUTCOME] if self.outcome else []
        person = [] if self.one is None else self._person(self.one, width)
        if self.rows <= 1:
            return lines(*(outcome or person))
        told = [*person[: max(self.rows - 1 - len(outcome), 0)], *outcome]
        return lines(rule(width), *told) if told else EMPTY

    def _person(self, one: Member, width: int) -> list[Content]:
        who = safe_text(one.email, STRONG)
        if one.name:
            who += words(f" {FULL.dot} ", DIM) + safe_text(one.name)
        how = access(one, self.providers)
        if self.rows <= 1:
            return [cut(how, width)]
        if width < _WIDE:
            at = last_sign_in(one.last_sign_in, self.now)
            who = spread(width, who, words(f"  last sign-in {at}", DIM))
        return [cut(who, width), cut(how, width), cut(lists_of(one, self.providers), width)]


def short_names(providers: tuple[ProviderDetail, ...]) -> tuple[tuple[str, str], ...]:
    """Each provider's slug with its short name."""
    return tuple((one.slug, short_name(one)) for one in providers)


def _administers(one: Member) -> bool:
    return one.role is not None and one.role.administers


def _or_none(text: str, style: str) -> Content:
    return safe_text(text, style) if text else words(FULL.none, DIM)


def _many(number: int, one: str) -> str:
    return f"{number:,} {_noun(number, one, f'{one}s')}"


def _noun(number: int, one: str, many: str) -> str:
    return one if number == 1 else many


def _day(at: datetime) -> str:
    return f"{at.day} {at:%b}"
