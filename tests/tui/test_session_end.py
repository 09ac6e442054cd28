"""Leaving, being signed out elsewhere, and the lock of a keyboard nobody sits at."""

import asyncio
from typing import Any

import pytest
from textual.driver import Driver

from bgconsole.backend.identity import Caller, SignedIn
from bgconsole.backend.protocol import Backend
from bgconsole.policy.audit import EventType
from bgconsole.tui.main import idle_lock
from tests.backend.world import CONSOLE, OWNER, PASSWORD, World
from tests.tui.console import console


async def test_signing_out_goes_on_record_and_back_to_the_sign_in_screen(world: World) -> None:
    async with console(world) as screen:
        await screen.see("Not enforced")
        await screen.press("O")
        await screen.see("Sign in to Acme", "You are signed out.")
        assert OWNER not in screen.text
        await world.sign_in(OWNER)
        assert EventType.LOGOUT in [event.type for event in await world.newest(2)]
        await screen.sign_in(OWNER, PASSWORD)
        await screen.see("Not enforced")


async def test_a_session_ended_elsewhere_returns_to_the_sign_in_screen(world: World) -> None:
    async with console(world) as screen:
        await screen.see("Not enforced", "● following")
        await world.another().sign_out(world.owner)
        await screen.see("Sign in to Acme", "You are signed out. Sign in again.")


async def test_a_stored_session_that_has_ended_meanwhile_asks_to_sign_in(world: World) -> None:
    await world.backend.sign_out(world.owner)
    async with console(world) as screen:
        await screen.see("Sign in to Acme", "You are signed out. Sign in again.")


async def test_quitting_ends_the_session_that_was_opened_here(world: World) -> None:
    async with console(world, None) as screen:
        await screen.sign_in(OWNER, PASSWORD)
        await screen.see("Not enforced")
        await screen.press("ctrl+q")
        await screen.until(lambda: screen.app.return_code is not None)
        assert screen.app.return_code == 0
    assert [event.type for event in await world.newest()] == [EventType.LOGOUT]


async def test_quitting_with_changes_asks_first(world: World) -> None:
    async with console(world) as screen:
        await screen.see("Not enforced")
        await screen.press("t")
        await screen.see("* not saved")
        await screen.press("ctrl+q")
        await screen.see("Quit with 1 change not saved?")
        await screen.press("escape")
        await screen.see_no("Quit with 1 change not saved?")
        assert "* not saved" in screen.text
        await screen.press("ctrl+q")
        await screen.see("Quit with 1 change not saved?")
        await screen.press("y")
        await screen.until(lambda: screen.app.return_code is not None)
        assert screen.app.return_code == 0
    assert not (await world.provider("entra")).enforced


async def test_quitting_can_save_every_provider_first(world: World) -> None:
    await world.enforce("entra", OWNER, "mia@acme.test")
    await world.enforce("oidc", OWNER, "mia@acme.test")
    async with console(world) as screen:
        await screen.see_row("✓ mia@acme.test")
        await screen.press("down", "x", "2")
        await screen.see("Entra keeps 1 unsaved change")
        await screen.press("down", "x", "ctrl+q")
        await screen.see("Quit with 2 changes not saved?", "Microsoft Entra ID", "Generic OIDC")
        assert "Keep draft" not in screen.text
        await screen.press("ctrl+s")
        await screen.until(lambda: screen.app.return_code is not None)
    for slug in ("entra", "oidc"):
        assert (await world.provider(slug)).settings.emails == (OWNER,)


async def test_signing_out_with_changes_asks_first(world: World) -> None:
    async with console(world) as screen:
        await screen.see("Not enforced")
        await screen.press("t")
        await screen.see("* not saved")
        await screen.press("O")
        await screen.see("Sign out with 1 change not saved?", "enforcement on")
        await screen.press("y")
        await screen.see("You are signed out.")
    assert not (await world.provider("entra", await _again(world))).enforced


async def _again(world: World) -> Caller:
    await world.sign_in(OWNER)
    return world.owner


_MEANWHILE = 0.3
"""Seconds that a login takes; leaving waits longer than that for it."""


class Gate:
    """A backend that lets nobody in before it is opened."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self.asked = asyncio.Event()
        self.open = asyncio.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._backend, name)

    async def sign_in(self, *args: Any) -> SignedIn:
        self.asked.set()
        await self.open.wait()
        return await self._backend.sign_in(*args)


async def test_a_login_that_succeeds_while_somebody_quits_is_ended_too(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(world.another())
    monkeypatch.setattr(world, "another", lambda **_named: gate)
    async with console(world, None) as screen:
        await screen.sign_in(OWNER, PASSWORD)
        await gate.asked.wait()
        asyncio.get_running_loop().call_later(_MEANWHILE, gate.open.set)
        await screen.press("ctrl+q")
        await screen.until(lambda: screen.app.return_code is not None)
        assert screen.app.return_code == 0
    assert [event.type for event in await world.newest(2)] == [
        EventType.LOGIN_SUCCESS,
        EventType.LOGOUT,
    ]


async def test_quitting_leaves_a_stored_session_open(world: World) -> None:
    async with console(world) as screen:
        await screen.see("Not enforced")
        await screen.press("ctrl+q")
        await screen.until(lambda: screen.app.return_code is not None)
    assert not (await world.backend.me(world.owner)).locked


async def test_after_15_minutes_without_a_key_it_locks_until_proven(world: World) -> None:
    async with console(world) as screen:
        await screen.see("Not enforced", "● following")
        await screen.press("t")
        await screen.see("* not saved")
        world.clock.advance(minutes=16)
        await screen.minute()
        await screen.see("Locked", "Password")
        await world.sign_in("ken@acme.test")
        await screen.press("escape")
        await screen.see("Locked")
        await screen.type(PASSWORD)
        await screen.press("enter")
        await screen.see_no("Locked")
        await screen.see("* not saved")
        await screen.see_row("Login Success", "ken")


async def test_suspended_for_15_minutes_it_locks_as_soon_as_it_is_continued(world: World) -> None:
    """Not only when the next minute begins: whoever types `fg` is not asked who they are."""
    async with console(world) as screen:
        await screen.see("Not enforced", "● following")
        await screen.press("t")
        world.clock.advance(minutes=16)
        screen.app.post_message(Driver.SignalResume())
        await screen.see("Locked", "Password")
        await screen.type(PASSWORD)
        await screen.press("enter")
        await screen.see_no("Locked")
        await screen.see("* not saved")


async def test_the_first_key_after_15_minutes_locks_and_does_nothing_else(world: World) -> None:
    """The machine may have slept: no timer noticed how long nobody was there."""
    async with console(world) as screen:
        await screen.see("Not enforced", "● following")
        world.clock.advance(minutes=15, seconds=1)
        await screen.press("t")
        await screen.see("Locked", "Password")
        await screen.type(PASSWORD)
        await screen.press("enter")
        await screen.see_no("Locked")
        assert "* not saved" not in screen.text
        await screen.press("t")
        await screen.see("* not saved")


async def test_it_locks_when_the_15_minutes_end_not_when_a_minute_begins(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As long as the timer waits; the clock alone says whether the time is up.
    monkeypatch.setattr(idle_lock, "IDLE_LOCK", 0.2)
    async with console(world) as screen:
        await screen.see("Not enforced", "● following")
        world.clock.advance(minutes=15)
        await asyncio.sleep(0.5)
        await screen.settle()
        assert "Locked" not in screen.text
        world.clock.advance(seconds=1)
        await screen.see("Locked", "Password")


async def test_a_session_that_ended_while_suspended_is_over_as_soon_as_it_is_continued(
    world: World,
) -> None:
    async with console(world) as screen:
        await screen.see("Not enforced", "● following")
        world.clock.advance(minutes=12 * 60 + 1)
        screen.app.post_message(Driver.SignalResume())
        await screen.see("Sign in to Acme")


async def test_a_key_within_15_minutes_keeps_it_open(world: World) -> None:
    async with console(world) as screen:
        await screen.see("Not enforced")
        for _ in range(3):
            world.clock.advance(minutes=10)
            await screen.press("t")
            await screen.minute()
        await screen.settle()
        assert "Locked" not in screen.text
    assert not (await world.backend.me(Caller(CONSOLE, world.owner.token, attended=False))).locked


async def test_a_stored_session_that_is_idle_asks_for_proof_first(world: World) -> None:
    world.clock.advance(minutes=20)
    async with console(world) as screen:
        await screen.see("Locked", "Password")
        await screen.type(PASSWORD)
        await screen.press("enter")
        await screen.see("Not enforced")
