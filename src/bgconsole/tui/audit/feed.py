"""Fills the audit pane from the backend: reads pages, follows the log, survives a lost connection.

On a screen: `yield AuditFeed(clock=…, id="audit")`; then, as the very first call after connecting,
`feed.connect(backend, caller)`. Everything that happens in the log from then on is in the
messages `Happened`: a screen needs no follower of its own.
"""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, Final

from textual.app import ComposeResult
from textual.message import Message
from textual.widget import Widget

from bgconsole.backend.errors import BackendError, LogRewoundError, NotAllowedError
from bgconsole.backend.identity import Caller
from bgconsole.backend.protocol import Backend
from bgconsole.backend.values import AuditPage
from bgconsole.policy.audit import ALL_EVENTS, AuditEvent, AuditFilter, AuditHead
from bgconsole.policy.refusals import Code
from bgconsole.tui.audit.lookups import AuditLookups
from bgconsole.tui.audit.pane import AuditPane
from bgconsole.tui.audit.persistence import FINAL, Persistence, Waits
from bgconsole.tui.audit.render.heading import Count, ReadingProblem
from bgconsole.tui.audit.request import PageRequest, Place
from bgconsole.tui.audit.source import AuditSource, is_last_login
from bgconsole.tui.audit.state import AuditState, Reader

_FOLLOWING: Final = "audit-following"
_PAGES: Final = "audit-pages"
_COUNTING: Final = "audit-counting"


class AuditFeed(Widget):
    """The audit pane with what it shows: the one follower of the log in a console."""

    class SignedOut(Message):
        """The session that reads the log has ended."""

    class Answered(Message):
        """The log was read."""

    @dataclass
    class Happened(Message):
        """What was added to the log, oldest first, whatever the filter."""

        events: tuple[AuditEvent, ...]

    @dataclass
    class LastLoginKnown(Message):
        """The last break-glass login on record; None when there never was one."""

        event: AuditEvent | None

    @dataclass
    class Failed(Message):
        """The log could not be read; it is tried again."""

        error: BackendError

    @dataclass
    class Rewound(Message):
        """The log is an older copy than the one that was read; it is read anew."""

        error: LogRewoundError

    def __init__(self, *, clock: Callable[[], datetime], id: str | None = None) -> None:
        super().__init__(id=id)
        self._state = AuditState(Reader(self._page_wanted, self._start))
        self._lookups = AuditLookups(self, self._state, clock)
        self.pane = AuditPane(self._state, self._lookups, clock, self.try_now)
        self._persistence = Persistence(self._asked, self._not_read)
        self._previewed: tuple[PageRequest, AuditPage] | None = None
        self._waiting: list[PageRequest] = []
        self._begun: asyncio.Future[None] = asyncio.Future()
        self._seen: AuditHead | None = None

    def compose(self) -> ComposeResult:
        """The pane."""
        yield self.pane

    def connect(self, backend: Backend, caller: Caller) -> None:
        """Read the newest page and follow from there; also to go on with another session.

        What is read by itself does not keep the session awake. Where the log is already read with
        this session, it goes on, and at once if it could not be read before.
        """
        source = AuditSource(backend, replace(caller, attended=False))
        if source != self._lookups.source or not self._reads:
            self._begun = asyncio.Future()
            self._lookups.source = source
            self._open(source)
        elif self._begun.done() and self._begun.exception() is not None:
            self._begun = asyncio.Future()
            self.try_now()

    async def begun(self) -> bool:
        """Wait until all that happens is in a `Happened`; False: this person may not read the log.

        Raises the other BackendErrors of `audit_page`; the log is tried again all the same.
        """
        try:
            await asyncio.shield(self._begun)
        except NotAllowedError as error:
            if error.code is not Code.FORBIDDEN:
                raise
            return False
        return True

    def _open(self, source: AuditSource) -> None:
        if self._previewed is None:
            self._start()
            return
        self._run_alone(_FOLLOWING, partial(self._run, source, *self._previewed))
        for request in self._waiting:
            self._fetch(source, request)
        self._previewed, self._waiting = None, []

    @property
    def _reads(self) -> bool:
        mine = (one for one in self.workers if one.node is self and one.group == _FOLLOWING)
        return any(not one.is_finished for one in mine)

    def try_now(self) -> None:
        """Read at once what is waited for."""
        self._persistence.try_now()

    def preview(self, page: AuditPage) -> None:
        """Show a newest page that was read in another way, unless the backend was quicker.

        `connect` goes on from it.
        """
        if self._lookups.source is not None:
            return
        request = self._state.begin()
        self._state.give(request, page)
        self._previewed = (request, page)

    def _page_wanted(self, request: PageRequest) -> None:
        source = self._lookups.source
        if source is None:
            self._waiting.append(request)
        else:
            self._fetch(source, request)

    def _fetch(self, source: AuditSource, request: PageRequest) -> None:
        # After a long jump no page beside the old place is of use.
        jumps = request.place in (Place.NEWEST, Place.OLDEST, Place.AROUND)
        self.run_worker(partial(self._answer, source, request), group=_PAGES, exclusive=jumps)

    def _start(self) -> None:
        """Read the newest page that matches, and go on from there."""
        self._previewed, self._waiting = None, []
        request = self._state.begin()
        source = self._lookups.source
        if source is None:
            return
        self.workers.cancel_group(self, _PAGES)
        self.workers.cancel_group(self, _COUNTING)
        self._run_alone(_FOLLOWING, partial(self._run, source, request))

    def _run_alone(self, group: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self.run_worker(work, group=group, exclusive=True)

    async def _run(
        self, source: AuditSource, request: PageRequest, page: AuditPage | None = None
    ) -> None:
        try:
            if page is None:
                page = await self._persistence.ask(partial(source.page, request))
                self._state.give(request, page)
            # Under another filter it goes on where the one before left off.
            self._seen = self._seen or page.newest
            self._begins(None)
            self._count(source, request.wanted, page)
            if self._state.last_login is None:
                found = await self._persistence.ask(source.last_login)
                self._know_last_login(found.events[0] if found.events else None)
            await self._follow(source, self._seen, request.wanted, page.head)
        except NotAllowedError as error:
            self._ended(error)
        except LogRewoundError as error:
            self._went_back(error)

    async def _answer(self, source: AuditSource, request: PageRequest) -> None:
        try:
            page, beyond = await self._persistence.ask(partial(source.answer, request))
        except NotAllowedError as error:
            self._ended(error)
        except LogRewoundError as error:
            self._went_back(error)
        else:
            self._state.give(request, page, beyond)

    def _count(self, source: AuditSource, wanted: AuditFilter, page: AuditPage) -> None:
        if wanted == ALL_EVENTS:
            self._state.know_count(Count(page.head, page.head))
        else:
            self._run_alone(_COUNTING, partial(self._count_matches, source, wanted, page))

    async def _count_matches(
        self, source: AuditSource, wanted: AuditFilter, page: AuditPage
    ) -> None:
        try:
            self._state.know_count(await source.count(wanted, page))
        except BackendError:
            # The heading says that the connection is lost; without a number nothing is missed.
            return

    async def _follow(
        self, source: AuditSource, seen: AuditHead, wanted: AuditFilter, shown: int
    ) -> None:
        """Hand on what happens after `seen`, and show what matches above `shown`.

        It goes on after every failure but NotAllowedError and LogRewoundError, which it raises.
        """
        waits = Waits()
        while True:
            try:
                async for happened in source.follow(seen):
                    seen = self._seen = AuditHead(happened[-1].seq, happened[-1].hash)
                    waits.reset()
                    self.post_message(self.Answered())
                    self.post_message(self.Happened(happened))
                    for login in filter(is_last_login, happened):
                        self._know_last_login(login)
                    shown = await self._show(source, wanted, happened, shown)
            except FINAL:
                raise
            except BackendError as error:
                await self._persistence.wait_after(error, waits)
            # A log where nothing happens does not say by itself that it can be read again.
            await self._persistence.ask(source.last_login)

    async def _show(
        self,
        source: AuditSource,
        wanted: AuditFilter,
        happened: tuple[AuditEvent, ...],
        shown: int,
    ) -> int:
        """Show what matches above `shown`; the newest record that was looked at."""
        if wanted == ALL_EVENTS:
            fresh = [event for event in happened if event.seq > shown]
            if fresh:
                self._state.live(fresh)
            return max(shown, happened[-1].seq)
        more = happened[-1].seq > shown
        while more:
            # Only the backend knows which events match a person or a text.
            page = await self._persistence.ask(partial(source.newer, wanted, shown))
            if page.events:
                self._state.live(page.events[::-1])
            more = page.more
            shown = page.events[0].seq if more else max(shown, page.head)
        return shown

    def _asked(self) -> None:
        self._state.set_trouble(None)
        self.post_message(self.Answered())

    def _not_read(self, error: BackendError) -> None:
        self._state.set_trouble(ReadingProblem(error.refusal.message, retrying=True))
        self.post_message(self.Failed(error))
        self._begins(error)

    def _begins(self, error: BackendError | None) -> None:
        """The log is followed, or why it is not."""
        if self._begun.done():
            return
        if error is None:
            self._begun.set_result(None)
        else:
            self._begun.set_exception(error)
            # Looked at here, since nobody may wait for it.
            self._begun.exception()

    def _know_last_login(self, event: AuditEvent | None) -> None:
        if self._state.know_last_login(event):
            self.post_message(self.LastLoginKnown(event))

    def _went_back(self, error: LogRewoundError) -> None:
        """Nothing that is shown can be trusted: read it anew, in a worker of its own."""
        self._seen = None
        self._begun = asyncio.Future()
        self.post_message(self.Rewound(error))
        self._state.forget_last_login()
        self.call_later(self._start)

    def _ended(self, error: NotAllowedError) -> None:
        self._begins(error)
        if error.code is Code.SIGNED_OUT:
            self.post_message(self.SignedOut())
        else:
            self._state.set_trouble(ReadingProblem(error.refusal.message, retrying=False))
