"""What lies where a team should be: nothing, something else, something locked or closed."""

import sqlite3
from pathlib import Path

import pytest

from tests.cli.conftest import OWNER, PASSWORD
from tests.cli.driver import CommandLine

ANY = ("whoami",)
CHANGE = ("member", "add", "grace@harbor.example")
COMMANDS = [
    ANY,
    ("sign-in", OWNER, "--password-stdin"),
    ("recover", OWNER, "--password-stdin"),
    ("redeem", OWNER, "--stdin"),
    CHANGE,
    ("audit", "list"),
    ("audit", "tail"),
    ("audit", "verify"),
    ("audit", "export", "--format", "csv"),
    ("simulate", OWNER),
    ("upgrade",),
]


def path_of(line: CommandLine) -> Path:
    """Where the team of this test lies, or should."""
    return Path(str(line.database).removeprefix("sqlite:///"))


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_where_nothing_is_nothing_is_made(bgconsole: CommandLine, command: tuple[str, ...]) -> None:
    done = bgconsole(*command, "--json", stdin=f"{PASSWORD}\n{PASSWORD}\n")
    assert done.code == 6
    assert done.json["error"]["code"] == "unreachable"
    assert "There is no database at" in done.err
    assert done.err.count("\n") == 1
    assert not path_of(bgconsole).exists()


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_file_that_is_no_database_is_left_as_it_is(
    bgconsole: CommandLine, command: tuple[str, ...]
) -> None:
    path = path_of(bgconsole)
    path.write_text("Dear diary, " * 500)
    path.chmod(0o600)
    before = path.read_bytes()
    done = bgconsole(*command, "--json", stdin=f"{PASSWORD}\n{PASSWORD}\n")
    assert done.code == 6
    assert "is not a database of bgconsole" in done.err
    assert path.read_bytes() == before


def test_somebody_elses_database_is_left_as_it_is(bgconsole: CommandLine) -> None:
    with sqlite3.connect(path_of(bgconsole)) as database:
        database.execute("CREATE TABLE diary (entry TEXT)")
    database.close()
    init = ("init", "--team", "T", "--owner", OWNER, "--password-stdin")
    done = bgconsole(*init, stdin=PASSWORD)
    assert done.code == 6
    assert "is not a database of bgconsole" in done.err


def test_a_folder_in_the_place_of_the_database_is_told(bgconsole: CommandLine) -> None:
    path_of(bgconsole).mkdir()
    for command in (ANY, ("init", "--team", "T", "--owner", OWNER, "--password-stdin")):
        done = bgconsole(*command, stdin=PASSWORD)
        assert done.code == 6
        assert done.err.count("\n") == 1


def test_a_locked_database_is_busy_and_nothing_is_half_done(team: CommandLine) -> None:
    other = sqlite3.connect(path_of(team), isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        done = team(*CHANGE, "--json")
    finally:
        other.close()
    assert (done.code, done.json["error"]["code"]) == (6, "unavailable")
    assert len(team("member", "list", "--json").json) == 1


def test_a_later_schema_is_told_and_left(team: CommandLine) -> None:
    with sqlite3.connect(path_of(team)) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    done = team("member", "list", "--json")
    assert (done.code, done.json["error"]["code"]) == (1, "newer_schema")


def test_doctor_needs_no_sign_in_and_ends_with_3_when_something_is_wrong(
    team: CommandLine,
) -> None:
    team("sign-out")
    done = team("doctor", "--json")
    assert (done.code, done.json["ok"]) == (0, True)
    assert all(
        set(finding) == {"check", "severity", "detail", "remedy"}
        for finding in done.json["findings"]
    )
    path_of(team).chmod(0o644)
    done = team("doctor", "--json")
    assert (done.code, done.json["ok"]) == (3, False)
    assert any("chmod" in finding["remedy"] for finding in done.json["findings"])
    assert "× " in team("doctor").out


def test_doctor_without_a_database_is_not_ready(bgconsole: CommandLine) -> None:
    assert bgconsole("doctor").code == 3


def test_upgrade_says_from_where_to_where(team: CommandLine) -> None:
    done = team("upgrade")
    assert done.code == 0
    assert done.out.startswith("Schema: ")
    assert set(team("upgrade", "--json").json) == {"outcome"}


@pytest.mark.parametrize("option", ["password", "%70assword", "sslpassword", "PASSWORD"])
def test_a_password_in_the_url_is_refused_without_it(bgconsole: CommandLine, option: str) -> None:
    url = f"postgresql+psycopg://ada@localhost/team?{option}=canary"
    done = bgconsole("--database", url, "whoami")
    assert done.code == 2
    assert "Other users could read a password in a database URL" in done.err
    assert "canary" not in done.err + done.out
