"""Signing in by SSO in each flow, setting it up, checking it, and enforcing it unproven.

What the provider would answer is rehearsed: a real one gives another code each time.
"""

import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, cast

from bgconsole.backend.errors import NotAllowedError
from bgconsole.backend.identity import (
    Caller,
    SsoAnswer,
    SsoRequest,
    SsoStart,
    SsoWaiting,
    Welcome,
)
from bgconsole.backend.local.backend import LocalBackend
from bgconsole.backend.protocol import NO_ANSWER, Backend
from bgconsole.backend.values import CheckStep, ProviderCheck
from bgconsole.demo.people import KEN
from bgconsole.policy.refusals import Code, refusal
from bgconsole.policy.sso import Flow
from bgconsole.tui.model.connection import Connection
from tests.tui.console import Console
from tests.tui.states.scene import Scene, State

_TENANT = "8eaef023-2b34-4da1-9baa-8bc8c9d6a490"
_DEVICE = "https://login.microsoft.com/device"
_AUTHORIZE = (
    f"https://login.microsoftonline.com/{_TENANT}/oauth2/v2.0/authorize?response_type=code"
    "&client_id=0d7f0a4c-5c1e-4f0e-9b1a-2f6c4b8e7d10&redirect_uri=http%3A%2F%2F127.0.0.1%3A43117"
    "%2Fcallback&scope=openid+email+profile&state=mT3vXq0sJ2b1cQ8eLr5uYw&nonce=Zk9pD4hNfa7G"
    "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256"
    "&login_hint=ken%40harbor.example"
)
_UNTIL = datetime(2027, 1, 12, tzinfo=UTC)
_WORKING = ProviderCheck(
    ok=True,
    steps=(
        CheckStep("settings", True, 0, "Public client"),
        CheckStep("name", True, 4, "login.microsoftonline.com is 20.190.159.64"),
        CheckStep("connection", True, 18, "443"),
        CheckStep("certificate", True, 31, "Valid until 2027-01-12"),
        CheckStep("discovery", True, 44, "The document is for this issuer, 44 ms"),
        CheckStep("keys", True, 39, "6 keys: RS256"),
        CheckStep("device", True, 52, "Gives a code that is valid for 900 s"),
        CheckStep("authorization", True, 61, "Shows its sign-in page"),
        CheckStep("token", True, 47, "Refuses a code that is made up, as it should"),
        CheckStep("clock", True, 0, "0 s apart"),
    ),
    flows=(Flow.DEVICE, Flow.BROWSER),
    certificate_until=_UNTIL,
)
_BROKEN = ProviderCheck(
    ok=False,
    steps=(
        *_WORKING.steps[:6],
        CheckStep(
            "device",
            False,
            58,
            "The provider refuses the client: unauthorized_client",
            "In Entra: Authentication › Settings › Allow public client flows: Yes",
        ),
        CheckStep(
            "authorization",
            False,
            63,
            "The redirect address is not registered for this client",
            "Register http://127.0.0.1/callback under 'Mobile and desktop applications'",
        ),
    ),
    flows=(),
    certificate_until=_UNTIL,
)


@dataclass(frozen=True)
class Rehearsal:
    """What a provider answers in one picture."""

    flows: tuple[Flow, ...] = (Flow.DEVICE, Flow.BROWSER)
    digits: bool = False
    refused: Code | None = None
    check: ProviderCheck = _WORKING


class _Rehearsed:
    """The real backend, but for what it would ask a provider."""

    def __init__(self, real: LocalBackend, rehearsal: Rehearsal) -> None:
        self._real = real
        self._rehearsal = rehearsal

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    async def welcome(self) -> Welcome:
        found = await self._real.welcome()
        flows = self._rehearsal.flows
        ways = (replace(way, flows=flows) if way.configured else way for way in found.ways)
        return replace(found, ways=tuple(ways))

    async def start_sso(self, _caller: Caller, _slug: str, request: SsoRequest) -> SsoStart:
        started = SsoStart("handle", request.flow, 900, 0 if self._quick else 60)
        if request.flow is Flow.DEVICE:
            return replace(started, verification_uri=_DEVICE, user_code="HXRD-VWPK")
        return replace(started, authorization_url=_AUTHORIZE, state="state")

    async def finish_sso(
        self, _caller: Caller, _handle: str, _answer: SsoAnswer = NO_ANSWER
    ) -> SsoWaiting:
        code = self._rehearsal.refused
        if code is not None:
            raise NotAllowedError(refusal(code, "The sign-in was refused at Microsoft Entra ID"))
        return SsoWaiting(60, digits_needed=self._rehearsal.digits)

    async def check_provider(self, _caller: Caller, _slug: str) -> ProviderCheck:
        return self._rehearsal.check

    @property
    def _quick(self) -> bool:
        return self._rehearsal.digits or self._rehearsal.refused is not None


def _rehearsed(rehearsal: Rehearsal) -> Callable[[Connection, Scene], Connection]:
    def connected(connection: Connection, scene: Scene) -> Connection:
        # A picture opens no browser.
        for shown in ("DISPLAY", "WAYLAND_DISPLAY"):
            os.environ.pop(shown, None)

        def opened() -> Backend:
            return cast("Backend", cast("object", _Rehearsed(scene.backend(), rehearsal)))

        return replace(connection, open=opened)

    return connected


async def _ways(screen: Console) -> None:
    """The sign-in screen, with the ways on it."""
    await screen.see("Harbor Pay", "Email")
    await screen.until(lambda: bool(screen.app.title == "bgconsole: Harbor Pay"))
    await screen.type(KEN.email)
    await screen.press("enter")
    await screen.until(lambda: screen.app.screen.query("#password-row").first().display)


def _sign_in(*seen: str) -> Callable[[Console, Scene], Awaitable[None]]:
    async def reach(screen: Console, _scene: Scene) -> None:
        await _ways(screen)
        await screen.press("f2")
        await screen.see(*seen)

    return reach


async def _main(screen: Console) -> None:
    await screen.until(lambda: "Loading the team" not in screen.text and "Enforce" in screen.text)
    await screen.see("@")


async def _set_up(screen: Console, _scene: Scene) -> None:
    await _main(screen)
    await screen.press("i")
    await screen.see("Set SSO up", "Save")


async def _set_up_refused(screen: Console, scene: Scene) -> None:
    await _set_up(screen, scene)
    await screen.press("ctrl+u")
    await screen.type("common")
    await screen.press("tab")
    await screen.type("0d7f0a4c-5c1e-4f0e-9b1a-2f6c4b8e7d10")
    await screen.press("ctrl+s")
    await screen.see("'common' lets people")


async def _set_up_end(screen: Console, scene: Scene) -> None:
    """The cursor in the last field."""
    await _set_up(screen, scene)
    await screen.press("shift+tab")
    await screen.see("› Trust file", "Save")


async def _check(screen: Console, _scene: Scene) -> None:
    await _main(screen)
    await screen.press("c")
    await screen.see("Checking SSO", "Ways to sign in")


async def _check_failed(screen: Console, _scene: Scene) -> None:
    await _main(screen)
    await screen.press("c")
    await screen.see("Checking SSO", "Fix the failed steps")


async def _unproven(screen: Console, scene: Scene) -> None:
    await _main(screen)
    await screen.press("2", "t")
    await screen.add("olga@harbor.example")
    await screen.add("mia@harbor.example")
    await screen.press("ctrl+s")
    await screen.see("Enforce anyway?")


def _oidc(scene: Scene) -> None:
    """Generic OIDC is set up, and nobody has signed in by it."""
    scene.run(
        "UPDATE provider SET issuer = 'https://id.harbor.example', client_id = 'bgconsole',"
        " idp_state = 'up' WHERE slug = 'oidc'"
    )
    # Entra would let people in.
    scene.run("UPDATE provider SET enforced = 0, client_id = NULL WHERE slug = 'entra'")


def _unset(scene: Scene) -> None:
    """Entra was never set up."""
    scene.run(
        "UPDATE provider SET issuer = NULL, client_id = NULL, email_domains = '',"
        " idp_state = 'unknown' WHERE slug = 'entra'"
    )


_BY_SERVER = Rehearsal(flows=(Flow.SERVER, Flow.DEVICE))

STATES = (
    State(
        "sso-device",
        _sign_in("minutes left"),
        who=None,
        connected=_rehearsed(Rehearsal()),
    ),
    State(
        "sso-browser",
        _sign_in("minutes left"),
        who=None,
        connected=_rehearsed(Rehearsal(flows=(Flow.BROWSER,))),
    ),
    State("sso-server", _sign_in("minutes left"), who=None, connected=_rehearsed(_BY_SERVER)),
    State(
        "sso-digits",
        _sign_in("three digits"),
        who=None,
        connected=_rehearsed(replace(_BY_SERVER, digits=True)),
    ),
    State(
        "sso-denied",
        _sign_in("refused at", "Start again"),
        who=None,
        connected=_rehearsed(Rehearsal(refused=Code.SSO_DENIED)),
    ),
    State("provider-set-up", _set_up, before=_unset),
    State("provider-set-up-refused", _set_up_refused, before=_unset),
    State("provider-set-up-end", _set_up_end, before=_unset),
    State("provider-check", _check, connected=_rehearsed(Rehearsal())),
    State("provider-check-failed", _check_failed, connected=_rehearsed(Rehearsal(check=_BROKEN))),
    State("enforce-unproven", _unproven, before=_oidc),
)
