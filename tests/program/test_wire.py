"""What a key costs in bytes: the terminal gets what changed, by the shortest way."""

from tests.program.conftest import Place
from tests.terminal import Terminal

TYPED = 80
STEP = 350


def bytes_of(terminal: Terminal, key: str) -> int:
    """What is written for one key."""
    before = len(terminal.raw)
    terminal.press(key)
    return len(terminal.raw) - before


def test_a_typed_letter_is_written_alone(place: Place) -> None:
    with Terminal(*place.database, columns=120, rows=40) as terminal:
        terminal.see("Email")
        terminal.press("a")
        assert 0 < bytes_of(terminal, "b") <= TYPED
        assert bytes_of(terminal, "c") <= TYPED


def test_a_step_in_a_list_writes_two_rows(place: Place) -> None:
    with Terminal(*place.database, columns=120, rows=40, BGCONSOLE_TOKEN=place.token) as terminal:
        terminal.see("2 of 5")
        terminal.press("\x10")
        assert 0 < bytes_of(terminal, "\x1b[B") <= STEP
        assert 0 < bytes_of(terminal, "\x1b[A") <= STEP
