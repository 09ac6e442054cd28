"""The help: every key by where it works, the name of its binding, and what the signs mean."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from textual.content import Content

from bgconsole.tui.kit.render.text import EMPTY, fit, line, lines, rule, spread, words
from bgconsole.tui.terminal.signs import FULL
from bgconsole.tui.terminal.theme import ACCENT, DIM, STRONG, TEXT

_KEY_COLUMN: Final = 8
_SIGN_COLUMN: Final = 30
_SIGNS: Final = (
    (FULL.passes, "saved, passes, success"), (FULL.fails, "refused, fails, down"),
    (FULL.added, "added, not saved"), (FULL.removed, "removed, not saved"),
    (FULL.bad, "no longer valid; care"), (FULL.unsaved, "unsaved draft"),
    (FULL.on, "on, chosen"), (FULL.off, "off"),
    (FULL.glass, "break-glass use"), (FULL.paused, "paused"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class KeyHelp:
    """One key: what it does, the name of its binding in the settings file, whether it does now."""

    key: str
    what: str
    name: str
    enabled: bool


@dataclass(frozen=True, slots=True)
class KeyGroup:
    """The keys that work in one place."""

    title: str
    keys: tuple[KeyHelp, ...]


def help_page(groups: Sequence[KeyGroup], width: int) -> Content:
    """The groups one below the other, the signs, and where keys can be changed."""
    rows: list[Content] = []
    for group in groups:
        if group.keys:
            rows += [words(group.title, STRONG), rule(width)]
            rows += [_key(one, width) for one in group.keys]
            rows.append(EMPTY)
    rows += [words("Signs", STRONG), rule(width), *_signs(), EMPTY]
    rows.append(words("The names at the right are for [keys] in settings.toml.", DIM))
    return lines(*rows)


def _key(one: KeyHelp, width: int) -> Content:
    key = fit(words(one.key, f"bold {ACCENT}" if one.enabled else DIM), _KEY_COLUMN)
    return spread(width, key + words(one.what, TEXT if one.enabled else DIM), words(one.name, DIM))


def _signs() -> Iterable[Content]:
    told = [line(f"{sign:<3}", (meaning, DIM)) for sign, meaning in _SIGNS]
    for left, right in zip(told[::2], told[1::2], strict=True):
        yield fit(left, _SIGN_COLUMN) + right
