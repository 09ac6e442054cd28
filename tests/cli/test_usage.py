"""What the command line says before any database is touched: help, mistakes, no terminal."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from bgconsole import compose
from bgconsole.cli.main import bgconsole as root
from tests.cli.driver import CommandLine, in_a_process

# Every command of the design.
COMMANDS = {
    *("demo", "init", "sign-in", "sign-out", "whoami", "passwd", "redeem", "simulate"),
    *("recover", "upgrade", "doctor", "serve", "watch", "idp list"),
    *("member rename", "member set-name", "member show", "member unlink", "provider check"),
    *(f"member {c}" for c in ["list", "add", "reset", "import", "set-role", "unpause", "remove"]),
    *(f"provider {c}" for c in ["list", "add", "set", "remove", "enforce"]),
    *(f"glass {c}" for c in ["list", "check", "add", "remove"]),
    *(f"audit {c}" for c in ["list", "tail", "verify", "export", "acknowledge"]),
    *(f"token {c}" for c in ["create", "list", "revoke"]),
}


def leaves(group: click.Group, prefix: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command below `group` with its full name."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from leaves(command, f"{prefix}{name} ")
        else:
            yield f"{prefix}{name}", command


@pytest.fixture
def bgconsole(monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    return CommandLine(monkeypatch)


def test_every_command_of_the_design_is_there_and_no_other() -> None:
    assert {name for name, _ in leaves(root)} == COMMANDS


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_each_help_has_a_short_line_an_explanation_and_an_example(
    bgconsole: CommandLine, name: str
) -> None:
    done = bgconsole(*name.split(), "--help")
    assert done.code == 0
    assert done.out.count(f"  bgconsole {name}") >= 1
    command = dict(leaves(root))[name]
    assert command.help is not None
    assert len(command.help.splitlines()[0]) <= 70


def test_the_page_of_tasks_has_every_command() -> None:
    page = (Path(__file__).parents[2] / "docs/command-line.md").read_text(encoding="utf-8")
    assert not [name for name in COMMANDS if f"`bgconsole {name}" not in page]


@pytest.mark.parametrize("name", sorted(COMMANDS - {"demo", "serve", "watch"}))
def test_every_command_that_prints_offers_json(name: str) -> None:
    options = {option for p in dict(leaves(root))[name].params for option in p.opts}
    assert "--json" in options


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("membr",), "Did you mean 'member'?"),
        (("member", "lst"), "Did you mean 'list'?"),
        (("member", "list", "--jsn"), "Did you mean '--json'?"),
        (("sign-in",), "Give your email address, or a provider with --sso"),
        (("sign-in", "a@b.example", "--flow", "device"), "--flow needs --sso"),
        (("sign-in", "a@b.example", "c@d.example"), "unexpected extra argument"),
        (("provider", "enforce", "entra", "maybe"), "'maybe' is not one of 'on', 'off'"),
        (("provider", "set", "entra"), "Name what to change"),
        (("simulate", "a@b.example", "--idp", "entra=sideways"), "SLUG=up or SLUG=down"),
        (("simulate", "a@b.example", "--enforced", "entra"), "SLUG=on or SLUG=off"),
        (("audit", "list", "--type", "Login Sucess"), "did you mean 'login success'"),
        (("audit", "list", "--since", "someday"), "is not a time"),
        (("audit", "list", "--since", "1d", "--until", "2d"), "nothing can match"),
        (("audit", "list", "--limit", "0"), "'--limit'"),
        (("audit", "export"), "Missing option '--format'"),
        (("token", "create", "--days", "3"), "Name what the token may do: --audit-read"),
        (("member", "import", "/does/not/exist.csv"), "does not exist"),
        (("--token-file", "/does/not/exist", "whoami"), "does not exist"),
        (("--server", "ftp://x.example", "whoami"), "A server's URL starts with https://"),
        (
            ("--database", "postgresql://db.example/team", "whoami"),
            "starts with postgresql+psycopg",
        ),
        (("--database", "sqlite:///", "whoami"), "bgconsole cannot open"),
        (("--database", "team.db", "whoami"), "sqlite:///PATH"),
        (("sign-in", "\udcff@b.example"), "not valid UTF-8"),
    ],
)
def test_a_mistake_gets_one_sentence_and_exit_code_2(
    bgconsole: CommandLine, arguments: tuple[str, ...], told: str
) -> None:
    done = bgconsole(*arguments)
    assert (done.code, done.out) == (2, "")
    assert told in done.err
    assert done.err.startswith("bgconsole: ")
    assert done.err.count("\n") == 1


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ada:hunter2@db.example/team",
        "postgresql+psycopg://ada:hun/ter2@db.example/team",
        "postgresql://db.example/team?password=hunter2",
        "postgresql://db.example/team?sslmode=require&sslpassword=hunter2",
        "sqlite://ada:hunter2@/team.db",
    ],
)
def test_a_url_with_a_password_is_refused_and_the_password_is_not_repeated(
    bgconsole: CommandLine, url: str
) -> None:
    done = bgconsole("--database", url, "whoami")
    assert done.code == 2
    assert "PGPASSFILE" in done.err
    assert "ter2" not in done.err


def test_what_was_typed_cannot_steer_the_terminal(bgconsole: CommandLine) -> None:
    done = bgconsole("audit", "\x1b]0;title\x07\x1b[2J")
    assert done.code == 2
    assert "\x1b" not in done.err
    assert "\\x1b" in done.err
    done = bgconsole("sign-in", "a@b.example", "\x1b[2J\nbgconsole: done")
    assert "\x1b" not in done.err
    assert done.err.count("\n") == 1


def test_a_group_alone_shows_its_help_as_a_mistake(bgconsole: CommandLine) -> None:
    done = bgconsole("member")
    assert done.code == 2
    assert "Usage: bgconsole member" in done.err


@pytest.mark.parametrize("arguments", [(), ("demo",)])
def test_without_a_terminal_the_console_does_not_start(arguments: tuple[str, ...]) -> None:
    done = in_a_process(*arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "bgconsole: The console needs a terminal, and there is none here."
        ' Use the commands instead, see "bgconsole --help".\n'
    )


def test_an_unexpected_error_ends_in_a_sentence_and_a_report_without_values(
    bgconsole: CommandLine, monkeypatch: pytest.MonkeyPatch, own_home: Path
) -> None:
    def broken(target: compose.Target) -> None:
        password = "hunter2 hunter2"
        raise ValueError(f"wrong: {password}, {target}")

    monkeypatch.setattr(compose, "open_backend", broken)
    done = bgconsole("whoami")
    assert done.code == 1
    assert done.err.startswith("bgconsole: ")
    assert done.err.count("\n") == 1
    (report,) = (own_home / "state").rglob("crashes/*")
    assert str(report) in done.err
    assert report.stat().st_mode & 0o777 == 0o600
    text = report.read_text()
    assert "ValueError" in text
    assert "hunter2 hunter2, " not in text


def test_a_reader_that_goes_away_is_no_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as output:
        done = subprocess.run(
            [sys.executable, "-m", "bgconsole", "--help"],
            stdout=output,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    assert (done.returncode, done.stderr) == (141, b"")


def test_a_full_disk_under_the_output_is_told_in_one_sentence() -> None:
    with Path("/dev/full").open("wb") as output:
        done = subprocess.run(
            [sys.executable, "-m", "bgconsole", "--help"],
            stdout=output,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    assert (done.returncode, done.stderr) == (1, b"bgconsole: No space left on device.\n")


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("bgconsole provider enf", "plain,enforce"),
        ("bgconsole provider enforce e", "plain,entra"),
        ("bgconsole simulate --idp entra=d", "plain,entra=down"),
        ("bgconsole audit list --type auth.login.s", "plain,auth.login.success"),
    ],
)
def test_the_shell_completes_commands_slugs_and_values(line: str, offered: str) -> None:
    done = in_a_process(
        _BGCONSOLE_COMPLETE="bash_complete",
        COMP_WORDS=line,
        COMP_CWORD=str(len(line.split()) - 1),
    )
    assert done.out.splitlines() == [offered]
