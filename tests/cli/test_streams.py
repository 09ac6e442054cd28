"""Standard streams as they may be found: closed, full, or with nobody who reads any more."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

import pytest

from bgconsole.files import tokens as token_file
from tests.cli.conftest import OWNER, PASSWORD
from tests.cli.driver import Done, in_a_process

PROGRAM = (sys.executable, "-m", "bgconsole")
CLOSED = "bgconsole: Standard output is closed, so nothing was done."
DONE = "The command was completed; only its output is missing."
SIGN_IN = ("sign-in", OWNER, "--password-stdin")

EVERY_KIND = (
    ("--help",),
    ("audit", "list"),
    ("audit", "list", "--json"),
    ("audit", "verify"),
    ("audit", "export", "--format", "csv"),
    ("member", "list"),
    ("whoami", "--json"),
    ("doctor",),
)


@pytest.fixture
def team() -> str:
    """A team in the default place, whose owner is signed in."""
    init = ("init", "--team", "Harbor", "--owner", OWNER, "--password-stdin", "--json")
    done = in_a_process(*init, stdin=PASSWORD)
    assert done.code == 0, done.err
    return str(done.json["database"])


def redirected(redirection: str, *arguments: str, stdin: str = PASSWORD) -> Done:
    """Run `bgconsole ARGUMENTS` by a shell that redirects its streams."""
    done = subprocess.run(
        ["sh", "-c", f'exec "$@" {redirection}', "sh", *PROGRAM, *arguments],
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert "Traceback" not in done.stdout + done.stderr
    return Done(done.returncode, done.stdout, done.stderr)


def unread(*arguments: str) -> Done:
    """Run `bgconsole ARGUMENTS` with an output that nobody reads."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as output:
        done = subprocess.run(
            [*PROGRAM, *arguments],
            stdout=output,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
    return Done(done.returncode, "", done.stderr)


def members() -> list[str]:
    """Who is in the team."""
    return [one["email"] for one in in_a_process("member", "list", "--json").json]


@pytest.mark.usefixtures("team")
def test_with_output_closed_nothing_is_done_and_that_is_said() -> None:
    for arguments in EVERY_KIND:
        done = redirected(">&-", *arguments)
        assert (done.code, done.err.startswith(CLOSED)) == (1, True), arguments
        assert done.err.count("\n") == 1


@pytest.mark.usefixtures("team")
def test_a_full_disk_under_the_output_is_told() -> None:
    for arguments in EVERY_KIND:
        done = redirected(">/dev/full", *arguments)
        assert (done.code, done.err.count("\n")) == (1, 1), arguments
        assert done.err.endswith("No space left on device.\n")


@pytest.mark.usefixtures("team")
def test_a_reader_that_went_away_ends_it_quietly() -> None:
    for arguments in EVERY_KIND:
        done = unread(*arguments)
        assert (done.code, done.err) == (141, ""), arguments


@pytest.mark.usefixtures("team")
def test_with_output_closed_no_change_is_made() -> None:
    assert redirected(">&-", "member", "add", "grace@harbor.example").code == 1
    assert members() == [OWNER]


@pytest.mark.usefixtures("team")
def test_a_change_whose_output_is_lost_says_that_it_was_made() -> None:
    in_a_process("member", "add", "grace@harbor.example", "--sso-only")
    role = ("member", "set-role", "grace@harbor.example", "admin")
    full = redirected(">/dev/full", *role)
    assert full.code == 1
    assert full.err == f"bgconsole: Standard output: No space left on device. {DONE}\n"
    closed = unread("member", "remove", "grace@harbor.example")
    assert (closed.code, closed.err) == (141, f"bgconsole: {DONE}\n")
    (grace,) = [
        one for one in in_a_process("member", "list", "--json").json if one["email"] != OWNER
    ]
    assert grace["role"] is None
    refused = redirected(">/dev/full", *role, "--json")
    assert DONE not in refused.err


@pytest.mark.usefixtures("team")
def test_a_session_whose_output_is_lost_is_kept() -> None:
    assert in_a_process("sign-out").code == 0
    done = redirected(">/dev/full", *SIGN_IN)
    assert (done.code, DONE in done.err) == (1, True)
    assert in_a_process("whoami").code == 0


@pytest.mark.parametrize("json_", [(), ("--json",)], ids=["text", "json"])
@pytest.mark.usefixtures("team")
def test_a_code_that_could_not_be_printed_is_told_with_the_way_to_another(
    json_: tuple[str, ...],
) -> None:
    add = ("member", "add", "grace@harbor.example", *json_)
    gone = unread(*add)
    assert (gone.code, members()) == (141, [OWNER])
    done = redirected(">/dev/full", *add)
    assert done.code == 1
    assert "grace@harbor.example was added, but the one-time code could not be printed" in done.err
    assert 'Run "bgconsole member reset grace@harbor.example" to get another.' in done.err
    reset = redirected(">/dev/full", "member", "reset", "grace@harbor.example", *json_)
    assert "could not be printed" in reset.err
    again = in_a_process("member", "reset", "grace@harbor.example", "--json")
    redeem = ("redeem", "grace@harbor.example", "--stdin")
    assert in_a_process(*redeem, stdin=f"{again.json['code']}\n{PASSWORD}\n").code == 0


@pytest.mark.usefixtures("team")
def test_imported_codes_that_could_not_be_printed_are_told_of(tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text("email,name,role,sso_only\ngrace@harbor.example,,,no\n")
    assert unread("member", "import", str(people)).code == 141
    assert members() == [OWNER]
    done = redirected(">/dev/full", "member", "import", str(people))
    assert done.code == 1
    assert "1 person was added, but the one-time codes could not be printed" in done.err
    assert "bgconsole member reset EMAIL" in done.err


@pytest.mark.usefixtures("team")
def test_a_token_that_could_not_be_printed_is_named_to_be_revoked() -> None:
    create = ("token", "create", "--audit-read", "--days", "3")
    assert unread(*create).code == 141
    assert in_a_process("token", "list", "--json").json == []
    done = redirected(">/dev/full", *create)
    assert done.code == 1
    (made,) = in_a_process("token", "list", "--json").json
    assert f'Run "bgconsole token revoke {made["id"]}"' in done.err


@pytest.mark.usefixtures("team")
def test_without_stderr_complaints_go_nowhere_and_not_into_the_output() -> None:
    for redirection in ("2>&-", "2>/dev/full"):
        done = redirected(redirection, "member", "remove", "nobody@harbor.example")
        assert (done.code, done.out) == (4, "")
    assert redirected("2>&-", "audit", "list", "--json").json


@pytest.mark.usefixtures("team")
def test_with_every_stream_closed_it_ends_and_nothing_is_written_into_a_file() -> None:
    tokens = token_file.location().read_bytes()
    assert redirected("<&- >&- 2>&-", "member", "list").code == 1
    assert redirected("<&- 2>&-", *SIGN_IN).code == 2
    assert redirected("<&-", "member", "list").code == 0
    assert token_file.location().read_bytes() == tokens
    assert in_a_process("audit", "verify").code == 0


def followed(output: int | IO[bytes], *options: str) -> "subprocess.Popen[bytes]":
    """`bgconsole audit tail` with that output."""
    return subprocess.Popen(
        [*PROGRAM, "audit", "tail", *options],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.PIPE,
    )


@pytest.mark.usefixtures("team")
def test_following_ends_when_the_reader_of_a_pipe_goes() -> None:
    """No event comes meanwhile."""
    reading, writing = os.pipe()
    child = followed(writing, "--json")
    os.close(writing)
    with os.fdopen(reading, "rb") as output:
        assert json.loads(output.readline())["seq"] == 1
    _, told = child.communicate(timeout=60)
    assert (child.returncode, told) == (141, b"")


@pytest.mark.usefixtures("team")
def test_following_ends_when_the_other_end_of_a_socket_goes() -> None:
    ours, theirs = socket.socketpair()
    child = followed(theirs.fileno(), "--json")
    theirs.close()
    assert ours.recv(20)
    ours.close()
    _, told = child.communicate(timeout=60)
    assert (child.returncode, told) == (141, b"")


@pytest.mark.usefixtures("team")
def test_following_into_a_file_goes_on(tmp_path: Path) -> None:
    with (tmp_path / "log").open("wb") as output:
        child = followed(output, "--json")
    while b"auth.login.success" not in (tmp_path / "log").read_bytes():
        assert child.poll() is None
        time.sleep(0.02)
    in_a_process("member", "add", "grace@harbor.example", "--sso-only")
    while b"grace@harbor.example" not in (tmp_path / "log").read_bytes():
        assert child.poll() is None
        time.sleep(0.02)
    child.send_signal(signal.SIGINT)
    _, told = child.communicate(timeout=60)
    assert (child.returncode, told) == (130, b"")
