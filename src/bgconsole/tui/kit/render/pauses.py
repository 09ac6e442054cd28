"""What a pause means in a few words, and the keys that lift it."""

from typing import Final

from textual.content import Content

from bgconsole.tui.kit.render.keys import key_hint
from bgconsole.tui.kit.render.text import line, words
from bgconsole.tui.terminal.signs import FULL
from bgconsole.tui.terminal.theme import ACCENT, CARE

FROM_WHERE: Final = "from known addresses only"


def paused() -> Content:
    """'paused: known addresses only', short enough for the row of a list."""
    return words("paused: known addresses only", CARE)


def lifting(told: str = " lifts it") -> Content:
    """'m, L lifts it': the key of the members' tab, and what lifts a pause there."""
    return line(key_hint("m"), ", ", ("L", ACCENT), told)


def sign() -> Content:
    """The sign before whoever is paused."""
    return words(f"{FULL.paused} ", CARE)
