"""How tabs are laid out in a width: how long their names are, and which of them are in view."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from textual.content import Content

from bgconsole.tui.kit.render.text import EMPTY, cut, line, lines, safe_text, words
from bgconsole.tui.terminal.signs import FULL
from bgconsole.tui.terminal.theme import ACCENT, CARE, DANGER, DIM, RULE, STRONG

_WIDE_GAP: Final = 3
_GAP: Final = 2
_KEYS_ONLY: Final = 60
"""Columns under which only the active tab keeps its name."""

_LONGEST: Final = (28, 16, 16, 16)
"""Cells of a name at most, by how short the names have become."""

_MARK: Final = 2
"""Cells of the mark at a cut end, with its gap."""


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab. `sign` says its state, in `style`, and `word` where a sign alone is not enough.

    `key` tells it from the others, and is shown where one press of it opens the tab. `shorter` are
    names for less room, the longest first. `unsaved` adds the draft's mark, `badge` stands at the
    end. `apart` sets it off from the tabs before it.
    """

    key: str
    name: str
    sign: str = ""
    style: str = DIM
    unsaved: bool = False
    shorter: tuple[str, ...] = ()
    word: str = ""
    badge: Content | str = ""
    apart: bool = False

    def called(self, level: int) -> str:
        """Its name where names are this short; 0 is the longest."""
        names = (self.name, *self.shorter)
        return names[min(level, len(names) - 1)]


@dataclass(frozen=True)
class TabRow:
    """Tabs with names of one length, `gap` cells apart; `first` is the first one in view.

    `active` is -1 where none of them is.
    """

    labels: tuple[Content, ...]
    keys: tuple[str, ...]
    apart: tuple[bool, ...]
    active: int
    gap: int
    width: int

    @cached_property
    def fits(self) -> bool:
        """Whether all of them fit side by side."""
        return self._length(0, len(self.labels) - 1) <= self.width

    def last(self, first: int) -> int:
        """The last tab in view when `first` is the first one; itself at least."""
        end = len(self.labels) - 1
        room = self.width - (_MARK if first > 0 else 0)
        if self._length(first, end) <= room:
            return end
        found = first
        while found < end and self._length(first, found + 1) <= room - _MARK:
            found += 1
        return found

    def filled(self, first: int) -> int:
        """`first`, or as far before it as still shows everything behind."""
        end = len(self.labels) - 1
        found = max(0, min(first, end))
        while found > 0 and self.last(found - 1) == end:
            found -= 1
        return 0 if self.fits else found

    def showing(self, tab: int, first: int) -> int:
        """The first tab in view once `tab` is: as near to `first` as can be."""
        found = self.filled(first)
        if tab < found:
            return max(tab, 0)
        while self.last(found) < tab:
            found += 1
        return found

    def before(self, first: int) -> int:
        """The first tab in view one screenful to the left."""
        found = max(first - 1, 0)
        while found > 0 and self.last(found - 1) >= first - 1:
            found -= 1
        return found

    def after(self, first: int) -> int:
        """The first tab in view one screenful to the right."""
        return self.filled(self.last(first) + 1)

    def rows(self, first: int) -> Content:
        """Names above, below them the line, heavy under the active tab."""
        last = self.last(first)
        names = words(f"{FULL.chosen} ", ACCENT) if first > 0 else EMPTY
        under = words(FULL.rule * names.cell_length, RULE)
        for place in range(first, last + 1):
            lead = self._lead(place) if place > first else EMPTY
            label = self._label(place, first)
            active = place == self.active
            names += lead + label
            under += words(FULL.rule * lead.cell_length, RULE)
            mark, style = (FULL.heavy, ACCENT) if active else (FULL.rule, RULE)
            under += words(mark * label.cell_length, style)
        rest = words(FULL.rule * max(self.width - under.cell_length, 0), RULE)
        if last < len(self.labels) - 1:
            names = names.pad_right(max(self.width - names.cell_length - 1, 0))
            names += words(FULL.cursor, ACCENT)
        return lines(names, under + rest)

    def at(self, x: int, first: int) -> str | None:
        """The key of the tab in column `x`, if there is one."""
        start = _MARK if first > 0 else 0
        for place in range(first, self.last(first) + 1):
            start += self._lead(place).cell_length if place > first else 0
            end = start + self._label(place, first).cell_length
            if start <= x < end:
                return self.keys[place]
            start = end
        return None

    def _length(self, first: int, last: int) -> int:
        shown = self.labels[first : last + 1]
        leads = sum(self._lead(place).cell_length for place in range(first + 1, last + 1))
        return sum(label.cell_length for label in shown) + leads

    def _label(self, place: int, first: int) -> Content:
        label = self.labels[place]
        if place > first:
            return label
        marks = (_MARK if first > 0 else 0) + (_MARK if place < len(self.labels) - 1 else 0)
        return label if self.fits else cut(label, self.width - marks)

    def _lead(self, place: int) -> Content:
        """What stands between a tab and the one before it."""
        gap = words(" " * self.gap)
        return gap + words(f"{FULL.bar} ", RULE) if self.apart[place] else gap


def tab_row(tabs: Sequence[Tab], active: str, width: int) -> TabRow:
    """The tabs with the longest names that fit side by side; the shortest where none do."""
    if width < _KEYS_ONLY:
        return _row(tabs, active, width, _GAP, 3)
    for gap, level in ((_WIDE_GAP, 0), (_GAP, 0), (_GAP, 1), (_GAP, 2)):
        row = _row(tabs, active, width, gap, level)
        if row.fits:
            return row
    return _row(tabs, active, width, _GAP, 2)


def _row(tabs: Sequence[Tab], active: str, width: int, gap: int, level: int) -> TabRow:
    keys = tuple(tab.key for tab in tabs)
    return TabRow(
        labels=tuple(_label(tab, level, active=tab.key == active) for tab in tabs),
        keys=keys,
        apart=tuple(tab.apart for tab in tabs),
        active=keys.index(active) if active in keys else -1,
        gap=gap,
        width=width,
    )


def _label(tab: Tab, level: int, *, active: bool) -> Content:
    """Key, sign, name, word, mark, badge: whatever of them there is."""
    keys_only = level == len(_LONGEST) - 1
    parts: list[Content] = []
    if len(tab.key) == 1:
        parts.append(words(tab.key, ACCENT))
    if tab.sign:
        parts.append(words(tab.sign, tab.style))
    if active or not keys_only:
        parts.append(cut(safe_text(tab.called(level), STRONG if active else ""), _LONGEST[level]))
        if tab.word:
            parts.append(words(tab.word, f"bold {DANGER}"))
    if tab.unsaved:
        parts.append(words(FULL.unsaved, f"bold {CARE}"))
    badge = safe_text(tab.badge, CARE) if isinstance(tab.badge, str) else tab.badge
    if badge:
        parts.append(badge)
    return line(*(part if n == 0 else words(" ") + part for n, part in enumerate(parts)))
