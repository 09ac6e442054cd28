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
        # On a busy machine the first of them may come with what is still being drawn.
        assert 0 < min(bytes_of(terminal, letter) for letter in "abcdef") <= TYPED


def test_a_step_in_a_list_writes_two_rows(place: Place) -> None:
    with Terminal(*place.database, columns=120, rows=40, BGCONSOLE_TOKEN=place.token) as terminal:
        terminal.see("2 of 5")
        terminal.press("\x10")
        assert 0 < min(bytes_of(terminal, key) for key in ("\x1b[B", "\x1b[A") * 3) <= STEP
