"""The terminal's cursor is where the next key is about something: braille displays follow it."""

import pytest

from tests.backend.world import OWNER
from tests.program.conftest import Place
from tests.terminal import Terminal

CTRL_P, ENTER, ESCAPE, TAB = "\x10", "\r", "\x1b", "\t"
UP, DOWN, RIGHT, LEFT = "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D"

SIZES = pytest.mark.parametrize(("columns", "rows"), [(120, 40), (80, 24)])


def behind_cursor(terminal: Terminal) -> str:
    """The row from the cursor on."""
    x, y = terminal.cursor
    return "".join(cell.data for cell in terminal.cells()[y][x:])


def at_cursor(terminal: Terminal, begins: str, text: str = "", other_than: str = "") -> str:
    """The row from the cursor on, once it begins so, has `text` in it, and is another one."""
    row = behind_cursor(terminal)
    while not (row.startswith(begins) and text in row and row != other_than):
        assert terminal.read(20), f"{begins!r} was not there:\n{terminal.screen()}"
        row = behind_cursor(terminal)
    return row


@SIZES
def test_it_is_on_the_chosen_row_of_every_list(place: Place, columns: int, rows: int) -> None:
    with Terminal(
        *place.database, columns=columns, rows=rows, BGCONSOLE_TOKEN=place.token
    ) as terminal:
        terminal.see("2 of 5")
        for opening, first, second in (
            ((), OWNER, "mia@acme.test"),
            (("m",), "mia@acme.test", OWNER),
            (("w",), "", ""),
            (("p",), "Microsoft Entra ID", "Generic OIDC"),
            ((CTRL_P,), "", ""),
            (("f",), "", ""),
        ):
            terminal.press(*opening)
            if opening in ((CTRL_P,), ("f",)):
                # The list is below the field in which its letters are typed.
                terminal.press(DOWN)
            row = at_cursor(terminal, "› ", first)
            terminal.press(DOWN)
            at_cursor(terminal, "› ", second, other_than=row)
            terminal.press(ESCAPE if opening in ((CTRL_P,), ("f",)) else "1")
            # A key right behind an escape would be another key.
            terminal.rest()


def test_it_is_on_the_chosen_event_of_the_log(place: Place) -> None:
    with Terminal(*place.database, columns=120, rows=40, BGCONSOLE_TOKEN=place.token) as terminal:
        terminal.see("2 of 5")
        terminal.press("l")
        newest = at_cursor(terminal, "› ", ":")
        x, y = terminal.cursor
        terminal.press(UP)
        at_cursor(terminal, "› ", ":", other_than=newest)
        assert terminal.cursor == (x, y - 1)


def test_it_is_at_the_insertion_point_of_a_field(place: Place) -> None:
    with Terminal(*place.database, columns=120, rows=40) as terminal:
        terminal.see("Email")
        terminal.press("日本x", LEFT)
        at_cursor(terminal, "x")
        terminal.press(LEFT)
        at_cursor(terminal, "本")
        terminal.press("a" * 60)
        terminal.see("a" * 20)
        x, _y = terminal.cursor
        terminal.press("b")
        assert terminal.cursor[0] == x, "a field that is full scrolls below its cursor"


def test_it_is_at_the_chosen_alternative(place: Place) -> None:
    with Terminal(*place.database, columns=120, rows=40, BGCONSOLE_TOKEN=place.token) as terminal:
        terminal.see("2 of 5")
        terminal.press("/", "mia")
        at_cursor(terminal, " ")
        terminal.press(TAB)
        at_cursor(terminal, "● password")
        terminal.press(RIGHT)
        at_cursor(terminal, "● SSO")


def test_it_is_where_the_text_of_a_dialog_begins(place: Place) -> None:
    with Terminal(*place.database, columns=120, rows=40, BGCONSOLE_TOKEN=place.token) as terminal:
        terminal.see("2 of 5")
        terminal.press("x", "\x11")
        at_cursor(terminal, "Not saved, ")
        terminal.press(ESCAPE)
        at_cursor(terminal, "› ")


def test_where_nothing_can_be_chosen_it_is_at_what_a_key_changes(place: Place) -> None:
    with Terminal(*place.database, columns=120, rows=40, BGCONSOLE_TOKEN=place.token) as terminal:
        terminal.see("2 of 5")
        terminal.press("2")
        at_cursor(terminal, "Enforce SSO")
