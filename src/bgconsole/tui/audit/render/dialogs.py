"""What the search in the log and the log's dialogs say: found, filter, time, save."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from textual.content import Content

from bgconsole.policy.audit import AuditEvent, EventType
from bgconsole.policy.moments import EXAMPLES
from bgconsole.tui.audit.render.chips import chips, conditions
from bgconsole.tui.audit.render.heading import AuditHeading
from bgconsole.tui.audit.render.times import Zone, exact
from bgconsole.tui.kit.render.keys import key_hint
from bgconsole.tui.kit.render.text import EMPTY, cut, fit, line, lines, safe_text, spread, words
from bgconsole.tui.terminal.signs import FULL, Signs
from bgconsole.tui.terminal.theme import ACCENT, CARE, DANGER, DIM, STRONG, TEXT

LABEL: Final = line("  ", ("/", ACCENT), (" find ", STRONG))


def found(
    event: AuditEvent, text: str, at: str, *, wrapped_to: str | None, signs: Signs = FULL
) -> Content:
    """'02:43:26 in who   n older  N newer'; `wrapped_to`: at which end it went on."""
    if wrapped_to is not None:
        return line((f" {at}", STRONG), (f"  {signs.bad} from the {wrapped_to} again", CARE))
    where = line((f" {at}", STRONG), (f" in {_place(event, text)}", DIM))
    return where + line("   ", key_hint("n", " older"), "  ", key_hint("N", " newer"))


def found_nothing(text: str, signs: Signs = FULL) -> Content:
    """No event has it."""
    return line((f" {signs.other} ", DIM), "no event has ", safe_text(text, STRONG))


def not_read(sentence: str, signs: Signs = FULL) -> Content:
    """The log could not be searched, and why."""
    return words(f" {signs.bad} ", CARE) + safe_text(sentence)


def _place(event: AuditEvent, text: str) -> str:
    """The column that has it; the match may be where the row has no room for it."""
    sought = text.lower()
    places = (
        ("who", event.who),
        ("whom", event.target or ""),
        ("what happened", event.description),
        ("from", event.source),
    )
    return next((name for name, value in places if sought in value.lower()), "event")


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
        searched = f"{self.label} {self.code}".casefold()
        return all(word in searched for word in letters.casefold().split())


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with the field of that name; the sentence may quote what was typed."""

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
        code = words(f"  {choice.code} ", DIM)
        # The words are for people: the name for programs goes first.
        fits = left.cell_length + code.cell_length <= width
        row = spread(width, left, code) if fits else fit(left, width)
        return row.stylize_before("on $focus") if marked else row


def no_choice(width: int) -> Content:
    """Instead of rows where no type has the letters."""
    return cut(words("  No event type has these letters.", DIM), width)


def problem_row(problem: Problem | None, signs: Signs = FULL) -> Content:
    """Why the filter cannot be used, and what may be written."""
    if problem is None:
        return EMPTY
    sentence = safe_text(f"{problem.sentence}. ")
    return line((f"  {signs.bad} ", CARE), sentence, (problem.remedy, DIM))


def time_answer(text: str, moment: datetime | None, zone: Zone, signs: Signs = FULL) -> Content:
    """How a time that is being typed is understood, or what may be written."""
    if moment is not None:
        return line(("  to the first event since ", DIM), (exact(moment, zone)[:19], STRONG)) + (
            words(f" {zone.value}", DIM)
        )
    hint = words(f"  {EXAMPLES}; {zone.value}", DIM)
    if not text.strip():
        return hint
    return lines(line((f"{signs.bad} ", CARE), safe_text(f"'{text.strip()}' is no time")), hint)


def what(heading: AuditHeading, width: int) -> Content:
    """Which events, oldest first, and that it goes on record."""
    if conditions(heading.wanted):
        number = "What matches"
        if heading.count is not None:
            more = "" if heading.count.exact else " or more"
            number = f"{heading.count.matching:,}{more} of {heading.count.total:,} events"
        drawn = chips(heading.wanted, heading.today, heading.zone, width).content
        rows = [line((number, STRONG), ", oldest first:"), drawn]
    else:
        number = "All events" if heading.count is None else f"All {heading.count.total:,} events"
        rows = [line((number, STRONG), ", oldest first")]
    note = "Every field and hash. The export itself is recorded."
    return lines(*rows, words(note, DIM))


def formats(suffix: str) -> Content:
    """What the end of the name decides."""
    chosen = {"jsonl": "lines of JSON", "csv": "CSV"}.get(suffix)
    if chosen is None:
        return line(("  .jsonl", ACCENT), (" or ", DIM), (".csv", ACCENT), (" at its end", DIM))
    other = ".csv" if suffix == "jsonl" else ".jsonl"
    return line(("  as ", DIM), chosen, (f"; {other} is possible too; only you can read it", DIM))


def no_format(signs: Signs = FULL) -> Content:
    """The name has no known ending."""
    return line((f"{signs.bad} ", CARE), "The name must end in .jsonl or .csv")


def there_already(path: Path, signs: Signs = FULL) -> Content:
    """A file is only overwritten on request."""
    return lines(
        words(f"{signs.bad} ", CARE) + safe_text(f"{path.name} is there already."),
        line("  Name another file, or ", key_hint("^O", " overwrites it.", "")),
    )


def progress(seq: int, last: int) -> Content:
    """How far it is; `seq` of `last` events were looked at."""
    percent = min(100 * seq // max(last, 1), 100)
    return line("  Saving … ", (f"{percent} %", STRONG), "   ", key_hint("esc", " stops it"))


def stopped(signs: Signs = FULL) -> Content:
    """Saving was stopped."""
    return line((f"{signs.bad} ", CARE), "Stopped. No file was written; what was read is recorded.")


def failed(sentence: str, remedy: str, signs: Signs = FULL) -> Content:
    """Why there is no file, and what to do."""
    wrong = words(f"{signs.fails} ", DANGER) + safe_text(sentence)
    return lines(wrong, safe_text(f"  {remedy}")) if remedy else wrong


def done(count: int, path: Path) -> str:
    """How many events are in the file."""
    return f"{count:,} {'event is' if count == 1 else 'events are'} in {path}"
