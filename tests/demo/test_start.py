"""`bgconsole demo` as a stranger meets it: on a terminal, with what its first screen tells."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bgconsole.demo import HINTS, prepare
from tests.demo.processes import is_gone
from tests.terminal import Terminal

OLGA, _, KEN = HINTS

_F1 = "\x1bOP"
_F9 = "\x1b[20~"


def test_owner_signs_in_and_sees_what_another_process_does() -> None:
    place = prepare(reset=False).target.url
    with Terminal("demo", columns=120, rows=40) as terminal:
        terminal.see("Sample team")
        terminal.see(OLGA.password)
        terminal.press(OLGA.email, "\r")
        terminal.press(OLGA.password, "\r")
        terminal.see("Enforce SSO")
        _command(place, "sign-in", OLGA.email, "--password-stdin")
        _command(place, "member", "add", "wren@harbor.example")
        terminal.see("Member Added")
        assert terminal.leave() == 0, terminal.raw[-800:]


def test_admin_who_is_not_listed_is_refused() -> None:
    prepare(reset=False)
    with Terminal("demo", columns=80, rows=24) as terminal:
        terminal.see("Sample team")
        terminal.press(KEN.email, "\r")
        terminal.press(KEN.password, "\r")
        terminal.see("do not let you in")
        assert terminal.leave() == 0, terminal.raw[-800:]


def test_f9_takes_the_identity_provider_down_and_up() -> None:
    prepare(reset=False)
    with Terminal("demo", columns=120, rows=40) as terminal:
        terminal.see("Sample team")
        terminal.see("F9 outage")
        (child,) = _children(terminal.process)
        port = _port_that_answers()
        terminal.press(_F9)
        terminal.see("identity provider is down")
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port))
        terminal.see("Microsoft Entra ID is down since")
        terminal.press(_F9)
        terminal.see("identity provider is up")
        socket.create_connection(("127.0.0.1", port)).close()
        terminal.press(_F1)
        terminal.see("Take the demo's Entra down, or up again")
        assert terminal.leave() == 0, terminal.raw[-800:]
    assert is_gone(child)


def test_key_of_the_outage_can_be_another(own_home: Path) -> None:
    prepare(reset=False)
    settings = own_home / "config" / "bgconsole" / "settings.toml"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text('[keys]\n"demo.entra" = "ctrl+g"\n')
    with Terminal("demo", columns=120, rows=40) as terminal:
        terminal.see("^G outage")
        terminal.press("\x07")
        terminal.see("identity provider is down")
        assert terminal.leave() == 0, terminal.raw[-800:]


def test_no_identity_provider_outlives_a_console_that_is_killed() -> None:
    prepare(reset=False)
    with Terminal("demo", columns=80, rows=24) as terminal:
        terminal.see("Sample team")
        terminal.see("F9 outage")
        (child,) = _children(terminal.process)
        terminal.signal(signal.SIGKILL)
        assert is_gone(child)


def _children(process: int) -> list[int]:
    """The processes that a process has started."""
    told = [
        (Path(f"/proc/{process}/task") / thread.name / "children").read_text().split()
        for thread in Path(f"/proc/{process}/task").iterdir()
    ]
    return [int(child) for children in told for child in children]


def _port_that_answers() -> int:
    """The provider's port: another than before, where a program has that one."""
    for _ in range(300):
        port = urlsplit(_issuer_in_team()).port or 0
        with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
            return port
        time.sleep(0.1)
    raise AssertionError("the identity provider never answered")


def _issuer_in_team() -> str:
    path = Path(prepare(reset=False).target.url.removeprefix("sqlite:///"))
    with closing(sqlite3.connect(path)) as connection:
        (issuer,) = connection.execute(
            "SELECT issuer FROM provider WHERE slug = 'entra'"
        ).fetchone()
    return str(issuer)


def _command(place: str, *arguments: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "bgconsole", "--database", place, *arguments],
        input=OLGA.password.encode(),
        env=os.environ,
        stdout=subprocess.DEVNULL,
        check=True,
    )
