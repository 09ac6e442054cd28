"""A sign-in at an identity provider, followed from its beginning to its end."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from bgconsole.backend.errors import NotAllowedError, UnreachableError
from bgconsole.backend.identity import SsoAnswer, SsoRequest, SsoStart, SsoWaiting
from bgconsole.policy.refusals import Code, Refusal, refusal
from bgconsole.policy.sso import Flow, SsoPurpose
from bgconsole.sso_client.browser import open_page
from bgconsole.sso_client.loopback import (
    Callback,
    CallbackRefusedError,
    ListenerClosedError,
    LoopbackListener,
)
from bgconsole.tui.model.session import Session

_AGAIN: Final = 2.0
"""Seconds until a line that is down is tried again."""

_NOTHING: Final = SsoAnswer()
_NO_LISTENER: Final = Refusal(
    Code.INVALID_VALUE,
    "No port can be opened on this machine for the browser's answer",
    "Choose another way to sign in",
)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a sign-in has come. `ends_at` is on the clock of `time.monotonic`."""

    flow: Flow
    start: SsoStart | None = None
    ends_at: float = 0.0
    line_down: bool = False
    asks_digits: bool = False
    digits_were_wrong: bool = False
    opened: bool = False
    """A browser was opened."""

    refused: Refusal | None = None
    left_out: Refusal | None = field(default=None)
    """Why the flow before this one cannot be had."""

    def minutes_left(self, now: float) -> int:
        """Begun minutes until the provider forgets it."""
        return max(0, -int(-(self.ends_at - now) // 60))


class SsoSignIn:
    """One attempt by one flow. `tell` hears of every change."""

    def __init__(
        self,
        session: Session,
        slug: str,
        request: SsoRequest,
        tell: Callable[[Progress], None],
        left_out: Refusal | None = None,
    ) -> None:
        self._session = session
        self._slug = slug
        self._request = request
        self._tell = tell
        self._progress = Progress(request.flow, left_out=left_out)
        self._digits: asyncio.Future[str] | None = None

    @property
    def purpose(self) -> SsoPurpose:
        """What it is for."""
        return self._request.purpose

    async def run(self) -> None:
        """Return when the session is open, or the proof given.

        Raises the BackendErrors of `start_sso` and `finish_sso`.
        """
        self._tell(self._progress)
        if self._request.flow is Flow.BROWSER:
            await self._in_browser()
        else:
            await self._elsewhere()

    def give_digits(self, digits: str) -> None:
        """What the server's page shows."""
        if self._digits is not None and not self._digits.done():
            self._digits.set_result(digits)

    async def _elsewhere(self) -> None:
        """Ask at the pace that is asked for."""
        start = await self._begin(self._request)
        interval, answer = start.interval, _NOTHING
        while time.monotonic() < self._progress.ends_at:
            await asyncio.sleep(interval)
            found = await self._asked(start, answer)
            if found is None:
                return
            interval, answer = found.interval, _NOTHING
            if found.digits_needed:
                interval, answer = 0, SsoAnswer(digits=await self._typed_digits())
        raise NotAllowedError(refusal(Code.SSO_EXPIRED))

    async def _in_browser(self) -> None:
        try:
            listener = LoopbackListener()
        except OSError as error:
            raise NotAllowedError(_NO_LISTENER) from error
        try:
            start = await self._begin(replace(self._request, redirect_uri=listener.redirect_uri))
            self._say(opened=open_page(start.authorization_url or ""))
            answer = await asyncio.to_thread(_heard, listener, start)
        finally:
            listener.close()
        if await self._asked(start, answer) is not None:
            raise NotAllowedError(refusal(Code.SSO_EXPIRED))

    async def _begin(self, request: SsoRequest) -> SsoStart:
        start = await self._session.start_sso(self._slug, request)
        self._say(start=start, ends_at=time.monotonic() + start.expires_in)
        return start

    async def _asked(self, start: SsoStart, answer: SsoAnswer) -> SsoWaiting | None:
        """What became of it, as soon as the line is there."""
        while True:
            try:
                found = await self._session.finish_sso(self._slug, start, answer)
            except UnreachableError:
                if time.monotonic() >= self._progress.ends_at:
                    raise
                self._say(line_down=True)
                await asyncio.sleep(_AGAIN)
            else:
                self._say(line_down=False)
                return found

    async def _typed_digits(self) -> str:
        """Three digits from the person. Raises NotAllowedError `sso_expired` after the time."""
        self._digits = asyncio.get_running_loop().create_future()
        self._say(asks_digits=True, digits_were_wrong=self._progress.asks_digits)
        try:
            async with asyncio.timeout(max(self._progress.ends_at - time.monotonic(), 0)):
                return await self._digits
        except TimeoutError as error:
            raise NotAllowedError(refusal(Code.SSO_EXPIRED)) from error

    def _say(self, **changes: object) -> None:
        after = replace(self._progress, **changes)
        if after != self._progress:
            self._progress = after
            self._tell(after)


def _heard(listener: LoopbackListener, start: SsoStart) -> SsoAnswer:
    """What the browser brings. Raises NotAllowedError `sso_expired`."""
    try:
        came: Callback = listener.wait(start.state or "", start.expires_in)
    except CallbackRefusedError:
        return SsoAnswer(denied=True)
    except (TimeoutError, ListenerClosedError) as error:
        raise NotAllowedError(refusal(Code.SSO_EXPIRED)) from error
    return SsoAnswer(code=came.code, issuer=came.issuer)
