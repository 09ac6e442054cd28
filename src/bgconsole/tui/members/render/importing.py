"""Importing a file of people: which file, what is in it, what became of it."""

from collections.abc import Mapping
from typing import Final

from textual.content import Content

from bgconsole.backend.errors import ItemRefusal
from bgconsole.backend.values import MemberAddition, OneTimeCode
from bgconsole.exchange.people_file import PeopleFile
from bgconsole.policy.refusals import Refusal
from bgconsole.tui.kit.list import Heading
from bgconsole.tui.kit.render.buttons import Button, buttons
from bgconsole.tui.kit.render.text import (
    EMPTY,
    cut,
    fit,
    flowing,
    line,
    lines,
    safe_text,
    spread,
    words,
)
from bgconsole.tui.members.files import Found
from bgconsole.tui.terminal.signs import FULL
from bgconsole.tui.terminal.theme import ACCENT, CARE, DANGER, DIM, OK, STRONG, TEXT

_LINE: Final = 7
_EMAIL: Final = 30
_KIB: Final = 1024
_TWICE: Final = "Check these"

Doubtful = Mapping[MemberAddition, tuple[str, ...]]
"""People of good rows whose addresses are to be looked at twice, and why."""


def found_row(row: object, width: int, marked: bool) -> Content:
    """A folder, or a CSV file with its size."""
    if not isinstance(row, Found):
        return EMPTY
    cursor = words(f"{FULL.cursor} " if marked else "  ", f"bold {ACCENT}")
    if row.folder:
        drawn = cursor + safe_text(f"{row.name}/", STRONG if marked else DIM)
    else:
        size = words(_size(row.size), DIM)
        drawn = spread(width, cursor + safe_text(row.name, STRONG if marked else TEXT), size)
    drawn = fit(drawn, width)
    return drawn.stylize_before("on $focus") if marked else drawn


def _size(size: int) -> str:
    if size < _KIB:
        return f"{size} bytes"
    return f"{size / _KIB:,.0f} KiB" if size < _KIB**2 else f"{size / _KIB**2:,.1f} MiB"


def picking(folder: str, problem: Refusal | None, empty: str, width: int) -> Content:
    """Which folder is looked into, and what is wrong with it, or with the file before."""
    # The end of a path tells more than its start.
    shown = safe_text(folder, STRONG)
    room = width - len("In ")
    if shown.cell_length > room:
        shown = words(FULL.ellipsis, DIM) + shown[-max(room - 1, 1) :]
    rows = [line("In ") + shown]
    if problem is not None:
        rows.append(refused(problem, width))
    if empty:
        rows.append(cut(safe_text(empty, DIM), width))
    return lines(*rows)


def refused(problem: Refusal, width: int) -> Content:
    """What is wrong, and what to do."""
    told = words(f"{FULL.fails} ", DANGER) + safe_text(problem.message, DANGER)
    if problem.remedy:
        told += words("  ") + safe_text(problem.remedy)
    return flowing(told, width, 2)


SHAPE: Final = line(
    ("The first line names the columns: ", DIM), ("email,name,role,sso_only", TEXT)
)  # fmt: skip


def pick_foot(width: int) -> Content:
    """What a file has to look like."""
    return flowing(SHAPE, width)


def preview_rows(
    found: PeopleFile, doubtful: Doubtful
) -> list[ItemRefusal | MemberAddition | Heading]:
    """Bad rows first, then those to look at twice, then the other good ones."""
    rows: list[ItemRefusal | MemberAddition | Heading] = []
    if found.refused:
        rows += [Heading("Invalid", len(found.refused)), *found.refused]
    if doubtful:
        rows += [Heading(_TWICE, len(doubtful)), *doubtful]
    good = [one for one in found.people if one not in doubtful]
    if good:
        rows += [Heading("Valid", len(good)), *good]
    return rows


def preview_row(row: object, width: int, marked: bool) -> Content:
    """'  line 4  ! bad@  Enter a valid email address', or who would be added."""
    if isinstance(row, Heading):
        style = OK if row.words == "Valid" else CARE
        sign = FULL.passes if row.words == "Valid" else FULL.bad
        return fit(line((f"{sign} ", style), (row.words, STRONG), (f"  {row.count:,}", DIM)), width)
    cursor = words(f"{FULL.cursor} " if marked else "  ", f"bold {ACCENT}")
    if isinstance(row, ItemRefusal):
        parts = (row.line, row.email, safe_text(row.refusal.message, CARE))
    elif isinstance(row, MemberAddition):
        told = words(f"{row.role.value:<6}", ACCENT if row.role.administers else DIM)
        told += words("  SSO only  " if row.sso_only else "  ", DIM)
        told += safe_text(row.name)
        parts = (row.line, row.email, told)
    else:
        return EMPTY
    at, email, told = parts
    room = min(_EMAIL, max((width - _LINE) // 3, 8))
    drawn = cursor + fit(words(f"{at or '':>{_LINE - 2}}", DIM), _LINE - 1)
    drawn += fit(safe_text(email or "no email"), room) + words("  ") + told
    drawn = fit(drawn, width)
    return drawn.stylize_before("on $focus") if marked else drawn


def preview_head(name: str, found: PeopleFile, width: int) -> Content:
    """'people.csv  22 valid · 3 invalid'."""
    told = safe_text(name, STRONG) + words("  ")
    told += words(f"{len(found.people):,}", STRONG) + words(" valid")
    if found.refused:
        told += words(f" {FULL.dot} ", DIM) + words(f"{len(found.refused):,} invalid", CARE)
    return cut(told, width)


def told_of(row: object, doubtful: Doubtful, width: int) -> Content:
    """The row under the cursor in as many rows as it needs, if something is to be said of it."""
    if isinstance(row, MemberAddition) and row in doubtful:
        return lines(*(flowing(safe_text(why), width) for why in doubtful[row]))
    if not isinstance(row, ItemRefusal):
        return EMPTY
    at = words(f"Line {row.line}: ", DIM) if row.line else EMPTY
    told = at + safe_text(row.refusal.message)
    if row.refusal.remedy:
        told += safe_text(f". {row.refusal.remedy}")
    return flowing(told, width)


def preview_effect(
    found: PeopleFile, problem: Refusal | None, width: int, *, good_alone: bool
) -> Content:
    """What importing does, or what is in its way."""
    if problem is not None:
        return refused(problem, width)
    if not found.people:
        return flowing(words("No row can be imported. Fix the file, then open it again."), width)
    codes = sum(not one.sso_only for one in found.people)
    told = words(
        f"{codes:,} one-time codes are written to that file, which only you can read.", DIM
    )
    if not found.refused:
        return flowing(told, width)
    first = "Nothing is imported while a row is invalid."
    if good_alone:
        first = f"The {len(found.refused):,} invalid rows are left out."
    return lines(flowing(words(first), width), flowing(told, width))


def preview_buttons(verb: str, width: int, *, ready: bool) -> Content:
    """Import, or not."""
    if not ready:
        return buttons(width, Button("Go back", "esc"), Button(verb, "^S", enabled=False))
    return buttons(width, Button(verb, "^S"), Button("Go back", "esc"))


def unwritten(problem: str, width: int) -> Content:
    """The people are there, the file is not: the codes are on the screen."""
    told = words(f"{FULL.fails} ", DANGER) + safe_text(problem, DANGER)
    kept = "The people were added. Save their codes now: they are not shown again."
    return lines(flowing(told, width, 2), flowing(words(kept), width))


def code_row(row: object, width: int, marked: bool) -> Content:
    """An email with its code."""
    if not isinstance(row, OneTimeCode):
        return EMPTY
    room = min(_EMAIL, max(width // 2, 8))
    told = fit(safe_text(row.email), room) + words("  ") + safe_text(row.code or FULL.none, STRONG)
    drawn = fit(words(f"{FULL.cursor} " if marked else "  ", ACCENT) + told, width)
    return drawn.stylize_before("on $focus") if marked else drawn
