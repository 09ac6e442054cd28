"""Stopped and continued: by ^Z, by signals, by a shell; the terminal is the shell's meanwhile."""

import signal
from pathlib import Path

import pytest

from bgconsole.policy.audit import EventType
from tests.backend.world import OWNER, PASSWORD
from tests.program.conftest import Place
from tests.program.jobs import CTRL_Z, Shell, drawn_since, settings, threads
from tests.program.test_life import sign_in
from tests.terminal import Terminal

ENTER, ESCAPE, CTRL_L, CTRL_Q = "\r", "\x1b", "\x0c", "\x11"
PUSH, POP = b"\x1b[>", b"\x1b[<u"
MODES_ON = (
    b"\x1b[?1049h",
    b"\x1b[?1000h",
    b"\x1b[?1006h",
    b"\x1b[?2004h",
    b"\x1b[?25l",
    b"\x1b[?7l",
)


def signed_in(place: Place, columns: int = 100, rows: int = 30) -> Shell:
    """A shell that has a stored session for the console that it will run."""
    return Shell(*place.database, columns=columns, rows=rows, BGCONSOLE_TOKEN=place.token)


def test_a_shell_stops_and_continues_it_and_nothing_is_lost_or_left(place: Place) -> None:
    with signed_in(place) as shell:
        shell.see("ready> ")
        before = settings(shell)
        shell.send("$CONSOLE\n")
        shell.see("2 of 5")
        shell.press("t")
        shell.see("not saved")
        running = threads(shell.job())
        for size in ((100, 30), (90, 26)):
            shell.stop()
            assert settings(shell) == before
            assert shell.left_on() == ()
            assert "2 of 5" not in shell.screen()
            shell.resize(*size)
            shell.resume("not saved")
            assert "Acme" in shell.screen().splitlines()[0]
            assert "quit" in shell.screen().splitlines()[size[1] - 1]
        assert threads(shell.job()) == running
        shell.press(CTRL_Q)
        shell.see("not saved?")
        mark = len(shell.raw)
        shell.send("y")
        shell.prompts_since(mark)
        assert settings(shell) == before
        assert shell.left_on() == ()
        assert "2 of 5" not in shell.screen()
        assert shell.raw.count(PUSH) == shell.raw.count(POP) == 3
        assert b"\x1b[2J" not in shell.raw, "kept in the scrollback by many terminals"


def test_continuing_what_was_not_stopped_starts_nothing_twice(place: Place) -> None:
    """`timeout`, systemd and `fg` send SIGCONT to what runs."""
    with Terminal(*place.database, columns=100, rows=30, BGCONSOLE_TOKEN=place.token) as terminal:
        before = settings(terminal)
        terminal.see("2 of 5")
        running = threads(terminal.process)
        for _ in range(5):
            terminal.signal(signal.SIGCONT)
            terminal.rest()
        assert threads(terminal.process) == running
        terminal.send(CTRL_Q)
        assert terminal.ended() == 0
        assert settings(terminal) == before
        assert terminal.left_on() == ()
    assert terminal.raw.count(PUSH) == terminal.raw.count(POP) == 1


def test_a_storm_of_stops_and_continues_leaves_it_as_it_was(place: Place) -> None:
    with signed_in(place) as shell:
        shell.see("ready> ")
        before = settings(shell)
        shell.send("$CONSOLE\n")
        shell.see("2 of 5")
        running, mark = threads(shell.job()), len(shell.raw)
        for _ in range(8):
            for number in (signal.SIGTSTP, signal.SIGTSTP, signal.SIGCONT, signal.SIGCONT):
                shell.signal(number)
        shell.signal(signal.SIGTSTP)
        shell.prompts_since(mark)
        shell.resume("2 of 5")
        assert threads(shell.job()) == running
        shell.back_at_the_shell()
        assert settings(shell) == before
        assert shell.left_on() == ()
    assert shell.raw.count(PUSH) == shell.raw.count(POP)


def test_sent_to_the_background_it_keeps_off_the_terminal(place: Place) -> None:
    with signed_in(place) as shell:
        shell.see("ready> ")
        before = settings(shell)
        shell.send("$CONSOLE\n")
        shell.see("2 of 5")
        shell.stop()
        mark = len(shell.raw)
        shell.press("bg\n", "echo still $((40 + 2))\n")
        shell.see("still 42")
        assert b"2 of 5" not in shell.raw[mark:]
        assert settings(shell) == before
        shell.resume("2 of 5")
        shell.back_at_the_shell()
        assert settings(shell) == before
        assert shell.left_on() == ()


def test_started_in_the_background_it_waits_for_the_terminal(place: Place) -> None:
    with signed_in(place) as shell:
        shell.see("ready> ")
        before = settings(shell)
        shell.press("$CONSOLE &\n")
        while b"Stopped" not in shell.raw:
            shell.press("jobs\n")
        shell.resume("2 of 5")
        shell.back_at_the_shell()
        assert settings(shell) == before
        assert shell.left_on() == ()


def test_stopped_without_being_asked_it_draws_everything_when_it_is_continued(place: Place) -> None:
    """SIGSTOP cannot be heeded: a shell has used the terminal meanwhile, with its modes on."""
    with signed_in(place) as shell:
        shell.see("ready> ")
        before = settings(shell)
        shell.send("$CONSOLE\n")
        shell.see("2 of 5")
        mark = len(shell.raw)
        shell.signal(signal.SIGSTOP)
        shell.prompts_since(mark)
        mark = len(shell.raw)
        shell.resume("2 of 5")
        shell.rest()
        assert "quit" in drawn_since(shell, mark).splitlines()[29]
        assert all(mode in shell.raw[mark:] for mode in MODES_ON)
        shell.back_at_the_shell()
        assert settings(shell) == before
        assert shell.left_on() == ()
    assert shell.raw.count(PUSH) == shell.raw.count(POP) == 1


def test_stopping_empties_a_password_and_drops_what_is_typed_behind(place: Place) -> None:
    """Neither the shell nor the console takes the rest of a password for something else."""
    with Shell(*place.database, columns=100, rows=30) as shell:
        shell.start()
        shell.see("Acme")
        shell.press(OWNER, ENTER)
        shell.see("Password")
        shell.press("half of")
        assert "•••••••" in shell.screen()
        mark = len(shell.raw)
        shell.send(f"{CTRL_Z} zzyzx{ENTER}")
        shell.prompts_since(mark)
        shell.resume("Password")
        assert OWNER in shell.screen()
        assert "•••" not in shell.screen()
        shell.press(PASSWORD, ENTER)
        shell.see("2 of 5")
        shell.back_at_the_shell()
        assert b"zzyzx" not in shell.raw
    assert EventType.LOGIN_FAILURE not in {event.type for event in place.events()}


@pytest.mark.parametrize("keys", ["?", "m", "/"])
def test_whatever_is_open_it_is_drawn_again_as_it_was(place: Place, keys: str) -> None:
    with signed_in(place) as shell:
        shell.start()
        shell.see("2 of 5")
        shell.press(keys)
        shown = shell.screen()
        shell.stop()
        shell.resume(shown)
        shell.press(ESCAPE)
        shell.back_at_the_shell()


def test_where_no_shell_waits_it_does_not_stop_and_says_why(place: Place) -> None:
    """As the command of an SSH session, or of a terminal of its own."""
    with Terminal(*place.database, columns=100, rows=30, BGCONSOLE_TOKEN=place.token) as terminal:
        terminal.see("2 of 5")
        terminal.press(CTRL_Z)
        terminal.see("No shell could continue the console here")
        terminal.signal(signal.SIGTSTP)
        terminal.press("?")
        terminal.see("On this screen")
        terminal.press(ESCAPE)
        assert terminal.leave() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
def test_ended_while_it_is_stopped_it_draws_nothing_and_ends_its_session(
    place: Place, number: signal.Signals
) -> None:
    with Shell(*place.database, columns=100, rows=30) as shell:
        shell.see("ready> ")
        before = settings(shell)
        shell.send("$CONSOLE\n")
        sign_in(shell)
        shell.see("2 of 5")
        shell.stop()
        mark = len(shell.raw)
        shell.signal(number)
        shell.send("fg; echo over $((40 + 2))\n")
        shell.see("over 42")
        assert b"Acme" not in shell.raw[mark:]
        assert settings(shell) == before
        assert shell.left_on() == ()
    assert place.events()[-1].type is EventType.LOGOUT


def test_a_script_around_it_is_stopped_too(place: Place, tmp_path: Path) -> None:
    """The shell waits for the script: were only the console stopped, nobody would read keys."""
    script = tmp_path / "wrapped"
    script.write_text('#!/bin/sh\n$CONSOLE\necho "left with $?"\n')
    with signed_in(place) as shell:
        shell.start(f"sh {script}")
        shell.see("2 of 5")
        shell.stop()
        shell.resume("2 of 5")
        shell.send(CTRL_Q)
        shell.see("left with 0")
