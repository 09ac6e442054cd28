"""Keys that come in one burst: a dialog takes its own, and is left once."""

import pytest

from tests.program.conftest import Place
from tests.terminal import Terminal

CTRL_O, CTRL_P, CTRL_Q, ENTER = "\x0f", "\x10", "\x11", "\r"


@pytest.mark.parametrize(
    ("opening", "burst"),
    [
        (("?",), "qqq"),
        ((CTRL_O,), "aaa"),
        ((CTRL_P,), "\r\r\r"),
        (("x", CTRL_Q), "nnn"),
    ],
)
def test_what_is_typed_behind_the_last_key_of_a_dialog_leaves_nothing_else(
    place: Place, opening: tuple[str, ...], burst: str
) -> None:
    with Terminal(*place.database, columns=120, rows=40, BGCONSOLE_TOKEN=place.token) as terminal:
        terminal.see("2 of 5")
        terminal.press(*opening, burst)
        assert terminal.exit_code is None, terminal.screen()
        assert "Acme" in terminal.screen()
        assert terminal.leave() == 0
