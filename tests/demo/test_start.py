"""`bgconsole demo` as a stranger meets it: on a terminal, with what its first screen tells."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bgconsole.demo import HINTS, prepare
from tests.demo.processes import is_gone
from tests.terminal import Terminal

OLGA, _, KEN = HINTS

_F1 = "\x1bOP"
_F9 = "\x1b[20~"

_LISTENS = "0A"
"""A socket's state in /proc/net/tcp."""


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
        port = _port_of(child)
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


def _port_of(process: int) -> int:
    """The port on which a process listens; the team's issuer may still name another program's."""
    for _ in range(300):
        own = {str(file.readlink()) for file in Path(f"/proc/{process}/fd").iterdir()}
        for line in Path(f"/proc/{process}/net/tcp").read_text().splitlines()[1:]:
            _, address, _, state, *_, inode = line.split()[:10]
            if state == _LISTENS and f"socket:[{inode}]" in own:
                return int(address.partition(":")[2], 16)
        time.sleep(0.1)
    raise AssertionError("the identity provider never listened")


def _command(place: str, *arguments: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "bgconsole", "--database", place, *arguments],
        input=OLGA.password.encode(),
        env=os.environ,
        stdout=subprocess.DEVNULL,
        check=True,
    )
