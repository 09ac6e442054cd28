"""Entra is down: the red line, the page, a draft against it, and what the other tabs say."""

import asyncio
from datetime import UTC, datetime

from bgconsole.backend.errors import NotAllowedError
from bgconsole.backend.identity import Caller
from bgconsole.demo.people import KEN, TOM
from tests.tui.console import Console
from tests.tui.states.scene import Scene, State, is_wide

_WRONG = "not my password at all"


def begins(scene: Scene) -> None:
    """Entra is down since 03:06; ken is refused, tom mistypes once, tom and olga come in."""
    scene.outage()
    asyncio.run(_logins(scene))
    scene.clock.now = _at("03:11:58")


async def _logins(scene: Scene) -> None:
    tries = (
        ("03:07:19", KEN, KEN.password),
        ("03:08:02", TOM, _WRONG),
        ("03:08:26", TOM, TOM.password),
    )
    for at, who, password in tries:
        scene.clock.now = _at(at)
        try:
            await scene.backend().sign_in(Caller(who.source), who.email, password)
        except NotAllowedError:
            continue


def _at(time: str) -> datetime:
    return datetime.fromisoformat(f"2026-10-14 {time}").replace(tzinfo=UTC)


async def outage(screen: Console, _scene: Scene) -> None:
    """The main screen in the outage, everything read."""
    await screen.see("Entra down since 03:06", "What you can do now", "◆ used 03:08:26")
    if is_wide(screen):
        await screen.see("● following", "Login Success", "last break-glass login")
    else:
        await screen.see("before that", "◆ tom  03:08:26, after 1 failed attempt")


async def _draft(screen: Console, scene: Scene) -> None:
    await outage(screen, scene)
    await screen.press("t")
    await screen.see("Saving gives password login back", "* not saved")


async def _simulator(screen: Console, scene: Scene) -> None:
    await outage(screen, scene)
    await screen.press("slash")
    await screen.type("ke")
    await screen.see("ken cannot get in")


async def _member(screen: Console, _scene: Scene) -> None:
    await screen.see("Entra down since 03:06", "your password lets you in")


async def _attempt(screen: Console, scene: Scene) -> None:
    await outage(screen, scene)
    await screen.press("down", "down", "down", "T")
    await screen.see("A real login, recorded", "tom@harbor.example")
    await screen.type(TOM.password)
    await screen.press("enter")
    await screen.see("tom can get in by password", "By the list of Entra.")


async def _refused(screen: Console, scene: Scene) -> None:
    await _simulator(screen, scene)
    await screen.press("enter", "T")
    await screen.see("A real login, recorded", "ken@harbor.example")
    await screen.type(KEN.password)
    await screen.press("enter")
    await screen.see("ken cannot get in", "sso_required", "a drill")


STATES = (
    State("outage", outage, before=begins),
    State("outage-draft", _draft, before=begins),
    State("outage-simulator", _simulator, before=begins),
    State("attempt", _attempt, before=begins),
    State("attempt-refused", _refused, before=begins),
    State("outage-member", _member, who=TOM, before=begins),
)
