"""Which page of the audit log a list wants next."""

from dataclasses import dataclass
from enum import Enum, auto

from bgconsole.policy.audit import AuditFilter


class Place(Enum):
    """Where the page is. FIRST is the oldest, fetched ahead; OLDEST is being waited for.

    AROUND is two pages: one up to an event and one above it.
    """

    NEWEST = auto()
    OLDEST = auto()
    FIRST = auto()
    OLDER = auto()
    NEWER = auto()
    AROUND = auto()


@dataclass(frozen=True, slots=True)
class PageRequest:
    """A page to read: up to `limit` events beside `anchor` (a `seq`), or at an end of the log.

    `turn` distinguishes late answers to an earlier request from current ones.
    """

    place: Place
    anchor: int
    limit: int
    wanted: AuditFilter
    turn: int

    @property
    def before(self) -> int | None:
        """Events below this `seq` are wanted."""
        if self.place is Place.AROUND:
            return self.anchor + 1
        return self.anchor if self.place is Place.OLDER else None

    @property
    def after(self) -> int | None:
        """Events above this `seq` are wanted."""
        backwards = self.place in (Place.OLDER, Place.NEWEST, Place.AROUND)
        return None if backwards else self.anchor
