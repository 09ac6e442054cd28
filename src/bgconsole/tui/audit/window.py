"""The part of the audit log that is in memory, where the cursor is, and which page comes next.

The log may have millions of events: a few pages around the view are kept, each found by `seq`.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from bgconsole.backend.values import AuditPage
from bgconsole.policy.audit import ALL_EVENTS, AuditEvent, AuditFilter
from bgconsole.tui.audit.newest import NewestEvents
from bgconsole.tui.audit.render.times import Zone
from bgconsole.tui.audit.request import PageRequest, Place
from bgconsole.tui.audit.view import AuditView

FIRST: Final = 20
"""Events of a page that a key waits for; more where more rows are in view."""

NEIGHBOUR: Final = 100
"""Events of a page that is fetched ahead."""

KEPT: Final = 600
"""Events kept at most, but for screens so high that they need more."""


class AuditWindow(AuditView):
    """The view, and how it goes on beyond what is in memory.

    While `following`, the newest event is in view and under the cursor. Otherwise new events
    are counted, and only the last of them are kept.
    """

    def __init__(self) -> None:
        super().__init__()
        self.wanted = ALL_EVENTS
        self.given = ALL_EVENTS
        """The filter that the events in memory match: that of before until the first page comes."""
        self.loaded = False
        self.following = True
        self._at_oldest = False
        self._turn = 0
        self._asked: set[Place] = set()
        self._first: AuditPage | None = None
        self._newest = NewestEvents()

    @property
    def unseen(self) -> int:
        """How many events came after the newest one that was in view; none are while following.

        Too many after a jump over events that were never in view.
        """
        return 0 if self.following else self._newest.unseen

    def begin(self, wanted: AuditFilter) -> PageRequest:
        """Start over with the newest events that match; what is shown stays until they come."""
        self.wanted = wanted
        self.following = True
        self._first = None
        self._newest.forget()
        return self._jump(Place.NEWEST)

    def resize(self, height: int, *, by_day: bool | None = None) -> None:
        """There are `height` rows; days are rows of their own, or not, or as before."""
        self._height = max(height, 1)
        self.by_day = self.by_day if by_day is None else by_day
        self._fit()

    def show_in(self, zone: Zone) -> None:
        """Days begin at midnight in this zone."""
        self.zone = zone
        self._fit()

    def _fit(self) -> None:
        if self.following:
            self._to_newest()
        else:
            self._scroll_to_cursor()

    def give(self, request: PageRequest, page: AuditPage, beyond: AuditPage | None = None) -> bool:
        """Take in the answer to a request; False when it is no longer needed.

        Around a place `page` ends there, and `beyond` follows it.
        """
        if request.turn != self._turn:
            return False
        self._asked.discard(request.place)
        if not self._still_beside(request):
            return False
        self.given = request.wanted
        events = page.events[::-1]
        if beyond is not None:
            events += beyond.events[::-1]
        if request.place in (Place.NEWEST, Place.NEWER, Place.AROUND):
            self._newest.note(events)
        self._take(request, events, page, beyond)
        self._at_newest = self._at_newest and self._newest.known <= self.last_seq
        if self.following:
            self._to_newest()
        self._scroll_to_cursor()
        return True

    def _take(
        self,
        request: PageRequest,
        events: Sequence[AuditEvent],
        page: AuditPage,
        beyond: AuditPage | None,
    ) -> None:
        match request.place:
            case Place.OLDER:
                self._prepend(events, more=page.more)
            case Place.NEWER:
                self._append(events, more=page.more)
            case Place.FIRST:
                self._first = page
            case Place.OLDEST:
                self._first = page
                self._open_at_oldest(page)
            case Place.NEWEST:
                self._newest.begin_with(events)
                self._replace(events, at_oldest=not page.more)
                self._at_newest = True
            case Place.AROUND:
                self._replace(events, at_oldest=not page.more)
                self._at_newest = beyond is not None and not beyond.more
                self._centre(request.anchor)

    def live(self, events: Sequence[AuditEvent]) -> None:
        """Take in events that just happened, oldest first: show them, or count them."""
        fresh = self._newest.note(events)
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
        """Move cursor and view by a page, as `move` does; 1 is down, -1 up."""
        if self._leave(pages):
            rows = len(self.in_view) if pages > 0 else self._page_up()
            self.cursor = self._within(self.cursor + rows)
            self.top += rows
            self._scroll_to_cursor()

    def to_oldest(self) -> PageRequest | None:
        """Go to the first event on record; the request for it, unless it is in memory."""
        self.following = False
        if self._at_oldest:
            self.cursor = self.top = 0
            self._look()
            return None
        if self._first is None:
            return self._jump(Place.OLDEST)
        self._forget_requests()
        self._open_at_oldest(self._first)
        return None

    def follow(self) -> PageRequest | None:
        """Go to the newest event and stay there; the request for it, unless it is in memory."""
        self.following = True
        if not self._at_newest:
            if not self._newest.events or Place.NEWEST in self._asked:
                return self._jump(Place.NEWEST)
            self._forget_requests()
            self._replace(self._newest.events, at_oldest=False)
            self._at_newest = True
        self._to_newest()
        return None

    def pause(self) -> None:
        """Stay where the view is, whatever happens."""
        self.following = False

    def go_to(self, seq: int) -> PageRequest | None:
        """Go to an event that matches; the request for what is around it, unless in memory."""
        self.following = False
        if self.events and self.events[0].seq <= seq <= self.last_seq:
            self._forget_requests()
            self._centre(seq)
            return None
        return self._jump(Place.AROUND, seq)

    def select(self, row: int) -> None:
        """Put the cursor on a row of the view, if an event is there."""
        rows = self.rows
        event = rows[row].event if row < len(rows) else None
        if event is not None:
            place = self.top + self.in_view.index(event)
            self._leave(place - (len(self.events) - 1))
            self.cursor = place

    def neighbours(self) -> list[PageRequest]:
        """The pages to fetch ahead, so that the next key finds its events in memory."""
        if not self.loaded or self._asked & {Place.NEWEST, Place.OLDEST, Place.AROUND}:
            return []
        margin = max(3 * self._height, 2 * FIRST)
        below = len(self.events) - self.top - self._height
        ahead: list[PageRequest] = []
        if not self._at_oldest and self.top < margin and Place.OLDER not in self._asked:
            ahead.append(self._ask(Place.OLDER, self.events[0].seq if self.events else 0))
        if not self._at_newest and below < margin and Place.NEWER not in self._asked:
            ahead.append(self._ask(Place.NEWER, self.last_seq))
        if not self._at_oldest and self._first is None and Place.FIRST not in self._asked:
            ahead.append(self._ask(Place.FIRST, 0, max(FIRST, self._height)))
        return ahead

    @property
    def _room(self) -> int:
        return max(KEPT, 4 * self._height + 2 * NEIGHBOUR)

    def _forget_requests(self) -> None:
        """Ignore the answers for the old place."""
        self._turn += 1
        self._asked.clear()

    def _jump(self, place: Place, anchor: int = 0) -> PageRequest:
        self._forget_requests()
        return self._ask(place, anchor, max(FIRST, self._height))

    def _ask(self, place: Place, anchor: int, limit: int = NEIGHBOUR) -> PageRequest:
        self._asked.add(place)
        return PageRequest(place, anchor, limit, self.wanted, self._turn)

    def _still_beside(self, request: PageRequest) -> bool:
        """Whether the page would join what is in memory; its edge may have been dropped since."""
        match request.place:
            case Place.OLDER:
                return bool(self.events) and request.anchor == self.events[0].seq
            case Place.NEWER:
                return request.anchor == self.last_seq
            case _:
                return True

    def _replace(self, events: Iterable[AuditEvent], *, at_oldest: bool) -> None:
        self.events = list(events)
        self.loaded = True
        self._at_oldest = at_oldest
        self.cursor = self._within(self.cursor)

    def _open_at_oldest(self, page: AuditPage) -> None:
        events = page.events[::-1]
        self._newest.note(events)
        self._replace(events, at_oldest=True)
        self._at_newest = not page.more and self._newest.known <= self.last_seq
        self.cursor = self.top = 0
        self._look()

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
        """Whether the cursor may go that way; going up stops following."""
        if not self.events:
            return False
        if direction < 0:
            self.following = False
        elif self._at_newest and self.cursor == len(self.events) - 1:
            self.following = True
            self._to_newest()
            return False
        return True

    def _to_newest(self) -> None:
        self.cursor = self._within(len(self.events))
        self._scroll_to_cursor()

    def _scroll_to_cursor(self) -> None:
        super()._scroll_to_cursor()
        self._look()

    def _look(self) -> None:
        """Take what came into view off the count of the unseen."""
        shown = self.in_view
        self._newest.in_view(shown, self.events[: self.top + len(shown)])
