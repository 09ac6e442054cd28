"""Coming in, proving it, going out; where tokens and passwords go, and where they do not."""

import json
from pathlib import Path

import pytest

from bgconsole.files import tokens as token_file
from tests.cli.conftest import OWNER, PASSWORD, Clock, Join
from tests.cli.driver import CommandLine

CODE = "ABCDE-FGHIJ-KLMNO-PQRST-UVWXY-Z2345"
SIGN_IN = ("sign-in", OWNER, "--password-stdin")


def test_init_makes_the_team_and_signs_its_owner_in(bgconsole: CommandLine) -> None:
    arguments = ("init", "--team", "Harbor", "--owner", " Ada@Harbor.Example", "--password-stdin")
    done = bgconsole(*arguments, "--json", stdin=f"{PASSWORD}\r\n")
    assert done.code == 0
    assert set(done.json) == {"email", "role", "expires_at", "is_break_glass", "database"}
    assert (done.json["email"], done.json["role"]) == ("Ada@Harbor.Example", "owner")
    me = bgconsole("whoami", "--json").json
    assert (me["team"], me["email"]) == ("Harbor", "Ada@Harbor.Example")
    assert me["database"] == bgconsole.database


def test_init_on_a_filled_database_is_refused_and_asks_for_nothing(team: CommandLine) -> None:
    done = team("init", "--team", "Other", "--owner", OWNER, "--json")
    assert done.code == 4
    assert done.json["error"]["code"] == "already_initialised"


@pytest.mark.parametrize(
    ("password", "code"),
    [("dune", "password_too_short"), ("x" * 1025, "password_too_long")],
)
def test_init_refuses_a_password_that_is_not_good_enough(
    bgconsole: CommandLine, password: str, code: str
) -> None:
    arguments = ("init", "--team", "Harbor", "--owner", OWNER, "--password-stdin", "--json")
    done = bgconsole(*arguments, stdin=password)
    assert (done.code, done.json["error"]["code"]) == (4, code)
    assert password not in done.out + done.err
    assert bgconsole(*arguments, stdin=PASSWORD).code == 0


def test_a_session_lasts_from_sign_in_to_sign_out(team: CommandLine) -> None:
    assert team("sign-out").code == 0
    refused = team("member", "list", "--json")
    assert (refused.code, refused.json["error"]["code"]) == (7, "signed_out")
    assert 'Run "bgconsole sign-in EMAIL"' in refused.err
    done = team(*SIGN_IN, stdin=PASSWORD)
    assert (done.code, done.err) == (0, "")
    assert f"Signed in as {OWNER} (owner)" in done.out
    assert team("member", "list").code == 0


def test_signing_out_twice_is_no_error(team: CommandLine) -> None:
    assert team("sign-out").out == "Signed out.\n"
    assert team("sign-out").out == "You were not signed in.\n"
    assert team("sign-out", "--json").json == {"signed_out": True}


def test_a_wrong_password_and_an_unknown_email_say_the_same(team: CommandLine) -> None:
    wrong = team(*SIGN_IN, "--json", stdin="not the right password")
    unknown = team("sign-in", "nobody@x.example", "--password-stdin", "--json", stdin=PASSWORD)
    assert wrong.code == unknown.code == 7
    assert wrong.out == unknown.out
    assert wrong.json["error"]["code"] == "login_failed"


@pytest.mark.parametrize("typed", [PASSWORD, CODE, f"{CODE}@harbor.example", "P@ssw0rd-of-mine"])
def test_what_is_no_email_is_tried_without_its_name(team: CommandLine, typed: str) -> None:
    done = team("sign-in", typed, "--password-stdin", "--json", stdin=PASSWORD)
    assert (done.code, done.json["error"]["code"]) == (7, "login_failed")
    assert typed not in done.out + done.err
    log = team("audit", "list", "--json")
    newest = log.json[0]
    assert (newest["type"], newest["actor"]) == ("auth.login.failure", None)
    assert newest["metadata"]["reasonCode"] == "invalid_email"
    assert typed not in log.out + team("audit", "export", "--format", "csv").out
    redeemed = team("redeem", typed, "--stdin", stdin=f"{CODE}\n{PASSWORD}\n")
    assert redeemed.code == 4
    assert typed not in redeemed.err + team("audit", "list", "--json").out


@pytest.mark.parametrize(
    "command",
    [
        ("sign-in",),
        ("redeem",),
        ("recover",),
        ("sign-in", "--sso", "entra"),
        ("recover", "--password-stdin"),
    ],
)
@pytest.mark.parametrize("typed", [PASSWORD, CODE, f"{CODE.lower()}@harbor.example"])
def test_what_is_no_email_is_refused_before_a_password_is_asked_for(
    team: CommandLine, command: tuple[str, ...], typed: str
) -> None:
    before = team("audit", "list", "--json").out
    done = team(*command, typed)
    assert done.code == 4
    assert (
        "Enter a valid email address. Never put passwords or codes on the command line" in done.err
    )
    assert typed not in done.err
    assert team("audit", "list", "--json").out == before


def test_at_the_keyboard_the_right_password_is_never_refused(team: CommandLine) -> None:
    for _ in range(30):
        assert team(*SIGN_IN, stdin="not the right password").code == 7
    assert team(*SIGN_IN, stdin=PASSWORD).code == 0


def test_the_token_is_kept_for_its_database_only(team: CommandLine, tmp_path: Path) -> None:
    kept = json.loads(token_file.location().read_text())
    assert set(kept) == {team.database}
    here, team.database = team.database, f"sqlite:///{tmp_path / 'other.db'}"
    team("init", "--team", "Quay", "--owner", OWNER, "--password-stdin", stdin=PASSWORD)
    team("sign-out")
    assert team("whoami").code == 7
    team.database = here
    assert team("whoami").code == 0


def test_the_environments_token_goes_first_and_is_not_kept(
    team: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BGCONSOLE_TOKEN", "bgs_wrong")
    assert team("whoami").code == 7
    done = team(*SIGN_IN, stdin=PASSWORD)
    assert done.code == 0
    assert "BGCONSOLE_TOKEN is set" in done.err


def test_a_scripts_token_is_not_ended_by_signing_out(
    team: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = team("token", "create", "--audit-read", "--days", "1", "--json").json
    monkeypatch.setenv("BGCONSOLE_TOKEN", made["token"])
    done = team("sign-out")
    assert (done.code, done.out) == (7, "")
    assert "script token" in done.err
    assert f'"bgconsole token revoke {made["id"]}"' in done.err
    assert team("sign-out", "--json").json["error"]["code"] == "forbidden"
    assert team("audit", "list", "--json").code == 0
    monkeypatch.delenv("BGCONSOLE_TOKEN")
    assert team("token", "revoke", made["id"]).code == 0


def test_a_token_file_must_be_private(team: CommandLine, tmp_path: Path) -> None:
    (kept,) = json.loads(token_file.location().read_text()).values()
    path = tmp_path / "token"
    path.write_text(f"{kept}\n")
    path.chmod(0o600)
    token_file.forget(str(team.database))
    assert team("whoami").code == 7
    assert team("--token-file", str(path), "whoami").code == 0
    path.chmod(0o644)
    done = team("--token-file", str(path), "whoami")
    assert done.code == 2
    assert "chmod 600" in done.err


def test_a_kept_token_that_others_can_read_is_not_used(team: CommandLine) -> None:
    token_file.location().chmod(0o644)
    done = team("whoami")
    assert (done.code, done.out) == (1, "")
    assert "Other users can read or change" in done.err


def test_whoami_tells_where_who_and_how_long(team: CommandLine) -> None:
    done = team("whoami")
    assert done.code == 0
    for part in (team.database, "Harbor", OWNER, "owner", "UTC"):
        assert str(part) in done.out
    assert set(team("whoami", "--json").json) == {
        *("database", "team", "email", "name", "role", "method", "is_break_glass"),
        *("expires_at", "proven_at", "locked", "provider"),
    }


@pytest.mark.parametrize(
    ("stdin", "told"),
    [
        ("", "There is no password on standard input"),
        ("\n", "There is no password on standard input"),
        ("a" * 1_000_000, "longer than 64 KiB"),
        (b"\xff\xfe secret", "is not UTF-8"),
    ],
)
def test_what_is_no_password_on_stdin_is_a_mistake(
    team: CommandLine, stdin: str | bytes, told: str
) -> None:
    done = team(*SIGN_IN, stdin=stdin)
    assert done.code == 2
    assert told in done.err
    assert len(done.err) < 300


def test_without_a_terminal_a_password_must_come_by_stdin(team: CommandLine) -> None:
    done = team("sign-in", OWNER, stdin=PASSWORD)
    assert done.code == 2
    assert "--password-stdin" in done.err


def test_a_change_long_after_the_last_proof_needs_another(team: CommandLine, clock: Clock) -> None:
    clock.pass_by(minutes=6)
    refused = team("member", "add", "grace@harbor.example", "--json")
    assert (refused.code, refused.json["error"]["code"]) == (7, "reauth_required")
    assert "--password-stdin" in refused.err
    wrong = team("member", "add", "grace@harbor.example", "--password-stdin", stdin="wrong")
    assert wrong.code == 7
    done = team("member", "add", "grace@harbor.example", "--password-stdin", stdin=PASSWORD)
    assert done.code == 0
    # Proven now: the next one needs nothing.
    assert team("member", "remove", "grace@harbor.example").code == 0


def test_an_idle_session_reads_again_after_a_proof_and_the_audit_log_without(
    team: CommandLine, clock: Clock
) -> None:
    clock.pass_by(minutes=20)
    assert team("member", "list").code == 7
    assert team("audit", "list").code == 0
    assert team("member", "list", "--password-stdin", stdin=PASSWORD).code == 0
    assert team("member", "list").code == 0


def test_a_session_ends_after_twelve_hours(team: CommandLine, clock: Clock) -> None:
    clock.pass_by(hours=12, minutes=1)
    done = team("whoami", "--json")
    assert (done.code, done.json["error"]["code"]) == (7, "signed_out")


def test_passwd_takes_the_current_password_and_the_new_one(team: CommandLine) -> None:
    changed = "nine copper kettles sing"
    assert team("passwd", "--stdin", stdin=f"wrong\n{changed}\n").code == 7
    assert team("passwd", "--stdin", stdin=f"{PASSWORD}\nshort\n").code == 4
    assert team("passwd", "--stdin", stdin=f"{PASSWORD}\n").code == 2
    assert team("passwd", "--stdin", stdin=f"{PASSWORD}\n{changed}\n").code == 0
    assert team(*SIGN_IN, stdin=PASSWORD).code == 7
    assert team(*SIGN_IN, stdin=changed).code == 0


def test_a_code_becomes_a_password_once(team: CommandLine) -> None:
    added = team("member", "add", "grace@harbor.example", "--json").json
    lines = f"{added['code']}\n{PASSWORD}\n"
    wrong = team("redeem", "grace@harbor.example", "--stdin", stdin=f"nonsense\n{PASSWORD}\n")
    assert wrong.code == 4
    done = team("redeem", "Grace@harbor.example", "--stdin", "--json", stdin=lines)
    assert (done.code, done.json) == (0, {"redeemed": True})
    again = team("redeem", "grace@harbor.example", "--stdin", "--json", stdin=lines)
    assert (again.code, again.json["error"]["code"]) == (4, "code_invalid")
    come = team("sign-in", "grace@harbor.example", "--password-stdin", stdin=PASSWORD)
    assert come.code == 0


def test_recover_brings_an_owner_back_past_enforcement(team: CommandLine, join: Join) -> None:
    join("grace@harbor.example")
    team("provider", "enforce", "entra", "on", "--add", "grace@harbor.example")
    team("sign-out")
    assert team(*SIGN_IN, stdin=PASSWORD).code == 7
    changed = "nine copper kettles sing"
    done = team("recover", OWNER, "--password-stdin", "--json", stdin=changed)
    assert (done.code, done.json["role"]) == (0, "owner")
    assert team("audit", "list", "--type", "system.recovered", "--json").json


def test_recover_makes_an_account_only_when_asked_to(team: CommandLine) -> None:
    ghost = ("recover", "ghost@harbor.example", "--password-stdin")
    before = team("audit", "list", "--json").out
    done = team(*ghost, "--json", stdin=PASSWORD)
    assert (done.code, done.json["error"]["code"]) == (4, "unknown_account")
    assert "--create" in done.err
    assert team("audit", "list", "--json").out == before
    assert team(*ghost, "--create", "--json", stdin=PASSWORD).json["role"] == "owner"


@pytest.mark.parametrize("command", ["sign-in", "recover", "redeem"])
def test_where_no_team_is_no_password_is_asked_for(bgconsole: CommandLine, command: str) -> None:
    """Standard input is no terminal here: a command that asked would say that."""
    done = bgconsole(command, OWNER, "--json")
    assert (done.code, done.json["error"]["code"]) == (6, "unreachable")
    assert "There is no database at" in done.err


def test_the_next_steps_go_to_the_database_that_was_made(
    bgconsole: CommandLine, tmp_path: Path
) -> None:
    done = bgconsole(
        *("init", "--team", "Harbor", "--owner", OWNER, "--password-stdin"), stdin=PASSWORD
    )
    assert f"bgconsole --database {bgconsole.database} provider enforce entra on" in done.out
    bgconsole.database = f"sqlite:///{tmp_path}/a folder/team.db"
    done = bgconsole(
        *("init", "--team", "Harbor", "--owner", OWNER, "--password-stdin"), stdin=PASSWORD
    )
    assert f"bgconsole --database 'sqlite:///{tmp_path}/a folder/team.db' member import" in done.out


def test_a_member_may_not_see_lists_or_the_log(team: CommandLine, join: Join) -> None:
    join("tom@harbor.example")
    team("sign-in", "tom@harbor.example", "--password-stdin", stdin=PASSWORD)
    assert team("whoami").code == 0
    assert team("simulate", "tom@harbor.example").code == 0
    for command in (
        ("member", "list"),
        ("audit", "list"),
        ("audit", "verify"),
        ("audit", "export", "--format", "csv"),
        ("simulate", OWNER),
        ("glass", "add", "entra", OWNER),
        ("provider", "enforce", "entra", "on"),
    ):
        done = team(*command, "--json")
        assert (command, done.code) == (command, 7)


def test_read_only_looks_and_changes_nothing(team: CommandLine) -> None:
    assert team("--read-only", "member", "list").code == 0
    done = team("--read-only", "member", "add", "grace@harbor.example", "--json")
    assert (done.code, done.json["error"]["code"]) == (7, "forbidden")
    assert len(team("member", "list", "--json").json) == 1


def test_a_token_of_no_session_is_not_said_to_have_been_signed_out(
    team: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BGCONSOLE_TOKEN", "bgs_unknown")
    done = team("sign-out")
    assert (done.code, done.out) == (
        0,
        "No session was open: the token is unknown or has expired.\n",
    )


def test_what_cannot_begin_says_so_in_json_too(team: CommandLine) -> None:
    missing = ("--tls-cert", "/nowhere.crt", "--tls-key", "/nowhere.key")
    for command, code, name in (
        (("serve", "--json", *missing), 1, "failed"),
        (("serve", "--json", "--port", "99999"), 2, "usage"),
        (("whoami", "--json", "--nope"), 2, "usage"),
    ):
        done = team(*command)
        assert (done.code, done.json["error"]["code"]) == (code, name)
        assert done.json["error"]["message"]
