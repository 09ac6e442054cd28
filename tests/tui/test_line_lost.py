"""The console over a server whose line drops: what is known stays, and nothing is lost."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from bgconsole.policy.audit import EventType
from bgconsole.policy.settings import Delta
from bgconsole.tui.model.draft_file import DraftFile
from tests.backend.world import OWNER, PASSWORD, World
from tests.serving import Server
from tests.toxic import Cut, Fault, Way, toxic
from tests.tui.console import LARGE, SIZES
from tests.tui.far import far_console, server_on

ANA, KEN = "ana@acme.test", "ken@acme.test"

_LONG_WAY = 60.0
"""Seconds that every piece of data is under way: longer than any test waits."""


@pytest.fixture
def server(world: World, tmp_path: Path) -> Iterator[Server]:
    """A server process on the team's database."""
    with server_on(world, tmp_path) as running:
        yield running


async def test_signing_in_reading_and_saving_work_as_on_the_spot(
    world: World, server: Server
) -> None:
    await world.enforce("entra", OWNER)
    async with far_console(world, server.url, None) as screen:
        await screen.see(f"server · 127.0.0.1:{server.port}", "Sign in to Acme")
        await screen.sign_in(OWNER, PASSWORD)
        await screen.see_row("✓ owner@acme.test")
        await screen.add(KEN)
        await screen.save()
        await world.backend.apply_delta(world.owner, "entra", Delta(add=(ANA,)))
        await screen.see_row("✓ ana@acme.test")
    assert (await world.provider("entra")).settings.emails == (OWNER, KEN, ANA)


@pytest.mark.parametrize("size", SIZES)
async def test_a_lost_line_is_told_what_was_known_stays_and_it_comes_back_by_itself(
    world: World, server: Server, drafts: DraftFile, size: tuple[int, int]
) -> None:
    await world.enforce("entra", OWNER)
    lost = f"Lost connection to 127.0.0.1:{server.port}"
    async with far_console(world, server.url, size=size, drafts=drafts) as screen:
        await screen.see_row("✓ owner@acme.test")
        await screen.add(KEN)
        await screen.see_row("+ ken@acme.test")
        server.stop(signal.SIGKILL)
        await screen.see(lost, "just now", "09:00")
        await screen.see("showing data from 09:00" if size == LARGE else "as of 09:00")
        await screen.see_row("✓ owner@acme.test")
        await screen.see_row("+ ken@acme.test")

        world.clock.advance(minutes=3)
        await screen.minute()
        await screen.see("3 min ago", "09:00")

        await world.backend.apply_delta(world.owner, "entra", Delta(add=(ANA,)))
        server.start()
        await screen.see(f"Reconnected to 127.0.0.1:{server.port}")
        await screen.see_no(lost)
        await screen.see("owner saved Entra meanwhile: + ana")
        await screen.see_row("+ ken@acme.test")


async def test_what_needs_the_line_says_why_it_cannot_be_done(world: World, server: Server) -> None:
    await world.enforce("entra", OWNER)
    async with far_console(world, server.url) as screen:
        await screen.see_row("✓ owner@acme.test")
        await screen.add(KEN)
        server.stop(signal.SIGKILL)
        await screen.see("just now")
        await screen.press("escape")
        why = f"Lost connection to 127.0.0.1:{server.port}. Retrying"
        for key in ("ctrl+s", "O", "P"):
            await screen.press(key)
            await screen.see(why)
            screen.app.show_notice(None)
            await screen.see_no(why)
        await screen.press("m")
        await screen.see("tom@acme.test")
        await screen.press("a")
        await screen.see(why)
        server.start()
        await screen.see("Reconnected to")
        await screen.press("1", "ctrl+s")
        await screen.see("✓ Saved")
    assert KEN in (await world.provider("entra")).settings.emails


async def test_a_lost_answer_is_found_out_before_anything_is_said(
    world: World, server: Server
) -> None:
    await world.enforce("entra", OWNER)
    async with toxic(server.port) as line, far_console(world, line.url) as screen:
        await screen.see_row("✓ owner@acme.test")
        await screen.add(KEN)
        await screen.see_row("+ ken@acme.test")
        line.cut(Cut(Way.ANSWER, 0, Fault.CLOSE))
        line.down = True
        await screen.press("ctrl+s")
        # A connection that is left over may know the outcome at once.
        await screen.until(
            lambda: "Outcome unknown, checking" in screen.text or "✓ Saved" in screen.text
        )
        line.down = False
        await screen.see("✓ Saved")
        await screen.see_no("Outcome unknown")
    changed = [event for event in await world.events() if event.target == KEN]
    assert [event.type for event in changed].count(EventType.ENTRY_ADDED) == 1


async def test_at_the_sign_in_a_server_that_comes_is_noticed(world: World, server: Server) -> None:
    server.stop(signal.SIGKILL)
    async with far_console(world, server.url, None) as screen:
        await screen.see("Nobody can sign in here now", "No server answers at")
        server.start()
        await screen.see("Sign in to Acme")


async def test_keys_are_heard_while_a_save_hangs_on_the_line(world: World, server: Server) -> None:
    await world.enforce("entra", OWNER)
    async with toxic(server.port) as line, far_console(world, line.url) as screen:
        await screen.see_row("✓ owner@acme.test")
        await screen.add(KEN)
        await screen.see_row("+ ken@acme.test")
        line.latency = _LONG_WAY
        await screen.press("ctrl+s")
        await screen.see("Saving …")
        await screen.press("f1")
        await screen.see("On this screen")
        await screen.press("escape")
        await screen.press("escape", "slash")
        await screen.type("an")
        await screen.see("ana@acme.test")
        assert "✓ Saved" not in screen.text
        line.latency = 0.0
        line.break_now()
        await screen.see("✓ Saved")
    added = [event for event in await world.events() if event.type is EventType.ENTRY_ADDED]
    assert [event.target for event in added].count(KEN) == 1
