"""Signing in by SSO at the console in every flow, also over a line that drops meanwhile."""

import asyncio
import re
import signal
import time
from collections.abc import AsyncIterator, Generator
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest

from bgconsole.demo.identity_provider.process import DemoIdentityProvider
from bgconsole.files.settings import Signs
from bgconsole.tui.proof import sso_dialog as sso_screen
from bgconsole.tui.proof import sso_sign_in
from bgconsole.tui.terminal.theme import Look
from tests.backend.world import SqliteDeployment, World
from tests.serving import Server, forked
from tests.toxic import Fault, toxic
from tests.tui import sso
from tests.tui.console import LARGE, SIZES, Console, console
from tests.tui.far import far_console

QR = "▀"
SMALLEST = (40, 12)


@pytest.fixture
async def team(tmp_path: Path, idp: DemoIdentityProvider) -> AsyncIterator[World]:
    """Entra is set up, and Ken has no password."""
    world = World(SqliteDeployment(tmp_path), clock=sso.RunningClock())
    await world.found()
    await sso.set_up(world, idp)
    yield world
    await world.close()


@pytest.fixture
def server(team: World, tmp_path: Path) -> Generator[Server]:
    """A server on the team's database that browsers can reach."""
    with forked(f"sqlite:///{tmp_path / 'data' / 'team.db'}", public=True) as running:
        yield running


@pytest.fixture(autouse=True)
def no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine of the tests shows nobody a browser."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)


async def ask(screen: Console) -> None:
    """Press the key of Entra on the sign-in screen."""
    await screen.see("Email")
    await screen.until(lambda: screen.app.title == "bgconsole: Acme")
    await screen.type(sso.KEN)
    await screen.press("enter")
    await screen.until(lambda: screen.app.screen.query("#password-row").first().display)
    await screen.press("f2")
    await screen.see("minutes left")


async def way(screen: Console, told: str) -> None:
    """Press `f` until the dialog speaks of this way."""
    for _ in range(4):
        if told in " ".join(screen.text.replace("│", " ").split()):
            return
        await screen.press("f")
        await screen.see("minutes left")
        await screen.settle()
    raise AssertionError(screen.text)


def address(screen: Console) -> str:
    """The whole address of the dialog, which may take several rows."""
    rows = [line.strip().strip("│").strip() for line in screen.lines]
    start = next(place for place, row in enumerate(rows) if row.startswith("http://"))
    end = next(place for place in range(start, len(rows)) if not rows[place])
    return "".join(rows[start:end])


async def in_browser(url: str, button: str = "approve") -> httpx.Response:
    """Open the provider's page, press a button as Ken, and go where it sends the browser."""
    async with httpx.AsyncClient(trust_env=False) as browser:
        page = await browser.get(url)
        request = re.search(r'name="request" value="([^"]+)"', page.text)
        action = re.search(r'<form[^>]* action="([^"]+)"', page.text)
        assert request, page.text
        form = {"request": request[1], "person": sso.KEN, button: "pressed"}
        target = urljoin(url, action[1]) if action else url
        sent = await browser.post(target, data=form)
        assert sent.is_redirect, sent.text
        return await browser.get(sent.headers["location"])


async def approved_digits(screen: Console) -> str:
    """Sign in by a browser anywhere, approve as Ken, and read the page's three digits."""
    await ask(screen)
    await way(screen, "in any browser")
    page = await in_browser(address(screen))
    digits = re.search(r"<strong>(\d{3})</strong>", page.text)
    assert digits
    return digits[1]


@pytest.mark.parametrize("size", SIZES)
async def test_browser_on_this_machine_ends_in_the_main_screen(
    team: World, size: tuple[int, int]
) -> None:
    async with console(team, None, size=size) as screen:
        await ask(screen)
        await way(screen, "in a browser on this machine")
        page = await in_browser(address(screen))
        assert page.status_code == 200
        await screen.see("Enforce SSO")
        assert sso.KEN in screen.lines[0]


async def test_refusal_in_the_browser_is_said_and_starts_again(team: World) -> None:
    async with console(team, None) as screen:
        await ask(screen)
        await way(screen, "in a browser on this machine")
        await in_browser(address(screen), "deny")
        await screen.see("The sign-in was refused at", "Start again")
        await screen.press("r")
        await screen.see("minutes left")
        await in_browser(address(screen))
        await screen.see("Enforce SSO")


async def test_cancelling_the_browser_flow_closes_its_port(team: World) -> None:
    async with console(team, None) as screen:
        await ask(screen)
        await way(screen, "in a browser on this machine")
        redirect = re.search(r"redirect_uri=http%3A%2F%2F127\.0\.0\.1%3A(\d+)", address(screen))
        assert redirect
        await screen.press("escape")
        await screen.see_no("minutes left")
        await screen.see("Password")
        await _closed(int(redirect[1]))


async def _closed(port: int) -> None:
    """Wait until nothing listens there any more."""
    async with asyncio.timeout(60):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except ConnectionRefusedError:
                return
            writer.close()
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("size", SIZES)
async def test_browser_anywhere_asks_for_the_three_digits_of_its_page(
    team: World, server: Server, size: tuple[int, int]
) -> None:
    async with far_console(team, server.url, None, size=size) as screen:
        digits = await approved_digits(screen)
        await screen.see("Type the three digits")
        wrong = "000" if digits != "000" else "111"
        await screen.type(wrong)
        await screen.press("enter")
        await screen.see("These digits are wrong")
        await screen.type(digits)
        await screen.press("enter")
        await screen.see("Enforce SSO")
        assert sso.KEN in screen.lines[0]


async def test_three_wrong_digits_end_it(team: World, server: Server) -> None:
    async with far_console(team, server.url, None) as screen:
        digits = await approved_digits(screen)
        for guess in [f"{n}{n}{n}" for n in range(4) if f"{n}{n}{n}" != digits][:3]:
            await screen.see("Type the three digits")
            await screen.see_no("Waiting for the server")
            await screen.type(guess)
            await screen.press("enter")
            await screen.settle()
        await screen.see("Start again")


async def test_digits_can_be_typed_on_the_smallest_terminal(team: World, server: Server) -> None:
    async with far_console(team, server.url, None) as screen:
        digits = await approved_digits(screen)
        await screen.see("Type the three digits")
        await screen.pilot.resize_terminal(*SMALLEST)
        await screen.see("Type the three digits", "› Digits", "Send", "left")
        await screen.type(digits)
        await screen.see(digits)
        await screen.press("enter")
        await screen.see("Enforce SSO")


async def test_server_that_is_killed_and_started_again_ends_no_sign_in(
    team: World, server: Server
) -> None:
    async with far_console(team, server.url, None) as screen:
        await ask(screen)
        await way(screen, "Enter this code there")
        server.stop(signal.SIGKILL)
        await screen.see("Lost connection. Retrying")
        await screen.see("minutes left")
        await sso.answer(screen)
        server.start()
        await screen.see("Enforce SSO")
        assert sso.KEN in screen.lines[0]


async def test_line_that_takes_nothing_and_comes_back_ends_no_sign_in(
    team: World, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sso_sign_in, "_AGAIN", 0.2)
    async with toxic(server.port) as line, far_console(team, line.url, None) as screen:
        await ask(screen)
        await way(screen, "Enter this code there")
        line.down = True
        line.break_now(Fault.RESET)
        await screen.see("Lost connection. Retrying")
        await sso.answer(screen)
        line.down = False
        await screen.see("Enforce SSO")


async def test_cancel_while_the_line_is_down_goes_back(team: World, server: Server) -> None:
    async with far_console(team, server.url, None) as screen:
        await ask(screen)
        await way(screen, "Enter this code there")
        server.stop(signal.SIGKILL)
        await screen.see("Lost connection. Retrying")
        await screen.press("escape")
        await screen.see_no("Lost connection. Retrying")
        await screen.see("Password")


class LaterClock:
    """In the place of the module `time`: a monotonic clock that a test puts forward."""

    def __init__(self) -> None:
        self.passed = 0.0

    def monotonic(self) -> float:
        return time.monotonic() + self.passed


async def test_minutes_left_are_counted_down_to_the_end(
    team: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = LaterClock()
    for module in (sso_sign_in, sso_screen):
        monkeypatch.setattr(module, "time", clock)
    async with console(team, None) as screen:
        await ask(screen)
        await screen.see("10 minutes left")
        for passed, told in ((61, "9 minutes left"), (541, "1 minute left")):
            clock.passed = passed
            await screen.pilot.resize_terminal(119 if passed == 61 else 120, 40)
            await screen.see(told)
        clock.passed = 601
        await screen.see("The sign-in took too long and was cancelled", "Start again")
        await screen.press("r")
        await screen.see("10 minutes left")


@pytest.mark.parametrize("size", [LARGE, (100, 30), (80, 24)])
async def test_code_to_scan_is_drawn_in_half_blocks_and_in_ascii(
    team: World, size: tuple[int, int]
) -> None:
    async with console(team, None, size=size) as screen:
        await ask(screen)
        await screen.see("Enter this code there", QR)
        code = sso.code_on(screen)
        screen.app.wear(Look.MONO, Signs.PLAIN)
        await screen.pilot.resize_terminal(size[0] - 1, size[1])
        await screen.see_no(QR)
        await screen.see("Enter this code there")
        assert screen.text.isascii()
        assert sso.code_on(screen) == code
        # Two characters a module: where that is too large, the address and the code are enough.
        drawn = sum("####" in line for line in screen.lines)
        assert drawn >= 20 if size == LARGE else not drawn


async def test_smallest_terminal_shows_address_and_code_whole(team: World) -> None:
    async with console(team, None, size=SMALLEST) as screen:
        await ask(screen)
        assert QR not in screen.text
        assert sso.address_on(screen)
        await screen.see("left", "Cancel")
        await sso.answer(screen)
        await screen.see(sso.KEN)
