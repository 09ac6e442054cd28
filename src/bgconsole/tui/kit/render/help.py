"""The help: what break-glass is, every key by where it works, and what the signs mean."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from textual.content import Content

from bgconsole.tui.kit.render.text import EMPTY, cut, fit, line, lines, rule, words
from bgconsole.tui.terminal.signs import FULL
from bgconsole.tui.terminal.theme import ACCENT, DIM, STRONG, TEXT

_FIRST: Final = (
    "Break-glass users keep their password while others must use SSO.",
    "In an outage: w shows who gets in, / asks about one person.",
    "To let somebody in: open the provider (1…9), a adds them, ^S saves.",
)
"""What somebody must know who sees the console for the first time, at night."""

_KEY_COLUMN: Final = 8
_SIGN_COLUMN: Final = 30
_SIGNS: Final = (
    (FULL.passes, "saved, passes, success"), (FULL.fails, "refused, fails, down"),
    (FULL.added, "added, not saved"), (FULL.removed, "removed, not saved"),
    (FULL.bad, "needs attention"), (FULL.unsaved, "unsaved draft"),
    (FULL.on, "on, chosen"), (FULL.off, "off"),
    (FULL.glass, "break-glass use"), (FULL.paused, "paused"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class KeyHelp:
    """One key: what it does, and whether it does now."""

    key: str
    what: str
    enabled: bool


@dataclass(frozen=True, slots=True)
class KeyGroup:
    """The keys that work in one place."""

    title: str
    keys: tuple[KeyHelp, ...]


def help_page(groups: Sequence[KeyGroup], width: int) -> Content:
    """What comes first, the groups one below the other, the signs."""
    rows = [row for told in _FIRST for row in words(told).wrap(max(width, 1))]
    rows.append(EMPTY)
    for group in groups:
        if group.keys:
            rows += [words(group.title, STRONG), rule(width)]
            rows += [_key(one, width) for one in group.keys]
            rows.append(EMPTY)
    rows += [words("Signs", STRONG), rule(width), *_signs()]
    return lines(*rows)


def _key(one: KeyHelp, width: int) -> Content:
    key = fit(words(one.key, f"bold {ACCENT}" if one.enabled else DIM), _KEY_COLUMN)
    return cut(key + words(one.what, TEXT if one.enabled else DIM), width)


def _signs() -> Iterable[Content]:
    told = [line(f"{sign:<3}", (meaning, DIM)) for sign, meaning in _SIGNS]
    for left, right in zip(told[::2], told[1::2], strict=True):
        yield fit(left, _SIGN_COLUMN) + right
