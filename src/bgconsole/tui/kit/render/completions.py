"""What a few letters may be completed to: a row for each, with the part that matches marked."""

from dataclasses import dataclass
from typing import Final

from textual.content import Content

from bgconsole.policy.text import visible
from bgconsole.tui.kit.render.text import EMPTY, cut, fit, lines, safe_text, words
from bgconsole.tui.terminal.signs import FULL
from bgconsole.tui.terminal.theme import ACCENT, CARE, DIM, STRONG, TEXT

MOST: Final = 5
"""Rows of a list of completions."""

_LEAST_NAME: Final = 3
_LEAST_NOTE: Final = 6
_MATCH: Final = f"bold underline {ACCENT}"


@dataclass(frozen=True, slots=True)
class Completion:
    """One text that can be meant. `note` is what else to know; `why_not`, why it is refused."""

    text: str
    name: str = ""
    note: str = ""
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Completions:
    """What is typed, all that it can mean, and the number of the one that enter takes, if any."""

    typed: str = ""
    found: tuple[Completion, ...] = ()
    chosen: int | None = None

    def in_view(self, most: int) -> range:
        """The numbers of at most so many rows: the chosen one is among them."""
        top = max((self.chosen or 0) - most + 1, 0)
        return range(top, min(top + most, len(self.found)))


NOTHING: Final = Completions()


def completion_rows(
    completions: Completions, width: int, *, indent: int = 0, most: int = MOST
) -> Content:
    """'› bo@northwind.test  Bo Lindqvist  admin', with letters that were typed marked."""
    in_view = completions.in_view(most)
    shown = [completions.found[n] for n in in_view]
    if not shown:
        return EMPTY
    left_out = _left_out(in_view, len(completions.found))
    texts = max(len(visible(one.text)) for one in shown)
    names = max(len(visible(one.name)) for one in shown)
    room = width - indent - 2
    if texts + 2 + left_out.cell_length > room:
        left_out = _left_out(in_view, len(completions.found), more="")
    rows = [_row(one, completions.typed, (texts, names), room) for one in shown]
    if left_out:
        left = room - left_out.cell_length - 2
        last = _row(shown[-1], completions.typed, (texts, names), left)
        rows[-1] = fit(last, left) + words("  ") + left_out
    return lines(
        *(
            words(" " * indent) + _marked(row, chosen=n == completions.chosen, width=room)
            for n, row in zip(in_view, rows, strict=True)
        )
    )


def _left_out(shown: range, count: int, *, more: str = " more") -> Content:
    above = f"{shown.start} ↑" if shown.start else ""
    below = f"{count - shown.stop}{more} ↓" if shown.stop < count else ""
    return words("  ".join(part for part in (above, below) if part), CARE)


def _marked(row: Content, *, chosen: bool, width: int) -> Content:
    if not chosen:
        return words("  ") + row
    return (words(f"{FULL.cursor} ", f"bold {ACCENT}") + fit(row, width)).stylize_before(
        "on $focus-row"
    )


def _row(one: Completion, typed: str, widths: tuple[int, int], room: int) -> Content:
    """Text, name and note in columns; where there is too little room, the name is cut first."""
    texts, names = widths
    note = safe_text(one.why_not, CARE) if one.why_not else safe_text(one.note, DIM)
    text = with_match(one.text, typed, STRONG if not one.why_not else TEXT)
    left = room - note.cell_length - 2
    if left < texts:
        # Who it is stays readable longest.
        return (
            cut(text + words("  ") + note, room) if texts + _LEAST_NOTE < room else cut(text, room)
        )
    told = fit(text, texts)
    name = min(names, left - texts - 2)
    if name >= _LEAST_NAME:
        told += words("  ") + fit(with_match(one.name, typed, DIM), name)
    return cut(told + words("  ") + note, room)


def with_match(text: str, typed: str, style: str = "") -> Content:
    """`text` from outside, with the letters that were typed marked where it has them."""
    shown = visible(text)
    told = safe_text(text, style)
    folded, wanted = shown.casefold(), typed.strip().casefold()
    place = folded.find(wanted) if wanted and len(folded) == len(shown) else -1
    return told if place < 0 else told.stylize(_MATCH, place, place + len(wanted))
