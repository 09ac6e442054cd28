"""The choices of the audit filter's dialog."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content

from bgconsole.policy.audit import EventType
from bgconsole.tui.render.signs import FULL, Signs
from bgconsole.tui.render.text import fit, line, lines, spread, words
from bgconsole.tui.theme import ACCENT, CARE, DIM, STRONG, TEXT


@dataclass(frozen=True, slots=True)
class Choice:
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


CHOICES = (Choice(None), *(Choice(kind) for kind in EventType))


def choice_rows(
    shown: Sequence[tuple[Choice, bool]],
    cursor: int,
    width: int,
    *,
    height: int,
    signs: Signs = FULL,
) -> Content:
    """`height` rows around the cursor; each choice with whether it is chosen."""
    top = min(max(cursor - height // 2, 0), max(len(shown) - height, 0))
    rows = [
        _row(choice, chosen=chosen, cursor=top + place == cursor, width=width, signs=signs)
        for place, (choice, chosen) in enumerate(shown[top : top + height])
    ]
    if not rows:
        rows = [fit(words("  No event type has these letters.", DIM), width)]
    rows += [words(" " * width)] * (height - len(rows))
    return lines(*rows)


def _row(choice: Choice, *, chosen: bool, cursor: bool, width: int, signs: Signs) -> Content:
    left = line(
        (f"{signs.cursor} " if cursor else "  ", ACCENT),
        (f"{signs.on if chosen else signs.off} ", ACCENT if chosen else DIM),
        (f"{signs.glass} " if choice.kind is None else "", CARE),
        (choice.label, STRONG if chosen else TEXT),
    )
    row = spread(width, left, words(f"  {choice.code} ", DIM))
    return row.stylize_before("on $chip") if cursor else row
