"""Which of the events in memory are on the screen, with the lines between them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from bgconsole.policy.audit import AuditEvent
from bgconsole.tui.audit.render.times import Zone

MARKS: Final = 100
"""Marks kept at most; the oldest goes first."""


@dataclass(frozen=True, slots=True)
class ViewRow:
    """One row: an event, the day of those below, when a mark was set, or nothing at all."""

    event: AuditEvent | None = None
    day: date | None = None
    mark: datetime | None = None


_BLANK: Final = ViewRow()


class AuditView:
    """Events oldest first, `cursor` and `top` (the first one in view) as places among them."""

    def __init__(self) -> None:
        self.events: list[AuditEvent] = []
        self.cursor = 0
        self.top = 0
        self._height = 1
        self.by_day = False
        self.zone = Zone.UTC
        self._marks: dict[int, datetime] = {}
        self._at_newest = False

    @property
    def current(self) -> AuditEvent | None:
        """The event under the cursor."""
        return self.events[self.cursor] if self.events else None

    @property
    def last_seq(self) -> int:
        """The newest event in memory."""
        return self.events[-1].seq if self.events else 0

    @property
    def in_view(self) -> list[AuditEvent]:
        """The events on the screen."""
        return [row.event for row in self.rows if row.event is not None]

    @property
    def rows(self) -> list[ViewRow]:
        """The rows of the screen from above, no more than there is room for."""
        rows: list[ViewRow] = []
        for place in range(self.top, len(self.events)):
            above = self._above(place, first=place == self.top)
            if rows and len(rows) + len(above) >= self._height:
                break
            rows += above
            rows.append(ViewRow(event=self.events[place]))
        else:
            rows += self._below_all
        return rows[: max(self._height, 2)] if self.by_day else rows[: self._height]

    def mark(self, at: datetime) -> None:
        """Draw a line below the event under the cursor, or take it away again."""
        if self.current is None:
            return
        if self._marks.pop(self.current.seq, None) is None:
            self._marks[self.current.seq] = at
            if len(self._marks) > MARKS:
                del self._marks[next(iter(self._marks))]
        self._scroll_to_cursor()

    def _above(self, place: int, *, first: bool) -> list[ViewRow]:
        """The rows between an event and the one above it; `first`: none is above it on screen."""
        event = self.events[place]
        if first:
            return [ViewRow(day=self._day(event))] if self.by_day else []
        before = self.events[place - 1]
        rows = [ViewRow(mark=at) for at in self._marked(before.seq, event.seq)]
        if self.by_day and self._day(before) != self._day(event):
            rows += [_BLANK, ViewRow(day=self._day(event))]
        return rows

    @property
    def _below_all(self) -> list[ViewRow]:
        """The marks below the newest event."""
        if not (self._at_newest and self.events):
            return []
        return [ViewRow(mark=at) for at in self._marked(self.events[-1].seq, 2**63)]

    def _marked(self, low: int, high: int) -> Iterator[datetime]:
        return (at for seq, at in self._marks.items() if low <= seq < high)

    def _day(self, event: AuditEvent) -> date:
        return self.zone.here(event.at).date()

    def _first_above(self, last: int) -> int:
        """The highest place from which on everything down to `last` is in view."""
        used = 1 + self.by_day
        if last == len(self.events) - 1:
            used += len(self._below_all)
        top = last
        while top > 0:
            used += 1 + len(self._above(top, first=False))
            if used > self._height:
                break
            top -= 1
        return top

    def _within(self, index: int) -> int:
        return min(max(index, 0), max(len(self.events) - 1, 0))

    def _scroll_to_cursor(self) -> None:
        """Move the view as little as brings the cursor into it, and leave no row empty below."""
        self.cursor = self._within(self.cursor)
        if not self.events:
            self.top = 0
            return
        top = max(min(self.top, self.cursor), self._first_above(self.cursor))
        self.top = min(max(top, 0), self._first_above(len(self.events) - 1))

    def _centre(self, seq: int) -> None:
        """Put the cursor on that event, with as much before it in view as after it."""
        places = (place for place, event in enumerate(self.events) if event.seq >= seq)
        self.cursor = self._within(next(places, len(self.events)))
        self.top = self.cursor - self._height // 2
        self._scroll_to_cursor()

    def _page_up(self) -> int:
        """By how many events a page above moves."""
        first = self._first_above(self.top - 1) if self.top else 0
        return first - self.top if first else -len(self.in_view)
