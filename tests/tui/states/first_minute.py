"""The first minute of the demo, acted out on the real program: Entra goes down and comes back.

The console is the demo's, its identity provider is the demo's own process and is probed for real.
Only what differs from one run to the next is fixed: the clock, the code to type, how long a probe
took.
"""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Final

import httpx

from bgconsole.backend.identity import Caller, SsoRequest, SsoStart
from bgconsole.backend.local import idp_health
from bgconsole.backend.local.backend import LocalBackend
from bgconsole.backend.local.engine import Database
from bgconsole.backend.local.parts import Parts
from bgconsole.backend.local.passwords import Argon2Hasher, Passwords
from bgconsole.backend.local.prober import measure
from bgconsole.demo import HINTS
from bgconsole.demo.console import DemoApp
from bgconsole.demo.entra import DemoEntra
from bgconsole.demo.people import KEN, OLGA, Colleague
from bgconsole.files.settings import Preferences
from bgconsole.tui.model.connection import Connection
from bgconsole.tui.terminal.capabilities import Ground, Terminal
from screenshots.animation import Still
from tests.backend.world import MovableClock
from tests.tui.console import Console
from tests.tui.states.scene import HERE, NOW

SIZE: Final = (112, 40)
POSTER: Final = 3
"""The still that says most by itself: the outage on the main screen."""

CODE: Final = "FHQP-CNKH"
"""The code on the picture; the provider's own is another one at each run."""

_HASHER: Final = Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1)
_PROBED: Final = timedelta(seconds=3)
_LATENCY_MS: Final = 12
_ALIKE: Final = 4
"""Looks at the screen that see no change before it is drawn."""


class _Team(LocalBackend):
    """The sample team, whose sign-ins by SSO show the same code at every run."""

    begun: SsoStart | None = None

    async def start_sso(self, caller: Caller, slug: str, request: SsoRequest) -> SsoStart:
        """Begin it at the provider; what is shown has the fixed code."""
        begun = self.begun = await super().start_sso(caller, slug, request)
        complete = (begun.verification_uri_complete or "").replace(begun.user_code or "", CODE)
        return replace(begun, user_code=CODE, verification_uri_complete=complete)


class FirstMinute:
    """Somebody at the demo's console."""

    def __init__(self, team: Path, entra: DemoEntra) -> None:
        """On a copy of the sample team; `entra` is started and at the port that the team has."""
        self.clock = MovableClock(NOW)
        self._parts = Parts(Database(team), self.clock, Passwords(_HASHER), read_only=False)
        self._team = _Team(self._parts)
        self._entra = entra
        self._stills: list[Still] = []

    async def stills(self) -> list[Still]:
        """Act it out from the first screen to the last."""
        app = DemoApp(self._entra, self._connection(), Preferences(), Terminal(ground=Ground.DARK))
        try:
            self._probe()
            async with app.run_test(size=SIZE) as pilot:
                screen = Console(app, pilot)
                for scene in (self._before, self._down, self._refused, self._gets_in, self._back):
                    await scene(screen)
        finally:
            await self._team.close()
        return self._stills

    async def _before(self, screen: Console) -> None:
        await screen.see("Sign in to Harbor Pay", OLGA.password)
        await self._types(screen, OLGA)
        await self._take(screen, "Olga signs in with her password: she is on the list", 2.5)
        await screen.press("enter")
        await screen.see("Entra ✓ up", "◆✓ Login Success", "03:12:05")
        await self._take(screen, "SSO is enforced; the identity provider is up", 3.0)

    async def _down(self, screen: Console) -> None:
        await screen.press("f9")
        await screen.see("The demo's identity provider is down")
        await self._take(screen, "F9: the identity provider goes down", 2.0)
        for _ in range(2):
            self._probe()
        await screen.see("Entra down since 03:12", "IdP Down")
        await self._take(screen, "Two probes later every console says so, and who gets in", 4.0)
        await screen.press("O")
        await screen.see("Sign in to Harbor Pay", "× Microsoft Entra ID is down since 03:12")

    async def _refused(self, screen: Console) -> None:
        await self._types(screen, KEN)
        await self._take(screen, "Ken has the right password, and is not on the list …", 2.5)
        await screen.press("enter")
        await screen.see("do not let you in")
        await self._take(screen, "… so he is refused", 3.0)

    async def _gets_in(self, screen: Console) -> None:
        await screen.press("escape", "ctrl+u")
        await self._types(screen, OLGA)
        await self._take(screen, "Olga is on it …", 2.0)
        await screen.press("enter")
        await screen.see(
            "Entra down since", "◆ used", "Break-glass user logged in", "Login Failure"
        )
        await self._take(screen, "… and gets in by break glass. Both are on record", 4.0)

    async def _back(self, screen: Console) -> None:
        await screen.press("f9")
        await screen.see("The demo's identity provider is up")
        self._probe()
        await screen.see("Entra ✓ up", "IdP Up")
        await self._take(screen, "F9 again: the provider is back, the red line goes", 3.0)
        await screen.press("O")
        await screen.see("Sign in to Harbor Pay", "F9 outage")
        await screen.type(KEN.email)
        await screen.press("enter", "f2")
        await screen.see("Enter this code there")
        await self._take(screen, "Ken signs in by SSO: he enters the code on his phone …", 4.0)
        await self._approve()
        await screen.see("logged in via SSO", "ken ")
        await self._take(screen, "… and is in", 4.0)

    async def _types(self, screen: Console, who: Colleague) -> None:
        await screen.type(who.email)
        await screen.press("enter")
        await screen.type(who.password)

    async def _take(self, screen: Console, caption: str, seconds: float) -> None:
        self._stills.append(Still(caption, seconds, await _at_rest(screen)))
        # Its seconds pass on the picture alone.
        self.clock.advance(seconds=seconds)
        screen.app.show_notice(None)

    def _connection(self) -> Connection:
        return Connection(
            place="~/.local/share/bgconsole/demo.db",
            open=lambda: self._team,
            source=HERE,
            hints=HINTS,
            clock=self.clock,
        )

    def _probe(self) -> None:
        """Probe Entra once, at the console's pace."""
        self.clock.advance(seconds=_PROBED.total_seconds())
        (turn,) = idp_health.turns(self._parts, "picture")
        assert idp_health.take(self._parts, turn, "picture")
        found = measure(self._parts, turn)
        if found.latency_ms is not None:
            found = replace(found, latency_ms=_LATENCY_MS)
        idp_health.store(self._parts, turn.stored, found, "picture", _PROBED.total_seconds())

    async def _approve(self) -> None:
        """Do on the provider's page what the screen says."""
        begun = self._team.begun
        assert begun is not None
        assert begun.verification_uri is not None
        form = {"user_code": begun.user_code or "", "person": KEN.email, "approve": "pressed"}
        async with httpx.AsyncClient(trust_env=False) as browser:
            (await browser.post(begun.verification_uri, data=form)).raise_for_status()


async def _at_rest(screen: Console) -> str:
    """The screen once it stays as it is."""
    alike, picture = 0, ""
    while alike < _ALIKE:
        await asyncio.sleep(0.05)
        await screen.pilot.pause()
        now = screen.app.export_screenshot()
        alike, picture = (alike + 1 if now == picture else 0), now
    return picture
