"""The real program on a terminal, from its start to every kind of end."""

import signal
from pathlib import Path

import pytest

from bgconsole.policy.audit import EventType
from tests.backend.world import OWNER, PASSWORD
from tests.program.conftest import Place
from tests.terminal import Terminal

SIZES = pytest.mark.parametrize(("columns", "rows"), [(120, 40), (80, 24)])
CTRL_A, CTRL_C, CTRL_Q, CTRL_X, ENTER = "\x01", "\x03", "\x11", "\x18", "\r"
SHIFT_HOME = "\x1b[1;2H"
CANARY = "canary sings in the mine at dawn"


def sign_in(terminal: Terminal, password: str = PASSWORD) -> None:
    """Answer the sign-in screen."""
    terminal.see("Acme")
    terminal.press(OWNER, ENTER, password, ENTER)


@SIZES
def test_it_starts_draws_and_quits_leaving_the_terminal_as_it_was(
    place: Place, columns: int, rows: int
) -> None:
    with Terminal(*place.database, columns=columns, rows=rows) as terminal:
        terminal.see("Acme")
        assert b"Email" in terminal.raw
        terminal.press(CTRL_Q)
        assert terminal.ended() == 0
        assert terminal.left_on() == ()


@SIZES
def test_who_signs_in_here_is_signed_out_by_quitting(place: Place, columns: int, rows: int) -> None:
    with Terminal(*place.database, columns=columns, rows=rows) as terminal:
        sign_in(terminal)
        terminal.see("2 of 5")
        terminal.press(CTRL_Q)
        assert terminal.ended() == 0
        assert terminal.left_on() == ()
        assert PASSWORD.encode() not in terminal.raw
    assert [event.type for event in place.events()[-2:]] == [
        EventType.LOGIN_SUCCESS,
        EventType.LOGOUT,
    ]


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_a_signal_ends_it_and_its_session(place: Place, number: signal.Signals) -> None:
    with Terminal(*place.database, columns=120, rows=40) as terminal:
        sign_in(terminal)
        terminal.see("2 of 5")
        terminal.signal(number)
        assert terminal.ended() == 0
        assert terminal.left_on() == ()
    assert place.events()[-1].type is EventType.LOGOUT


@pytest.mark.parametrize("keys", ["", "t", "a", "?", "x", "/"])
def test_when_the_line_drops_it_ends_and_saves_nothing(place: Place, keys: str) -> None:
    """Whatever is on the screen: a draft, a field, the help."""
    with Terminal(*place.database, columns=120, rows=40) as terminal:
        sign_in(terminal)
        terminal.see("2 of 5")
        terminal.press(*keys)
        terminal.hang_up()
        terminal.ended()
    assert place.events()[-1].type is EventType.LOGOUT


def test_when_the_line_drops_before_anybody_has_signed_in_it_ends(place: Place) -> None:
    with Terminal(*place.database, columns=120, rows=40) as terminal:
        terminal.see("Email")
        terminal.hang_up()
        assert terminal.ended() == 0


def test_a_dropped_connection_is_a_signal_and_a_terminal_gone_at_once(place: Place) -> None:
    with Terminal(*place.database, columns=120, rows=40) as terminal:
        sign_in(terminal)
        terminal.see("2 of 5")
        terminal.signal(signal.SIGHUP)
        terminal.hang_up()
        terminal.ended()
    assert place.events()[-1].type is EventType.LOGOUT


def test_a_stored_session_outlives_the_console(place: Place) -> None:
    with Terminal(*place.database, columns=80, rows=24, BGCONSOLE_TOKEN=place.token) as terminal:
        terminal.see("2 of 5")
        terminal.signal(signal.SIGTERM)
        assert terminal.ended() == 0
    assert place.events()[-1].type is not EventType.LOGOUT


def test_what_is_typed_ahead_of_the_form_goes_where_it_belongs(place: Place) -> None:
    """Email, enter, password and enter in one burst: signed in, and the password never shown."""
    with Terminal(*place.database, columns=120, rows=40) as terminal:
        terminal.see("Email")
        terminal.press(f"{OWNER}\r{PASSWORD}\r")
        terminal.see("Break-glass users")
        assert PASSWORD not in terminal.raw.decode(errors="replace")
        assert terminal.leave() == 0


def test_another_size_is_drawn_at_once(place: Place) -> None:
    with Terminal(*place.database, columns=120, rows=40, BGCONSOLE_TOKEN=place.token) as terminal:
        terminal.see("2 of 5")
        terminal.raw = b""
        terminal.resize(80, 24)
        terminal.see("Simulator")
        terminal.resize(20, 5)
        terminal.rest()
        terminal.resize(120, 40)
        terminal.see("Login simulator")
        terminal.press(CTRL_Q)
        assert terminal.ended() == 0


def test_a_signal_without_another_size_scrolls_nothing(place: Place) -> None:
    """At a size at which the page is longer than its room."""
    with Terminal(*place.database, columns=100, rows=30, BGCONSOLE_TOKEN=place.token) as terminal:
        terminal.see("2 of 5")
        terminal.rest()
        before = terminal.screen().partition("\n")[2]
        for number in (signal.SIGWINCH, signal.SIGCONT):
            terminal.signal(number)
            terminal.rest()
        assert terminal.screen().partition("\n")[2] == before
        assert terminal.leave() == 0


def test_a_password_reaches_no_clipboard(place: Place) -> None:
    with Terminal(*place.database, columns=120, rows=40) as terminal:
        terminal.see("Acme")
        terminal.press(OWNER, ENTER, PASSWORD, SHIFT_HOME, CTRL_C, CTRL_X, CTRL_A, CTRL_C)
        assert terminal.exit_code is None
        assert b"\x1b]52" not in terminal.raw
        assert PASSWORD.encode() not in terminal.raw


@pytest.mark.parametrize("name", ["TEXTUAL_LOG", "TEXTUAL_DEBUG", "TEXTUAL"])
def test_it_does_not_start_where_keys_would_be_recorded(
    place: Place, tmp_path: Path, name: str
) -> None:
    log = tmp_path / "keys.log"
    with Terminal(*place.database, columns=80, rows=24, **{name: str(log)}) as terminal:
        assert terminal.ended() == 2
        assert f"{name} is set".encode() in terminal.raw
        assert b"\x1b" not in terminal.raw
    assert not log.exists()


class Crashing(Terminal):
    """The program with a fault in its backend."""

    PROGRAM = (str(Path(__file__).with_name("crashing.py")),)


def test_an_unexpected_fault_leaves_a_report_without_secrets(place: Place, own_home: Path) -> None:
    with Crashing(*place.database, columns=80, rows=24, PYTHONPATH=str(Path.cwd())) as terminal:
        sign_in(terminal, CANARY)
        assert terminal.ended() == 1
        assert terminal.left_on() == ()
        raw = terminal.raw.decode()
    assert CANARY not in raw
    (report,) = own_home.glob("state/**/crashes/*.txt")
    assert (
        "bgconsole: An unexpected error occurred (RuntimeError). No change was left half done."
        f" The report is in {report}"
    ) in raw
    assert report.stat().st_mode & 0o777 == 0o600
    told = report.read_text()
    assert "RuntimeError" in told
    assert "crashing.py" in told
    assert CANARY not in told
    assert OWNER not in told
