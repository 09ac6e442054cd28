"""Joins the audit pane to the backend: answers its pages, follows the log, survives its loss.

On a screen: `yield AuditFeed(clock=…, id="audit")`; then, as the very first call after connecting,
`feed.connect(backend, caller)`. It opens its dialogs itself and tells the screen of `SignedOut`
(the session has ended) and `AuditPane.LastLoginKnown`. Keys bound for the whole screen go to
`feed.pane.focus()`, `.action_filter()`, `.action_show_all()` and `.action_glass_only()`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Final, TypeVar

from textual import on
from textual.message import Message

from bgconsole.backend.errors import BackendError, LogRewoundError, NotAllowedError
from bgconsole.backend.identity import Caller
from bgconsole.backend.protocol import Backend
from bgconsole.backend.values import AuditPage
from bgconsole.policy.audit import ALL_EVENTS, AuditEvent, AuditFilter, AuditHead, EventType
from bgconsole.policy.refusals import Code
from bgconsole.tui.audit.lookups import AuditLookups
from bgconsole.tui.audit.pane import AuditPane
from bgconsole.tui.audit.render.heading import Count
from bgconsole.tui.audit.request import PageRequest, Place
from bgconsole.tui.audit.source import LAST_LOGIN, AuditSource

FIRST_WAIT: Final = 1.0
"""Seconds until the first try after a failure; every further one waits twice as long."""

LONGEST_WAIT: Final = 30.0
"""Seconds between tries at most."""

_FOLLOWING: Final = "audit-following"
_LOGINS: Final = "audit-logins"
_PAGES: Final = "audit-pages"
_COUNTING: Final = "audit-counting"

_Tell = Callable[[tuple[AuditEvent, ...]], None]
_Answer = TypeVar("_Answer")


class AuditFeed(AuditLookups):
    """The audit pane with what it shows."""

    class SignedOut(Message):
        """The session that reads the log has ended."""

    class Answered(Message):
        """The log was read."""

    @dataclass
    class Failed(Message):
        """The log could not be read; it is tried again."""

        error: BackendError

    @dataclass
    class Rewound(Message):
        """The log is an older copy than the one that was read; it is read anew."""

        error: LogRewoundError

    def __init__(self, *, clock: Callable[[], datetime], id: str | None = None) -> None:
        super().__init__(clock=clock, id=id)
        self._nudge = asyncio.Event()
        self._shown: tuple[PageRequest, AuditPage] | None = None
        self._waiting: list[PageRequest] = []

    def connect(self, backend: Backend, caller: Caller) -> None:
        """Read the newest page and follow from there; also to go on with another session.

        What is read by itself does not keep the session awake; keys are the screen's to report.
        Already reading with this session it goes on.
        """
        source = AuditSource(backend, replace(caller, attended=False))
        if source == self._source and self._reads:
            return
        self._source = source
        if self._shown is None:
            self._start()
            return
        self.run_worker(partial(self._run, source, *self._shown), group=_FOLLOWING, exclusive=True)
        for request in self._waiting:
            self._fetch(source, request)
        self._shown, self._waiting = None, []

    @property
    def _reads(self) -> bool:
        mine = (one for one in self.workers if one.node is self and one.group == _FOLLOWING)
        return any(not one.is_finished for one in mine)

    def try_now(self) -> None:
        """Read at once what is waited for."""
        self._nudge.set()

    def preview(self, page: AuditPage) -> None:
        """Show a newest page that came by another way, unless the backend was quicker.

        `connect` goes on from it.
        """
        if self._source is not None:
            return
        request = self.pane.begin()
        self.pane.give(request, page)
        self._shown = (request, page)

    @on(AuditPane.FilterChanged)
    def _filter_changed(self, message: AuditPane.FilterChanged) -> None:
        message.stop()
        self._start()

    @on(AuditPane.PageWanted)
    def _page_wanted(self, message: AuditPane.PageWanted) -> None:
        message.stop()
        if self._source is None:
            self._waiting.append(message.request)
        else:
            self._fetch(self._source, message.request)

    @on(AuditPane.RetryWanted)
    def _retry_wanted(self, message: AuditPane.RetryWanted) -> None:
        message.stop()
        self.try_now()

    def _fetch(self, source: AuditSource, request: PageRequest) -> None:
        # Who goes far waits for no page beside the old place.
        jumps = request.place in (Place.NEWEST, Place.OLDEST, Place.AROUND)
        self.run_worker(partial(self._answer, source, request), group=_PAGES, exclusive=jumps)

    def _start(self) -> None:
        self._shown, self._waiting = None, []
        request = self.pane.begin()
        source = self._source
        if source is None:
            return
        self.workers.cancel_group(self, _PAGES)
        self.workers.cancel_group(self, _LOGINS)
        self.workers.cancel_group(self, _COUNTING)
        self.run_worker(partial(self._run, source, request), group=_FOLLOWING, exclusive=True)
        if _hides_logins(request.wanted):
            self.run_worker(partial(self._watch_logins, source), group=_LOGINS)

    async def _run(
        self, source: AuditSource, request: PageRequest, page: AuditPage | None = None
    ) -> None:
        try:
            if page is None:
                page = await self._persist(lambda: source.page(request))
                self.pane.give(request, page)
            self._count(source, request.wanted, page)
            if self.pane.last_login is None:
                found = await self._persist(source.last_login)
                self.pane.know_last_login(found.events[0] if found.events else None)
            await self._follow(source, page.newest, request.wanted, self._happened)
        except NotAllowedError as error:
            self._ended(error)
        except LogRewoundError as error:
            self._went_back(error)

    async def _watch_logins(self, source: AuditSource) -> None:
        try:
            page = await self._persist(source.last_login)
            await self._follow(source, page.newest, LAST_LOGIN, self._logged_in)
        except NotAllowedError as error:
            self._ended(error)
        except LogRewoundError as error:
            self._went_back(error)

    async def _answer(self, source: AuditSource, request: PageRequest) -> None:
        try:
            page, beyond = await self._persist(lambda: source.answer(request))
        except NotAllowedError as error:
            self._ended(error)
        except LogRewoundError as error:
            self._went_back(error)
        else:
            self.pane.give(request, page, beyond)

    def _count(self, source: AuditSource, wanted: AuditFilter, page: AuditPage) -> None:
        if wanted == ALL_EVENTS:
            self.pane.know_count(Count(page.head, page.head))
        else:
            work = self._count_matches(source, wanted, page)
            self.run_worker(work, group=_COUNTING, exclusive=True)

    async def _count_matches(
        self, source: AuditSource, wanted: AuditFilter, page: AuditPage
    ) -> None:
        try:
            self.pane.know_count(await source.count(wanted, page))
        except BackendError:
            # The heading tells of a lost connection; without a number nothing is missed.
            return

    async def _follow(
        self, source: AuditSource, after: AuditHead, wanted: AuditFilter, tell: _Tell
    ) -> None:
        """Hand on what happens above `after`, past every failure.

        Raises NotAllowedError, LogRewoundError.
        """
        seen, wait = after, FIRST_WAIT
        while True:
            try:
                async for happened in source.follow(seen, wanted):
                    seen = AuditHead(happened[-1].seq, happened[-1].hash)
                    wait = FIRST_WAIT
                    self.post_message(self.Answered())
                    tell(happened)
            except (NotAllowedError, LogRewoundError):
                raise
            except BackendError as error:
                await self._wait_after(error, wait)
                wait = min(wait * 2, LONGEST_WAIT)
            # A log where nothing happens does not tell by itself that it can be read again.
            await self._persist(source.last_login)

    async def _persist(self, call: Callable[[], Awaitable[_Answer]]) -> _Answer:
        """The answer to `call`, however often it takes.

        Raises NotAllowedError, LogRewoundError.
        """
        wait = FIRST_WAIT
        while True:
            try:
                answer = await call()
            except (NotAllowedError, LogRewoundError):
                raise
            except BackendError as error:
                await self._wait_after(error, wait)
                wait = min(wait * 2, LONGEST_WAIT)
            else:
                self.pane.connected()
                self.post_message(self.Answered())
                return answer

    async def _wait_after(self, error: BackendError, seconds: float) -> None:
        self.pane.disconnected(error.refusal.message)
        self.post_message(self.Failed(error))
        self._nudge.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._nudge.wait()
        except TimeoutError:
            return

    def _happened(self, happened: tuple[AuditEvent, ...]) -> None:
        self.pane.live(happened)
        self._logged_in(tuple(event for event in happened if _is_login(event)))

    def _logged_in(self, happened: tuple[AuditEvent, ...]) -> None:
        if happened:
            self.pane.know_last_login(happened[-1])

    def _went_back(self, error: LogRewoundError) -> None:
        """Nothing that is shown can be trusted: read it anew, in a worker of its own."""
        self.post_message(self.Rewound(error))
        self.pane.forget_last_login()
        self.call_later(self._start)

    def _ended(self, error: NotAllowedError) -> None:
        if error.code is Code.SIGNED_OUT:
            self.post_message(self.SignedOut())
        else:
            self.pane.stopped(error.refusal.message)


def _is_login(event: AuditEvent) -> bool:
    return event.is_break_glass and event.type is EventType.LOGIN_SUCCESS


def _hides_logins(wanted: AuditFilter) -> bool:
    """Whether a break-glass login may pass by unseen under this filter."""
    others = (wanted.actor, wanted.provider, wanted.since, wanted.until, wanted.text)
    unlisted = bool(wanted.types) and EventType.LOGIN_SUCCESS not in wanted.types
    return unlisted or any(other is not None for other in others)
