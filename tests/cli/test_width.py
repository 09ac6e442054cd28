"""Help and tables at the width at hand; whole and the same where no terminal reads them."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios

import pytest

from tests.cli.conftest import OWNER, PASSWORD
from tests.cli.driver import CommandLine, in_a_process
from tests.cli.test_usage import COMMANDS

LONG = "Bartholomew Featherstonehaugh of the Harbor Office"
NAMES = sorted(COMMANDS | {"", "member", "audit"})


@pytest.fixture
def bgconsole(monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    return CommandLine(monkeypatch)


def at_width(columns: int, *arguments: str, **environment: str) -> list[str]:
    """The lines that `bgconsole ARGUMENTS` shows on a terminal that wide."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with subprocess.Popen(
        [sys.executable, "-m", "bgconsole", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
        env=os.environ | {"LC_ALL": "C.UTF-8", "TERM": "xterm"} | environment,
    ):
        os.close(theirs)
        shown = b""
        while part := _part(ours):
            shown += part
    os.close(ours)
    return shown.decode().splitlines()


def _part(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:
        # The program left the terminal.
        return b""


def breakable(lines: list[str], columns: int) -> list[str]:
    """Lines that are too long though a space could be broken at."""
    return [line for line in lines if len(line) > columns and " " in line.strip().rstrip("\\ ")]


@pytest.mark.parametrize("columns", [40, 60, 80])
@pytest.mark.parametrize("name", NAMES)
def test_no_line_of_any_help_is_longer_than_the_width(
    bgconsole: CommandLine, monkeypatch: pytest.MonkeyPatch, name: str, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    done = bgconsole(*name.split(), "--help")
    assert done.code == 0
    assert not breakable(done.out.splitlines(), columns)
    assert "..." not in done.out.replace("EMAIL...", "").replace("[ARGS]...", "")


@pytest.mark.parametrize("name", NAMES)
def test_every_help_says_the_same_at_every_width(
    bgconsole: CommandLine, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    words: set[tuple[str, ...]] = set()
    for columns in ("40", "100"):
        monkeypatch.setenv("COLUMNS", columns)
        told = bgconsole(*name.split(), "--help").out.replace("\\\n", "")
        # A word with a hyphen may go on in the next line.
        words.add(tuple(re.sub(r"\s+", "", told).split()))
    assert len(words) == 1


def test_the_terminals_own_width_goes_before_the_environments() -> None:
    at_40 = at_width(40, "--help", COLUMNS="120")
    assert not breakable(at_40, 40)
    assert max(map(len, at_40[:8])) > 30
    at_300 = at_width(300, "--help", COLUMNS="40")
    assert 80 < max(map(len, at_300)) <= 100
    unsized = at_width(0, "--help", COLUMNS="60")
    assert 50 < max(map(len, unsized)) <= 60


@pytest.mark.parametrize("named", ["", "wide", "0", "-3", "٣"])
def test_a_width_that_is_no_number_counts_as_none(bgconsole: CommandLine, named: str) -> None:
    usual = in_a_process("--help").out
    assert in_a_process("--help", COLUMNS=named).out == usual


@pytest.fixture
def team() -> None:
    """A team in the default place with a member of a long name, whose owner is signed in."""
    init = ("init", "--team", "Harbor", "--owner", OWNER, "--password-stdin")
    assert in_a_process(*init, stdin=PASSWORD).code == 0
    add = ("member", "add", "bartholomew@harbor.example", "--name", LONG, "--role", "admin")
    assert in_a_process(*add).code == 0


LISTS = (
    ("member", "list"),
    ("provider", "list"),
    ("audit", "list"),
    ("glass", "list"),
    ("token", "list"),
)


@pytest.mark.usefixtures("team")
def test_tables_fit_the_terminal_and_lose_nothing(
    bgconsole: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for arguments in LISTS:
        whole = bgconsole(*arguments).out
        for columns in (40, 60, 300):
            shown = at_width(columns, *arguments)
            # What stands over each break-glass list is a sentence.
            table = [line for line in shown if "enforced, 0 of 5" not in line]
            assert not breakable(table, columns), (arguments, columns)
            assert set(whole.split()) <= set(" ".join(shown).split()), (arguments, columns)
        assert "\n".join(shown) + "\n" == whole, "at the widest"
        with monkeypatch.context() as narrow:
            narrow.setenv("COLUMNS", "40")
            assert bgconsole(*arguments).out == whole
    assert in_a_process(*LISTS[0], COLUMNS="40").out == bgconsole(*LISTS[0]).out


@pytest.mark.usefixtures("team")
def test_cells_wrap_between_words_under_their_heading() -> None:
    shown = at_width(100, "member", "list")
    assert shown[0].startswith("EMAIL")
    start = shown[0].index("NAME")
    row = next(n for n, line in enumerate(shown) if line.startswith("bartholomew@"))
    assert shown[row][start:].startswith("Bartholomew")
    assert shown[row + 1][start - 1] == " "
    assert shown[row + 1][start:].strip()


@pytest.mark.usefixtures("team")
def test_where_columns_do_not_fit_each_row_is_lines_of_heading_and_value() -> None:
    shown = at_width(40, "member", "list")
    assert f"EMAIL               {OWNER}" in shown
    assert "ROLE                owner" in shown
    # The longest value stands below its heading, in one piece to be copied.
    heading = shown.index("EMAIL")
    assert shown[heading + 1] == "  bartholomew@harbor.example"
