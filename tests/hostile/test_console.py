"""The console on a hostile team: nothing foreign reaches the terminal, no markup acts."""

from pathlib import Path

import pytest

from tests.hostile import team
from tests.hostile.conftest import RawCommandLine
from tests.terminal import Terminal

ESCAPE, ENTER, HOME, END, PAGE_UP, DOWN = "\x1b", "\r", "\x1b[H", "\x1b[F", "\x1b[5~", "\x1b[B"
CTRL_P, CTRL_O = "\x10", "\x0f"


def opened(path: Path, token: str, columns: int, rows: int) -> Terminal:
    """The console on the database at `path`."""
    place = f"sqlite:///{path}"
    return Terminal("--database", place, columns=columns, rows=rows, BGCONSOLE_TOKEN=token)


@pytest.mark.parametrize(("columns", "rows"), [(120, 40), (80, 24)])
def test_every_pane(bgconsole: RawCommandLine, token: str, columns: int, rows: int) -> None:
    """Also of what was altered behind our back."""
    team.tamper(bgconsole.path)
    with opened(bgconsole.path, token, columns, rows) as terminal:
        terminal.see("Audit" if columns > 100 else "Enforce")
        terminal.press("l", END, HOME, PAGE_UP, ENTER, DOWN, ESCAPE, "b", "f", DOWN, ESCAPE, "b")
        terminal.press("1", "2", "3", "9", ESCAPE)
        terminal.press("/", "p3", ENTER, ESCAPE, "/", "x", DOWN, ESCAPE)
        terminal.press("1", "t", ESCAPE, "?", DOWN, ESCAPE, "e", DOWN, "x", "u")
        assert terminal.exit_code is None, "it still runs"
        assert terminal.leave() == 0
        assert terminal.foreign() == []


@pytest.mark.parametrize(("columns", "rows"), [(120, 40), (80, 24)])
def test_who_gets_in(bgconsole: RawCommandLine, token: str, columns: int, rows: int) -> None:
    """Every person, every provider asked about, what is looked for."""
    team.tamper(bgconsole.path)
    with opened(bgconsole.path, token, columns, rows) as terminal:
        terminal.see("Audit" if columns > 100 else "Enforce")
        terminal.press("w", END, HOME, PAGE_UP, DOWN, "i", "i", "0", "d", " ", END, ENTER, "w", "/")
        terminal.paste(team.MIXED)
        terminal.press(ENTER, ESCAPE, "/", "p", "3", ENTER, "a", "c", ESCAPE, ESCAPE)
        assert terminal.exit_code is None, "it still runs"
        assert terminal.foreign() == []


MEMBERS = ("m", "/", team.MIXED, ENTER, ESCAPE, END, ENTER, ESCAPE, HOME, DOWN, *"rCXLa")
PROVIDERS = ("p", DOWN, END, ENTER, "p", "J", "K", *"airX")
AUDIT = ("l", END, ENTER, "c", ESCAPE, "z", "M", *"/gsf")
ANYWHERE = ("1", "/", "p3", ENTER, *"TPO", CTRL_P, CTRL_O, "R", "R", "[", "]")
DIALOGS = frozenset((*"rCXLairgsfTPO", CTRL_P, CTRL_O))


@pytest.mark.parametrize(
    ("columns", "rows", "keys"),
    [
        (120, 40, MEMBERS),
        (80, 24, MEMBERS),
        (120, 40, PROVIDERS),
        (40, 12, PROVIDERS),
        (120, 40, AUDIT),
        (80, 24, AUDIT),
        (120, 40, ANYWHERE),
        (40, 12, ANYWHERE),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else str(value),
)
def test_every_tab_and_what_is_pasted_into_its_dialogs(
    bgconsole: RawCommandLine, token: str, columns: int, rows: int, keys: tuple[str, ...]
) -> None:
    """Each dialog is opened, its first two fields are filled and sent, and it is left."""
    team.tamper(bgconsole.path)
    with opened(bgconsole.path, token, columns, rows) as terminal:
        terminal.see("Enforce")
        for key in keys:
            if len(key) > 3 and not key.startswith(ESCAPE):
                terminal.paste(key)
                continue
            terminal.press(key)
            if key in DIALOGS:
                terminal.paste(team.MIXED)
                terminal.press(ENTER)
                terminal.paste(team.MIXED)
                terminal.press(ENTER, ESCAPE, ESCAPE)
        assert terminal.exit_code is None, "it still runs"
        assert terminal.foreign() == []


@pytest.mark.parametrize(("columns", "rows"), [(120, 40), (80, 24), (40, 12)])
def test_providers_and_their_dialogs(
    bgconsole: RawCommandLine, token: str, columns: int, rows: int
) -> None:
    """Every name is hostile: on the tabs, in the list, in full, and where it is to be confirmed."""
    team.tamper(bgconsole.path)
    with opened(bgconsole.path, token, columns, rows) as terminal:
        terminal.see("Enforce")
        terminal.press("]", "]", "]", "[", "p", END, HOME, DOWN, DOWN, DOWN)
        for dialog in ("r", "i", "X", "a"):
            terminal.press(dialog)
            terminal.paste(team.MIXED)
            terminal.press(ESCAPE)
        terminal.press("J", "K", "R", "R")
        assert terminal.exit_code is None, "it still runs"
        assert terminal.leave() == 0
        assert terminal.foreign() == []


def test_what_is_pasted(bgconsole: RawCommandLine, token: str) -> None:
    """Into the fields for an email and for a person."""
    with opened(bgconsole.path, token, 120, 40) as terminal:
        terminal.see("Enforce")
        terminal.press("1", "a")
        terminal.paste(team.MIXED)
        terminal.press(ENTER, ESCAPE, "/")
        terminal.paste(team.MIXED)
        terminal.press(ENTER)
        assert terminal.exit_code is None, "it still runs"
        assert terminal.foreign() == []


def test_sign_in_screen(bgconsole: RawCommandLine) -> None:
    with opened(bgconsole.path, "", 80, 24) as terminal:
        terminal.see("Email")
        terminal.paste(team.MIXED)
        terminal.press(ENTER)
        terminal.paste(team.MIXED)
        terminal.press(ENTER)
        terminal.rest()
        terminal.press("\x1bOQ", ESCAPE)
        assert terminal.exit_code is None, "it still runs"
        assert terminal.leave() == 0
        assert terminal.foreign() == []
