"""`--server URL`: every command ends as where the database is, and says so in the same words."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bgconsole import compose
from bgconsole.backend.protocol import Backend
from bgconsole.compose import open_backend as open_any
from bgconsole.files import tokens as token_file
from bgconsole.files.user_folders import state_folder
from bgconsole.log_history import seen_heads
from tests.cli.conftest import OWNER, PASSWORD
from tests.cli.driver import CommandLine, Done
from tests.serving import Server, forked

GRACE, TOM = "grace@harbor.example", "tom@harbor.example"


@pytest.fixture
def server(team: CommandLine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server on the team's database; the commands go to it from now on."""
    assert team.database is not None
    open_local = compose.open_backend

    def open_backend(target: compose.Target) -> Backend:
        return open_any(target) if target.is_server else open_local(target)

    monkeypatch.setattr(compose, "open_backend", open_backend)
    with forked(team.database) as running:
        team.database = None
        yield running


class Far:
    """The same command line with `--server` in front."""

    def __init__(self, here: CommandLine, url: str) -> None:
        self._here = here
        self.url = url

    def __call__(self, *arguments: str, stdin: str = "") -> Done:
        """Run `bgconsole --server URL ARGUMENTS`."""
        return self._here("--server", self.url, *arguments, stdin=stdin)


@pytest.fixture
def far(team: CommandLine, server: Server) -> Far:
    """The commands over the server, Ada signed in."""
    commands = Far(team, server.url)
    done = commands("sign-in", OWNER, "--password-stdin", stdin=PASSWORD)
    assert (done.code, done.err) == (0, "")
    return commands


STORY = (
    ("whoami",),
    ("member", "add", GRACE, "--name", "Grace"),
    ("member", "add", GRACE),
    ("member", "add", "no email"),
    ("member", "add", TOM, "--sso-only"),
    ("member", "list"),
    ("member", "set-role", GRACE, "admin"),
    ("member", "set-role", OWNER, "member"),
    ("member", "unpause", GRACE),
    ("member", "reset", GRACE),
    ("member", "reset", "nobody@harbor.example"),
    ("provider", "list"),
    ("provider", "add", "okta", "--kind", "oidc", "--name", "Okta"),
    ("provider", "add", "okta", "--kind", "oidc", "--name", "Okta"),
    ("provider", "set", "okta", "--name", "Okta EU"),
    ("provider", "set", "nothing", "--name", "X"),
    ("provider", "enforce", "entra", "on"),
    ("provider", "enforce", "entra", "on", "--add", OWNER),
    ("glass", "list"),
    ("glass", "check", "entra", TOM),
    ("glass", "check", "entra", OWNER),
    ("glass", "add", "entra", TOM, GRACE),
    ("glass", "add", "oidc", OWNER),
    ("glass", "remove", "entra", OWNER),
    ("glass", "remove", "entra", OWNER, "--override-reason", "drill"),
    ("provider", "remove", "okta"),
    ("simulate", OWNER),
    ("simulate", TOM, "--method", "sso", "--provider", "entra", "--idp", "entra=down"),
    ("simulate", OWNER, "--provider", "nothing"),
    ("audit", "list", "--limit", "3"),
    ("audit", "list", "--type", "member.added"),
    ("audit", "verify"),
    ("token", "create", "--audit-read", "--days", "3"),
    ("token", "list"),
    ("token", "revoke", "nothing"),
    ("member", "remove", TOM),
    ("sign-out",),
    ("member", "list"),
)


def test_every_command_ends_as_where_the_database_is(
    team: CommandLine, tmp_path: Path, far: Far
) -> None:
    # A copy of the team as it is now, for the same commands on the spot.
    copied = tmp_path / "copy.db"
    shutil.copy(tmp_path / "team.db", copied)
    here = ("--database", f"sqlite:///{copied}")
    heads = state_folder() / seen_heads.FOLDER
    team(*here, "sign-in", OWNER, "--password-stdin", stdin=PASSWORD)
    for command in STORY:
        # Each keeps the end of its log for itself: a copy of it has the same name.
        shutil.rmtree(heads, ignore_errors=True)
        near = team(*here, *command, "--json")
        shutil.rmtree(heads, ignore_errors=True)
        through = far(*command, "--json")
        assert (command, through.code, through.err) == (command, near.code, near.err)
        assert _told(through) == _told(near), command


def _told(done: Done) -> object:
    """The shape of the answer, and all of a refusal."""
    answer = json.loads(done.out)
    if isinstance(answer, dict) and "error" in answer:
        return answer
    one = answer[0] if isinstance(answer, list) and answer else answer
    return sorted(set(one) - {"server", "database"}) if isinstance(one, dict) else one


def test_the_token_is_kept_for_the_server_alone(far: Far, team: CommandLine) -> None:
    assert far.url in json.loads(token_file.location().read_text())
    assert far("whoami", "--json").json["server"] == far.url
    assert f"Server    {far.url}\n" in far("whoami").out
    # Written otherwise it is the same server; under another path it is another one.
    assert team("--server", f"{far.url.upper()}/", "whoami").code == 0
    other = team("--server", f"{far.url}/elsewhere", "whoami", "--json")
    assert other.code != 0
    far("sign-out")
    assert far.url not in json.loads(token_file.location().read_text())


@pytest.mark.parametrize(
    ("command", "stdin"),
    [
        (("init", "--team", "X", "--owner", OWNER, "--password-stdin"), PASSWORD),
        (("recover", OWNER, "--password-stdin"), PASSWORD),
        (("upgrade",), ""),
    ],
    ids=["init", "recover", "upgrade"],
)
def test_what_needs_the_databases_own_rights_says_where_to_go(
    far: Far, command: tuple[str, ...], stdin: str
) -> None:
    done = far(*command, "--json", stdin=stdin)
    assert (done.code, done.json["error"]["code"]) == (7, "forbidden")
    assert f'"bgconsole {command[0]}" works only where the database is' in done.err


def test_read_only_changes_nothing_through_a_server(far: Far, team: CommandLine) -> None:
    read_only = ("--read-only", "--server", far.url)
    assert team(*read_only, "member", "list").code == 0
    done = team(*read_only, "member", "add", GRACE, "--json")
    assert (done.code, done.json["error"]["code"]) == (7, "forbidden")


def test_a_server_that_is_not_there_is_exit_code_6(far: Far, server: Server) -> None:
    server.stop()
    done = far("member", "list", "--json")
    assert (done.code, done.json["error"]["code"]) == (6, "unreachable")
    assert "No server answers at" in done.err
    signed_out = far("sign-out")
    assert signed_out.code == 6
    assert far("sign-out").out == "You were not signed in.\n"


def test_doctor_tells_of_the_line_and_signed_in_of_what_is_behind_it(
    far: Far, server: Server
) -> None:
    checks = [finding["check"] for finding in far("doctor", "--json").json["findings"]]
    assert checks[:3] == ["line", "tls", "version"]
    assert "schema" in checks
    far("sign-out")
    checks = [finding["check"] for finding in far("doctor", "--json").json["findings"]]
    assert checks == ["line", "tls", "version", "server"]
    server.stop()
    done = far("doctor", "--json")
    assert (done.code, [one["check"] for one in done.json["findings"]]) == (3, ["line"])


SECRET = "s3cr3t-in-the-url"
WRONG = [
    pytest.param(f"https://ada:{SECRET}@vault.example", "user name or password", id="userinfo"),
    pytest.param(f"https://vault.example/?token={SECRET}", "cannot contain ? or #", id="query"),
    pytest.param(f"https://vault.example/#{SECRET}", "cannot contain ? or #", id="fragment"),
    pytest.param("http://vault.example", "Plain http", id="plain http elsewhere"),
    pytest.param("https://", "no host", id="no host"),
    pytest.param("https://vault.example:99999", "port", id="port"),
    pytest.param("vault.example", "starts with https://", id="no scheme"),
]


@pytest.mark.parametrize(("url", "told"), WRONG)
def test_a_url_that_is_no_good_is_refused_without_being_repeated(
    bgconsole: CommandLine, url: str, told: str, tmp_path: Path
) -> None:
    bgconsole.database = None
    settings = tmp_path / "settings.toml"
    settings.write_text(f'# mine\n[connection]\nserver = "{url}"\n')
    for done, where in (
        (bgconsole("--server", url, "whoami"), ""),
        (bgconsole("--settings", str(settings), "whoami"), f"{settings}, line 3: "),
    ):
        assert done.code == 2
        assert told in done.err
        assert where in done.err
        assert SECRET not in done.out + done.err


def test_a_server_and_a_database_exclude_each_other(bgconsole: CommandLine) -> None:
    done = bgconsole("--server", "https://vault.example", "whoami")
    assert done.code == 2
    assert "not both" in done.err


def test_the_settings_say_where_the_team_is_and_the_command_line_goes_first(
    far: Far, team: CommandLine, tmp_path: Path
) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text(f'[connection]\nserver = "{far.url}"\n')
    said = ("--settings", str(settings))
    assert team(*said, "whoami", "--json").json["server"] == far.url
    here = ("--database", f"sqlite:///{tmp_path / 'team.db'}")
    assert "database" in team(*said, *here, "whoami", "--json").json


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ('[connection]\nservr = "https://x"', 2, 'Did you mean "server"?'),
        ('[conection]\nserver = "https://x"', 1, 'Did you mean "connection"?'),
        ("[connection]\nserver = 3", 2, "server must be text"),
        ('connection = "https://x"', 1, "Write it as [connection]"),
        ('[connection]\nserver = "https://x"\ndatabase = "sqlite:///y"', 3, "A server is already"),
        ('[connection]\ndatabase = "mysql://x"', 2, "bgconsole cannot open this database"),
        ('[connection]\nserver = "https://x"\nca = "/nowhere.pem"', 3, "no such file"),
    ],
)
def test_a_place_that_is_misspelt_in_the_settings_leads_nowhere(
    bgconsole: CommandLine, tmp_path: Path, text: str, line: int, told: str
) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text(text)
    bgconsole.database = None
    done = bgconsole("--settings", str(settings), "member", "list")
    assert (done.code, done.out) == (2, "")
    assert f"{settings}, line {line}: " in done.err
    assert told in done.err
