"""The badges of the list, in full where a row cuts them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, cast

from textual.content import Content

from bgconsole.policy.team import EntryProblem
from bgconsole.tui.kit.render import pauses
from bgconsole.tui.kit.render.keys import key_hint
from bgconsole.tui.kit.render.text import cut, fit, line, local_part, safe_text, words
from bgconsole.tui.model.drafts import Mark
from bgconsole.tui.model.outages import Usage
from bgconsole.tui.model.state import ProviderView
from bgconsole.tui.terminal.signs import FULL
from bgconsole.tui.terminal.theme import ACCENT, CARE, DIM, OK

_PROBLEMS: Final = {
    EntryProblem.NO_PASSWORD: "no password",
    EntryProblem.NOT_A_MEMBER: "not a member",
    EntryProblem.UNKNOWN_ACCOUNT: "no account",
}
_CHIP_MIN: Final = 24
_CHIP_MAX: Final = 34
_ROLE: Final = 7


NOBODY: Final = words("  Nobody yet. a adds somebody.", DIM)
"""Instead of badges."""


@dataclass(frozen=True, slots=True)
class InFull:
    """The row below all badges: email and story of the one under the cursor."""

    email: str
    mark: Mark


@dataclass(frozen=True, slots=True, eq=False)
class BadgePaint:
    """Draws the rows of one provider's list."""

    view: ProviderView
    usage: Usage

    def __call__(self, row: object, width: int, marked: bool) -> Content:
        """One row of the list, in the longest words that fit."""
        if isinstance(row, InFull):
            told = words("  ") + safe_text(row.email) + words("  ")
            return cut(told + _stories(self.view, self.usage, (row.email, row.mark))[0], width)
        email, mark = cast("tuple[str, Mark]", row)
        view = self.view
        chip = fit(_signed(view, email, mark), _chip_width(view)).stylize("on $chip")
        member = view.members.get(email)
        role = member.role.value if member and member.role else FULL.none
        cursor = words(f"{FULL.cursor} ", f"bold {ACCENT}") if marked else words("  ")
        left = cursor + chip + words(f"  {role:<{_ROLE}} ", DIM)
        stories = _stories(view, self.usage, (email, mark))
        told = fit(left + _fitting(stories, width - left.cell_length), width)
        if not view.draft.current.enforced:
            told = words(told.plain, DIM)
        return told.stylize_before("on $focus-row") if marked else told

    def cuts(self, width: int) -> bool:
        """Whether the row of any badge leaves out what somebody may want to know."""
        return width > 0 and any(self._is_cut(row, width) for row in self.view.draft.rows)

    def _is_cut(self, row: tuple[str, Mark], width: int) -> bool:
        chip = _chip_width(self.view)
        room = width - 2 - chip - 2 - _ROLE - 1
        # The sign says already what the longest story says once more.
        told = _stories(self.view, self.usage, row)[:2]
        fits = any(story.cell_length <= room for story in told)
        return _signed(self.view, *row).cell_length > chip or not fits


def _chip_width(view: ProviderView) -> int:
    longest = max((len(email) for email, _ in view.draft.rows), default=0)
    return min(max(longest + 4, _CHIP_MIN), _CHIP_MAX)


def _fitting(stories: list[Content], room: int) -> Content:
    return next((story for story in stories if story.cell_length <= room), stories[-1])


def _signed(view: ProviderView, email: str, mark: Mark) -> Content:
    name = safe_text(email)
    match mark:
        case Mark.ADDED:
            return words(f" {FULL.added} ", ACCENT) + name
        case Mark.REMOVED:
            return words(f" {FULL.removed} ", CARE) + safe_text(email, f"strike {DIM}")
        case Mark.SAVED if view.drafted.entry_problem(email) is not None:
            return words(f" {FULL.bad} ", CARE) + name
        case Mark.SAVED if _is_paused(view, email):
            return words(" ") + pauses.sign() + name
        case Mark.SAVED:
            return words(f" {FULL.passes} ", OK) + name


def _is_paused(view: ProviderView, email: str) -> bool:
    person = view.drafted.people.get(email)
    return person is not None and person.paused


def _stories(view: ProviderView, usage: Usage, row: tuple[str, Mark]) -> list[Content]:
    """What happened to the badge, in ever fewer words."""
    email, mark = row
    match mark:
        case Mark.ADDED:
            return [line(("added", ACCENT), (", not saved yet", DIM)), words("added", ACCENT)]
        case Mark.REMOVED:
            undo = line((f" {FULL.dot} ", DIM), key_hint("u", " undoes"))
            brief = line(("removed", CARE), (", not saved", DIM))
            return [brief + undo, brief, words("removed", CARE)]
        case Mark.SAVED:
            return _saved(view, usage, email)


def _saved(view: ProviderView, usage: Usage, email: str) -> list[Content]:
    problem = view.drafted.entry_problem(email)
    if problem is not None:
        long, short = _problem(view, email, problem)
        counts = words(f" {FULL.dot} does not count", DIM)
        brief = words(short, CARE)
        return [words(long, CARE) + counts, brief + counts, brief]
    if _is_paused(view, email):
        told = pauses.paused()
        dot = words(f" {FULL.dot} ", DIM)
        return [told + dot + pauses.lifting(), told, words("paused", CARE)]
    used = usage.used_at(email)
    if used is not None:
        at, glass = moment(used, usage.today), (f"{FULL.glass} ", CARE)
        return [line(glass, f"used {at}"), line(glass, at), line(glass, "used")]
    entry = next((e for e in view.detail.entries if e.email == email), None)
    if entry is None:
        return [words("saved", DIM)]
    on = day(entry.added_at, usage.today)
    saved = words(f"saved {FULL.dot} ", DIM)
    if entry.added_by is None:
        return [saved + words(f"added {on}", DIM), words(f"saved {on}", DIM)]
    by = safe_text(local_part(entry.added_by), DIM)
    return [
        saved + words("added by ", DIM) + by + words(f", {on}", DIM),
        words("added by ", DIM) + by + words(f", {on}", DIM),
        by + words(f", {on}", DIM),
        words(on, DIM),
    ]


def _problem(view: ProviderView, email: str, problem: EntryProblem) -> tuple[str, str]:
    """In the words that fit, the longer ones first."""
    member = view.members.get(email)
    has_code = member is not None and member.code_expires_at is not None
    if has_code and problem is EntryProblem.NO_PASSWORD:
        return "one-time code not used", "code unused"
    return _PROBLEMS[problem], _PROBLEMS[problem]


def day(at: datetime, today: date) -> str:
    """'3 Mar', with the year where it is not this one."""
    return f"{at.day} {at:%b}" + (f" {at.year}" if at.year != today.year else "")


def moment(at: datetime, today: date) -> str:
    """'02:46:58', with the day before it where it was not today."""
    return f"{at:%H:%M:%S}" if at.date() == today else f"{day(at, today)} {at:%H:%M}"
