"""Homes as they are: none at all, of another kind, out of reach, full; and settings with faults."""

import json
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from bgconsole.files import tokens as token_file
from bgconsole.files.user_folders import NoFolderError, short, state_folder
from bgconsole.policy.audit import EventType
from bgconsole.system import crash
from tests.backend.world import OWNER as WORLD_OWNER
from tests.backend.world import PASSWORD as WORLD_PASSWORD
from tests.cli.conftest import OWNER, PASSWORD
from tests.cli.driver import CommandLine, Done
from tests.program.conftest import Place
from tests.terminal import Terminal

HOMELESS = str(Path(__file__).with_name("homeless.py"))
OWN_FOLDERS = ("HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")
SIGN_IN = ("sign-in", OWNER, "--password-stdin")
NAMES_STATE = "XDG_STATE_HOME to a folder of your own"
Run = Callable[..., Done]
Spoil = Callable[[Path], None]


@pytest.fixture
def database(team: CommandLine) -> str:
    """A team's database, made from an ordinary home."""
    assert team.database is not None
    return team.database


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A team with enforcement on, for the console."""
    return Place(tmp_path)


@pytest.fixture
def homeless(tmp_path: Path) -> Run:
    """Runs the program without HOME and without an entry in the password database."""

    def run(*arguments: str, stdin: str = "", **environment: str) -> Done:
        kept = {name: value for name, value in os.environ.items() if name not in OWN_FOLDERS}
        done = subprocess.run(
            [sys.executable, HOMELESS, *arguments],
            cwd=tmp_path,
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            env=kept | {"PYTHONPATH": str(Path.cwd())} | environment,
            timeout=60,
            check=False,
        )
        assert "Traceback" not in done.stdout + done.stderr
        return Done(done.returncode, done.stdout, done.stderr)

    return run


def events(command_line: CommandLine) -> list[str]:
    """The types of the events on record, newest first."""
    return [event["type"] for event in command_line("audit", "list", "--json").json]


@pytest.mark.parametrize(
    ("arguments", "variable"),
    [
        (("whoami",), "XDG_STATE_HOME"),
        (("member", "list"), "XDG_STATE_HOME"),
        (("sign-in", OWNER, "--password-stdin"), "XDG_STATE_HOME"),
        (("sign-out",), "XDG_STATE_HOME"),
    ],
)
def test_what_needs_a_place_for_tokens_says_which_variable_gives_one(
    homeless: Run, database: str, arguments: tuple[str, ...], variable: str
) -> None:
    done = homeless("--database", database, *arguments, stdin=PASSWORD)
    assert (done.code, done.out) == (1, "")
    assert variable in done.err
    assert done.err.startswith("bgconsole: There is no home folder")
    assert done.err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [("doctor",), ("whoami",), ("recover", OWNER, "--password-stdin"), ("upgrade",)],
)
def test_without_a_place_for_the_database_either_that_one_is_named(
    homeless: Run, arguments: tuple[str, ...]
) -> None:
    done = homeless(*arguments, stdin=PASSWORD)
    assert (done.code, done.out) == (1, "")
    assert "--database, or set XDG_DATA_HOME" in done.err


def test_what_needs_no_state_of_its_own_goes_without(homeless: Run, database: str) -> None:
    token = token_file.load(database)
    assert token is not None
    place = ("--database", database)
    doctor = homeless(*place, "doctor")
    assert doctor.code in {0, 3}
    assert "schema: revision" in doctor.out
    assert f"Set {NAMES_STATE}" in doctor.out
    assert homeless(*place, "upgrade").code == 0
    assert OWNER in homeless(*place, "whoami", BGCONSOLE_TOKEN=token).out
    assert homeless(*place, "sign-out", BGCONSOLE_TOKEN=token).out == "Signed out.\n"


def test_recovery_goes_without_a_home_and_leaves_no_session_that_nobody_has(
    homeless: Run, database: str, team: CommandLine
) -> None:
    recover = ("--database", database, "recover", OWNER, "--password-stdin")
    done = homeless(*recover, stdin=PASSWORD)
    assert done.code == 0, done.err
    assert "The session will not be saved" in done.err
    assert done.out.startswith(f"{OWNER} is now an owner, with the new password.\n")
    assert f"Set {NAMES_STATE}" in done.out
    assert team("sign-in", OWNER, "--password-stdin", stdin=PASSWORD).code == 0
    recorded = events(team)
    assert EventType.SYSTEM_RECOVERED in recorded
    assert recorded[1] == EventType.LOGOUT
    as_json = homeless(*recover, "--json", stdin=PASSWORD)
    assert (as_json.json["email"], as_json.json["expires_at"]) == (OWNER, None)


def test_a_relative_variable_counts_as_none(homeless: Run, database: str) -> None:
    sign_in = ("--database", database, "sign-in", OWNER, "--password-stdin")
    relative = {"HOME": "here", "XDG_STATE_HOME": "there", "XDG_CONFIG_HOME": "."}
    done = homeless(*sign_in, stdin=PASSWORD, **relative)
    assert (done.code, NAMES_STATE in done.err) == (1, True)


def test_the_named_variable_is_all_that_is_needed(
    homeless: Run, database: str, tmp_path: Path
) -> None:
    place, state = ("--database", database), str(tmp_path / "state")
    sign_in = (*place, "sign-in", OWNER, "--password-stdin")
    assert homeless(*sign_in, stdin=PASSWORD, XDG_STATE_HOME=state).code == 0
    assert OWNER in homeless(*place, "whoami", XDG_STATE_HOME=state).out


def test_a_home_that_the_command_line_names_and_nobody_has_is_a_mistake(
    homeless: Run,
) -> None:
    done = homeless("--database", "sqlite:///~nobody-here/team.db", "doctor")
    assert done.code == 2
    assert "no home folder for ~nobody-here" in done.err


def test_an_unexpected_error_without_a_home_is_still_one_sentence(homeless: Run) -> None:
    done = homeless("--database", "sqlite:////nowhere.db", "doctor", PLANTED_FAULT="1")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith(
        "bgconsole: An unexpected error occurred (AttributeError), and the report could not be"
    )
    assert done.err.endswith(f"Set {NAMES_STATE}.\n")
    assert done.err.count("\n") == 1


def test_the_report_of_an_error_never_fails_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = ValueError("first"), ValueError("second")
    first.__cause__, second.__cause__ = second, first
    assert "The report is in" in crash.report(first)

    def broken() -> Path:
        raise RuntimeError

    monkeypatch.setattr(crash, "state_folder", broken)
    assert crash.report(first).endswith("the report could not be written: RuntimeError.")


@pytest.mark.skipif(shutil.which("unshare") is None, reason="there is no unshare here")
def test_a_user_id_without_an_entry_in_a_namespace_of_its_own(database: str) -> None:
    namespace = ("unshare", "--user", "--map-user=12345", "--map-group=12345")
    if subprocess.run([*namespace, "true"], capture_output=True, check=False).returncode:
        pytest.skip("user namespaces are shut here")
    done = subprocess.run(
        [*namespace, sys.executable, "-m", "bgconsole", "--database", database, "whoami"],
        capture_output=True,
        encoding="utf-8",
        env={"PATH": os.environ["PATH"]},
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert NAMES_STATE in done.stderr


def a_file(state: Path) -> None:
    state.write_text("")


def a_loop(state: Path) -> None:
    state.symlink_to(state)


def a_folder_for_tokens(state: Path) -> None:
    (state / "bgconsole" / "tokens.json").mkdir(parents=True)


def broken_tokens(state: Path) -> None:
    (state / "bgconsole").mkdir(parents=True)
    (state / "bgconsole" / "tokens.json").write_text("{")
    (state / "bgconsole" / "tokens.json").chmod(0o600)


SPOILT = pytest.mark.parametrize("spoil", [a_file, a_loop, a_folder_for_tokens, broken_tokens])


@SPOILT
def test_no_session_is_opened_whose_token_could_not_be_kept(
    team: CommandLine, own_home: Path, monkeypatch: pytest.MonkeyPatch, spoil: Spoil
) -> None:
    before = events(team)
    spoil(own_home / "spoilt")
    with monkeypatch.context() as patched:
        patched.setenv("XDG_STATE_HOME", str(own_home / "spoilt"))
        done = team("sign-in", OWNER, "--password-stdin", stdin=PASSWORD)
        assert (done.code, done.out) == (1, "")
        assert "spoilt" in done.err
        made = team("--database", "sqlite:///new.db", "init", "--team", "T", "--owner", OWNER)
        assert made.code == 1
    assert events(team) == before


@SPOILT
def test_recovery_and_doctor_go_on_whatever_the_place_for_tokens_is(
    team: CommandLine, own_home: Path, monkeypatch: pytest.MonkeyPatch, spoil: Spoil
) -> None:
    spoil(own_home / "spoilt")
    monkeypatch.setenv("XDG_STATE_HOME", str(own_home / "spoilt"))
    assert team("recover", OWNER, "--password-stdin", stdin=PASSWORD).code == 0
    assert team("doctor").code in {0, 3}


def test_a_full_disk_is_found_out_before_a_session_is_opened(
    team: CommandLine, database: str
) -> None:
    """A limit on the size of files acts as a disk without room for one token more."""
    tokens = token_file.location()
    kept = json.loads(tokens.read_text())
    tokens.write_text(json.dumps(kept | {f"sqlite:////{n}.db": "t" * 60 for n in range(9000)}))
    before = events(team)
    # Room enough for the database, not for the file of tokens.
    most = tokens.stat().st_size - 60_000
    limit = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (most, most))
    done = subprocess.run(
        [sys.executable, "-m", "bgconsole", "--database", database, *SIGN_IN],
        input=PASSWORD,
        capture_output=True,
        encoding="utf-8",
        preexec_fn=limit,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "tokens.json cannot be used: File too large" in done.stderr
    assert [one.name for one in tokens.parent.iterdir()] == [tokens.name]
    assert events(team) == before


def test_a_session_whose_token_is_lost_at_the_last_moment_ends(
    team: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(target: str, token: str) -> None:
        raise token_file.TokenPlaceError("The disk is full", "Make room")

    with monkeypatch.context() as patched:
        patched.setattr(token_file, "save", full)
        done = team("sign-in", OWNER, "--password-stdin", stdin=PASSWORD)
    assert (done.code, done.out) == (1, "")
    assert "the session was ended. Make room." in done.err
    assert events(team)[:2] == [EventType.LOGOUT, EventType.LOGIN_SUCCESS]


def test_a_folder_that_cannot_be_made_is_told_before_the_password(
    bgconsole: CommandLine, own_home: Path
) -> None:
    (own_home / "data").write_text("")
    bgconsole.database = None
    done = bgconsole("init", "--team", "T", "--owner", OWNER)
    assert done.code == 1
    assert "cannot be created: Not a directory" in done.err
    assert "set XDG_DATA_HOME" in done.err


UNKNOWN_WORDS = ('themes = "dark"', 'theme = "drak"', 'mouse = "no"', "[colours]\nred = 1")
NO_SETTINGS = (
    *UNKNOWN_WORDS,
    "theme = dark",
    '[connection]\ndatabse = "x"',
    "\x00",
    "conection = 1",
)


@pytest.mark.parametrize("text", NO_SETTINGS)
def test_recover_and_doctor_never_fail_for_the_settings(
    team: CommandLine, own_home: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    path = own_home / "config" / "bgconsole" / "settings.toml"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    database = str(team.database).removeprefix("sqlite:///")
    (own_home / "data" / "bgconsole").mkdir(parents=True)
    shutil.move(database, own_home / "data" / "bgconsole" / "team.db")
    monkeypatch.setattr(team, "database", None)
    recovered = team("recover", OWNER, "--password-stdin", stdin=PASSWORD)
    assert recovered.code == 0, recovered.err
    assert f"bgconsole: {path}, line " in recovered.err
    assert "Recovering sqlite:///" in recovered.err
    doctor = team("doctor", "--json")
    assert doctor.code == 3
    checks = {finding["check"]: finding["detail"] for finding in doctor.json["findings"]}
    assert str(path) in checks["settings"]
    assert "schema" in checks


@pytest.mark.parametrize("text", UNKNOWN_WORDS)
def test_a_word_that_is_not_known_stops_the_console_and_no_command(
    team: CommandLine, own_home: Path, text: str
) -> None:
    path = own_home / "mine.toml"
    path.write_text(f'{text}\n[connection]\ndatabase = "{team.database}"\n')
    team.database = None
    assert team("--settings", str(path), "whoami").code == 0
    assert team("--settings", str(path)).code == 2


@pytest.mark.parametrize(
    "text",
    [
        '[conection]\nserver = "https://x.example"',
        'server = "https://x.example"',
        '[place]\ndatabase = "sqlite:///x.db"',
        '[connection]\nservr = "https://x.example"',
    ],
)
def test_what_may_be_meant_for_the_connection_stops_every_command_that_would_go_astray(
    team: CommandLine, own_home: Path, text: str
) -> None:
    path = own_home / "mine.toml"
    path.write_text(text)
    team.database = None
    done = team("--settings", str(path), "member", "list")
    assert (done.code, "is not a setting" in done.err) == (2, True)


def test_what_the_connection_says_beside_an_unknown_word_is_followed(
    team: CommandLine, own_home: Path
) -> None:
    path = own_home / "mine.toml"
    path.write_text(f'[connection]\nservr = "x"\ndatabase = "{team.database}"\n')
    team.database = None
    recover = ("--settings", str(path), "recover", OWNER, "--password-stdin")
    assert team(*recover, stdin=PASSWORD).code == 0


def test_a_path_is_shortened_by_a_home_that_there_is(
    monkeypatch: pytest.MonkeyPatch, own_home: Path
) -> None:
    assert short(own_home / "team.db") == "~/team.db"
    monkeypatch.setenv("HOME", "/")
    assert short("/srv/team.db") == "/srv/team.db"
    monkeypatch.setenv("HOME", "relative")
    assert short("/srv/team.db") == "/srv/team.db"


def test_folders_are_absolute_or_none(monkeypatch: pytest.MonkeyPatch, own_home: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(own_home / "elsewhere"))
    assert state_folder() == own_home / "elsewhere" / "bgconsole"
    monkeypatch.setattr("platformdirs.user_state_dir", lambda *_names, **_options: "relative")
    with pytest.raises(NoFolderError, match="XDG_STATE_HOME"):
        state_folder()


class Homeless(Terminal):
    """The program on a terminal, without a home."""

    PROGRAM = (HOMELESS,)


def test_the_console_opens_without_a_home_and_says_what_it_cannot_keep(place: Place) -> None:
    gone = dict.fromkeys(OWN_FOLDERS, "relative")
    with Homeless(*place.database, columns=120, rows=40, **gone) as terminal:
        terminal.see("Email")
        terminal.press(WORLD_OWNER, "\r", WORLD_PASSWORD, "\r")
        terminal.see(": set XDG_STATE_HOME")
        assert terminal.leave() == 0
