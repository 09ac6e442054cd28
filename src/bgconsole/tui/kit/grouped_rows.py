"""Groups of people as the rows of a list: heads, people, what is folded, blank rows between."""

from bisect import bisect_right
from collections.abc import Collection
from dataclasses import dataclass
from itertools import accumulate

from bgconsole.policy.coverage import Group, Outcome
from bgconsole.policy.team import Person

_LEAST = 3
"""Rows of the last group that are on the screen at first, if it has so many."""


@dataclass(frozen=True, slots=True, eq=False)
class Section:
    """A group with its first `shown` people; `total` counts also those who were not looked for.

    One is equal to itself alone: comparing ten thousand people takes too long for a row.
    """

    group: Group
    shown: int
    total: int

    @property
    def hidden(self) -> int:
        """How many are folded away."""
        return len(self.group.people) - self.shown

    @property
    def height(self) -> int:
        """Rows: the head, the people, the row that stands for the others."""
        return 1 + self.shown + bool(self.hidden)


@dataclass(frozen=True, slots=True)
class Row:
    """One row. No section: a blank one. No person: the head, or what is folded."""

    section: Section | None = None
    person: Person | None = None
    folded: bool = False

    @property
    def stops(self) -> bool:
        """Whether the cursor stands on it."""
        return self.person is not None or self.folded


class GroupedRows:
    """Rows found by number, so that ten thousand people cost no more than ten."""

    def __init__(self, sections: tuple[Section, ...]) -> None:
        self.sections = sections
        self._starts = list(accumulate((one.height + 1 for one in sections), initial=0))
        self._height = max(self._starts[-1] - 1, 0)

    def __len__(self) -> int:
        return self._height

    def __getitem__(self, number: int) -> Row:
        """The row of that number, from 0."""
        if not 0 <= number < self._height:
            raise IndexError(number)
        place = bisect_right(self._starts, number) - 1
        section, within = self.sections[place], number - self._starts[place]
        if within == 0:
            return Row(section)
        if within <= section.shown:
            return Row(section, section.group.people[within - 1])
        return Row(section, folded=True) if within < section.height else Row()

    def first(self, *outcomes: Outcome) -> int:
        """Where the first group of these outcomes begins, in their order; else the first row."""
        for outcome in outcomes:
            for start, section in zip(self._starts, self.sections, strict=False):
                if section.group.outcome is outcome:
                    return start + 1
        return 1

    def find(self, email: str) -> int | None:
        """The row of this person, or the one that stands for them; None where they are not."""
        for start, section in zip(self._starts, self.sections, strict=False):
            for place, person in enumerate(section.group.people):
                if person.email == email:
                    return start + 1 + min(place, section.shown)
        return None


def grouped_rows(
    groups: tuple[Group, ...], room: int, opened: Collection[Outcome], wanted: str = ""
) -> GroupedRows:
    """Fold what does not fit into `room` rows, so that the head of every group can be seen.

    The last group is never folded, since nothing is below it. Those who still get in take a third
    of the room at most: it is the others who are looked for. `wanted` leaves only the people with
    these letters in email or name, and folds nothing.
    """
    if wanted:
        found = (_matching(group, wanted) for group in groups)
        return GroupedRows(tuple(section for section in found if section.shown))
    sizes = [len(group.people) for group in groups]
    left = room - 2 * len(groups) + 1
    if sum(sizes) > left:
        left -= min(sizes[-1], _LEAST)
        for place, group in enumerate(groups[:-1]):
            share = left // (len(groups) - 1 - place)
            if group.outcome is Outcome.STAYS:
                share = min(share, room // 3)
            rows = max(min(share, sizes[place]), min(sizes[place], 2))
            left -= rows
            if group.outcome not in opened and rows < sizes[place]:
                sizes[place] = rows - 1
    return GroupedRows(
        tuple(Section(g, shown, len(g.people)) for g, shown in zip(groups, sizes, strict=True))
    )


def _matching(group: Group, wanted: str) -> Section:
    letters = wanted.casefold()
    people = tuple(
        p for p in group.people if letters in p.email.casefold() or letters in p.name.casefold()
    )
    return Section(Group(group.outcome, people, {}), len(people), len(group.people))
