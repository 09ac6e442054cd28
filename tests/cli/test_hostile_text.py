"""Text from outside, stored or typed: no command lets a terminal act on it."""

import json
import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.cli.conftest import OWNER
from tests.cli.driver import CommandLine, Done
from tests.hostile.corpus import HOSTILE, STORABLE, foreign_controls

AT = "2026-01-31T09:30:00.000000Z"


@contextmanager
def database(line: CommandLine) -> Generator[sqlite3.Connection]:
    """The team's database, past every rule."""
    path = Path(str(line.database).removeprefix("sqlite:///"))
    with closing(sqlite3.connect(path)) as connection, connection:
        yield connection


def assert_harmless(done: Done) -> None:
    """Lines of printable text, and a word to the person."""
    assert done.code in {0, 1, 2, 4}, done.err
    assert not foreign_controls(done.out.encode("utf-8", "surrogateescape"))
    assert not foreign_controls(done.err.encode("utf-8", "surrogateescape"))
    assert done.out or done.err


@pytest.mark.parametrize("options", [(), ("--json",)], ids=["text", "json"])
def test_lists_of_hostile_people_and_events_are_plain_lines(
    team: CommandLine, options: tuple[str, ...]
) -> None:
    with database(team) as connection:
        for seq, text in enumerate(STORABLE, start=1000):
            connection.execute(
                "INSERT OR IGNORE INTO account (email, name, created_at) VALUES (?, ?, ?)",
                (text, text, AT),
            )
            fields = ("auth.login.failure", "failure", *[text] * 4)
            details = json.dumps({"reasonCode": text, text: text})
            connection.execute(
                "INSERT INTO audit_event (seq, id, at, type, outcome, actor, target, provider,"
                " description, metadata, source, prev_hash, hash)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (seq, f"id-{seq}", AT, *fields, details, text, "0" * 64, "1" * 64),
            )
        connection.execute("UPDATE audit_head SET seq = ?", (999 + len(STORABLE),))
    assert_harmless(team("member", "list", *options))
    for command in (("list", "--limit", "500"), ("verify",)):
        assert_harmless(team("audit", *command, *options))
    for form in ("csv", "jsonl"):
        done = team("audit", "export", "--format", form)
        assert_harmless(done)
        assert len(done.out.splitlines()) >= len(STORABLE)


def test_hostile_names_of_team_and_providers_are_plain_lines(team: CommandLine) -> None:
    team("provider", "enforce", "entra", "on", "--add", OWNER)
    for text in STORABLE:
        with database(team) as connection:
            connection.execute("UPDATE team SET name = ?", (text,))
            connection.execute("UPDATE account SET name = ?", (text,))
            connection.execute("UPDATE provider SET name = ?, issuer = ?", (text, text))
            connection.execute("UPDATE entry SET added_by = ?", (text,))
        for command in (
            ("whoami",),
            ("provider", "list"),
            ("glass", "list"),
            ("simulate", OWNER, "--idp", "entra=down"),
            ("simulate", OWNER, "--method", "sso"),
            ("doctor",),
        ):
            assert_harmless(team(*command))


def test_hostile_words_on_the_command_line_are_shown_as_text(team: CommandLine) -> None:
    for text in HOSTILE:
        for command in (
            ("simulate", "--", text),
            ("audit", "list", "--text", text, "--actor", text),
            ("audit", "list", "--type", text),
            ("audit", "list", "--since", text),
            ("glass", "check", "--", text, text),
            ("member", "add", "--name", text, "--", f"a{text}@x.example"),
            ("provider", "set", "oidc", "--name", text),
            ("token", "revoke", "--", text),
            ("--database", text, "whoami"),
            (text,),
        ):
            done = team(*command)
            if not (command == ("",) and done.code == 2):
                assert_harmless(done)
