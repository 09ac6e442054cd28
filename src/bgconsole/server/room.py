"""Room for connections: who gives way to whom when there is no more of it.

A newcomer takes the place of the oldest connection of the stranger who has the most. So one
address that takes all it can get holds nobody else up, and nobody takes the place of a source that
was let in.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

KNOWN: Final = 10_000
"""Sources that were let in and are remembered: those seen last."""


def _nothing() -> None:
    """There is nothing to end yet."""


@dataclass(eq=False, slots=True)
class RoomPlace:
    """One connection's. `give_up` ends the connection at once."""

    source: str
    give_up: Callable[[], object] = _nothing


class Room:
    """Counts the connections of a process by their sources; `limit` at a time."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._count = 0
        self._places: dict[str, OrderedDict[RoomPlace, None]] = {}
        self._strangers: dict[int, OrderedDict[str, None]] = {}
        """Sources by the number of their connections."""
        self._most = 0
        self._known: OrderedDict[str, None] = OrderedDict()

    def enter(self, source: str) -> RoomPlace | None:
        """A place for a connection from `source`; None where there is none for it.

        Call `leave` with it when the connection has ended, whoever ended it.
        """
        if self._count >= self._limit and not self._make_way(source):
            return None
        place = RoomPlace(source)
        places = self._places.setdefault(source, OrderedDict())
        self._unrank(source)
        places[place] = None
        self._rank(source)
        self._count += 1
        return place

    def leave(self, place: RoomPlace) -> None:
        """The connection has ended. Does nothing the second time."""
        places = self._places.get(place.source, OrderedDict[RoomPlace, None]())
        if place not in places:
            return
        self._unrank(place.source)
        del places[place]
        if places:
            self._rank(place.source)
        else:
            del self._places[place.source]
        self._count -= 1

    def knows(self, source: str) -> bool:
        """Whether somebody was let in from `source`."""
        return source in self._known

    def know(self, source: str) -> None:
        """Somebody was let in from `source`: its connections stay."""
        if source not in self._known:
            self._unrank(source)
            self._known[source] = None
        self._known.move_to_end(source)
        if len(self._known) > KNOWN:
            forgotten, _ = self._known.popitem(last=False)
            self._rank(forgotten)

    def end_one(self) -> bool:
        """End the oldest connection of the stranger who has the most; False if there is none."""
        if not self._most:
            return False
        source = next(iter(self._strangers[self._most]))
        place = next(iter(self._places[source]))
        self.leave(place)
        place.give_up()
        return True

    def _make_way(self, source: str) -> bool:
        own = len(self._places.get(source, ()))
        if source not in self._known and own and own >= self._most:
            # Whoever has the most already is refused: to end an older one of theirs is no gain.
            return False
        return self.end_one()

    def _rank(self, source: str) -> None:
        count = len(self._places.get(source, ()))
        if count and source not in self._known:
            self._strangers.setdefault(count, OrderedDict())[source] = None
            self._most = max(self._most, count)

    def _unrank(self, source: str) -> None:
        count = len(self._places.get(source, ()))
        ranked = self._strangers.get(count)
        if ranked is None or source not in ranked:
            return
        del ranked[source]
        if not ranked:
            del self._strangers[count]
        while self._most and self._most not in self._strangers:
            self._most -= 1
