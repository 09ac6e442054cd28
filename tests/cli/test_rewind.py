"""An older copy of the database put back: the command line says so, until an owner says why."""

import json
import shutil
from pathlib import Path

from bgconsole.files.user_folders import state_folder
from tests.cli.conftest import OWNER
from tests.cli.driver import CommandLine

ANNA = "anna@harbor.example"
REASON = "Restored the backup of last night"


def database_of(line: CommandLine) -> Path:
    """The team's file."""
    assert line.database is not None
    return Path(line.database.removeprefix("sqlite:///"))


def put_back(older: Path, path: Path) -> None:
    """Put the older copy where the database is, as somebody restores a backup."""
    for beside in (path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        beside.unlink(missing_ok=True)
    copy = older.with_suffix(".restored")
    shutil.copy(older, copy)
    copy.replace(path)


def test_a_place_beyond_the_end_is_an_error_of_one_line_with_both_heads(team: CommandLine) -> None:
    for command in ("tail", "list"):
        done = team("audit", command, "--after", "999", "--json")
        assert done.code == 4
        said = json.loads(done.out)
        assert said["error"]["code"] == "log_rewound"
        assert said["seen"] == {"seq": 999, "hash": None}
        assert said["head"]["seq"] < 999
        assert len(said["head"]["hash"]) == 64
        assert "History went back" in done.err
    assert len(team("audit", "tail", "--after", "999", "--json").out.splitlines()) == 1


def test_a_list_begins_behind_a_place(team: CommandLine) -> None:
    everything = team("audit", "list", "--json").json
    after = everything[3]["seq"]
    assert team("audit", "list", "--after", str(after), "--json").json == everything[:3]
    two = team("audit", "list", "--after", str(after), "--limit", "2", "--json").json
    assert two == everything[:2]


def test_what_was_seen_is_kept_and_an_owner_says_why_it_is_gone(
    team: CommandLine, tmp_path: Path
) -> None:
    nothing = team("audit", "acknowledge", "--reason", REASON)
    assert nothing.code == 1
    assert "nothing to acknowledge" in nothing.err
    path, older = database_of(team), tmp_path / "older.db"
    shutil.copy(path, older)
    team("member", "add", ANNA)
    # It reads the log, and keeps where that ended.
    assert team("audit", "acknowledge", "--reason", REASON).code == 1
    (kept,) = (state_folder() / "heads").iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600
    seen = json.loads(kept.read_text())
    put_back(older, path)
    done = team("audit", "acknowledge", "--reason", REASON, "--json")
    assert done.json == {"seen": {"seq": seen["seq"], "hash": seen["hash"]}, "reason": REASON}
    (event,) = team("audit", "list", "--type", "audit.rewound", "--json").json
    assert (event["actor"], event["metadata"]["reason"]) == (OWNER, REASON)
    assert event["metadata"]["head"]["seq"] == seen["seq"] - 1
    assert team("audit", "acknowledge", "--reason", REASON).code == 1


def test_a_record_that_somebody_else_saw_can_be_named(team: CommandLine) -> None:
    named = f"999:{'a' * 64}"
    assert team("audit", "acknowledge", "--seen", named, "--reason", REASON).code == 0
    assert team("audit", "acknowledge", "--seen", "999", "--reason", REASON).code == 2
    (newest, *_) = team("audit", "list", "--json").json
    held = f"{newest['seq']}:{newest['hash']}"
    refused = team("audit", "acknowledge", "--seen", held, "--reason", REASON)
    assert refused.code == 4
    assert "did not go back" in refused.err


def test_verify_export_and_doctor_say_that_history_went_back(
    team: CommandLine, tmp_path: Path
) -> None:
    path, older = database_of(team), tmp_path / "older.db"
    shutil.copy(path, older)
    team("member", "add", ANNA)
    whole = team("audit", "verify", "--json")
    assert (whole.code, whole.json["ok"]) == (0, True)
    assert "rewound" not in whole.json
    assert team("doctor").code == 0
    put_back(older, path)
    for _ in range(2):
        cut = team("audit", "verify", "--json")
        assert (cut.code, cut.json["ok"], cut.json["first_bad"]) == (1, False, None)
        gone = cut.json["rewound"]
        assert gone["seen"]["seq"] >= whole.json["head"]["seq"] > gone["head"]["seq"]
        assert "WARNING: History went back" in cut.err
    said = team("audit", "verify")
    assert (said.code, "checked" in said.out) == (1, True)
    exported = team("audit", "export", "--format", "jsonl")
    assert exported.code == 0
    assert "WARNING: History went back" in exported.err
    found = team("doctor", "--json")
    (history,) = [one for one in found.json["findings"] if one["check"] == "history"]
    assert (found.code, history["severity"]) == (3, "problem")
    assert "bgconsole audit acknowledge" in history["remedy"]
    assert team("audit", "acknowledge", "--reason", REASON).code == 0
    assert team("audit", "verify").code == 0
    assert team("doctor").code == 0


def test_doctor_says_nothing_of_history_to_who_may_not_read_the_log(
    team: CommandLine, tmp_path: Path
) -> None:
    path, older = database_of(team), tmp_path / "older.db"
    shutil.copy(path, older)
    team("member", "add", ANNA)
    team("audit", "verify")
    put_back(older, path)
    assert team("sign-out").code == 0
    assert "history" not in {one["check"] for one in team("doctor", "--json").json["findings"]}


def test_an_acknowledgement_is_of_one_rewind_and_not_of_the_next(
    team: CommandLine, tmp_path: Path
) -> None:
    path, older, between = database_of(team), tmp_path / "older.db", tmp_path / "between.db"
    shutil.copy(path, older)
    team("member", "add", ANNA)
    team("audit", "verify")
    put_back(older, path)
    assert team("audit", "acknowledge", "--reason", REASON).code == 0
    shutil.copy(path, between)
    for name in ("A", "B"):
        team("member", "set-name", OWNER, name)
    team("audit", "verify")
    # Back to a copy that holds the first acknowledgement, and then to one before it.
    for copy in (between, older):
        put_back(copy, path)
        for _ in range(2):
            assert "History went back" in team("audit", "verify").err
            assert team("audit", "verify").code == 1
