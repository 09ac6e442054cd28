"""The audit log as one session may read it: every question that the audit pane has."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bgconsole.backend.identity import Caller
from bgconsole.backend.protocol import Backend
from bgconsole.backend.values import AuditPage
from bgconsole.policy.audit import ALL_EVENTS, AuditEvent, AuditFilter, AuditHead, EventType
from bgconsole.policy.event_words import types_saying
from bgconsole.tui.audit.render.event import AROUND_MINUTES, MOST_AROUND, Surroundings
from bgconsole.tui.audit.render.heading import Count
from bgconsole.tui.audit.request import PageRequest, Place

LAST_LOGIN: Final = AuditFilter(types=(EventType.LOGIN_SUCCESS,), break_glass=True)


def is_last_login(event: AuditEvent) -> bool:
    """Whether it is what LAST_LOGIN asks for."""
    return event.is_break_glass and event.type is EventType.LOGIN_SUCCESS


COUNTED: Final = 1_000
"""Matches are counted up to so many: more cost more than the number is worth."""

_COUNT_PAGE: Final = 250
_COUNT_AFTER: Final = 0.3
"""Seconds after a page until the rest is counted, so that keys come first."""

_SEARCHED_PAGES: Final = 20


@dataclass(frozen=True, slots=True)
class Sought:
    """A text, to be found in the event nearest below (`older`) or above `seq`."""

    text: str
    seq: int
    older: bool


@dataclass(frozen=True, slots=True)
class Match:
    """The event found, if any; `around_the_end`: the search went on from the other end."""

    event: AuditEvent | None
    around_the_end: bool


@dataclass(frozen=True, slots=True)
class AuditSource:
    """Every method raises the BackendErrors of `audit_page`."""

    backend: Backend
    caller: Caller

    async def answer(self, request: PageRequest) -> tuple[AuditPage, AuditPage | None]:
        """The page asked for; around a place also the one beyond it."""
        page = await self.page(request)
        if request.place is not Place.AROUND:
            return page, None
        return page, await self.page(replace(request, place=Place.NEWER))

    def page(self, request: PageRequest) -> Awaitable[AuditPage]:
        """One page."""
        return self.backend.audit_page(
            self.caller,
            request.wanted,
            limit=request.limit,
            before=request.before,
            after=request.after,
        )

    def last_login(self) -> Awaitable[AuditPage]:
        """The last break-glass login."""
        return self.backend.audit_page(self.caller, LAST_LOGIN, limit=1)

    def follow(self, seen: AuditHead) -> AsyncIterator[tuple[AuditEvent, ...]]:
        """Everything that happens after the record `seen`."""
        return self.backend.audit_follow(self.caller, seen.seq, ALL_EVENTS, seen)

    def newer(self, wanted: AuditFilter, after: int) -> Awaitable[AuditPage]:
        """The oldest page of what matches above `after`."""
        return self.backend.audit_page(self.caller, wanted, limit=_COUNT_PAGE, after=after)

    async def count(self, wanted: AuditFilter, first: AuditPage) -> Count:
        """How many match, exactly up to COUNTED. `first` is the newest page of them."""
        found, page = len(first.events), first
        if page.more:
            await asyncio.sleep(_COUNT_AFTER)
        while page.more and page.events and found < COUNTED:
            page = await self.backend.audit_page(
                self.caller, wanted, limit=_COUNT_PAGE, before=page.events[-1].seq
            )
            found += len(page.events)
        if found >= COUNTED and page.more:
            return Count(COUNTED, first.head, exact=False)
        return Count(found, first.head)

    async def around(self, event: AuditEvent) -> Surroundings:
        """What happened within AROUND_MINUTES of the event, whatever the filter."""
        span = timedelta(minutes=AROUND_MINUTES)
        near = AuditFilter(since=event.at - span, until=event.at + span)
        older = await self.backend.audit_page(
            self.caller, near, limit=MOST_AROUND, before=event.seq
        )
        newer = await self.backend.audit_page(self.caller, near, limit=MOST_AROUND, after=event.seq)
        events = (*reversed(older.events), event, *reversed(newer.events))
        return Surroundings(events, earlier=older.more, later=newer.more)

    async def first_since(self, wanted: AuditFilter, moment: datetime) -> AuditEvent | None:
        """The first event that matches at `moment` or later."""
        since = moment if wanted.since is None else max(moment, wanted.since)
        page = await self.backend.audit_page(
            self.caller, replace(wanted, since=since), limit=1, after=0
        )
        return page.events[-1] if page.events else None

    async def match(self, wanted: AuditFilter, sought: Sought) -> Match:
        """The nearest event on that side; where there is none, the first from the other end.

        Besides the texts that a filter looks at, the words for the type of event count.
        """
        found = await self._nearest(wanted, sought)
        if found is not None:
            return Match(found, around_the_end=False)
        from_the_end = replace(sought, seq=2**62 if sought.older else 0)
        return Match(await self._nearest(wanted, from_the_end), around_the_end=True)

    async def _nearest(self, wanted: AuditFilter, sought: Sought) -> AuditEvent | None:
        queries = [replace(wanted, text=sought.text)]
        named = _named(wanted, sought.text)
        if named:
            queries.append(replace(wanted, types=named))
        seq, older = sought.seq, sought.older
        found = [await self._first(query, wanted.text, seq, older=older) for query in queries]
        events = [event for event in found if event is not None]
        if not events:
            return None
        return (max if older else min)(events, key=lambda event: event.seq)

    async def _first(
        self, query: AuditFilter, also: str | None, seq: int, *, older: bool
    ) -> AuditEvent | None:
        """The first match beside `seq` that has the text `also` too."""
        limit = 1 if also is None or also == query.text else _COUNT_PAGE
        for _ in range(_SEARCHED_PAGES):
            before, after = (seq, None) if older else (None, seq)
            page = await self.backend.audit_page(
                self.caller, query, limit=limit, before=before, after=after
            )
            events = page.events if older else page.events[::-1]
            for event in events:
                if also is None or _has(event, also):
                    return event
            if not page.more or not events:
                return None
            seq = events[-1].seq
        return None


def _named(wanted: AuditFilter, text: str) -> tuple[str, ...]:
    """The types among those wanted whose words have `text` in them."""
    saying = types_saying(text)
    kinds = [k for k in EventType if k in saying or text.casefold() in k.label.casefold()]
    return tuple(kind.value for kind in kinds if not wanted.types or kind.value in wanted.types)


def _has(event: AuditEvent, text: str) -> bool:
    texts = (event.who, event.target or "", event.description, event.source)
    return any(text.lower() in one.lower() for one in texts)
