"""The real program on terminals of every kind: it draws, takes their keys and leaves them clean."""

import re
import signal
import time
from pathlib import Path

import pytest
from textual.color import Color

from bgconsole.tui.terminal.theme import DARK, LIGHT
from tests.backend.world import OWNER, PASSWORD
from tests.program.conftest import Place
from tests.terminal import Terminal

CTRL_Q, ENTER, TAB = "\x11", "\r", "\t"
OLD = ["linux", "vt220"]
WITH_COLOURS = ["linux", "screen", "xterm", "xterm-256color", "tmux-256color"]
EVERY = ["vt220", *WITH_COLOURS]

_SGR = re.compile(rb"\x1b\[([\d;]*)m")
_KNOWN_TO_VT220 = re.compile(
    rb"\x1b\[[\d;]*[mHJK]"
    rb"|\x1b\[\?(?:25|7)[hl]"
    rb"|[\x20-\x7e\r\n]"
)


def colours(raw: bytes) -> set[bytes]:
    """Every graphic rendition that is neither off, bold, dim, underline, reverse nor strike."""
    told = {part for found in _SGR.findall(raw) for part in found.split(b";")}
    return told - {b"", b"0", b"1", b"2", b"4", b"7", b"9"}


def is_at_form(terminal: Terminal) -> None:
    terminal.see("Acme")


def quits_clean(terminal: Terminal) -> None:
    terminal.press(CTRL_Q)
    assert terminal.ended() == 0
    assert terminal.left_on() == ()


@pytest.mark.parametrize("name", EVERY)
def test_it_starts_signs_in_draws_and_leaves_the_terminal_clean(place: Place, name: str) -> None:
    with Terminal(*place.database, columns=80, rows=24, TERM=name, COLORTERM="") as terminal:
        is_at_form(terminal)
        terminal.press(OWNER, ENTER, PASSWORD, ENTER)
        terminal.see("2 of 5")
        quits_clean(terminal)


@pytest.mark.parametrize("name", OLD)
def test_an_old_terminal_gets_nothing_that_it_would_print(place: Place, name: str) -> None:
    """No private mode, no query, no string, no glyph beyond ASCII; the screen is cleared after."""
    with Terminal(*place.database, columns=80, rows=24, TERM=name, COLORTERM="") as terminal:
        is_at_form(terminal)
        terminal.press(OWNER, ENTER, PASSWORD, ENTER)
        terminal.see("2 of 5")
        terminal.press("t", "?")
        terminal.signal(signal.SIGTERM)
        terminal.ended()
    assert _KNOWN_TO_VT220.sub(b"", terminal.raw) == b""
    assert terminal.screen().strip() == ""


def test_a_terminal_without_colours_gets_none(place: Place) -> None:
    with Terminal(*place.database, columns=80, rows=24, TERM="vt220", COLORTERM="") as terminal:
        is_at_form(terminal)
        quits_clean(terminal)
    assert colours(terminal.raw) == set()


def test_no_color_is_heeded_and_the_focus_is_still_seen(place: Place) -> None:
    with Terminal(*place.database, columns=80, rows=24, NO_COLOR="1") as terminal:
        is_at_form(terminal)
        quits_clean(terminal)
    assert colours(terminal.raw) == set()
    assert re.search(rb"\x1b\[[\d;]*7m", terminal.raw)


@pytest.mark.parametrize("name", ["linux", "screen", "xterm"])
def test_sixteen_colours_are_the_terminals_own(place: Place, name: str) -> None:
    with Terminal(*place.database, columns=80, rows=24, TERM=name, COLORTERM="") as terminal:
        is_at_form(terminal)
        quits_clean(terminal)
    told = colours(terminal.raw)
    assert told
    # Without the bright ones: not every terminal has them, and its ground may be one of them.
    assert told <= {b"%d" % n for n in (*range(30, 38), *range(40, 48))}


def test_256_colours_need_no_true_colour(place: Place) -> None:
    with Terminal(*place.database, columns=80, rows=24, COLORTERM="") as terminal:
        is_at_form(terminal)
        quits_clean(terminal)
    assert b"38;5;" in terminal.raw
    assert b"38;2;" not in terminal.raw


@pytest.mark.parametrize(
    "environment",
    [
        {"TERM": "screen-256color", "COLORTERM": "truecolor"},
        {"TERM": "xterm-256color", "COLORTERM": "", "FORCE_COLOR": "3"},
        {"TERM": "xterm-256color", "COLORTERM": "", "TEXTUAL_COLOR_SYSTEM": "truecolor"},
        {"TERM": "xterm-256color", "COLORTERM": "", "TEXTUAL_COLOR_SYSTEM": "nonsense"},
    ],
    ids=str,
)
def test_true_colours_are_for_terminals_that_have_them(
    place: Place, environment: dict[str, str]
) -> None:
    """GNU screen takes them for other attributes; other programs' variables count for nothing."""
    unset = {"TMUX": "", "STY": ""}
    with Terminal(*place.database, columns=80, rows=24, **unset, **environment) as terminal:
        is_at_form(terminal)
        quits_clean(terminal)
    assert b"38;5;" in terminal.raw
    assert b"38;2;" not in terminal.raw


@pytest.mark.parametrize("theme", ["dark", "light", "high-contrast"])
def test_a_theme_of_many_colours_is_the_palette_where_there_are_few(
    place: Place, tmp_path: Path, theme: str
) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text(f'theme = "{theme}"\n')
    arguments = ("--settings", str(settings), *place.database)
    with Terminal(*arguments, columns=80, rows=24, TERM="xterm", COLORTERM="") as terminal:
        is_at_form(terminal)
        quits_clean(terminal)
    assert colours(terminal.raw) <= {b"%d" % n for n in (*range(30, 38), *range(40, 48))}


@pytest.mark.parametrize(
    ("settings", "environment"),
    [('theme = "light"\n', {}), ("", {"COLORFGBG": "0;15"})],
    ids=["by the settings", "by COLORFGBG"],
)
def test_on_a_light_ground_it_is_dark_on_light(
    place: Place, tmp_path: Path, settings: str, environment: dict[str, str]
) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(settings)
    arguments = ("--settings", str(file), *place.database)
    with Terminal(*arguments, columns=80, rows=24, **environment) as terminal:
        is_at_form(terminal)
        quits_clean(terminal)
    ground = ";".join(str(part) for part in Color.parse(str(LIGHT.background)).rgb)
    assert f"48;2;{ground}".encode() in terminal.raw
    dark = ";".join(str(part) for part in Color.parse(str(DARK.background)).rgb)
    assert f"48;2;{dark}".encode() not in terminal.raw


@pytest.mark.parametrize("keys", ["\x1b[%s", "\x1bO%s"], ids=["normal", "application"])
def test_arrow_keys_work_in_both_of_their_modes(place: Place, keys: str) -> None:
    with Terminal(*place.database, columns=80, rows=24, TERM="xterm", COLORTERM="") as terminal:
        is_at_form(terminal)
        terminal.press("bcd", keys % "D", keys % "D", keys % "D", "a", keys % "C", "X")
        assert typed(terminal) == "abXcd"


@pytest.mark.parametrize(
    ("home", "end"),
    [("\x1b[H", "\x1b[F"), ("\x1bOH", "\x1bOF"), ("\x1b[1~", "\x1b[4~"), ("\x1b[7~", "\x1b[8~")],
    ids=["xterm", "application", "linux and vt220", "rxvt"],
)
def test_home_and_end_work_as_every_terminal_sends_them(place: Place, home: str, end: str) -> None:
    with Terminal(*place.database, columns=80, rows=24, TERM="linux", COLORTERM="") as terminal:
        is_at_form(terminal)
        terminal.press("bc", home, "a", end, "d")
        assert typed(terminal) == "abcd"


@pytest.mark.parametrize("backspace", ["\x7f", "\x08"])
def test_backspace_works_as_every_terminal_sends_it(place: Place, backspace: str) -> None:
    with Terminal(*place.database, columns=80, rows=24, TERM="vt220", COLORTERM="") as terminal:
        is_at_form(terminal)
        terminal.press("abx", backspace, "c")
        assert typed(terminal) == "abc"


def typed(terminal: Terminal) -> str:
    """What stands in the email field."""
    row = next(line for line in terminal.screen().splitlines() if "Email" in line)
    return row.partition("Email")[2].strip()


@pytest.mark.parametrize("size", [(40, 12), (20, 5), (1, 1), (300, 100)], ids=str)
def test_every_size_is_drawn_and_left(place: Place, size: tuple[int, int]) -> None:
    columns, rows = size
    environment = {"BGCONSOLE_TOKEN": place.token}
    with Terminal(*place.database, columns=columns, rows=rows, **environment) as terminal:
        # What comes before would be typed to a terminal that still takes Ctrl+Q for itself.
        terminal.more()
        terminal.rest()
        terminal.press("t", "?", "\x1b", "l", "/")
        assert terminal.exit_code is None
        # The smallest sizes do not show what is asked about the draft.
        terminal.press("\x11")
        terminal.send("y")
        assert terminal.ended() == 0
        assert terminal.left_on() == ()


def test_a_storm_of_resizes_is_weathered(place: Place) -> None:
    """Sizes from one cell to very large, while keys come: no crash, and the last one is drawn."""
    environment = {"BGCONSOLE_TOKEN": place.token}
    with Terminal(*place.database, columns=120, rows=40, **environment) as terminal:
        terminal.see("2 of 5")
        for number in range(120):
            terminal.resize(1 + number * 37 % 200, 1 + number * 53 % 70)
            if number % 10 == 0:
                terminal.send("?" if number % 20 else "\x1b")
            time.sleep(0.002)
        terminal.resize(100, 30)
        terminal.press("\x1b")
        while "quit" not in terminal.screen().splitlines()[29]:
            terminal.more()
        assert terminal.leave() == 0
        assert terminal.left_on() == ()


@pytest.mark.parametrize("end", ["quit", "signal", "crash"])
def test_the_windows_title_names_the_team_and_comes_back(place: Place, end: str) -> None:
    terminal = (Crashing if end == "crash" else Terminal)(*place.database, columns=80, rows=24)
    with terminal:
        is_at_form(terminal)
        assert b"\x1b[22;2t\x1b]2;bgconsole: Acme\x07" in terminal.raw
        if end == "quit":
            terminal.press(CTRL_Q)
        elif end == "signal":
            terminal.signal(signal.SIGTERM)
        else:
            terminal.press(OWNER, ENTER, PASSWORD, ENTER)
        terminal.ended()
    assert terminal.raw.count(b"\x1b[22;2t") == terminal.raw.count(b"\x1b[23;2t") == 1


class Crashing(Terminal):
    """A console that fails when somebody signs in."""

    PROGRAM = (str(Path(__file__).with_name("crashing.py")),)


@pytest.mark.parametrize(
    "environment",
    [
        *({"TERM": name} for name in ("screen", "linux", "rxvt-unicode-256color", "st-256color")),
        {"TERM": "xterm-256color", "ZUTTY_VERSION": "0.14"},
    ],
    ids=str,
)
def test_a_title_that_could_not_be_restored_is_not_set(
    place: Place, environment: dict[str, str]
) -> None:
    with Terminal(*place.database, columns=80, rows=24, **environment) as terminal:
        is_at_form(terminal)
        quits_clean(terminal)
    assert b"\x1b]2;" not in terminal.raw


def test_the_settings_switch_mouse_and_title_off(place: Place, tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text("mouse = false\ntitle = false\n")
    arguments = ("--settings", str(settings), *place.database)
    with Terminal(*arguments, columns=80, rows=24) as terminal:
        is_at_form(terminal)
        quits_clean(terminal)
    for mode in (b"1000", b"1002", b"1006"):
        assert b"\x1b[?%bh" % mode not in terminal.raw
    assert b"\x1b]2;" not in terminal.raw


def test_the_settings_give_a_key_another_meaning_and_the_key_bar_says_so(
    place: Place, tmp_path: Path
) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text('[keys]\nmain.enforce = "f4"\n')
    arguments = ("--settings", str(settings), *place.database)
    environment = {"BGCONSOLE_TOKEN": place.token}
    with Terminal(*arguments, columns=120, rows=40, **environment) as terminal:
        terminal.see("2 of 5")
        assert "F4 enforce" in terminal.screen()
        terminal.press("t")
        assert "not saved" not in terminal.screen()
        terminal.press("\x1b[14~")
        assert "not saved" in terminal.screen()
        assert terminal.leave() == 0


PLAIN_LOCALES = [
    {"LC_ALL": "C"},
    {"LC_ALL": "POSIX", "LANG": "en_US.UTF-8"},
    {"LC_ALL": "", "LC_CTYPE": "", "LANG": "C"},
    {"LC_ALL": "", "LC_CTYPE": "", "LANG": "", "XTERM_LOCALE": "C"},
]


@pytest.mark.parametrize("locale", PLAIN_LOCALES, ids=str)
def test_a_locale_without_unicode_gets_ascii(place: Place, locale: dict[str, str]) -> None:
    """Whatever Python has made of the locale by then."""
    with Terminal(*place.database, columns=80, rows=24, **locale) as terminal:
        is_at_form(terminal)
        terminal.press("Zoë")
        quits_clean(terminal)
    assert terminal.raw.isascii()
    assert b"Zo?" in terminal.raw


def test_a_latin_1_terminal_gets_its_letters_and_plain_signs(place: Place) -> None:
    locale = {"LC_ALL": "", "LC_CTYPE": "", "LANG": "de_DE.ISO-8859-1"}
    with Terminal(*place.database, columns=80, rows=24, **locale) as terminal:
        is_at_form(terminal)
        terminal.send_bytes("Zoë".encode("iso-8859-1"))
        quits_clean(terminal)
    assert {byte for byte in terminal.raw if byte > 0x7F} == {ord("ë")}


@pytest.mark.parametrize(
    ("locale", "typed"),
    [("de_DE.ISO-8859-1", b"\xe9"), ("C", "é".encode()), ("en_US.UTF-8", "é".encode())],
)
def test_a_prompt_takes_letters_as_the_terminal_sends_them(
    place: Place, locale: str, typed: bytes
) -> None:
    """The locale need not be installed; what is typed is a password, though not the right one."""
    names = {"LC_ALL": "", "LC_CTYPE": "", "LANG": locale}
    with Terminal(*place.database, "sign-in", OWNER, columns=80, rows=24, **names) as terminal:
        terminal.see("Password")
        terminal.send_bytes(typed + b"\r")
        assert terminal.ended() == 7
    assert b"do not let you in" in terminal.raw


def test_the_settings_say_that_the_terminal_has_unicode_where_the_locale_does_not(
    place: Place, tmp_path: Path
) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text('signs = "full"\n')
    arguments = ("--settings", str(settings), *place.database)
    with Terminal(*arguments, columns=80, rows=24, LC_ALL="C") as terminal:
        is_at_form(terminal)
        terminal.press("Zoë")
        quits_clean(terminal)
    assert "›".encode() in terminal.raw
    assert "Zoë".encode() in terminal.raw


@pytest.mark.parametrize("locale", PLAIN_LOCALES, ids=str)
def test_commands_write_escapes_that_keep_their_columns(
    place: Place, locale: dict[str, str]
) -> None:
    database = ("--database", place.database[-1])
    environment = {"BGCONSOLE_TOKEN": place.token, **locale}
    added = ("member", "add", "zoe@acme.test", "--name", "Zoë", "--sso-only")
    with Terminal(*database, *added, columns=120, rows=24, BGCONSOLE_TOKEN=place.token) as first:
        first.ended()
    with Terminal(*database, "member", "list", columns=120, rows=24, **environment) as terminal:
        assert terminal.ended() == 0
    assert terminal.raw.isascii()
    rows = terminal.raw.decode().splitlines()
    zoe = next(row for row in rows if "zoe@acme.test" in row)
    assert "Zo\\xeb" in zoe
    assert zoe.index(" member ") == next(row for row in rows if OWNER in row).index(" owner ")


def test_what_is_copied_goes_to_the_clipboard_and_a_file_that_is_the_users_alone(
    place: Place, own_home: Path
) -> None:
    with Terminal(*place.database, columns=80, rows=24) as terminal:
        is_at_form(terminal)
        terminal.press("olga", "\x1b[1;2H", "\x03")
        quits_clean(terminal)
    assert b"\x1b]52;c;b2xnYQ==\x07" in terminal.raw
    written = own_home / "state" / "bgconsole" / "copied.txt"
    assert written.read_text() == "olga"
    assert written.stat().st_mode & 0o777 == 0o600
