"""Short messages in the key bar's row: what happened, and what to do about it; one at a time."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol, cast

from textual.content import Content
from textual.dom import DOMNode

from bgconsole.tui.kit.render.text import beside, lines, safe_text, words
from bgconsole.tui.terminal.signs import FULL
from bgconsole.tui.terminal.theme import CARE, DANGER, OK, TEXT

SHOWN: Final = 6.0
"""Seconds; a click takes it away sooner."""


class Tone(StrEnum):
    """How a message is meant."""

    DONE = "done"
    CARE = "care"
    FAILED = "failed"


_SIGNS: Final = {Tone.DONE: FULL.passes, Tone.CARE: FULL.bad, Tone.FAILED: FULL.fails}
_STYLES: Final = {Tone.DONE: OK, Tone.CARE: CARE, Tone.FAILED: DANGER}


@dataclass(frozen=True, slots=True)
class Notice:
    """A message with its remedy; `passing` ends with the next key: it is about the last one."""

    tone: Tone
    what: str
    remedy: str = ""
    passing: bool = False

    def rows(self, width: int) -> list[Content]:
        """On one row where it fits, else on as many as it takes."""
        sign, style = words(f"{_SIGNS[self.tone]} ", _STYLES[self.tone]), _STYLES[self.tone]
        what = safe_text(self.what, style)
        if not self.remedy:
            return beside(sign, what, width)
        told = what + words("  ") + safe_text(self.remedy, TEXT)
        if sign.cell_length + told.cell_length <= width:
            return [sign + told]
        indent = words(" " * sign.cell_length)
        remedy = beside(indent, safe_text(self.remedy, TEXT), width)
        return [*beside(sign, what, width), *remedy]

    def draw(self, width: int) -> Content:
        """The rows below each other."""
        return lines(*self.rows(width))


class ShowsNotices(Protocol):
    """What every app with key bars is: they show its notice."""

    notice: Notice | None

    def show_notice(self, notice: Notice | None) -> None:
        """Show it in the place of the one before; None shows the keys again."""
        ...


def notices_of(node: DOMNode) -> ShowsNotices:
    """The app, as what shows notices."""
    return cast("ShowsNotices", cast("object", node.app))


def tell(node: DOMNode, tone: Tone, what: str, remedy: str = "", *, passing: bool = False) -> None:
    """Show `what` with its remedy; takes the place of the message before it.

    Both may hold text from outside. Nothing secret belongs here.
    """
    notices_of(node).show_notice(Notice(tone, what, remedy, passing))


def explain(node: DOMNode, reason: str) -> None:
    """Say why a key does nothing; the next key takes it away."""
    notices_of(node).show_notice(Notice(Tone.CARE, reason, passing=True))
