"""The last row of a dialog: the primary way out first, then the others, each with its key."""

from dataclasses import dataclass

from textual.content import Content

from bgconsole.tui.kit.render.keys import presses
from bgconsole.tui.kit.render.text import line, lines, words
from bgconsole.tui.terminal.theme import ACCENT, DIM


@dataclass(frozen=True, slots=True)
class Button:
    """One way out: what it does, in the program's own words, and its key as it is written."""

    what: str
    key: str
    enabled: bool = True
    style: str = ""


def buttons(width: int, primary: Button, *others: Button) -> Content:
    """As many rows as the width asks for; no button is cut."""
    rows = [_primary(primary)]
    for other in others:
        shown = _other(other)
        if rows[-1].cell_length + 2 + shown.cell_length <= width:
            rows[-1] += words("  ") + shown
        else:
            rows.append(shown)
    return lines(*rows)


def _primary(button: Button) -> Content:
    style = "bold $on-accent on $accent" if button.enabled else f"{DIM} on $bar"
    return presses(button.key, words(f" {button.what}  {button.key} ", style))


def _other(button: Button) -> Content:
    shown = line(
        ("[ ", DIM),
        (f"{button.what} ", button.style if button.enabled else DIM),
        (f" {button.key}", ACCENT if button.enabled else DIM),
        (" ]", DIM),
    )
    return presses(button.key, shown)
