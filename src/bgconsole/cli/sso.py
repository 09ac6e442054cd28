"""Signing in by an identity provider from a command: what to open, and waiting for the answer."""

import asyncio
import os
import shutil
import sys
import time
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

import click

from bgconsole.backend.errors import NotAllowedError, RefusedError, UnreachableError
from bgconsole.backend.identity import (
    Caller,
    SignedIn,
    SsoAnswer,
    SsoRequest,
    SsoStart,
    SsoWaiting,
)
from bgconsole.cli import shapes
from bgconsole.cli.output import print_json_line, put, say
from bgconsole.policy.refusals import Code, refusal
from bgconsole.policy.sso import Flow, SsoPurpose
from bgconsole.policy.text import visible
from bgconsole.sso_client.browser import has_browser, open_page
from bgconsole.sso_client.loopback import CallbackRefusedError, LoopbackListener

if TYPE_CHECKING:
    from bgconsole.backend.protocol import Backend

_T = TypeVar("_T")

_DARK_ON_LIGHT: Final = "\x1b[30;107m"
_PLAIN: Final = "\x1b[0m"
_AROUND: Final = 8
"""Lines that the words beside a QR code take."""


class Place(Protocol):
    """Where somebody signs in: the team's backend, and a loop that stands still between calls."""

    @property
    def backend(self) -> "Backend":
        """The team's."""
        ...

    @property
    def caller(self) -> Caller:
        """Who signs in, or proves who they are."""
        ...

    @property
    def as_json(self) -> bool:
        """Whether the output is JSON Lines."""
        ...

    def run(self, work: Coroutine[Any, Any, _T]) -> _T:
        """The result of `work`."""
        ...


def by_provider(
    team: Place, slug: str, flow: Flow | None, purpose: SsoPurpose, email: str | None = None
) -> SignedIn | None:
    """A session by the provider's word; None for a proof. Raises BackendErrors.

    `flow` None takes the first that can be had.
    """
    if flow is not None:
        return _Signing(team, slug, purpose, email).by(flow)
    refused: RefusedError | None = None
    for offered in _offered(team, slug):
        try:
            return _Signing(team, slug, purpose, email).by(offered)
        except RefusedError as error:
            if error.code is not Code.INVALID_VALUE:
                raise
            refused = refused or error
    raise refused or RefusedError(refusal(Code.SSO_UNCONFIGURED))


def _offered(team: Place, slug: str) -> tuple[Flow, ...]:
    welcome = team.run(team.backend.welcome())
    way = next((way for way in welcome.ways if way.slug == slug), None)
    if way is None:
        raise RefusedError(refusal(Code.UNKNOWN_PROVIDER))
    if not way.configured:
        raise RefusedError(refusal(Code.SSO_UNCONFIGURED))
    # A browser opened here is of no use to somebody who came by SSH.
    here = tuple(flow for flow in way.flows if flow is not Flow.BROWSER or has_browser())
    return here or way.flows


class _Signing:
    """One sign-in at a provider, followed from a command."""

    def __init__(self, team: Place, slug: str, purpose: SsoPurpose, email: str | None) -> None:
        self._team = team
        self._slug = slug
        self._purpose = purpose
        self._email = email

    def by(self, flow: Flow) -> SignedIn | None:
        """Begin the flow and wait for what becomes of it."""
        if flow is Flow.BROWSER:
            return self._in_this_browser()
        start = self._start(flow, None)
        self._tell(start)
        return self._wait(start)

    def _start(self, flow: Flow, redirect_uri: str | None) -> SsoStart:
        request = SsoRequest(flow, self._purpose, redirect_uri, self._email)
        team = self._team
        return team.run(team.backend.start_sso(team.caller, self._slug, request))

    def _in_this_browser(self) -> SignedIn | None:
        listener = LoopbackListener()
        try:
            start = self._start(Flow.BROWSER, listener.redirect_uri)
            self._tell(start)
            open_page(start.authorization_url or "")
            answer = self._team.run(_heard(listener, start))
        finally:
            listener.close()
        found = self._team.run(self._asked(start, answer))
        if isinstance(found, SsoWaiting):
            raise NotAllowedError(refusal(Code.SSO_EXPIRED))
        return found

    def _wait(self, start: SsoStart) -> SignedIn | None:
        """Ask at the provider's pace; a line that drops is asked over again."""
        end = time.monotonic() + start.expires_in
        interval, answer = start.interval, SsoAnswer()
        while time.monotonic() < end:
            self._team.run(asyncio.sleep(interval))
            try:
                found = self._team.run(self._asked(start, answer))
            except UnreachableError:
                continue
            if not isinstance(found, SsoWaiting):
                return found
            interval, answer = found.interval, SsoAnswer()
            if found.digits_needed:
                interval, answer = 0, SsoAnswer(digits=_digits())
        raise NotAllowedError(refusal(Code.SSO_EXPIRED))

    def _asked(
        self, start: SsoStart, answer: SsoAnswer
    ) -> Coroutine[Any, Any, SignedIn | SsoWaiting | None]:
        team = self._team
        return team.backend.finish_sso(team.caller, start.handle, answer)

    def _tell(self, start: SsoStart) -> None:
        if self._team.as_json:
            print_json_line(shapes.sso_start(start))
            return
        minutes = max(1, start.expires_in // 60)
        if start.flow is Flow.DEVICE:
            say(f"Open {visible(start.verification_uri or '')}")
            say(f"and enter the code {visible(start.user_code or '')}", "")
            _show_code(start.verification_uri_complete or start.verification_uri or "")
        else:
            say("Open this address in a browser:", visible(start.authorization_url or ""), "")
        # Whoever reads a pipe has to see it before anything is waited for.
        say(f"Waiting up to {minutes} minutes. Press Ctrl+C to cancel.", now=True)


async def _heard(listener: LoopbackListener, start: SsoStart) -> SsoAnswer:
    """What the browser brings to the listener. Raises NotAllowedError `sso_expired`."""
    wait: Callable[[], Any] = lambda: listener.wait(start.state or "", start.expires_in)  # noqa: E731
    try:
        came = await asyncio.to_thread(wait)
    except CallbackRefusedError:
        return SsoAnswer(denied=True)
    except TimeoutError as error:
        raise NotAllowedError(refusal(Code.SSO_EXPIRED)) from error
    return SsoAnswer(code=came.code, issuer=came.issuer)


def _digits() -> str:
    """The three digits that the server's page shows, from whoever sits there or from stdin."""
    return str(click.prompt("The three digits on the page", err=True)).strip()


def _show_code(address: str) -> None:
    """The address as a QR code, where a terminal has the room for it."""
    if not address or not sys.stdout.isatty():
        return
    from bgconsole.sso_client.qr_code import QrStyle, qr_rows

    unicode = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    rows = qr_rows(address, QrStyle.HALF_BLOCKS if unicode else QrStyle.ASCII)
    size = shutil.get_terminal_size()
    if len(rows) + _AROUND > size.lines or len(rows[0]) > size.columns:
        return
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM", "dumb") == "dumb"
    for row in rows:
        put(row if plain else f"{_DARK_ON_LIGHT}{row}{_PLAIN}")
    say("")
