"""No text from outside reaches the terminal as control bytes, whatever command prints it."""

import contextlib
import os
import pty
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hostile import team
from tests.hostile.conftest import RawCommandLine
from tests.hostile.corpus import (
    CONTROLS,
    ESCAPES,
    HIDDEN,
    HOSTILE,
    MARKUP,
    SURROGATES,
    WIDE,
    foreign_controls,
)

GIVEN = tuple(
    text.replace("\0", "")
    for text in (*ESCAPES[:4], *CONTROLS, *HIDDEN[:4], WIDE[0], WIDE[10], *MARKUP[:4], team.MIXED)
)
"""What is typed as an argument; the system lets no NUL through."""

READING = (
    ("whoami",),
    ("member", "list"),
    ("provider", "list"),
    ("glass", "list"),
    ("audit", "list", "--limit", "5000"),
    ("audit", "list", "--break-glass"),
    ("audit", "verify"),
    ("audit", "export", "--format", "jsonl"),
    ("audit", "export", "--format", "csv"),
    ("token", "list"),
    ("doctor",),
    ("simulate", team.OWNER),
    ("simulate", "p3@harbor.example", "--method", "sso"),
)

TYPED = (
    ("sign-in", "{}", "--password-stdin"),
    ("redeem", "{}", "--stdin"),
    ("recover", "{}", "--password-stdin"),
    ("member", "add", "{}"),
    ("member", "add", "somebody@harbor.example", "--name", "{}"),
    ("member", "set-role", "{}", "admin"),
    ("member", "set-role", team.OWNER, "{}"),
    ("member", "rename", "{}", "other@harbor.example"),
    ("member", "rename", team.OWNER, "{}"),
    ("member", "set-name", team.OWNER, "{}"),
    ("member", "reset", "{}"),
    ("member", "remove", "{}"),
    ("member", "unpause", "{}"),
    ("member", "import", "{}"),
    ("provider", "add", "{}", "--kind", "oidc", "--name", "X"),
    ("provider", "add", "other", "--kind", "oidc", "--name", "{}"),
    ("provider", "add", "other", "--kind", "{}", "--name", "X"),
    ("provider", "add", "other", "--kind", "oidc", "--name", "X", "--issuer", "{}"),
    ("provider", "set", "entra", "--name", "{}"),
    ("provider", "remove", "{}"),
    ("provider", "enforce", "entra", "off", "--override-reason", "{}"),
    ("provider", "enforce", "entra", "{}"),
    ("glass", "check", "{}", team.OWNER),
    ("glass", "check", "entra", "{}"),
    ("glass", "add", "entra", "{}", "p1@harbor.example"),
    ("glass", "remove", "entra", "{}"),
    ("simulate", "{}"),
    ("simulate", team.OWNER, "--provider", "{}"),
    ("simulate", team.OWNER, "--idp", "{}=down"),
    ("audit", "list", "--type", "{}"),
    ("audit", "list", "--actor", "{}"),
    ("audit", "list", "--text", "{}"),
    ("audit", "list", "--since", "{}"),
    ("audit", "export", "--format", "csv", "--output", "/no-such-folder/{}"),
    ("token", "revoke", "{}"),
    ("{}",),
    ("--{}",),
    ("whoami", "{}"),
    ("init", "--team", "{}", "--owner", "{}", "--password-stdin"),
)


def harmless(raw: bytes) -> None:
    """No foreign control byte, and no traceback."""
    assert foreign_controls(raw) == []
    assert b"Traceback" not in raw


@pytest.mark.parametrize("tampered", [False, True], ids=["hostile", "tampered"])
@pytest.mark.parametrize("as_json", [False, True], ids=["text", "json"])
@pytest.mark.parametrize("command", READING, ids=" ".join)
def test_what_is_stored(
    bgconsole: RawCommandLine, command: tuple[str, ...], as_json: bool, tampered: bool
) -> None:
    """Names, reasons, sources and what was typed as an email, also altered behind our back."""
    if tampered:
        team.tamper(bgconsole.path)
    done = bgconsole(*command, *(("--json",) if as_json else ()))
    harmless(done.all)
    assert done.out or done.err


@pytest.mark.parametrize("command", READING, ids=" ".join)
def test_what_is_stored_without_being_text(
    bgconsole: RawCommandLine, command: tuple[str, ...]
) -> None:
    """Bytes that are no UTF-8 in every column: one sentence, or what can be shown."""
    team.spoil(bgconsole.path)
    done = bgconsole(*command)
    harmless(done.all)
    assert done.out or done.err
    assert done.err.count(b"\n") <= 1


@pytest.mark.parametrize("command", TYPED, ids=" ".join)
def test_what_is_typed(bgconsole: RawCommandLine, command: tuple[str, ...]) -> None:
    for text in GIVEN:
        arguments = [part.replace("{}", text) for part in command]
        done = bgconsole(*arguments, stdin=f"{text}\n{text}\n")
        harmless(done.all)
        assert done.code != 1 or b"no-such-folder" in done.err, done.err


@pytest.mark.parametrize("text", SURROGATES, ids=ascii)
def test_what_is_typed_without_being_text(bgconsole: RawCommandLine, text: str) -> None:
    done = bgconsole("member", "add", text)
    harmless(done.all)
    assert done.code == 2


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:20]))
def test_rows_of_a_file(bgconsole: RawCommandLine, text: str, tmp_path: Path) -> None:
    """Whether they are taken or refused."""
    file = tmp_path / "people.csv"
    quoted = '"' + text.replace('"', '""') + '"'
    rows = f"email,name,role,sso_only\n{quoted},{quoted},{quoted},{quoted}\n"
    rows += f"x@harbor.example,{quoted},member,no\n"
    file.write_bytes(rows.encode("utf-8", "surrogatepass"))
    done = bgconsole("member", "import", str(file))
    harmless(done.all)
    header = tmp_path / "header.csv"
    header.write_bytes(f"email,{quoted}\n".encode("utf-8", "surrogatepass"))
    harmless(bgconsole("member", "import", str(header)).all)


@pytest.mark.parametrize("text", [*ESCAPES[:3], *CONTROLS[:2], *HIDDEN[:2]], ids=ascii)
def test_names_of_files(bgconsole: RawCommandLine, text: str, tmp_path: Path) -> None:
    name = text.replace("/", "")
    for database in (f"sqlite:///{tmp_path / name}.db", text, f"sqlite:///{name}", f"x://{name}"):
        harmless(bgconsole("whoami", database=database).all)
        harmless(bgconsole("doctor", database=database).all)
    odd = tmp_path / f"people{name}.csv"
    odd.write_text("nothing")
    harmless(bgconsole("member", "import", str(odd)).all)
    harmless(bgconsole("--token-file", str(odd), "whoami").all)
    codes = tmp_path / f"codes{name}.csv"
    odd.write_text("email,name,role,sso_only\nx@harbor.example,,,\n")
    harmless(bgconsole("member", "import", str(odd), "--codes", str(codes)).all)


@pytest.mark.parametrize("command", [READING[1], READING[2], READING[4]], ids=" ".join)
def test_on_a_terminal(bgconsole: RawCommandLine, command: tuple[str, ...]) -> None:
    """The same on a real terminal, where a program might have chosen to write colours."""
    raw = _on_a_terminal(bgconsole.path, *command)
    assert raw.count(b"\n") > 10
    harmless(raw.replace(b"\r\n", b"\n"))


def test_following_on_a_terminal(bgconsole: RawCommandLine) -> None:
    raw = _on_a_terminal(bgconsole.path, "audit", "tail", "--limit", "200", lines=200)
    harmless(raw.replace(b"\r\n", b"\n"))


def _on_a_terminal(path: Path, *command: str, lines: int | None = None) -> bytes:
    """What the command writes to a terminal; with `lines` it is interrupted after so many."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "bgconsole", "--database", f"sqlite:///{path}", *command],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
        env=os.environ | {"TERM": "xterm-256color"},
    )
    os.close(slave)
    raw = b""
    # A terminal whose last user left answers with an error.
    with contextlib.suppress(OSError):
        while select.select([master], [], [], 60)[0] and (part := os.read(master, 65536)):
            raw += part
            if lines is not None and raw.count(b"\n") >= lines:
                process.send_signal(signal.SIGINT)
                lines = None
    process.wait(timeout=60)
    os.close(master)
    return raw
