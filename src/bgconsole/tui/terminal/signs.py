"""The signs, the same everywhere; each has a plain twin for terminals without the glyph.

Whatever draws uses `FULL`. Where the terminal has no such glyphs, `tui/terminal/filters.py`
replaces every cell on its way there; both twins are one cell wide, so no layout depends on it.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Signs:
    """One set of signs, each one cell wide."""

    passes: str = "✓"
    added: str = "+"
    removed: str = "−"
    bad: str = "!"
    fails: str = "×"
    other: str = "·"
    on: str = "●"
    off: str = "○"
    unsaved: str = "*"
    glass: str = "◆"
    cursor: str = "›"
    chosen: str = "‹"
    paused: str = "‖"
    none: str = "–"
    arrow: str = "→"
    rule: str = "─"
    bar: str = "│"
    heavy: str = "━"
    ellipsis: str = "…"
    dot: str = "·"


FULL: Final = Signs()
LEVELS: Final = "▁▂▃▄▅▆▇█"
"""Cells of a sparkline, the lowest first."""

PLAIN_LEVELS: Final = "_.-~=+*#"
"""The same, for terminals without the glyphs."""

PLAIN: Final = Signs(
    passes="v", removed="-", fails="x", other=".", on="@", off="o", glass="#", cursor=">",
    chosen="<", paused="=", none="-", arrow=">", rule="-", bar="|", heavy="=", ellipsis="~",
    dot=".",
)  # fmt: skip
