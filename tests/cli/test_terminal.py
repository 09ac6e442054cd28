"""The command line at a terminal: prompts without echo, Ctrl+C, following the log, progress."""

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pexpect
import pytest

from bgconsole.files import tokens as token_file
from tests.cli.conftest import OWNER, PASSWORD
from tests.cli.driver import in_a_process

Start = Callable[..., "pexpect.spawn[str]"]
CHOSEN = "nine copper kettles sing"


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts the command line at a terminal of its own."""
    started: list[pexpect.spawn[str]] = []

    def spawn(*arguments: str, **environment: str) -> "pexpect.spawn[str]":
        child = pexpect.spawn(
            sys.executable,
            ["-m", "bgconsole", *arguments],
            env=os.environ | {"TERM": "xterm-256color"} | environment,
            encoding="utf-8",
            timeout=60,
        )
        started.append(child)
        return child

    yield spawn
    for child in started:
        child.close(force=True)


@pytest.fixture
def team() -> None:
    """A team in the default place, whose owner is signed in."""
    init = ("init", "--team", "Harbor", "--owner", OWNER, "--password-stdin")
    done = in_a_process(*init, stdin=PASSWORD)
    assert done.code == 0, done.err


def ended(child: "pexpect.spawn[str]") -> int | None:
    """Wait for the end and return the exit code."""
    child.expect(pexpect.EOF)
    child.close()
    return child.exitstatus


def test_a_password_is_asked_for_twice_and_not_shown(start: Start) -> None:
    child = start("init", "--team", "Harbor", "--owner", OWNER)
    child.expect_exact("New password: ")
    child.sendline(PASSWORD)
    child.expect_exact("New password again: ")
    child.sendline(PASSWORD)
    child.expect_exact(f"Signed in as {OWNER}")
    shown = str(child.before)
    assert ended(child) == 0
    assert PASSWORD not in shown


def test_two_different_passwords_are_refused_before_anything_is_made(
    start: Start, own_home: Path
) -> None:
    child = start("init", "--team", "Harbor", "--owner", OWNER)
    child.expect_exact("New password: ")
    child.sendline(PASSWORD)
    child.expect_exact("New password again: ")
    child.sendline(CHOSEN)
    child.expect_exact("The two passwords differ")
    assert ended(child) == 2
    assert not list(own_home.rglob("*.db"))


@pytest.mark.usefixtures("team")
@pytest.mark.parametrize("keys", ["\x03", "\x04"], ids=["ctrl+c", "ctrl+d"])
def test_leaving_a_prompt_is_quiet(start: Start, keys: str) -> None:
    child = start("sign-in", OWNER)
    child.expect_exact("Password: ")
    child.send(keys)
    assert ended(child) == 130
    assert str(child.before).strip("\r\n^CD\b") == ""


@pytest.mark.usefixtures("team")
def test_following_shows_what_another_process_does_until_ctrl_c(start: Start) -> None:
    child = start("audit", "tail", "--json")
    child.expect(r'"type":"member.added"')
    child.expect(r'"type":"auth.login.success"[^\n]*\n')
    assert in_a_process("member", "add", "grace@harbor.example").code == 0
    child.expect(r'\{"seq":\d+,[^\n]*"type":"member.added"[^\n]*\}')
    assert json.loads(str(child.after))["target"] == "grace@harbor.example"
    child.sendintr()
    assert ended(child) == 130
    assert "Traceback" not in str(child.before)


@pytest.mark.usefixtures("team")
def test_following_ends_when_the_session_ends(start: Start) -> None:
    child = start("audit", "tail")
    child.expect("User logged in via password")
    assert in_a_process("sign-out").code == 0
    child.expect_exact("You are signed out")
    assert ended(child) == 7


@pytest.mark.usefixtures("team")
def test_long_work_counts_on_a_terminal_and_leaves_no_line_behind(start: Start) -> None:
    child = start("audit", "verify")
    child.expect_exact("Verifying the audit log")
    child.expect_exact("the chain is intact")
    assert ended(child) == 0
    assert "Verifying" not in in_a_process("audit", "verify").err


@pytest.mark.parametrize("term", ["dumb", ""])
def test_a_terminal_that_cannot_place_text_gets_no_console(start: Start, term: str) -> None:
    child = start(TERM=term)
    child.expect_exact('TERM is "dumb"')
    assert ended(child) == 2


def test_the_console_does_not_start_where_keys_would_be_logged(start: Start) -> None:
    child = start(TEXTUAL_LOG="/dev/null")
    child.expect_exact("TEXTUAL_LOG is set")
    assert ended(child) == 2


def test_plain_signs_stand_in_where_the_encoding_has_no_others() -> None:
    init = ("init", "--team", "Härbor", "--owner", OWNER, "--password-stdin")
    plain = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    assert in_a_process(*init, stdin=PASSWORD, **plain).code == 0
    done = in_a_process("simulate", OWNER, **plain)
    assert done.out.startswith("v Can log in")
    assert "H\\xe4rbor" in in_a_process("whoami", **plain).out


@pytest.mark.usefixtures("team")
def test_a_strangers_path_from_an_import_to_a_break_glass_sign_in(tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text(
        "email,name,role,sso_only\ngrace@harbor.example,Grace,admin,no\ntom@harbor.example,,,yes\n"
    )
    codes = tmp_path / "codes.txt"
    assert in_a_process("member", "import", str(people), "--codes", str(codes)).code == 0
    code = codes.read_text().splitlines()[1].split(",")[1]
    redeem = ("redeem", "grace@harbor.example", "--stdin")
    assert in_a_process(*redeem, stdin=f"{code}\n{CHOSEN}\n").code == 0
    enforce = ("provider", "enforce", "entra", "on", "--add", "grace@harbor.example")
    assert in_a_process(*enforce).code == 0
    # The owner who enforced it is on no list, and is refused from now on.
    sign_in = ("sign-in", OWNER, "--password-stdin")
    assert in_a_process("sign-out").code == 0
    assert in_a_process(*sign_in, stdin=PASSWORD).code == 7
    done = in_a_process("sign-in", "grace@harbor.example", "--password-stdin", stdin=CHOSEN)
    assert (done.code, "break-glass login" in done.out) == (0, True)
    listed = in_a_process("audit", "list", "--break-glass", "--json").json
    assert [event["description"] for event in listed] == ["Break-glass user logged in via password"]
    assert in_a_process("audit", "verify").code == 0
    assert token_file.location().stat().st_mode & 0o777 == 0o600
    # Enforced without SSO set up, and the only owner on no list.
    looked = in_a_process("doctor")
    assert (looked.code, "No owner can get in" in looked.out) == (3, True)


@pytest.mark.usefixtures("team")
def test_being_told_to_end_while_following_ends(start: Start) -> None:
    child = start("audit", "tail")
    child.expect("User logged in via password")
    child.kill(signal.SIGTERM)
    child.expect(pexpect.EOF)
    child.close()
    assert child.signalstatus == signal.SIGTERM
