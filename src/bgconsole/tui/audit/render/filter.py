"""The choices of the audit filter's dialog, and how times that were typed are understood."""

from dataclasses import dataclass
from datetime import datetime

from textual.content import Content

from bgconsole.policy.audit import EventType
from bgconsole.policy.moments import EXAMPLES
from bgconsole.tui.audit.render.times import Zone, exact
from bgconsole.tui.kit.render.text import EMPTY, cut, line, lines, safe_text, spread, words
from bgconsole.tui.terminal.signs import FULL, Signs
from bgconsole.tui.terminal.theme import ACCENT, CARE, DIM, STRONG, TEXT


@dataclass(frozen=True, slots=True)
class FilterChoice:
    """One thing to choose; `kind` None is 'break-glass only'."""

    kind: EventType | None

    @property
    def label(self) -> str:
        """The words people read."""
        return "Break-glass only" if self.kind is None else self.kind.label

    @property
    def code(self) -> str:
        """The name that programs read."""
        return "isBreakGlassAccess" if self.kind is None else self.kind.value

    def matches(self, letters: str) -> bool:
        """Whether every word of `letters` is in the label or the name."""
        told = f"{self.label} {self.code}".casefold()
        return all(word in told for word in letters.casefold().split())


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a field; the sentence may quote what was typed."""

    field: str
    sentence: str
    remedy: str = ""


CHOICES = (FilterChoice(None), *(FilterChoice(kind) for kind in EventType))


@dataclass(frozen=True, slots=True)
class ChoicePaint:
    """Draws the rows of choices; `chosen` are the kinds of those that are chosen."""

    chosen: frozenset[EventType | None]

    def __call__(self, choice: object, width: int, marked: bool) -> Content:
        """Whether it is chosen, its words, its name for programs."""
        if not isinstance(choice, FilterChoice):
            return EMPTY
        chosen = choice.kind in self.chosen
        left = line(
            (f"{FULL.cursor} " if marked else "  ", ACCENT),
            (f"{FULL.on if chosen else FULL.off} ", ACCENT if chosen else DIM),
            (f"{FULL.glass} " if choice.kind is None else "", CARE),
            (choice.label, STRONG if chosen else TEXT),
        )
        row = spread(width, left, words(f"  {choice.code} ", DIM))
        return row.stylize_before("on $focus") if marked else row


def no_choice(width: int) -> Content:
    """Instead of rows where no type has the letters."""
    return cut(words("  No event type has these letters.", DIM), width)


def problem_row(problem: Problem | None, signs: Signs = FULL) -> Content:
    """Why the filter cannot be used as it stands, and what may be written."""
    if problem is None:
        return EMPTY
    told = safe_text(f"{problem.field}: {problem.sentence}. ")
    return lines(EMPTY, line((f"{signs.bad} ", CARE), told, (problem.remedy, DIM)))


def time_answer(text: str, moment: datetime | None, zone: Zone, signs: Signs = FULL) -> Content:
    """How a time that is being typed is understood, or what may be written."""
    if moment is not None:
        return line(("  to the first event since ", DIM), (exact(moment, zone)[:19], STRONG)) + (
            words(f" {zone.value}", DIM)
        )
    told = words(f"  {EXAMPLES}; {zone.value}", DIM)
    if not text.strip():
        return told
    return lines(line((f"{signs.bad} ", CARE), safe_text(f"'{text.strip()}' is no time")), told)
