"""The SSH recipe of SECURITY.md under a real sshd: what people may do, and what is refused."""

import getpass
import json
import os
import subprocess
import sys
import time
from collections.abc import Generator
from pathlib import Path

import pytest

from tests import sshd
from tests.backend.world import OWNER, PASSWORD
from tests.documents.blocks import under
from tests.documents.transcript import typed
from tests.server.command import found_team, ran
from tests.sshd import Sshd
from tests.terminal import Terminal

pytestmark = pytest.mark.skipif(bool(sshd.MISSING), reason=f"not installed: {sshd.MISSING}")

_HEADING = "Access over SSH"
_GRACE = "grace@example.com"
_LISTED = "AuthorizedKeysFile /etc/ssh/bgconsole_keys"


@pytest.fixture
def recipe(tmp_path: Path) -> Generator[Sshd]:
    """An sshd with the block of the page, and its script, on a team of this test's own.

    Only the names of user, files and folders are other ones.
    """
    found_team()
    (script,) = (text for text in under("SECURITY.md", _HEADING, "sh") if text.startswith("#!"))
    (settings,) = under("SECURITY.md", _HEADING, "toml")
    (block,) = under("SECURITY.md", _HEADING, "")
    program, on_call = tmp_path / "bgconsole", tmp_path / "on-call"
    home = f"HOME='{os.environ['HOME']}' XDG_DATA_HOME='{os.environ['XDG_DATA_HOME']}'"
    program.write_text(f'#!/bin/sh\nexport {home}\nexec {sys.executable} -m bgconsole "$@"\n')
    (tmp_path / "bgconsole.toml").write_text(settings)
    on_call.write_text(
        script.replace("/opt/bgconsole/bin/bgconsole", str(program)).replace(
            "/etc/", f"{tmp_path}/"
        )
    )
    for one in (program, on_call):
        one.chmod(0o755)
    assert _LISTED in block
    block = (
        block.replace("Match User bgconsole", f"Match User {getpass.getuser()}")
        .replace(_LISTED, f"AuthorizedKeysFile {sshd.make_keys(tmp_path, 'a', 'b')}")
        .replace("/opt/bgconsole/on-call", str(on_call))
        .replace("/srv/bgconsole", str(tmp_path))
    )
    with sshd.listening(tmp_path, {}, block) as running:
        yield running


def _refused(command: list[str]) -> str:
    done = subprocess.run(
        command, input="", capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode != 0
    return done.stderr


def _events(kind: str) -> list[dict[str, object]]:
    told = ran("audit", "export", "--format", "jsonl", "--type", kind)
    assert told.returncode == 0, told.stderr
    return [json.loads(line) for line in told.stdout.splitlines()]


def test_a_code_is_redeemed_over_ssh_and_the_log_tells_the_key(recipe: Sshd) -> None:
    added = ran("member", "add", _GRACE, "--json")
    assert added.returncode == 0, added.stderr
    one_time = json.loads(added.stdout)["code"]
    command = " ".join((*recipe.client("a", "-t"), f"'redeem {_GRACE}'"))
    code, written = typed(
        command, recipe.folder, lambda prompt: one_time if "code" in prompt else PASSWORD
    )
    assert (code, "Password set." in written) == (0, True), written
    listed = subprocess.run(
        ["ssh-keygen", "-l", "-f", str(recipe.folder / "a.pub")],
        capture_output=True,
        text=True,
        check=True,
    )
    fingerprint = listed.stdout.split()[1]
    (event,) = _events("member.password_set")
    assert fingerprint in str(event["source"])
    assert "127.0.0.1" in str(event["source"])


def test_a_line_that_drops_ends_the_session_on_record(recipe: Sshd) -> None:
    class Client(Terminal):
        PROGRAM = ("-c", "import os, sys; os.execvp(sys.argv[1], sys.argv[1:])")

    # The administrator's own token is not taken by people who come in.
    before = len(_events("auth.logout"))
    with Client(*recipe.client("b", "-t"), columns=100, rows=30) as terminal:
        terminal.see("Email")
        terminal.press(OWNER, "\r")
        terminal.press(PASSWORD, "\r")
        terminal.see("Acme")
    for _ in range(300):
        if len(_events("auth.logout")) > before:
            return
        time.sleep(0.1)
    raise AssertionError("the session did not end")


@pytest.mark.parametrize("asked", ["id", "sh", "scp -t /tmp", f"recover {OWNER}", "audit export"])
def test_every_other_command_is_refused(recipe: Sshd, asked: str) -> None:
    said = _refused([*recipe.client("a"), asked])
    assert "Over SSH there is the console, and: redeem EMAIL" in said


def test_files_and_forwarding_are_refused(recipe: Sshd) -> None:
    _refused(recipe.client("a", program="sftp"))
    assert "prohibited" in _refused(
        recipe.client("a", "-o", "LogLevel=DEBUG", "-W", f"127.0.0.1:{recipe.port}")
    )


def test_keys_that_are_not_listed_and_passwords_are_refused(recipe: Sshd) -> None:
    sshd.make_key(recipe.folder / "c")
    assert "Permission denied" in _refused([*recipe.client("c"), "id"])
