"""The team's people in the order of a list, and those of them that a few letters mean."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Final

from rich.cells import cell_len

from bgconsole.backend.values import Member
from bgconsole.policy.team import Role
from bgconsole.policy.text import visible
from bgconsole.tui.kit.list import Heading

OUTSIDE: Final = "Not in the team"
_RANKS: Final = {role: rank for rank, role in enumerate(Role)}


class Order(Enum):
    """How a list of people is sorted; the value says it in words."""

    EMAIL = "sorted by email"
    ROLE = "sorted by role"
    LAST_SIGN_IN = "last sign-in first"

    @property
    def next(self) -> "Order":
        """The order that comes after it, round and round."""
        every = list(Order)
        return every[(every.index(self) + 1) % len(every)]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many people of each kind the team has."""

    people: int
    owners: int
    admins: int
    without_password: int
    paused: int
    outside: int


class MemberDirectory:
    """One reading of everybody, sorted once; searching goes through it letter by letter."""

    def __init__(self, members: Mapping[str, Member], order: Order) -> None:
        self.everybody = members
        self.order = order
        self._sorted = _sorted(members.values(), order)
        self._told = [f"{one.email}\n{one.name}".casefold() for one in self._sorted]
        # Asked for more than once between one letter and the next.
        self._found: tuple[str, list[Hashable]] | None = None

    @cached_property
    def counts(self) -> Counts:
        """Counted once."""
        inside = [one for one in self.everybody.values() if one.role is not None]
        roles = Counter(one.role for one in inside)
        return Counts(
            people=len(inside),
            owners=roles[Role.OWNER],
            admins=roles[Role.ADMIN],
            without_password=sum(not one.has_password for one in inside),
            paused=sum(one.paused for one in inside),
            outside=len(self.everybody) - len(inside),
        )

    @cached_property
    def longest_email(self) -> int:
        """Cells of the longest email."""
        return max((cell_len(visible(email)) for email in self.everybody), default=0)

    def rows(self, letters: str) -> list[Hashable]:
        """The people whose email or name has `letters`, those outside the team under a heading."""
        wanted = letters.strip().casefold()
        if self._found is None or self._found[0] != wanted:
            self._found = (wanted, self._search(wanted))
        return self._found[1]

    def _search(self, wanted: str) -> list[Hashable]:
        found = [
            one
            for one, told in zip(self._sorted, self._told, strict=True)
            if not wanted or wanted in told
        ]
        inside: list[Hashable] = [one for one in found if one.role is not None]
        outside = [one for one in found if one.role is None]
        if not outside:
            return inside
        apart = [Heading(OUTSIDE, len(outside))]
        if inside:
            apart.insert(0, Heading(""))
        return [*inside, *apart, *outside]


def best(rows: list[Hashable], letters: str) -> int:
    """The number of the row that `letters` most likely mean: an email, a name, that begins so."""
    wanted = letters.strip().casefold()
    people = [(n, row) for n, row in enumerate(rows) if isinstance(row, Member)]
    begins = (n for n, one in people if one.email.casefold().startswith(wanted))
    named = (n for n, one in people if one.name.casefold().startswith(wanted))
    return next(begins, next(named, 0))


def _sorted(people: Iterable[Member], order: Order) -> list[Member]:
    match order:
        case Order.EMAIL:
            return sorted(people, key=_by_email)
        case Order.ROLE:
            last = len(_RANKS)
            return sorted(
                people,
                key=lambda one: (last if one.role is None else _RANKS[one.role], _by_email(one)),
            )
        case Order.LAST_SIGN_IN:
            return sorted(people, key=_most_recent)


def _by_email(one: Member) -> str:
    return one.email.casefold()


def _most_recent(one: Member) -> tuple[bool, float, str]:
    at = one.last_sign_in
    return (at is None, 0.0 if at is None else -at.timestamp(), _by_email(one))
