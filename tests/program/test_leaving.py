"""Every end of the program: line settings restored, modes reset, nothing left to read."""

import re
import signal
from pathlib import Path

import pytest

from bgconsole.policy.audit import EventType
from tests.backend.world import OWNER, PASSWORD
from tests.program.conftest import Place
from tests.program.jobs import Shell, drawn_since, settings, wait_for
from tests.program.test_life import CANARY, Crashing, sign_in
from tests.program.test_stopping import MODES_ON, signed_in
from tests.terminal import Terminal

CTRL_L, CTRL_Q, ENTER = "\x0c", "\x11", "\r"
_QUERY = re.compile(
    rb"\x1b\[[?>=]?[\d;]*(?:\$p|[cnx]|>q)|\x1b\[\?u|\x1b\][\d;]*\?|\x1bP[+$]q|\x1b\[1[4-8]t"
)

ENDS = [
    signal.SIGINT, signal.SIGQUIT, signal.SIGABRT, signal.SIGALRM, signal.SIGUSR1, signal.SIGUSR2,
    signal.SIGXCPU, signal.SIGVTALRM, signal.SIGTERM, signal.SIGHUP,
]  # fmt: skip


@pytest.mark.parametrize("number", ENDS, ids=lambda number: number.name)
def test_every_signal_that_would_kill_it_ends_it_in_good_order(
    place: Place, number: signal.Signals
) -> None:
    with Terminal(*place.database, columns=100, rows=30) as terminal:
        before = settings(terminal)
        sign_in(terminal)
        wait_for(terminal, "2 of 5")
        terminal.signal(number)
        clean = number in (signal.SIGTERM, signal.SIGHUP)
        assert terminal.ended() == (0 if clean else 128 + number)
        assert settings(terminal) == before
        assert terminal.left_on() == ()
        assert terminal.screen().strip() == ""
    assert place.events()[-1].type is EventType.LOGOUT


def test_a_crash_leaves_one_sentence_on_an_empty_screen(place: Place, own_home: Path) -> None:
    """The emulator has no alternate screen: what is not erased would still be there."""
    with Crashing(*place.database, columns=80, rows=24, PYTHONPATH=str(Path.cwd())) as terminal:
        before = settings(terminal)
        sign_in(terminal, CANARY)
        assert terminal.ended() == 1
        assert settings(terminal) == before
        assert terminal.left_on() == ()
        assert terminal.screen().startswith(
            "bgconsole: An unexpected error occurred (RuntimeError)."
        )
        assert "Acme" not in terminal.screen()
    assert list(own_home.glob("state/**/crashes/*.txt"))


def test_nothing_is_asked_of_the_terminal_and_nothing_read_is_left(place: Place) -> None:
    """An answer that is late would be typed into the shell."""
    with Terminal(*place.database, columns=100, rows=30, BGCONSOLE_TOKEN=place.token) as terminal:
        wait_for(terminal, "2 of 5")
        terminal.send(CTRL_Q)
        assert terminal.ended() == 0
        assert terminal.screen().strip() == ""
    assert _QUERY.search(terminal.raw) is None
    assert b"\x1b[?1004h" not in terminal.raw, "some terminals answer this at once"
    assert b"\x1b[2J" not in terminal.raw, "some keep what this erases in their scrollback"


def test_two_quick_quits_are_one(place: Place) -> None:
    with Terminal(*place.database, columns=100, rows=30) as terminal:
        sign_in(terminal)
        wait_for(terminal, "2 of 5")
        terminal.send(CTRL_Q * 2)
        assert terminal.ended() == 0
        assert terminal.left_on() == ()
    assert [event.type for event in place.events()].count(EventType.LOGOUT) == 1


@pytest.mark.parametrize("keys", ["", "?"])
@pytest.mark.parametrize("cause", ["reset and ^L", "SIGWINCH", "SIGCONT"])
def test_whatever_may_have_changed_the_terminal_draws_everything_and_sets_every_mode(
    place: Place, cause: str, keys: str
) -> None:
    """As after another program's reset, `dtach -r winch` or a shell: the new terminal knows all."""
    with Terminal(*place.database, columns=100, rows=30, BGCONSOLE_TOKEN=place.token) as terminal:
        wait_for(terminal, "2 of 5")
        terminal.press(*keys)
        mark = len(terminal.raw)
        if cause == "reset and ^L":
            terminal.press(CTRL_L, CTRL_L)
        else:
            terminal.signal(signal.Signals[cause])
        while drawn_since(terminal, mark) != terminal.screen():
            terminal.more()
        assert all(mode in terminal.raw[mark:] for mode in MODES_ON)
        terminal.press("\x1b")
        assert terminal.leave() == 0
        assert terminal.left_on() == ()
    assert terminal.raw.count(b"\x1b[>") == terminal.raw.count(b"\x1b[<u") == 1


def stall(terminal: Terminal) -> None:
    """Have the console write much more than a terminal that does not read can hold."""
    for _ in range(60):
        terminal.send(CTRL_L)
        terminal.pause()


@pytest.mark.parametrize("end", ["key", "signal"])
def test_a_line_that_has_stalled_holds_up_no_end(place: Place, end: str) -> None:
    """It ends though nothing is read; when the line moves again, the terminal is reset."""
    with Terminal(*place.database, columns=200, rows=60, BGCONSOLE_TOKEN=place.token) as terminal:
        before = settings(terminal)
        wait_for(terminal, "2 of 5")
        stall(terminal)
        if end == "key":
            terminal.send(CTRL_Q)
        else:
            terminal.signal(signal.SIGTERM)
        assert terminal.exit_code_unread() == 0
        assert settings(terminal) == before
        terminal.rest()
        assert terminal.left_on() == ()
        assert "2 of 5" not in terminal.screen()


def test_a_line_that_moves_again_shows_the_newest_picture(place: Place) -> None:
    with Terminal(*place.database, columns=200, rows=60, BGCONSOLE_TOKEN=place.token) as terminal:
        wait_for(terminal, "2 of 5")
        stall(terminal)
        terminal.send("?")
        terminal.pause()
        wait_for(terminal, "On this screen")
        mark = len(terminal.raw)
        terminal.press(CTRL_L)
        assert drawn_since(terminal, mark) == terminal.screen()
        terminal.press("\x1b")
        assert terminal.leave() == 0


def test_the_environment_does_not_beat_the_terminals_own_size(place: Place) -> None:
    """Containers and `eval $(resize)` set COLUMNS and LINES, and nobody corrects them."""
    environment = {"COLUMNS": "44", "LINES": "13", "BGCONSOLE_TOKEN": place.token}
    with Terminal(*place.database, columns=120, rows=40, **environment) as terminal:
        wait_for(terminal, "2 of 5")
        assert "quit" in terminal.screen().splitlines()[39]
        assert max(map(len, terminal.screen().splitlines())) > 100
        terminal.resize(90, 30)
        wait_for(terminal, "quit")
        assert "quit" in terminal.screen().splitlines()[29]
        assert terminal.leave() == 0


@pytest.mark.parametrize("redirection", ["2>{}", "2>&-"])
def test_it_draws_on_the_terminal_wherever_errors_go(
    place: Place, tmp_path: Path, redirection: str
) -> None:
    errors = tmp_path / "errors"
    with signed_in(place) as shell:
        shell.start(f"$CONSOLE {redirection.format(errors)}")
        wait_for(shell, "2 of 5")
        shell.back_at_the_shell()
        assert shell.left_on() == ()
    assert not errors.exists() or errors.read_bytes() == b""


@pytest.mark.parametrize(
    ("redirection", "said"),
    [
        ("<{}", "needs a terminal"),
        (">{}", "needs a terminal"),
        ("<&-", "needs a terminal"),
        (">&-", "Standard output is closed"),
    ],
)
def test_without_a_terminal_it_refuses_with_a_sentence(
    place: Place, tmp_path: Path, redirection: str, said: str
) -> None:
    file = tmp_path / "file"
    file.touch()
    with Shell(*place.database, columns=100, rows=30) as shell:
        shell.see("ready> ")
        before = settings(shell)
        shell.send(f"$CONSOLE {redirection.format(file)}; echo code $?\n")
        shell.see("code 1" if redirection == ">&-" else "code 2")
        assert said in shell.screen()
        assert b"\x1b" not in shell.raw
        assert settings(shell) == before
    assert file.read_bytes() == b""


class Hanging(Terminal):
    """A console that hangs when it is to end."""

    PROGRAM = (str(Path(__file__).with_name("hanging.py")),)


@pytest.mark.parametrize("end", ["signal", "key"])
def test_an_end_that_hangs_is_cut_short(place: Place, end: str) -> None:
    with Hanging(*place.database, columns=80, rows=24, PYTHONPATH=str(Path.cwd())) as terminal:
        before = settings(terminal)
        wait_for(terminal, "Acme")
        if end == "signal":
            terminal.signal(signal.SIGTERM)
        else:
            terminal.send(CTRL_Q)
        assert terminal.ended() == 128 + signal.SIGALRM
        assert settings(terminal) == before
        assert terminal.left_on() == ()
        assert terminal.screen().strip() == ""


class Slow(Shell):
    """A shell, and a console whose commits wait for a file to go away."""

    SLOW = str(Path(__file__).with_name("slow.py"))


def test_it_is_not_stopped_in_the_middle_of_a_transaction(place: Place, tmp_path: Path) -> None:
    """Its lock would keep everybody else out of the database until somebody continues it."""
    waits = tmp_path / "waits"
    environment = {"COMMIT_WAITS": str(waits), "PYTHONPATH": str(Path.cwd())}
    with Slow(*place.database, columns=100, rows=30, **environment) as shell:
        shell.start("${CONSOLE%% -m *} " + f"{Slow.SLOW} ${{CONSOLE#* -m bgconsole }}")
        shell.see("Acme")
        shell.press(OWNER, ENTER)
        waits.touch()
        shell.press(PASSWORD, ENTER)
        while not waits.with_suffix(".begun").exists():
            shell.pause()
        shell.send("\x1a")
        wait_for(shell, "Not suspended")
        shell.send("\x1a")
        shell.pause()
        waits.unlink()
        shell.prompts_since(len(shell.raw))
        assert Path(f"/proc/{shell.job()}").exists()
        assert place.events()[-1].type is EventType.LOGIN_SUCCESS
        shell.resume("2 of 5")
        shell.back_at_the_shell()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGQUIT, signal.SIGCONT], ids=str)
def test_a_signal_at_the_very_start_is_heeded(place: Place, number: signal.Signals) -> None:
    """As soon as anything is written there is something to undo."""
    with Terminal(*place.database, columns=100, rows=30) as terminal:
        before = settings(terminal)
        terminal.more()
        terminal.signal(number)
        if number is signal.SIGCONT:
            wait_for(terminal, "Acme")
            terminal.send(CTRL_Q)
        terminal.ended()
        assert settings(terminal) == before
        assert terminal.left_on() == ()
        assert terminal.screen().strip() == ""


def test_signals_while_it_leaves_change_nothing(place: Place) -> None:
    with Terminal(*place.database, columns=100, rows=30) as terminal:
        before = settings(terminal)
        sign_in(terminal)
        wait_for(terminal, "2 of 5")
        terminal.send(CTRL_Q)
        for number in (signal.SIGCONT, signal.SIGWINCH, signal.SIGTERM, signal.SIGCONT):
            terminal.signal(number)
        assert terminal.ended() == 0
        assert settings(terminal) == before
        assert terminal.left_on() == ()
        assert terminal.screen().strip() == ""
    assert place.events()[-1].type is EventType.LOGOUT


def test_a_terminal_that_goes_away_while_it_is_stopped_ends_it_and_its_session(
    place: Place,
) -> None:
    with Shell(*place.database, columns=100, rows=30) as shell:
        shell.start()
        sign_in(shell)
        wait_for(shell, "2 of 5")
        shell.stop()
        process = Path(f"/proc/{shell.job()}")
        shell.hang_up()
        while process.exists() and "(zombie)" not in process.joinpath("status").read_text():
            shell.pause()
    assert place.events()[-1].type is EventType.LOGOUT
