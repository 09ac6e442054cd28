"""`bgconsole demo` as a stranger meets it: on a terminal, with what its first screen tells."""

import os
import subprocess
import sys

from bgconsole.demo import HINTS, prepare
from tests.terminal import Terminal

OLGA, _, KEN = HINTS


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


def _command(place: str, *arguments: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "bgconsole", "--database", place, *arguments],
        input=OLGA.password.encode(),
        env=os.environ,
        stdout=subprocess.DEVNULL,
        check=True,
    )
