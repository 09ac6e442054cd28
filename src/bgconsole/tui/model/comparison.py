"""Two edits of one provider side by side, and what both make together; pure values."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from bgconsole.backend.errors import ItemRefusal
from bgconsole.policy.entries import MAX_ENTRIES, check_person
from bgconsole.policy.refusals import Code, refusal
from bgconsole.policy.settings import Settings
from bgconsole.policy.team import Person

SWITCH = ""
"""The line of the switch; every other line is called by its email."""


class Side(Enum):
    """Whose edit a line is taken from."""

    THEIRS = "theirs"
    MINE = "mine"


@dataclass(frozen=True, slots=True)
class Comparison:
    """`theirs` is stored; `mine` was made on `base`. `chosen` are the lines decided by hand."""

    base: Settings
    theirs: Settings
    mine: Settings
    chosen: Mapping[str, Side] = field(default_factory=dict[str, Side])

    @property
    def emails(self) -> tuple[str, ...]:
        """Everybody of before, theirs and mine."""
        every = (*self.base.emails, *self.theirs.emails, *self.mine.emails)
        return tuple(dict.fromkeys(every))

    @property
    def rows(self) -> tuple[str, ...]:
        """Every line: the switch, then the emails."""
        return (SWITCH, *self.emails)

    @property
    def merged(self) -> Settings:
        """What would be saved: their order, then what is added of mine."""
        enforced = self._of(self.side(SWITCH)).enforced
        ordered = dict.fromkeys((*self.theirs.emails, *self.mine.emails))
        return Settings(enforced, tuple(email for email in ordered if self._listed(email)))

    def differs(self, row: str) -> bool:
        """Whether theirs and mine say different things on this line."""
        if row == SWITCH:
            return self.theirs.enforced != self.mine.enforced
        return (row in self.theirs.emails) != (row in self.mine.emails)

    def side(self, row: str) -> Side:
        """Whose edit this line is taken from; by itself from whoever changed it."""
        chosen = self.chosen.get(row)
        if chosen is not None and self.differs(row):
            return chosen
        if row == SWITCH:
            changed = self.mine.enforced != self.base.enforced
        else:
            changed = (row in self.mine.emails) != (row in self.base.emails)
        return Side.MINE if changed else Side.THEIRS

    def flipped(self, row: str) -> "Comparison":
        """With this line taken from the other side."""
        if not self.differs(row):
            return self
        other = Side.MINE if self.side(row) is Side.THEIRS else Side.THEIRS
        return replace(self, chosen={**self.chosen, row: other})

    def all_of(self, side: Side) -> "Comparison":
        """With every line taken from one side."""
        return replace(self, chosen=dict.fromkeys(self.rows, side))

    def as_merged(self) -> "Comparison":
        """With every line taken from whoever changed it."""
        return replace(self, chosen={})

    @property
    def whole(self) -> Side | None:
        """The side that everything is taken from; None where it is some of both."""
        if self.merged == self.theirs:
            return Side.THEIRS
        return Side.MINE if _same(self.merged, self.mine) else None

    def refusals(self, people: Mapping[str, Person]) -> tuple[ItemRefusal, ...]:
        """Why it would be refused, by the rules of adding; `people` are the accounts by email."""
        merged = self.merged
        added = tuple(email for email in merged.emails if email not in self.theirs.emails)
        if added and not merged.enforced:
            return tuple(ItemRefusal(email, refusal(Code.NOT_ENFORCED)) for email in added)
        found = [
            ItemRefusal(email, refused)
            for email in added
            if (refused := check_person(people.get(email))) is not None
        ]
        if added and len(merged.emails) > MAX_ENTRIES:
            found.append(ItemRefusal(added[-1], refusal(Code.LIMIT_REACHED)))
        return tuple(found)

    @property
    def spare(self) -> tuple[str, ...]:
        """Whose line, flipped, makes the list shorter."""
        return tuple(email for email in self.merged.emails if self.differs(email))

    def _listed(self, email: str) -> bool:
        return email in self._of(self.side(email)).emails

    def _of(self, side: Side) -> Settings:
        return self.theirs if side is Side.THEIRS else self.mine


def _same(one: Settings, other: Settings) -> bool:
    return one.enforced == other.enforced and set(one.emails) == set(other.emails)
