"""Bytes from a terminal that are no key do nothing in the real program, however they are cut."""

import time
from collections.abc import Generator
from itertools import pairwise
from pathlib import Path

import pytest

from bgconsole.policy.audit import EventType
from tests.backend.world import OWNER
from tests.program.conftest import Place
from tests.terminal import ESCAPED, Terminal

ESC, ENTER, CTRL_S, CTRL_U = "\x1b", "\r", "\x13", "\x15"
START, END = "\x1b[200~", "\x1b[201~"
AS_MADE = [EventType.ENFORCEMENT_ENABLED, EventType.ENTRY_ADDED, EventType.ENTRY_ADDED]
FIELD_WANTED = "Pasted text goes into a field"

REPORTS = {
    "DA1": "\x1b[?62;16;17;18;21;22;28c",
    "DA2": "\x1b[>41;370;0c",
    "XTVERSION": "\x1bP>|tmux 3.4\x1b\\",
    "OSC 11 by BEL": "\x1b]11;rgb:ffff/ffff/ffff\x07",
    "OSC 4 by ST": "\x1b]4;1;rgb:cd/00/00\x1b\\",
    "OSC 52": "\x1b]52;c;dCBl\x1b\\",
    "title": "\x1b]lt\x13 t\x13\x1b\\",
    "colours changed": "\x1b[?997;1n",
    "kitty graphics": "\x1b_Gi=1;OK\x1b\\",
    "kitty flags": "\x1b[?29u",
    "cell size": "\x1b[6;20;10t",
    "cursor's place": "\x1b[1;2R",
    "focus": "\x1b[I\x1b[O",
    "modes and size": "\x1b[?2026;2$y\x1b[?2048;2$y\x1b[48;9;9;9;9t",
    "mouse nowhere": "\x1b[<32;NaN;NaNM",
    "PM": "\x1b^t \x13\x1b\\",
    "SOS": "\x1bXt \x13\x1b\\",
    "XTGETTCAP": "\x1bP1+r544e=787465726d\x1b\\",
    "unknown finals": "\x1b[1;2;3 t\x1b[>1;2t\x1b[=5;1u",
    "eight bits": "\x9d11;t\x13\x9c\x9b?62;4c",
    "no code point": "\x1b[1114112u\x1b[55296;5u\x1b[97;1:3u\x1b[97::99;1u\x1b[99999999999u",
}


@pytest.fixture
def main(place: Place) -> Generator[Terminal]:
    """The main screen, signed in a moment ago."""
    token = {"BGCONSOLE_TOKEN": place.token}
    with Terminal(*place.database, columns=120, rows=40, **token) as terminal:
        terminal.see("2 of 5")
        yield terminal


@pytest.fixture
def form(place: Place) -> Generator[Terminal]:
    """The sign-in form; the email field has the focus."""
    with Terminal(*place.database, columns=80, rows=24) as terminal:
        terminal.see("Acme")
        yield terminal


def email(terminal: Terminal) -> str:
    """What stands in the email field."""
    row = next(line for line in terminal.screen().splitlines() if "Email" in line)
    return row.partition("Email")[2].strip()


def below_title(terminal: Terminal) -> str:
    """The screen without its first row, which has the time."""
    return terminal.screen().partition("\n")[2]


def changes(place: Place) -> list[EventType]:
    """What is on record beside logins."""
    return [event.type for event in place.events() if not event.type.startswith("auth.")]


def nothing_happened(main: Terminal, place: Place, before: str) -> None:
    assert main.exit_code is None
    assert below_title(main) == before
    assert main.leave() == 0
    assert changes(place)[-3:] == AS_MADE


def send_cut(terminal: Terminal, text: str, cuts: tuple[int, ...], pause: float) -> None:
    """Send it in pieces that begin where `cuts` says, and in some more."""
    data = text.encode()
    every = [0, *cuts, *range(cuts[-1] + 3, len(data), max(3, len(data) // 3)), len(data)]
    for start, end in pairwise(every):
        terminal.send_piece(data[start:end])
        time.sleep(pause)
    terminal.rest()


def test_reports_do_nothing(main: Terminal, place: Place) -> None:
    before = below_title(main)
    for name, report in REPORTS.items():
        main.press(report)
        assert below_title(main) == before, name
    nothing_happened(main, place, before)


@pytest.mark.parametrize(
    ("cuts", "pause"),
    [((1, 2), 0.11), ((2,), 0.3)],
    ids=["behind ESC within the wait", "anywhere else for any time"],
)
def test_reports_cut_into_pieces_do_nothing(
    main: Terminal, place: Place, cuts: tuple[int, ...], pause: float
) -> None:
    """As on a slow line."""
    before = below_title(main)
    for name in ("DA1", "OSC 11 by BEL", "XTVERSION", "kitty graphics", "mouse nowhere"):
        send_cut(main, REPORTS[name], cuts, pause)
    nothing_happened(main, place, before)


def test_an_escape_that_came_long_before_the_rest_of_its_report_is_at_most_escape(
    main: Terminal, place: Place
) -> None:
    before = below_title(main)
    for name in ("DA1", "OSC 11 by BEL", "XTVERSION", "kitty graphics", "mouse nowhere"):
        main.press(ESC, REPORTS[name][1:])
    # An escape that leads nowhere says so in the last row; the next key takes that away.
    main.see("There is nothing to go back to")
    main.press("1")
    nothing_happened(main, place, before)


def test_reports_are_no_text_in_a_field(form: Terminal) -> None:
    form.press("a", *REPORTS.values(), "b")
    form.see("ab")
    assert email(form) == "ab"


@pytest.mark.parametrize("end", [END, f"{END} t{CTRL_S}{ESC}t{CTRL_S}{END}"], ids=["one", "two"])
def test_a_paste_where_there_is_no_field_does_nothing(
    main: Terminal, place: Place, end: str
) -> None:
    """Though it holds escapes, keys, and an end of its own."""
    main.press(f"{START} note {ESC}t{CTRL_S} t{CTRL_S}\x9b116;;116u{end}")
    assert FIELD_WANTED in main.screen()
    assert "not saved" not in main.screen()
    assert main.leave() == 0
    assert changes(place)[-3:] == AS_MADE


def test_a_paste_of_a_terminal_that_does_not_mark_it_is_no_command(
    place: Place,
) -> None:
    """A burst of characters in one piece: text where there is a field, nothing elsewhere."""
    token = {"BGCONSOLE_TOKEN": place.token, "TERM": "linux"}
    with Terminal(*place.database, columns=120, rows=40, **token) as terminal:
        terminal.see("2 of 5")
        terminal.press(f"note: take it off {CTRL_S}\n")
        terminal.see(FIELD_WANTED)
        assert "not saved" not in terminal.screen()
        terminal.press("/")
        terminal.press("olga@acme.test")
        terminal.see("olga@acme.test")
        assert terminal.leave() == 0
    assert changes(place)[-3:] == AS_MADE


def test_where_pasted_text_goes_is_said_once(main: Terminal) -> None:
    main.press(START + "t" + END)
    assert FIELD_WANTED in main.screen()
    main.raw = b""
    main.press(START + "t" + END)
    assert FIELD_WANTED.encode() not in main.raw


PASTED = {
    f"abc{ESC}def": "abcdef",
    f"abc{ESC}[Adef": "abc[Adef",
    "abc\x13\x00\x9b\u202edef": "abcdef",
    "olga@acme.test\n": "olga@acme.test",
    "\r\n  \nolga@acme.test\n": "olga@acme.test",
    f"abc{END}def{END}": "abc",
}


def test_a_field_takes_the_first_line_of_what_is_printable(form: Terminal) -> None:
    for pasted, shown in PASTED.items():
        form.paste(pasted)
        assert email(form) == shown
        form.press(CTRL_U)


@pytest.mark.parametrize("before", ["", "\n", "\t"])
def test_a_secret_pasted_behind_an_email_is_not_shown_and_it_is_said_why(
    form: Terminal, before: str
) -> None:
    for between in ("\t", "\n", "\r\n", "\t\t"):
        form.paste(f"{before}{OWNER}{between}three grey harbour cranes")
        assert email(form) == OWNER
        assert "may be a password" in form.screen()
        form.press(CTRL_U)
    assert b"harbour" not in form.raw


def test_enter_right_after_a_paste_is_the_key(form: Terminal) -> None:
    form.paste(OWNER)
    form.press(ENTER, "x", ENTER)
    assert email(form) == OWNER


def test_an_arrow_cut_in_its_middle_is_the_arrow(form: Terminal) -> None:
    form.press("bc")
    for _ in range(2):
        for piece in (ESC + "[", "D"):
            form.send(piece)
            time.sleep(0.3)
    form.press("a")
    assert email(form) == "abc"


@pytest.mark.parametrize("delay", ["1", "5000"])
def test_escape_works_whatever_the_environment_says_of_it(place: Place, delay: str) -> None:
    environment = {"BGCONSOLE_TOKEN": place.token, "ESCDELAY": delay}
    with Terminal(*place.database, columns=120, rows=40, **environment) as terminal:
        terminal.see("2 of 5")
        terminal.press("?")
        terminal.see("esc close")
        terminal.press(ESC)
        while "esc close" in terminal.screen():
            terminal.rest(ESCAPED)
        assert terminal.leave() == 0


def test_an_unfinished_string_ends_by_a_key_with_ctrl(main: Terminal) -> None:
    """A terminal that lost the end of its answer does not lock anybody in."""
    main.press("\x1b]11;rgb:ffff/ff")
    time.sleep(0.3)
    main.press("t")
    assert "not saved" not in main.screen()
    assert main.leave() == 0


def test_a_shortcut_works_on_a_cyrillic_layout(main: Terminal) -> None:
    main.press("\x1b[1077::116;;1077u")
    assert "not saved" in main.screen()
    main.press("\x1b[1079::112;5u")
    main.see("All actions")
    main.press("\x1b[1077::116;;1077u")
    assert "\N{CYRILLIC SMALL LETTER IE}" in main.screen(), "in a field the letter is the letter"
    main.press("\x1b[27u")
    main.send("\x1b[1081::113;5u")
    main.see("not saved?")
    main.press("y")
    assert main.ended() == 0


def test_delete_is_delete_on_st(place: Place) -> None:
    with Terminal(*place.database, columns=80, rows=24, TERM="st-256color") as terminal:
        terminal.see("Acme")
        terminal.press("abc", "\x1b[H", "\x1b[P")
        assert email(terminal) == "bc"


class Failing(Terminal):
    """The program with a fault in the thread that reads keys."""

    PROGRAM = (str(Path(__file__).with_name("failing_input.py")),)


def test_a_fault_of_the_input_ends_as_every_unexpected_error(place: Place, own_home: Path) -> None:
    with Failing(*place.database, columns=80, rows=24, PYTHONPATH=str(Path.cwd())) as terminal:
        terminal.see("Acme")
        terminal.send("canary")
        assert terminal.ended() == 1
        assert terminal.left_on() == ()
        raw = terminal.raw.decode()
    (report,) = own_home.glob("state/**/crashes/*.txt")
    assert (
        "bgconsole: An unexpected error occurred (RuntimeError). No change was left half done."
        f" The report is in {report}"
    ) in raw
    assert "Traceback" not in raw
    assert "failing_input.py" in report.read_text()
    assert "canary" not in report.read_text()


@pytest.mark.parametrize("text", ["ad", "ada@acme.test"], ids=["few letters", "many at once"])
def test_what_is_typed_while_it_starts_goes_into_the_first_field(place: Place, text: str) -> None:
    with Terminal(*place.database, columns=80, rows=24) as terminal:
        terminal.send_bytes(text.encode())
        terminal.see("Email")
        terminal.see(text)
        assert "Pasted" not in terminal.screen()
        assert terminal.leave() == 0


def test_letters_typed_before_the_main_screen_is_shown_are_no_commands(place: Place) -> None:
    with Terminal(*place.database, columns=80, rows=24, BGCONSOLE_TOKEN=place.token) as terminal:
        terminal.send_bytes(b"t\x13")
        terminal.see("Break-glass users")
        terminal.rest()
        terminal.press("w")
        terminal.see("can get in")
        assert terminal.leave() == 0
    assert changes(place)[-3:] == AS_MADE
