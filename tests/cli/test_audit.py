"""Reading, checking and taking out the audit log; tokens for scripts."""

import csv
import io
import json
import sqlite3
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import OWNER, PASSWORD
from tests.cli.driver import CommandLine

FIELDS = {
    *("seq", "id", "at", "type", "outcome", "actor", "target", "provider"),
    *("description", "metadata", "source", "prev_hash", "hash"),
}
GRACE = "grace@harbor.example"


@pytest.fixture
def log(team: CommandLine) -> CommandLine:
    """A team with a little history."""
    team("member", "add", GRACE, "--name", "Grace")
    team("provider", "enforce", "entra", "on", "--add", OWNER)
    team("provider", "enforce", "entra", "off")
    team("sign-in", GRACE, "--password-stdin", stdin="not her password")
    return team


def listed(line: CommandLine, *options: str) -> list[dict[str, Any]]:
    """What `audit list` gives."""
    done = line("audit", "list", "--json", *options)
    assert done.code == 0, done.err
    return done.json


def test_events_have_every_field_and_come_newest_first(log: CommandLine) -> None:
    events = listed(log)
    assert all(set(event) == FIELDS for event in events)
    seqs = [event["seq"] for event in events]
    assert seqs == list(range(len(events), 0, -1))
    assert all(event["at"].endswith("Z") and len(event["at"]) == 27 for event in events)
    assert events[-1]["prev_hash"] == "0" * 64


def test_a_list_goes_on_where_another_ended(log: CommandLine) -> None:
    everything = listed(log)
    first = listed(log, "--limit", "2")
    rest = listed(log, "--before", str(first[-1]["seq"]))
    assert first + rest == everything


@pytest.mark.parametrize(
    ("options", "types"),
    [
        (("--type", "member.added", "--actor", OWNER.upper()), {"member.added"}),
        (("--type", "Login Failure"), {"auth.login.failure"}),
        (
            ("--type", "sso.enforcement.enabled", "--type", "SSO enforcement disabled"),
            {"sso.enforcement.enabled", "sso.enforcement.disabled"},
        ),
        (
            ("--provider", "entra", "--text", OWNER, "--type", "break_glass.user.added"),
            {"break_glass.user.added"},
        ),
    ],
)
def test_filters_choose(log: CommandLine, options: tuple[str, ...], types: set[str]) -> None:
    assert {event["type"] for event in listed(log, *options)} == types


def test_times_choose(log: CommandLine) -> None:
    assert listed(log, "--since", "1h") == listed(log)
    assert listed(log, "--until", "1h") == []
    today = f"{datetime.now(UTC) - timedelta(days=1):%Y-%m-%d}"
    assert listed(log, "--since", today) == listed(log)
    assert listed(log, "--until", "2000-01-31T00:00:00+02:00") == []


def test_people_get_a_table_with_failures_marked(log: CommandLine) -> None:
    lines = log("audit", "list").out.splitlines()
    assert lines[0].split()[0] == "SEQ"
    failure = next(line for line in lines if "Login Failure" in line)
    assert "! Login attempt failed: no_password" in failure


def test_verify_says_that_the_chain_is_whole(log: CommandLine) -> None:
    head = listed(log)[0]
    done = log("audit", "verify", "--json")
    assert done.code == 0
    assert done.json == {
        "ok": True,
        "checked": head["seq"],
        "head": {"seq": head["seq"], "hash": head["hash"]},
        "first_bad": None,
    }
    assert "the chain is intact" in log("audit", "verify").out


def test_verify_finds_an_altered_record_and_ends_with_1(log: CommandLine) -> None:
    path = str(log.database).removeprefix("sqlite:///")
    with sqlite3.connect(path) as database:
        database.execute("UPDATE audit_event SET actor = 'mallory@x.example' WHERE seq = 2")
    database.close()
    done = log("audit", "verify", "--json")
    assert (done.code, done.json["ok"]) == (1, False)
    assert done.json["first_bad"] == {"seq": 2, "kind": "altered"}
    assert "The chain breaks at seq 2: altered" in log("audit", "verify").out


def test_lines_of_json_hold_every_event_oldest_first_and_the_export_is_on_record(
    log: CommandLine,
) -> None:
    before = listed(log)
    done = log("audit", "export", "--format", "jsonl")
    assert done.code == 0
    exported = [json.loads(line) for line in done.out.splitlines()]
    assert exported == before[::-1]
    newest = listed(log, "--limit", "1")[0]
    assert newest["type"] == "audit.exported"
    assert str(len(before)) in json.dumps(newest["metadata"])


def test_csv_holds_the_same_and_marks_what_a_spreadsheet_would_run(log: CommandLine) -> None:
    log("member", "add", "'=x@x.example", "--name", "=1+1")
    log("provider", "set", "oidc", "--name", "@SUM(A1)")
    done = log("audit", "export", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert set(rows[0]) == FIELDS | {"event", "what_happened", "from"}
    assert rows[-1]["event"] == "Provider Changed"
    assert rows[-1]["what_happened"] == "changed name of oidc"
    assert [row["seq"] for row in rows] == [str(n + 1) for n in range(len(rows))]
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


def test_csv_for_excel_begins_with_a_byte_order_mark(log: CommandLine, tmp_path: Path) -> None:
    log("member", "add", "zoë@x.example", "--name", "=1+1")
    done = log("audit", "export", "--format", "csv", "--excel")
    assert done.out.startswith("\ufeffseq,")
    assert "zoë@x.example" in done.out
    path = tmp_path / "events.csv"
    assert log("audit", "export", "--format", "csv", "--excel", "--output", str(path)).code == 0
    assert path.read_bytes().startswith(b"\xef\xbb\xbfseq,")
    assert not log("audit", "export", "--format", "csv").out.startswith("\ufeff")
    wrong = log("audit", "export", "--format", "jsonl", "--excel")
    assert (wrong.code, wrong.out) == (2, "")


def test_an_export_takes_filters_and_limits(log: CommandLine) -> None:
    done = log("audit", "export", "--format", "jsonl", "--provider", "entra", "--limit", "1")
    (line,) = done.out.splitlines()
    assert json.loads(line)["provider"] == "entra"
    done = log("audit", "export", "--format", "jsonl", "--before", "3")
    assert [json.loads(line)["seq"] for line in done.out.splitlines()] == [1, 2]


def test_an_export_to_a_file_is_private_and_overwrites_nothing(
    log: CommandLine, tmp_path: Path
) -> None:
    path = tmp_path / "events.jsonl"
    arguments = ("audit", "export", "--format", "jsonl", "--output", str(path))
    done = log(*arguments, "--json")
    count = len(path.read_text().splitlines())
    assert (done.code, done.json) == (0, {"exported": count, "output": str(path)})
    assert path.stat().st_mode & 0o777 == 0o600
    again = log(*arguments)
    assert again.code == 2
    assert len(path.read_text().splitlines()) == count


def test_an_export_that_is_not_allowed_leaves_no_file(log: CommandLine, tmp_path: Path) -> None:
    log("sign-out")
    path = tmp_path / "events.jsonl"
    done = log("audit", "export", "--format", "jsonl", "--output", str(path))
    assert done.code == 7
    assert not path.exists()


def test_hostile_text_in_the_log_stays_text(log: CommandLine) -> None:
    hostile = "\x1b]0;title\x07\u202eevil\nnext"
    log("provider", "enforce", "entra", "on", "--override-reason", hostile)
    log("sign-in", hostile, "--password-stdin", stdin=PASSWORD)
    for command in (("list",), ("list", "--json"), ("export", "--format", "csv")):
        out = log("audit", *command).out
        assert "\x1b" not in out
        assert "\u202e" not in out


def test_a_script_token_reads_the_log_and_nothing_else(
    log: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = log("token", "create", "--audit-read", "--days", "30", "--json")
    assert (made.code, set(made.json)) == (0, {"id", "token", "expires_at"})
    (shown,) = log("token", "list", "--json").json
    assert set(shown) == {
        *("id", "created_by", "created_at", "expires_at", "last_used_at", "revoked"),
    }
    with monkeypatch.context() as script:
        script.setenv("BGCONSOLE_TOKEN", made.json["token"])
        assert log("audit", "list").code == 0
        assert log("audit", "verify").code == 0
        assert log("audit", "export", "--format", "jsonl").code == 0
        assert log("member", "list").code == 7
        assert log("provider", "enforce", "entra", "on").code == 7
    assert made.json["token"] not in log("token", "list", "--json").out
    assert log("token", "revoke", made.json["id"], "--json").json["revoked"] is True
    with monkeypatch.context() as script:
        script.setenv("BGCONSOLE_TOKEN", made.json["token"])
        assert log("audit", "list").code == 7


@pytest.mark.parametrize("days", ["0", "401", "-1"])
def test_a_token_lasts_1_to_400_days(team: CommandLine, days: str) -> None:
    done = team("token", "create", "--audit-read", "--days", days, "--json")
    assert (done.code, done.json["error"]["code"]) == (4, "invalid_value")


def test_an_unknown_token_cannot_be_revoked(team: CommandLine) -> None:
    done = team("token", "revoke", "nonsense", "--json")
    assert (done.code, done.json["error"]["code"]) == (4, "unknown_token")


def test_a_date_means_all_of_its_day_and_the_answer_names_the_last_moment(log: CommandLine) -> None:
    everything = listed(log)
    # Midnight may have passed since.
    first, last = (everything[end]["at"][:10] for end in (-1, 0))
    assert listed(log, "--until", last, "--since", first) == everything
    assert listed(log, "--until", "today") == everything
    before = f"{date.fromisoformat(first) - timedelta(days=1)}"
    done = log("audit", "list", "--json", "--until", before)
    assert done.json == []
    assert f"Searched events up to {before} 23:59:59 UTC" in done.err
    exported = log("audit", "export", "--format", "jsonl", "--until", last)
    assert len(exported.out.splitlines()) == len(everything)
    assert f"up to {last} 23:59:59 UTC" in exported.err
    assert "Searched" not in log("audit", "list").err
