"""What the dialog that saves audit events says."""

from pathlib import Path

from textual.content import Content

from bgconsole.tui.audit.conditions import conditions
from bgconsole.tui.audit.render.chips import chips
from bgconsole.tui.audit.render.heading import AuditHeading
from bgconsole.tui.kit.render.keys import key_hint
from bgconsole.tui.kit.render.text import line, lines, safe_text, words
from bgconsole.tui.terminal.signs import FULL, Signs
from bgconsole.tui.terminal.theme import ACCENT, CARE, DANGER, DIM, STRONG


def what(told: AuditHeading, width: int) -> Content:
    """Which events, oldest first, and that it goes on record."""
    if conditions(told.wanted):
        number = "What matches"
        if told.count is not None:
            more = "" if told.count.exact else " or more"
            number = f"{told.count.matching:,}{more} of {told.count.total:,} events"
        drawn = chips(told.wanted, told.today, told.zone, width).content
        rows = [line((number, STRONG), ", oldest first:"), drawn]
    else:
        number = "All events" if told.count is None else f"All {told.count.total:,} events"
        rows = [line((number, STRONG), ", oldest first")]
    note = "Every field and hash. That the log was exported goes on record."
    return lines(*rows, words(note, DIM))


def formats(suffix: str) -> Content:
    """What the end of the name decides."""
    chosen = {"jsonl": "lines of JSON", "csv": "CSV"}.get(suffix)
    if chosen is None:
        return line(("  .jsonl", ACCENT), (" or ", DIM), (".csv", ACCENT), (" at its end", DIM))
    other = ".csv" if suffix == "jsonl" else ".jsonl"
    return line(("  as ", DIM), chosen, (f"; {other} is possible too; only you can read it", DIM))


def no_format(signs: Signs = FULL) -> Content:
    """Neither of both."""
    return line((f"{signs.bad} ", CARE), "The name must end in .jsonl or .csv")


def there_already(path: Path, signs: Signs = FULL) -> Content:
    """Nothing is overwritten by itself."""
    return lines(
        words(f"{signs.bad} ", CARE) + safe_text(f"{path.name} is there already."),
        line("  Name another file, or ", key_hint("^O", " overwrites it.", "")),
    )


def progress(seq: int, last: int) -> Content:
    """How far it is; `seq` of `last` events were looked at."""
    percent = min(100 * seq // max(last, 1), 100)
    return line("  Saving … ", (f"{percent} %", STRONG), "   ", key_hint("esc", " stops it"))


def stopped(signs: Signs = FULL) -> Content:
    """Somebody stopped it."""
    return line((f"{signs.bad} ", CARE), "Stopped. There is no file; what was read is on record.")


def failed(sentence: str, remedy: str, signs: Signs = FULL) -> Content:
    """Why there is no file, and what to do."""
    wrong = words(f"{signs.fails} ", DANGER) + safe_text(sentence)
    return lines(wrong, safe_text(f"  {remedy}")) if remedy else wrong


def done(count: int, path: Path) -> str:
    """What is where."""
    return f"{count:,} {'event is' if count == 1 else 'events are'} in {path}"
