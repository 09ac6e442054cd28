"""The real program where there is nothing yet: a team set up at a terminal is there afterwards."""

import json
import stat
from pathlib import Path

import pytest

from tests.cli.driver import in_a_process
from tests.terminal import Terminal

CTRL_Q, ENTER, F2, F6, F7, ESCAPE = "\x11", "\r", "\x1bOQ", "\x1b[17~", "\x1b[18~", "\x1b"
OWNER = "ada@acme.test"
PASSWORD = "three grey harbour cranes"
OTHER = "six brown lantern goats"


@pytest.fixture
def database(own_home: Path) -> Path:
    """Where the data goes unless somebody says otherwise."""
    return own_home / "data" / "bgconsole" / "team.db"


@pytest.mark.parametrize(("columns", "rows"), [(120, 40), (80, 24), (40, 12)])
def test_a_team_set_up_on_the_screen_is_stored(database: Path, columns: int, rows: int) -> None:
    with Terminal(columns=columns, rows=rows) as terminal:
        terminal.see("Set up your team")
        terminal.press("Acme", ENTER, OWNER, ENTER, PASSWORD, ENTER, PASSWORD, ENTER)
        assert not database.parent.exists(), "nothing is made before the last enter"
        terminal.press(ENTER)
        terminal.see("The team Acme is made")
        terminal.press(CTRL_Q)
        assert terminal.ended() == 0
        assert terminal.left_on() == ()
        assert PASSWORD.encode() not in terminal.raw
    assert stat.S_IMODE(database.stat().st_mode) == 0o600
    assert stat.S_IMODE(database.parent.stat().st_mode) == 0o700
    signed_in = in_a_process("sign-in", OWNER, "--password-stdin", stdin=PASSWORD)
    assert signed_in.code == 0, signed_in.err
    assert json.loads(in_a_process("whoami", "--json").out)["email"] == OWNER
    events = json.loads(in_a_process("audit", "list", "--json").out)
    assert [event["type"] for event in reversed(events)] == [
        "member.added",
        "provider.added",
        "provider.added",
        "auth.login.success",
        "auth.logout",
        "auth.login.success",
    ]
    assert PASSWORD not in json.dumps(events)


def test_everything_typed_ahead_goes_where_it_belongs(database: Path) -> None:
    """One burst, as a person types who has done it before: no password is ever shown."""
    with Terminal(columns=120, rows=40) as terminal:
        terminal.see("Set up your team")
        terminal.press(f"Acme\r{OWNER}\r{PASSWORD}\r{PASSWORD}\r\r")
        terminal.see("The team Acme is made")
        assert PASSWORD.encode() not in terminal.raw
        assert terminal.leave() == 0
    assert database.exists()


def test_a_hostile_name_writes_nothing_foreign_to_the_terminal(database: Path) -> None:
    with Terminal(columns=120, rows=40) as terminal:
        terminal.see("Set up your team")
        terminal.paste("[red]A\x1b]0;owned\x07\x9b31mcme[/] [@click=app.quit]x[/]\u202e")
        terminal.press(ENTER, OWNER, ENTER, PASSWORD, ENTER, PASSWORD, ENTER, ENTER)
        terminal.see("is made")
        assert terminal.foreign() == []
        assert terminal.leave() == 0
    assert database.exists()


def test_a_token_of_a_team_that_is_gone_is_in_nobody_s_way(database: Path) -> None:
    with Terminal(columns=80, rows=24, BGCONSOLE_TOKEN="bgs_of_a_team_that_is_gone") as terminal:
        terminal.see("Set up your team")
        terminal.press(CTRL_Q)
        assert terminal.ended() == 0
    assert not database.exists()


def test_leaving_before_the_last_enter_leaves_nothing_behind(database: Path) -> None:
    with Terminal(columns=80, rows=24) as terminal:
        terminal.see("Set up your team")
        terminal.press("Acme", ENTER, OWNER, ENTER, PASSWORD, ENTER, PASSWORD, ENTER, F2, ESCAPE)
        terminal.press(CTRL_Q)
        assert terminal.ended() == 0
        assert terminal.left_on() == ()
    assert not database.parent.exists()


def test_a_code_becomes_a_password_at_the_terminal(database: Path) -> None:
    made = in_a_process(
        "init", "--team", "Acme", "--owner", OWNER, "--password-stdin", stdin=PASSWORD
    )
    assert made.code == 0, made.err
    code = json.loads(in_a_process("member", "add", "grace@acme.test", "--json").out)["code"]
    assert in_a_process("sign-out").code == 0
    with Terminal(columns=80, rows=24) as terminal:
        terminal.see("Acme")
        terminal.press(F7)
        terminal.see("bgconsole recover EMAIL")
        terminal.press(ESCAPE, F6)
        terminal.see("Set your password")
        terminal.press("grace@acme.test", ENTER, code, ENTER, OTHER, ENTER, OTHER, ENTER)
        terminal.see("Password set. Sign in with it.")
        terminal.press(OTHER, ENTER)
        terminal.see("member")
        assert OTHER.encode() not in terminal.raw
        assert terminal.leave() == 0
        assert terminal.left_on() == ()
