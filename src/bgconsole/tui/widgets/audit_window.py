"""The part of the audit log that is in memory, where the cursor is, and which page comes next.

The log may have millions of events: a few pages around the view are kept, each found by `seq`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from bgconsole.backend.protocol import ALL_EVENTS
from bgconsole.backend.values import AuditPage
from bgconsole.policy.audit import AuditEvent, AuditFilter

FIRST: Final = 20
"""Events at least of a page that somebody waits for; more where more rows are in view."""

NEIGHBOUR: Final = 200
"""Events of a page that is fetched ahead."""

KEPT: Final = 600
"""Events kept at most, but for screens so high that they need more."""


class Place(Enum):
    """Which page is wanted."""

    NEWEST = auto()
    OLDEST = auto()
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
        return self.anchor if self.place in (Place.NEWER, Place.OLDEST) else None


class AuditWindow:
    """Events oldest first, `cursor` and `top` (the first row in view) as places among them.

    While `following`, the newest event is in view and under the cursor. Otherwise what comes is
    counted in `unseen`, not kept.
    """

    def __init__(self) -> None:
        self.events: list[AuditEvent] = []
        self.wanted = ALL_EVENTS
        self.loaded = False
        self.following = True
        self.unseen = 0
        self.cursor = 0
        self.top = 0
        self._height = 1
        self._at_oldest = False
        self._at_newest = False
        self._turn = 0
        self._asked: set[Place] = set()
        self._known = 0
        self._seen = 0

    @property
    def current(self) -> AuditEvent | None:
        """The event under the cursor."""
        return self.events[self.cursor] if self.events else None

    @property
    def in_view(self) -> list[AuditEvent]:
        """The events on the screen."""
        return self.events[self.top : self.top + self._height]

    def begin(self, wanted: AuditFilter) -> PageRequest:
        """Start over with the newest events that match; what is shown stays until they come."""
        self.wanted = wanted
        self.following = True
        self.unseen = self._known = self._seen = 0
        return self._jump(Place.NEWEST)

    def resize(self, height: int) -> None:
        """There are `height` rows for events now."""
        self._height = max(height, 1)
        if self.following:
            self._to_newest()
        else:
            self._scroll_to_cursor()

    def give(self, request: PageRequest, page: AuditPage) -> bool:
        """Take in the answer to a request; False when nobody waits for it any more."""
        if request.turn != self._turn:
            return False
        self._asked.discard(request.place)
        events = page.events[::-1]
        self._note(events)
        match request.place:
            case Place.OLDER:
                self._prepend(events, more=page.more)
            case Place.NEWER:
                self._append(events, more=page.more)
            case Place.OLDEST:
                self._replace(events, at_oldest=True)
                self._at_newest = not page.more
                self.cursor = self.top = 0
            case Place.NEWEST:
                self._replace(events, at_oldest=not page.more)
                self._at_newest = True
        self._at_newest = self._at_newest and self._known <= self._last_seq
        if self.following:
            self._to_newest()
        self._scroll_to_cursor()
        return True

    def live(self, events: Sequence[AuditEvent]) -> None:
        """Take in events that just happened, oldest first: show them, or count them."""
        fresh = self._note(events)
        if not fresh:
            return
        if self.following and self._at_newest and Place.NEWEST not in self._asked:
            self._append(fresh, more=False)
            self._to_newest()
        else:
            self._at_newest = False

    def move(self, rows: int) -> None:
        """Move the cursor; up pauses, down from the newest event follows."""
        if self._leave(rows):
            self.cursor = self._within(self.cursor + rows)
            self._scroll_to_cursor()

    def turn_page(self, pages: int) -> None:
        """Move cursor and view by whole pages, as `move` does."""
        if self._leave(pages):
            rows = pages * self._height
            self.cursor = self._within(self.cursor + rows)
            self.top += rows
            self._scroll_to_cursor()

    def to_oldest(self) -> PageRequest | None:
        """Go to the first event on record; the request for it unless it is in memory."""
        self.following = False
        if not self._at_oldest:
            return self._jump(Place.OLDEST)
        self.cursor = self.top = 0
        self._look()
        return None

    def follow(self) -> PageRequest | None:
        """Go to the newest event and stay there; the request for it unless it is in memory."""
        self.following = True
        if not self._at_newest:
            return self._jump(Place.NEWEST)
        self._to_newest()
        return None

    def pause(self) -> None:
        """Stay where the view is, whatever happens."""
        self.following = False

    def select(self, row: int) -> None:
        """Put the cursor on a row of the view."""
        if row < len(self.in_view):
            self._leave(row - (len(self.in_view) - 1))
            self.cursor = self.top + row

    def neighbours(self) -> list[PageRequest]:
        """The pages to fetch ahead, so that the next key finds its events in memory."""
        if not self.loaded or self._asked & {Place.NEWEST, Place.OLDEST}:
            return []
        margin = max(3 * self._height, 2 * FIRST)
        below = len(self.events) - self.top - self._height
        ahead: list[PageRequest] = []
        if not self._at_oldest and self.top < margin and Place.OLDER not in self._asked:
            ahead.append(self._ask(Place.OLDER, self.events[0].seq if self.events else 0))
        if not self._at_newest and below < margin and Place.NEWER not in self._asked:
            ahead.append(self._ask(Place.NEWER, self._last_seq))
        return ahead

    @property
    def _last_seq(self) -> int:
        return self.events[-1].seq if self.events else 0

    @property
    def _room(self) -> int:
        return max(KEPT, 4 * self._height + 2 * NEIGHBOUR)

    def _jump(self, place: Place) -> PageRequest:
        self._turn += 1
        self._asked.clear()
        return self._ask(place, 0, max(FIRST, self._height))

    def _ask(self, place: Place, anchor: int, limit: int = NEIGHBOUR) -> PageRequest:
        self._asked.add(place)
        return PageRequest(place, anchor, limit, self.wanted, self._turn)

    def _note(self, events: Sequence[AuditEvent]) -> list[AuditEvent]:
        """Those not heard of before; while paused they count as unseen."""
        fresh = [event for event in events if event.seq > self._known]
        if fresh:
            self._known = fresh[-1].seq
            if not self.following:
                self.unseen += len(fresh)
        return fresh

    def _replace(self, events: Sequence[AuditEvent], *, at_oldest: bool) -> None:
        self.events = list(events)
        self.loaded = True
        self._at_oldest = at_oldest
        self.cursor = self._within(self.cursor)

    def _prepend(self, events: Sequence[AuditEvent], *, more: bool) -> None:
        self.events[:0] = events
        self._at_oldest = not more
        self.cursor += len(events)
        self.top += len(events)
        if len(self.events) > self._room:
            del self.events[self._room :]
            self._at_newest = False

    def _append(self, events: Sequence[AuditEvent], *, more: bool) -> None:
        self.events.extend(events)
        self._at_newest = not more
        surplus = len(self.events) - self._room
        if surplus > 0:
            del self.events[:surplus]
            self._at_oldest = False
            self.cursor -= surplus
            self.top -= surplus

    def _leave(self, direction: int) -> bool:
        """Whether the cursor may go that way; says good-bye to following when it goes up."""
        if not self.events:
            return False
        if direction < 0:
            self.following = False
        elif self._at_newest and self.cursor == len(self.events) - 1:
            self.following = True
            self._to_newest()
            return False
        return True

    def _within(self, index: int) -> int:
        return min(max(index, 0), max(len(self.events) - 1, 0))

    def _to_newest(self) -> None:
        self.cursor = self._within(len(self.events))
        self._scroll_to_cursor()
        self.unseen = 0

    def _scroll_to_cursor(self) -> None:
        self.cursor = self._within(self.cursor)
        lowest = max(len(self.events) - self._height, 0)
        top = max(min(self.top, self.cursor), self.cursor - self._height + 1)
        self.top = min(max(top, 0), lowest)
        self._look()

    def _look(self) -> None:
        """Take what came into view off the count of the unseen."""
        shown = self.in_view
        if not shown or shown[-1].seq <= self._seen:
            return
        if not self.following:
            passed = sum(self._seen < event.seq for event in self.events[: self.top + len(shown)])
            self.unseen = max(self.unseen - passed, 0)
        self._seen = shown[-1].seq
