"""The newest events, kept in memory while the view is elsewhere, and how many were not in view."""

from collections import deque
from collections.abc import Sequence
from typing import Final

from bgconsole.policy.audit import AuditEvent

_KEPT: Final = 100
"""Newest events kept in memory while the view is elsewhere."""


class NewestEvents:
    """`unseen` counts those above the newest one that was in view."""

    def __init__(self) -> None:
        self.known = 0
        """The newest event that was heard of, by its `seq`."""
        self.unseen = 0
        self.events: deque[AuditEvent] = deque(maxlen=_KEPT)
        self._seen = 0

    def forget(self) -> None:
        """Begin anew."""
        self.known = self.unseen = self._seen = 0
        self.events.clear()

    def note(self, events: Sequence[AuditEvent]) -> list[AuditEvent]:
        """Those not known before; they are newer than what was in view."""
        fresh = [event for event in events if event.seq > self.known]
        if fresh:
            self.known = fresh[-1].seq
            self.events.extend(fresh)
            self.unseen += len(fresh)
        return fresh

    def begin_with(self, page: Sequence[AuditEvent]) -> None:
        """Keep the newest page, and what came after it was read."""
        since = [event for event in self.events if not page or event.seq > page[-1].seq]
        self.events.clear()
        self.events.extend((*page, *since))

    def in_view(self, shown: Sequence[AuditEvent], down_to_them: Sequence[AuditEvent]) -> None:
        """These are on the screen: they are unseen no more, nor is what was passed."""
        if not shown or shown[-1].seq <= self._seen:
            return
        newest = shown[-1].seq
        if self.events and self.events[0].seq <= newest:
            self.unseen = sum(event.seq > newest for event in self.events)
        else:
            passed = sum(self._seen < event.seq for event in down_to_them)
            self.unseen = max(self.unseen - passed, 0)
        self._seen = newest
