"""Which page of the audit log a list wants next."""

from dataclasses import dataclass
from enum import Enum, auto

from bgconsole.policy.audit import AuditFilter


class Place(Enum):
    """Where the page is. FIRST is the oldest, fetched ahead; OLDEST is being waited for."""

    NEWEST = auto()
    OLDEST = auto()
    FIRST = auto()
    OLDER = auto()
    NEWER = auto()


@dataclass(frozen=True, slots=True)
class PageRequest:
    """A page to read: up to `limit` events beside `anchor` (a `seq`), or at an end of the log.

    `turn` tells late answers to an earlier question from those that are still wanted.
    """

    place: Place
    anchor: int
    limit: int
    wanted: AuditFilter
    turn: int

    @property
    def before(self) -> int | None:
        """Events below this `seq` are wanted."""
        return self.anchor if self.place is Place.OLDER else None

    @property
    def after(self) -> int | None:
        """Events above this `seq` are wanted."""
        return None if self.place in (Place.OLDER, Place.NEWEST) else self.anchor
