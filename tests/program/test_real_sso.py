"""SSO through the real program, in a terminal, at providers that nobody here wrote."""

import re
import socket
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.openid.browser import Browser
from tests.openid.chromium import Chromium, chromium
from tests.openid.nanoidp_process import PASSWORD, SECRET, nanoidp
from tests.openid.panva_process import panva
from tests.program.own_team import OwnTeam
from tests.server.command import serving
from tests.terminal import Terminal

KEN = "ken@example.com"
F3 = "\x1bOR"


@pytest.fixture
def team(tmp_path: Path) -> OwnTeam:
    """Ken comes in by SSO alone."""
    made = OwnTeam(tmp_path)
    made.run("member", "add", KEN, "--role", "admin", "--sso-only")
    return made


@pytest.fixture
def served_at() -> str:
    """Where a server will be, known before it runs."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return f"http://127.0.0.1:{free.getsockname()[1]}"


@pytest.fixture
def panva_issuer(served_at: str) -> Generator[str]:
    with panva(redirects=[f"{served_at}/v1/sso/callback"]) as issuer:
        yield issuer


@pytest.fixture
def browser(tmp_path: Path) -> Generator[Chromium]:
    with chromium(tmp_path) as running:
        yield running


def register(team: OwnTeam, issuer: str, *more: str) -> None:
    """Set the provider up, and leave nobody signed in."""
    team.run("provider", "set", "oidc", "--issuer", issuer, "--client-id", "console", *more)
    team.run("sign-out")


def found(terminal: Terminal, pattern: str) -> str:
    """What the terminal shows of this pattern."""
    shown = re.search(pattern, terminal.screen().replace("\n", " "))
    assert shown is not None, terminal.screen()
    return shown[0]


def ends_signed_in(team: OwnTeam, terminal: Terminal) -> None:
    terminal.see(f"Signed in as {KEN} (admin)")
    assert terminal.ended() == 0
    assert "by sso with oidc" in team.run("whoami")


def test_device_flow_at_panvas(team: OwnTeam, panva_issuer: str) -> None:
    register(team, panva_issuer)
    command = ("sign-in", "--sso", "oidc", "--flow", "device")
    with Terminal(*team.place, *command, columns=100, rows=50) as terminal:
        terminal.see("Waiting up to")
        browser = Browser()
        browser.visit(found(terminal, rf"{panva_issuer}/device"))
        browser.submit(user_code=found(terminal, r"[A-Z]{4}-[A-Z]{4}"))
        browser.submit()
        browser.sign_in("ken")
        assert "Sign-in Success" in browser.page
        ends_signed_in(team, terminal)


def test_device_flow_at_panvas_in_the_console(team: OwnTeam, panva_issuer: str) -> None:
    register(team, panva_issuer)
    with Terminal(*team.place, columns=120, rows=40) as terminal:
        terminal.see("Sign in to Harbor")
        terminal.press(KEN, "\r", F3)
        terminal.see("Enter this code there")
        code = found(terminal, r"(?:[A-Z] +){4}- +(?:[A-Z] +){3}[A-Z]").replace(" ", "")
        browser = Browser()
        browser.visit(found(terminal, rf"{panva_issuer}/device"))
        browser.submit(user_code=code)
        browser.submit()
        browser.sign_in("ken")
        assert "Sign-in Success" in browser.page
        terminal.see("User logged in via SSO")
        terminal.see(f"{KEN} admin")
        assert terminal.leave() == 0


def test_device_flow_at_another_provider(team: OwnTeam, tmp_path: Path) -> None:
    secret = tmp_path / "client-secret"
    secret.write_text(SECRET)
    (tmp_path / "idp").mkdir()
    with nanoidp(tmp_path / "idp") as issuer:
        register(team, issuer, "--client-secret-file", str(secret))
        command = ("sign-in", "--sso", "oidc", "--flow", "device")
        with Terminal(*team.place, *command, columns=100, rows=50) as terminal:
            terminal.see("Waiting up to")
            code = found(terminal, r"(?<=enter the code )[A-Z0-9-]+")
            browser = Browser()
            browser.visit(found(terminal, rf"{issuer}/[a-z/_]*"))
            browser.submit(user_code=code, username="ken", password=PASSWORD, action="authorize")
            ends_signed_in(team, terminal)


def test_browser_flow_in_a_real_browser(
    team: OwnTeam, panva_issuer: str, browser: Chromium, tmp_path: Path
) -> None:
    """The program opens the desktop's browser; a person fills in the provider's pages there."""
    register(team, panva_issuer)
    opened = tmp_path / "opened"
    desktop = tmp_path / "bin" / "xdg-open"
    desktop.parent.mkdir()
    desktop.write_text(f'#!/bin/sh\nprintf %s "$1" > {opened}.part && mv {opened}.part {opened}\n')
    desktop.chmod(0o755)
    path = f"{desktop.parent}:/usr/bin:/bin"
    surroundings = {"PATH": path, "DISPLAY": ":99", "SSH_CONNECTION": ""}
    command = ("sign-in", "--sso", "oidc", "--flow", "browser")
    with Terminal(*team.place, *command, columns=200, rows=50, **surroundings) as terminal:
        terminal.see("Waiting up to")
        while not opened.exists():
            terminal.pause()
        browser.visit(opened.read_text())
        browser.fill_in(login="ken", password="any")
        browser.see("Continue")
        browser.press_button()
        browser.see("You can close this page")
        ends_signed_in(team, terminal)


def test_server_flow_in_a_real_browser(
    team: OwnTeam, panva_issuer: str, browser: Chromium, served_at: str, tmp_path: Path
) -> None:
    """The console is elsewhere; the page at the server shows three digits, which are typed in."""
    register(team, panva_issuer)
    port = served_at.rpartition(":")[2]
    options = ("--port", port, "--public-url", served_at)
    with serving(tmp_path, *options, database=team.place[1]):
        command = ("--server", served_at, "sign-in", "--sso", "oidc", "--flow", "server")
        with Terminal(*command, columns=800, rows=50) as terminal:
            terminal.see("Waiting up to")
            browser.visit(found(terminal, rf"{panva_issuer}/auth\S+"))
            browser.fill_in(login="ken", password="any")
            browser.see("Continue")
            browser.press_button()
            digits = re.search(r"\b\d{3}\b", browser.see("digits"))
            assert digits is not None
            terminal.see("The three digits on the page")
            terminal.press(digits[0], "\r")
            terminal.see(f"Signed in as {KEN} (admin)")
            assert terminal.ended() == 0
