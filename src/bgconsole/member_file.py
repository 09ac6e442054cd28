"""A file of people to add, judged row by row, and the file of the codes that they get."""

import csv
import io
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Final, TextIO

from bgconsole import spreadsheet
from bgconsole.backend.errors import BatchRefusedError, ItemRefusal, RefusedError
from bgconsole.backend.values import MemberAddition, OneTimeCode
from bgconsole.policy.email import InvalidEmailError, canonical_email
from bgconsole.policy.permissions import may_change_role
from bgconsole.policy.refusals import Code, Refusal, refusal
from bgconsole.policy.team import Role

COLUMNS: Final = ("email", "name", "role", "sso_only")
MAX_BYTES: Final = 32 * 1024 * 1024
MAX_NAME: Final = 200

_MAX_REST: Final = 128
"""Bytes of a line of codes beside its email, at most."""

_YES: Final = frozenset({"yes", "true", "1", "y"})
_NO: Final = frozenset({"no", "false", "0", "n", ""})
_NO_HEADER: Final[tuple[int, list[str]]] = (1, [])
_SHAPE: Final = f"The first line names the columns: {','.join(COLUMNS)}"


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
    """Every row of the CSV file at `path`; a BOM, CRLF, quotes and empty lines are all right.

    Raises RefusedError when the file as a whole is not what it should be, OSError when it cannot
    be read.
    """
    text = _decoded(path)
    rows = _rows(text)
    _, header = next(rows, _NO_HEADER)
    columns = _columns(header)
    people: list[MemberAddition] = []
    refused: list[ItemRefusal] = []
    seen: dict[str, int] = {}
    for line, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        found = _person(line, cells, columns, seen)
        if isinstance(found, MemberAddition):
            people.append(found)
        else:
            refused.append(found)
    if not people and not refused:
        raise _unfit("The file names nobody", _SHAPE)
    return PeopleFile(tuple(people), tuple(refused))


def judged(found: PeopleFile, actor: Role, members: Container[str]) -> PeopleFile:
    """The file with the rows refused that the team would refuse when `actor` adds them.

    `members` are the emails that have a membership already.
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
    if one.email in members:
        return refusal(Code.DUPLICATE, "This email is already a member of the team", "Leave it out")
    if not may_change_role(actor, None, one.role):
        words = "Only an owner may add owners and admins"
        return refusal(Code.FORBIDDEN, words, "Ask an owner of the team")
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


def _decoded(path: Path) -> str:
    with path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise _unfit("The file is larger than 32 MiB", "Split it")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _unfit(f"Line {line} is not UTF-8", "Save the file as UTF-8") from error


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with the line it begins on (1-based)."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _unfit(
                f"Line {line} cannot be read as CSV ({error})", "Mend its quotes"
            ) from error
        yield line, cells


def _columns(header: list[str]) -> tuple[str, ...]:
    columns = tuple(cell.strip().casefold() for cell in header)
    missing = [name for name in COLUMNS if name not in columns]
    unknown = [repr(name[:40]) for name in columns if name not in COLUMNS]
    if missing:
        raise _unfit(f"The first line lacks {_list(missing)}", _SHAPE)
    if unknown:
        raise _unfit(f"The first line names what is not known here: {_list(unknown)}", _SHAPE)
    if len(set(columns)) != len(columns):
        raise _unfit("The first line names a column twice", _SHAPE)
    return columns


def _person(
    line: int, cells: list[str], columns: tuple[str, ...], seen: dict[str, int]
) -> MemberAddition | ItemRefusal:
    if len(cells) != len(columns):
        words = f"{len(cells)} values where {len(columns)} columns are"
        return ItemRefusal("", refusal(Code.INVALID_VALUE, words), line)
    row = {column: cell.strip() for column, cell in zip(columns, cells, strict=True)}
    problem = next(filter(None, (check(row) for check in _CHECKS)), None)
    if problem is not None:
        return ItemRefusal(row["email"], problem, line)
    email = canonical_email(row["email"])
    first = seen.setdefault(email, line)
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
        return refusal(Code.INVALID_VALUE, "The name holds characters that cannot be shown")
    if len(row["name"]) > MAX_NAME:
        return refusal(Code.INVALID_VALUE, f"The name is longer than {MAX_NAME} characters")
    return None


def _check_role(row: dict[str, str]) -> Refusal | None:
    if row["role"].casefold() in {"", *Role}:
        return None
    return refusal(Code.INVALID_VALUE, "The role is none of owner, admin, member")


def _check_sso_only(row: dict[str, str]) -> Refusal | None:
    if row["sso_only"].casefold() in _YES | _NO:
        return None
    return refusal(Code.INVALID_VALUE, "sso_only is neither yes nor no")


_CHECKS: Final[tuple[Callable[[dict[str, str]], Refusal | None], ...]] = (
    _check_email,
    _check_name,
    _check_role,
    _check_sso_only,
)


def _unfit(message: str, remedy: str) -> RefusedError:
    return RefusedError(refusal(Code.INVALID_VALUE, message, remedy))


def _list(names: list[str]) -> str:
    return ", ".join(names)
