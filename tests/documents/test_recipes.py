"""Every recipe of the documents works as it stands, as far as a test machine allows."""

import csv
import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bgconsole import demo
from bgconsole.demo.people import OLGA
from bgconsole.files import settings as settings_file
from bgconsole.tui import keymap
from tests.documents.blocks import PAGES, blocks, under
from tests.documents.transcript import shown, typed
from tests.server.command import found_team, ran

PASSWORD = "plum violin harbour staple"
CURL = "tests/server/test_curl.py"

HERE = "in this file"
_OPERATIONS = "docs/operations.md"
TREATED: dict[tuple[str, str], str] = {
    ("README.md", "Try it"): "CI runs make test; tests/demo runs the demo",
    ("README.md", "Install"): "tests/packaging installs the distributions",
    ("README.md", "First steps"): HERE,
    ("SECURITY.md", "Access over SSH"): "in this file, and test_ssh_recipe.py",
    ("docs/audit-log.md", "Verify"): HERE,
    ("docs/command-line.md", "Completion"): HERE,
    ("docs/console.md", "Changes by others"): HERE,
    ("docs/first-steps.md", "In an outage"): HERE,
    ("docs/http.md", "In short"): CURL,
    ("docs/http.md", "Step by step"): CURL,
    (_OPERATIONS, "Operations"): "a picture",
    (_OPERATIONS, "Create the database"): "tests/backend/postgres/test_grants.py runs the grants",
    (_OPERATIONS, "Connect to it"): "tests/backend/postgres/test_surroundings.py: service files",
    (_OPERATIONS, "Upgrade"): "tests/backend/postgres/test_schema.py upgrades",
    (_OPERATIONS, "The server"): HERE,
    (_OPERATIONS, "Under systemd"): "needs systemd as the first process",
    (_OPERATIONS, "In a container"): "needs a container engine",
    (_OPERATIONS, "Consoles"): HERE,
    (_OPERATIONS, "On call over SSH"): HERE,
    ("docs/settings.md", "Settings"): HERE,
    ("docs/sso.md", "Set up a provider"): HERE,
    ("docs/sso.md", "Sign in"): "tests/demo/test_entra.py signs in at the demo's provider",
    ("docs/sso.md", "Use a proxy"): HERE,
}
"""Where what is under a heading is tried, or why it cannot be."""


@pytest.mark.parametrize("page", PAGES)
def test_every_block_is_tried_somewhere(page: str) -> None:
    headings = {(page, one.heading) for one in blocks(page)}
    assert headings <= TREATED.keys()
    assert {one for one in TREATED if one[0] == page} <= headings


def test_the_first_steps_of_the_readme(tmp_path: Path) -> None:
    """Each command in its place, with the answers that the page shows."""
    (people,) = under("README.md", "First steps", "csv")
    (tmp_path / "people.csv").write_text(people)
    codes: dict[str, str] = {}
    steps = [step for text in under("README.md", "First steps", "console") for step in shown(text)]
    (listed,) = (shown(text) for text in under("docs/first-steps.md", "In an outage", "console"))
    (verified,) = (shown(text) for text in under("docs/audit-log.md", "Verify", "console"))
    for command, lines in (*steps, *listed, *verified):
        email = command.split()[-1]

        code, written = typed(command, tmp_path, _answers(codes.get(email)))
        expected = [line for line in lines if line]
        # The page may leave off the end.
        assert [line for line in written if line][: len(expected)] == expected
        assert code == (7 if "do not let you in" in "".join(lines) else 0)
        if "--codes" in command:
            with (tmp_path / "codes.csv").open() as file:
                codes = {row["email"]: row["code"] for row in csv.DictReader(file)}
        if "redeem" in command:
            # The page goes on as if Alan had done the same.
            answers = _answers(codes["alan@example.com"])
            assert typed(command.replace("grace", "alan"), tmp_path, answers)[0] == 0


def test_the_provider_that_is_set_up_in_an_example(tmp_path: Path) -> None:
    found_team()
    (block,) = under("docs/sso.md", "Set up a provider", "console")
    for command, lines in shown(block):
        code, written = typed(command, tmp_path, lambda _: PASSWORD)
        assert (code, [line for line in written if line]) == (0, lines)


def _answers(code: str | None) -> Callable[[str], str]:
    """What is typed at each prompt."""
    return lambda prompt: code or "" if "code" in prompt else PASSWORD


@pytest.mark.parametrize(
    ("page", "heading"),
    [
        ("docs/settings.md", "Settings"),
        ("docs/sso.md", "Use a proxy"),
        ("SECURITY.md", "Access over SSH"),
        (_OPERATIONS, "Consoles"),
        (_OPERATIONS, "On call over SSH"),
    ],
)
def test_settings_that_a_page_shows_are_taken(tmp_path: Path, page: str, heading: str) -> None:
    for text in under(page, heading, "toml"):
        path = tmp_path / "settings.toml"
        path.write_text(text)
        found = settings_file.load(path, keymap.check)
        assert found != settings_file.Preferences()


def test_the_completion_that_is_shown_is_a_script_for_bash(tmp_path: Path) -> None:
    (line,) = under("docs/command-line.md", "Completion", "sh")
    code, _ = typed(f"bash -c '{line.strip()} && complete -p bgconsole'", tmp_path, lambda _: "")
    assert code == 0


def test_the_commands_that_are_shown_on_the_sample_team(tmp_path: Path) -> None:
    demo.prepare(reset=False)
    (block,) = under("docs/console.md", "Changes by others", "sh")
    place, *commands = block.replace(".venv/bin/", "").splitlines()
    target = demo.prepare(reset=False).target.url
    assert target == place.partition("=")[2].replace(
        "$HOME/.local/share", os.environ["XDG_DATA_HOME"]
    )
    for command in commands:
        line = command.replace('"$DEMO"', f"'{target}'")
        code, written = typed(line, tmp_path, lambda _: OLGA.password)
        assert code == 0, written


@pytest.fixture
def on_call(tmp_path: Path) -> Path:
    """The script for people who come by SSH, as SECURITY.md shows it, with its programs here."""
    blocks = under("SECURITY.md", "Access over SSH", "sh")
    (script,) = (text for text in blocks if text.startswith("#!"))
    (settings,) = under(_OPERATIONS, "On call over SSH", "toml")
    program = tmp_path / "bgconsole"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m bgconsole "$@"\n')
    place = tmp_path / "bgconsole.toml"
    place.write_text(settings)
    assert "/etc/bgconsole.toml" in script
    script = script.replace("/opt/bgconsole/bin/bgconsole", str(program))
    path = tmp_path / "on-call"
    path.write_text(script.replace("/etc/bgconsole.toml", str(place)))
    for one in (program, path):
        one.chmod(0o755)
    return path


def called(script: Path, command: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """What sshd runs for somebody who asks for this."""
    return subprocess.run(
        [str(script)],
        input=stdin,
        capture_output=True,
        text=True,
        env=os.environ | {"SSH_ORIGINAL_COMMAND": command},
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("command", ["", "redeem grace@example.com"])
def test_both_ways_of_the_ssh_recipe_go_where_its_settings_say(on_call: Path, command: str) -> None:
    """They name a server that nobody finds; neither goes to a database of the account instead."""
    line = f"SSH_ORIGINAL_COMMAND='{command}' '{on_call}'"
    if not command:
        # The console waits for the server on its screen; here it has no terminal.
        assert "terminal" in called(on_call, command).stderr
        line += " < /dev/null"
    code, written = typed(line, on_call.parent, lambda _: PASSWORD)
    said = "\n".join(written)
    assert code != 0
    assert "There is no database" not in said
    if command:
        (settings,) = under(_OPERATIONS, "On call over SSH", "toml")
        host = settings.partition("https://")[2].partition('"')[0]
        assert host in said


def test_the_ssh_recipe_redeems_at_a_database_of_the_account(on_call: Path) -> None:
    found_team()
    (settings,) = under("SECURITY.md", "Access over SSH", "toml")
    (on_call.parent / "bgconsole.toml").write_text(settings)
    added = ran("member", "add", "grace@example.com", "--json")
    assert added.returncode == 0, added.stderr
    one_time = json.loads(added.stdout)["code"]
    code, written = typed(
        f"SSH_ORIGINAL_COMMAND='redeem grace@example.com' '{on_call}'",
        on_call.parent,
        lambda prompt: one_time if "code" in prompt else PASSWORD,
    )
    assert (code, "Password set." in written) == (0, True)


@pytest.mark.parametrize(
    "command",
    [
        "recover grace@example.com",
        "audit export --format csv",
        "redeem",
        "redeem a b",
        "redeem; id",
        "sh",
        "* *",
        "internal-sftp",
        "--database sqlite:////tmp/x",
    ],
)
def test_the_ssh_recipe_runs_nothing_else(on_call: Path, command: str) -> None:
    done = called(on_call, command)
    assert done.returncode == 2
    assert "uid=" not in done.stdout
    assert "Over SSH there is the console, and: redeem EMAIL" in done.stderr


@pytest.mark.skipif(shutil.which("nginx") is None, reason="no nginx on this machine")
def test_nginx_takes_the_block_of_the_proxy(tmp_path: Path) -> None:
    (block,) = under(_OPERATIONS, "The server", "nginx")
    config = tmp_path / "nginx.conf"
    config.write_text(
        f"pid {tmp_path}/pid; error_log stderr; events {{}}\n"
        f"http {{ access_log off; server {{ listen 127.0.0.1:1; {block} }} }}\n"
    )
    done = subprocess.run(
        ["nginx", "-t", "-c", str(config), "-p", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_options_that_the_pages_give_to_serve_exist() -> None:
    said = ran("serve", "--help").stdout
    for text in under(_OPERATIONS, "The server", "sh"):
        for word in text.split():
            if word.startswith("--") and word != "--database":
                assert word in said


def test_the_folder_of_the_programs_is_not_others_to_write(on_call: Path) -> None:
    assert not stat.S_IMODE(on_call.stat().st_mode) & 0o022
