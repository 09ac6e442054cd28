"""A file of people to add, judged row by row, and the file of the codes that they get."""

import csv
import re
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Final, TextIO

from bgconsole.backend.errors import BatchRefusedError, ItemRefusal, RefusedError
from bgconsole.backend.values import MemberAddition, OneTimeCode
from bgconsole.exchange import csv_file, spreadsheet
from bgconsole.exchange.csv_file import CsvError, Row
from bgconsole.policy.email import InvalidEmailError, canonical_email, written_email
from bgconsole.policy.permissions import may_change_role
from bgconsole.policy.refusals import Code, Refusal, RequestField, refusal
from bgconsole.policy.team import Role

COLUMNS: Final = ("email", "name", "role", "sso_only")
MAX_NAME: Final = 200

_MAX_REST: Final = 128
"""Bytes of a line of codes beside its email, at most."""

_YES: Final = frozenset({"yes", "true", "1", "y"})
_NO: Final = frozenset({"no", "false", "0", "n", ""})
_NO_HEADER: Final = Row(1, [])
_SHAPE: Final = f"The first line names the columns: email, and any of {', '.join(COLUMNS[1:])}"
_SPACES: Final = re.compile(r"[\s_-]+")
_OTHERWISE: Final = {"e_mail": "email"}


@dataclass(frozen=True, slots=True)
class PeopleFile:
    """What a file holds: the people of its good rows, and every bad row with its line."""

    people: tuple[MemberAddition, ...]
    refused: tuple[ItemRefusal, ...] = ()


def read_people(path: Path) -> tuple[MemberAddition, ...]:
    """The people in the CSV file at `path`, all of them or nobody.

    Raises as `read_rows` does, and BatchRefusedError with every row that is not right.
    """
    found = read_rows(path)
    if found.refused:
        raise BatchRefusedError(found.refused)
    return found.people


def read_rows(path: Path) -> PeopleFile:
    """Every row of the CSV file at `path`, as `csv_file` reads it; empty lines are all right.

    Raises RefusedError when the file as a whole is not what it should be, OSError when it cannot
    be read.
    """
    try:
        return _people(csv_file.read(path))
    except CsvError as error:
        raise _unfit(error.message, error.remedy) from error


def _people(rows: Iterator[Row]) -> PeopleFile:
    columns = _columns(next(rows, _NO_HEADER).cells)
    people: list[MemberAddition] = []
    refused: list[ItemRefusal] = []
    seen: dict[str, int] = {}
    for row in rows:
        if not any(cell.strip() for cell in row.cells):
            continue
        found = _person(row, columns, seen)
        if isinstance(found, MemberAddition):
            people.append(found)
        else:
            refused.append(found)
    if not people and not refused:
        raise _unfit("The file lists nobody", _SHAPE)
    return PeopleFile(tuple(people), tuple(refused))


def judged(found: PeopleFile, actor: Role, members: Container[str]) -> PeopleFile:
    """The file with the rows refused that the team would refuse when `actor` adds them.

    `members` are the emails, in canonical form, that have a membership already.
    """
    good: list[MemberAddition] = []
    bad = list(found.refused)
    for one in found.people:
        refused = _for_the_team(one, actor, members)
        if refused is None:
            good.append(one)
        else:
            bad.append(ItemRefusal(one.email, refused, one.line))
    return PeopleFile(tuple(good), tuple(sorted(bad, key=lambda item: item.line or 0)))


def _for_the_team(one: MemberAddition, actor: Role, members: Container[str]) -> Refusal | None:
    if canonical_email(one.email) in members:
        return refusal(Code.DUPLICATE, "This email is already a member of the team", "Leave it out")
    if not may_change_role(actor, None, one.role):
        words = "Only an owner can add owners and admins"
        return refusal(Code.FORBIDDEN, words, "Ask an owner of the team", RequestField.ROLE)
    return None


def write_codes(file: TextIO, issued: Iterable[OneTimeCode]) -> None:
    """Write the codes as CSV: email, code (empty for SSO only), expires_at (RFC 3339, UTC)."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(("email", "code", "expires_at"))
    for one in issued:
        writer.writerow((spreadsheet.cell(one.email), one.code or "", _expiry(one)))


def codes_size(people: Iterable[MemberAddition]) -> int:
    """How many bytes the file of their codes takes at most."""
    return sum(len(one.email.encode()) * 2 + _MAX_REST for one in people) + _MAX_REST


def _expiry(one: OneTimeCode) -> str:
    if one.expires_at is None:
        return ""
    return one.expires_at.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def _columns(header: list[str]) -> tuple[str, ...]:
    """The columns by name, without the blank ones at the end that a spreadsheet may write."""
    written = [cell.strip() for cell in _without_blanks(header)]
    columns = tuple(_column(cell) for cell in written)
    unknown = [
        repr(cell[:40]) for cell, name in zip(written, columns, strict=True) if name not in COLUMNS
    ]
    if "email" not in columns:
        raise _unfit("The first line has no column email", _SHAPE)
    if unknown:
        raise _unfit(f"The first line names unknown columns: {', '.join(unknown)}", _SHAPE)
    if len(set(columns)) != len(columns):
        raise _unfit("The first line names a column twice", _SHAPE)
    return columns


def _column(cell: str) -> str:
    name = _SPACES.sub("_", cell.casefold())
    return _OTHERWISE.get(name, name)


def _without_blanks(cells: list[str], keep: int = 0) -> list[str]:
    """`cells` without the blank ones at the end, but at least `keep` of them."""
    end = len(cells)
    while end > keep and not cells[end - 1].strip():
        end -= 1
    return cells[:end]


def _person(
    of: Row, columns: tuple[str, ...], seen: dict[str, int]
) -> MemberAddition | ItemRefusal:
    line, cells = of.line, _without_blanks(of.cells, keep=len(columns))
    if len(cells) != len(columns):
        words = f"{len(cells)} values for {len(columns)} columns"
        return ItemRefusal("", refusal(Code.INVALID_VALUE, words), line)
    row = {
        **dict.fromkeys(COLUMNS, ""),
        **{column: cell.strip() for column, cell in zip(columns, cells, strict=True)},
    }
    problem = next(filter(None, (check(row) for check in _CHECKS)), None)
    if problem is not None:
        return ItemRefusal(row["email"], problem, line)
    email = written_email(row["email"])
    first = seen.setdefault(canonical_email(email), line)
    if first != line:
        words = refusal(Code.DUPLICATE, f"This email is on line {first} already", "Keep one")
        return ItemRefusal(email, words, line)
    return MemberAddition(
        email=email,
        name=row["name"],
        role=Role(row["role"].casefold() or Role.MEMBER),
        sso_only=row["sso_only"].casefold() in _YES,
        line=line,
    )


def _check_email(row: dict[str, str]) -> Refusal | None:
    try:
        canonical_email(row["email"])
    except InvalidEmailError:
        return refusal(Code.INVALID_EMAIL)
    return None


def _check_name(row: dict[str, str]) -> Refusal | None:
    if not row["name"].isprintable():
        return _invalid("The name contains characters that cannot be shown", RequestField.NAME)
    if len(row["name"]) > MAX_NAME:
        return _invalid(f"The name is longer than {MAX_NAME} characters", RequestField.NAME)
    return None


def _check_role(row: dict[str, str]) -> Refusal | None:
    if row["role"].casefold() in {"", *Role}:
        return None
    return _invalid("The role is not owner, admin or member", RequestField.ROLE)


def _check_sso_only(row: dict[str, str]) -> Refusal | None:
    if row["sso_only"].casefold() in _YES | _NO:
        return None
    return _invalid("sso_only is neither yes nor no", RequestField.SSO_ONLY)


def _invalid(message: str, field: RequestField) -> Refusal:
    return refusal(Code.INVALID_VALUE, message, field=field)


_CHECKS: Final[tuple[Callable[[dict[str, str]], Refusal | None], ...]] = (
    _check_email,
    _check_name,
    _check_role,
    _check_sso_only,
)


def _unfit(message: str, remedy: str) -> RefusedError:
    return RefusedError(refusal(Code.INVALID_VALUE, message, remedy))
