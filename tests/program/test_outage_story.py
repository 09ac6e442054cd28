"""An outage from end to end: two consoles in real terminals, a real provider that is killed."""

import json
import os
import re
import signal
import socket
import time
from collections.abc import Generator
from pathlib import Path

import httpx
import pytest

from bgconsole.demo.identity_provider.process import DemoIdentityProvider
from bgconsole.demo.identity_provider.protocol import CLIENT_ID
from tests.program.own_team import OLGA, PASSWORD, OwnTeam
from tests.terminal import Terminal

ENTER, ESC, CTRL_S, CTRL_U, F2 = "\r", "\x1b", "\x13", "\x15", "\x1bOQ"
TOM, KEN = "tom@harbor.example", "ken@harbor.example"
DOWN = "× Entra down since"
"""How the red line begins that is on every screen in an outage."""

_PATIENCE = 60.0


class Console(Terminal):
    """The console as it is, but for more frequent probes."""

    PROGRAM = ("-m", "tests.program.quick_probes")

    def shows(self, *texts: str, but_not: str = "\0") -> None:
        """Wait until all of `texts` are on the screen at once, and the other one is not."""
        deadline = time.monotonic() + _PATIENCE
        while but_not in self.screen() or any(text not in self.screen() for text in texts):
            assert time.monotonic() < deadline, f"{texts} never came:\n{self.screen()}"
            self.read(patience=1.0)
        self.rest()


@pytest.fixture
def idp() -> Generator[DemoIdentityProvider]:
    """At a port of its own, so that it comes back where it was."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with DemoIdentityProvider(port=port, interval=0.2) as provider:
        provider.start()
        yield provider


@pytest.fixture
def team(tmp_path: Path, idp: DemoIdentityProvider) -> OwnTeam:
    """Olga, Tom and Ken all have passwords; nothing is enforced yet."""
    made = OwnTeam(tmp_path)
    made.add(TOM)
    made.add(KEN)
    made.run(
        *("provider", "set", "entra", "--issuer", idp.issuer, "--client-id", CLIENT_ID),
        *("--email-domain", "harbor.example"),
    )
    made.run("sign-out")
    return made


def sign_in(console: Console, email: str) -> None:
    """Answer the sign-in screen."""
    console.shows("Sign in to Harbor")
    console.press(email, ENTER, PASSWORD, ENTER)


def approve(console: Console, email: str) -> None:
    """Do at the provider's page what the console's screen says, as this person."""
    screen = console.screen()
    address = re.search(r"http://127\.0\.0\.1:\d+/device", screen)
    code = re.search(r"(?:[A-Z0-9] +){4}- +(?:[A-Z0-9] +){3}[A-Z0-9]", screen)
    assert address is not None, screen
    assert code is not None, screen
    form = {"user_code": code[0].replace(" ", ""), "person": email, "approve": "pressed"}
    httpx.post(address[0], data=form, trust_env=False).raise_for_status()


def enforce(console: Console, *emails: str) -> None:
    """Enforce SSO with these on the list, although nobody has signed in by the provider yet."""
    console.press("t", "a")
    for email in emails:
        console.press(email, ENTER)
        console.shows(f"+ {email}")
    console.press(CTRL_S)
    console.shows("Enforce an unproven provider?")
    console.press("y")
    console.shows("✓ Saved")


def test_outage_from_enforcing_to_signing_in_by_sso_again(
    team: OwnTeam, idp: DemoIdentityProvider
) -> None:
    """Two on the list; the provider is killed; who gets in, who does not, and where it is seen."""
    with (
        Console(*team.place, columns=120, rows=40) as olgas,
        Console(*team.place, columns=120, rows=40) as toms,
    ):
        for console, email in ((olgas, OLGA), (toms, TOM)):
            sign_in(console, email)
            console.shows("Enforce SSO", "Entra ✓ up")
        enforce(olgas, OLGA, TOM)
        toms.shows("2 of 5 · 2 usable")

        assert idp.process is not None
        os.kill(idp.process, signal.SIGKILL)
        for console in (olgas, toms):
            console.shows(DOWN, "2 of 3 can sign in: olga, tom", "Entra is down")

        toms.press("O")
        sign_in(toms, KEN)
        toms.shows("do not let you in", "Microsoft Entra ID is down: only", "× down since")
        olgas.shows("Login Failure", "ken ", "SSO")
        toms.press(ESC, CTRL_U)
        sign_in(toms, OLGA)
        for console in (olgas, toms):
            console.shows(DOWN, "Login Failure", "ken ", "Break-glass")

        idp.start()
        for console in (olgas, toms):
            console.shows("Entra is up", "Entra ✓ up", but_not=DOWN)

        toms.press("O")
        toms.shows("Sign in to Harbor")
        toms.press(KEN, ENTER, F2)
        toms.shows("Enter this code there")
        approve(toms, KEN)
        for console in (olgas, toms):
            console.shows("User logged in via SSO at Entra", "ken ")
        toms.shows(f"{KEN} admin")
        assert olgas.leave() == 0
        assert toms.leave() == 0
    team.run("sign-in", OLGA, "--password-stdin", said=PASSWORD)
    assert json.loads(team.run("audit", "verify", "--json"))["ok"]
    events = team.run("audit", "list", "--type", "idp.down", "--type", "idp.up", "--json")
    assert events.count('"idp.down"') == 1, "once, although two consoles probe"
    assert events.count('"idp.up"') == 2, "when the first console opened, and after the outage"
