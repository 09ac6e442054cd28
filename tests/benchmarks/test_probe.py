"""The benchmarks' probe tells truly what a terminal program wrote, showed, used and left behind."""

import sys
from pathlib import Path

import pytest

from benchmarks.emulator import Size
from benchmarks.probe import NeverShownError, Terminal

# From Python 3.12 on, pty.fork() warns where other threads run, as pytest-xdist's do.
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")

_ECHO = """
import sys, tty
tty.setcbreak(0)
print("ready", end="", flush=True)
while (key := sys.stdin.read(1)) != "q":
    print(f"<{key}>", end="", flush=True)
"""


def _run(program: str) -> Terminal:
    return Terminal([sys.executable, "-c", program])


def _write(text: str) -> Terminal:
    return _run(f"import sys; sys.stdout.write({text!r})")


def test_every_byte_that_the_program_writes_is_counted() -> None:
    with _write("x" * 50_000) as terminal:
        terminal.finish()
        assert terminal.byte_count == 50_000


def test_text_is_seen_whatever_its_colours_and_wherever_it_was_cut() -> None:
    with _run(
        "import os, time\n"
        "for piece in (b'\\x1b[3', b'1mca', b'f\\xc3', b'\\xa9 \\x1b[?2026', b'hopen'):\n"
        "    os.write(1, piece); time.sleep(0.01)"
    ) as terminal:
        assert terminal.wait_for("^café open$") > 0.04


def test_text_that_never_comes_is_an_error_that_shows_the_screen() -> None:
    with _write("something else") as terminal, pytest.raises(NeverShownError, match="thing else"):
        terminal.wait_for("something new")


def test_a_key_reaches_the_program_and_its_echo_is_seen() -> None:
    with _run(_ECHO) as terminal:
        terminal.wait_for("ready")
        stroke = terminal.press("a", shows="<a>")
        assert stroke.byte_count == 3
        assert stroke.first_byte is not None
        assert stroke.shown is not None
        assert 0 < stroke.first_byte <= stroke.shown
        assert terminal.screen().startswith("ready<a>")


def test_text_that_was_there_before_the_key_does_not_count_as_shown_by_it() -> None:
    with _run(_ECHO) as terminal:
        terminal.wait_for("ready")
        assert terminal.press("a", shows="ready").shown is None


def test_a_key_without_effect_has_no_times() -> None:
    with _run(
        "import time, tty; tty.setcbreak(0); print('ready', end='', flush=True); time.sleep(60)"
    ) as terminal:
        terminal.wait_for("ready")
        stroke = terminal.press("a")
        assert (stroke.first_byte, stroke.shown, stroke.byte_count) == (None, None, 0)


@pytest.mark.parametrize(
    ("program", "code"),
    [
        ("raise SystemExit(3)", 3),
        ("import os, signal; os.kill(os.getpid(), signal.SIGTERM)", -15),
        ("", 0),
    ],
)
def test_the_exit_code_is_reported(program: str, code: int) -> None:
    with _run(program) as terminal:
        assert terminal.finish().exit_code == code


def test_a_program_that_does_not_exist_ends_with_127_and_says_so() -> None:
    with Terminal(["no-such-program"]) as terminal:
        assert terminal.finish().exit_code == 127
        assert "no-such-program: No such file" in terminal.screen()


def test_a_program_that_does_not_end_has_no_exit_code() -> None:
    with _run("import time; time.sleep(60)") as terminal:
        assert terminal.finish(timeout=0.1).exit_code is None


def test_modes_that_were_not_reset_are_named() -> None:
    with _write("\x1b[?1049h\x1b[?1000;1006h\x1b[?2004h\x1b[?25l\x1b[?2004l") as terminal:
        assert terminal.finish().left_on == ("1049", "1000", "1006", "25")


def test_modes_that_were_reset_are_not_named() -> None:
    with _write("\x1b[?1049h\x1b[?1003h\x1b[?25l\x1b[?25h\x1b[?1003l\x1b[?1049l") as terminal:
        assert terminal.finish().left_on == ()


def test_a_query_is_answered_as_a_terminal_does() -> None:
    with _run(
        "import sys, tty\n"
        "tty.setcbreak(0)\n"
        "print('\\x1b[?2026$p', end='', flush=True)\n"
        "print(ascii(sys.stdin.read(11)))"
    ) as terminal:
        terminal.wait_for(r"'\\x1b\[\?2026;2\$y'")


def test_the_program_gets_the_size_that_was_asked_for() -> None:
    program = "import os; print(os.get_terminal_size())"
    with Terminal([sys.executable, "-c", program], size=Size(80, 24)) as terminal:
        terminal.wait_for("columns=80, lines=24")


def test_an_idle_program_writes_nothing_and_a_busy_one_does() -> None:
    with _run("import time; print('ready', end='', flush=True); time.sleep(60)") as terminal:
        terminal.wait_for("ready")
        idle = terminal.idle(0.3)
        assert idle.bytes_per_second == 0
    with _run(
        "import sys\nprint('ready', end='')\nwhile True: print('tick', end='', flush=True)"
    ) as terminal:
        terminal.wait_for("ready")
        busy = terminal.idle(0.3)
        assert busy.bytes_per_second > 0
        assert busy.cpu_percent > idle.cpu_percent


def test_leaving_the_terminal_ends_the_program() -> None:
    with _run("import os, time; print(f'pid={os.getpid()}.', flush=True); time.sleep(60)") as left:
        left.wait_for(r"pid=\d+\.")
        pid = int(left.screen().split("pid=")[1].split(".")[0])
    assert not Path(f"/proc/{pid}").exists()


@pytest.mark.parametrize(("app", "shows"), [("hello", "hello, world"), ("input", "Email")])
def test_the_reference_apps_start_and_end_on_ctrl_q(app: str, shows: str) -> None:
    script = Path(__file__).parents[2] / "benchmarks" / "references" / f"{app}.py"
    with Terminal([sys.executable, str(script)]) as terminal:
        terminal.wait_for(shows)
        assert terminal.finish("ctrl+q").exit_code == 0
