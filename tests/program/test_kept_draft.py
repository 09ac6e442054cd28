"""A draft outlives every end of the real program, and is saved after it is taken up again."""

import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bgconsole.policy.audit import EventType
from tests.program.conftest import Place
from tests.program.test_life import sign_in
from tests.terminal import Terminal

CTRL_S, ENTER = "\x13", "\r"
TITLE = "Your unsaved changes"

ENDS: dict[str, Callable[[Terminal], None]] = {
    "hang-up": Terminal.hang_up,
    "SIGHUP": lambda terminal: terminal.signal(signal.SIGHUP),
    "SIGTERM": lambda terminal: terminal.signal(signal.SIGTERM),
    "SIGKILL": lambda terminal: terminal.signal(signal.SIGKILL),
}


def _kept(own_home: Path) -> list[Path]:
    return list(own_home.glob("state/**/drafts/*.json"))


def _remove_mia(terminal: Terminal, own_home: Path, *, at_once: bool) -> None:
    terminal.see("2 of 5")
    terminal.press("j", "x")
    terminal.see("not saved")
    while not (at_once or _kept(own_home)):
        time.sleep(0.05)


def _take_up_and_save(terminal: Terminal) -> None:
    terminal.see(TITLE)
    terminal.press(ENTER, CTRL_S)
    terminal.see("Saved")


@pytest.mark.parametrize("end", ENDS)
def test_it_is_offered_after(place: Place, own_home: Path, end: str) -> None:
    """With the same stored session; a kill loses at most the last second."""
    token = {"BGCONSOLE_TOKEN": place.token}
    with Terminal(*place.database, columns=120, rows=40, **token) as terminal:
        _remove_mia(terminal, own_home, at_once=end != "SIGKILL")
        ENDS[end](terminal)
        terminal.ended()
    (path,) = _kept(own_home)
    assert path.stat().st_mode & 0o777 == 0o600
    assert place.token not in path.read_text()
    assert place.events()[-1].type is not EventType.ENTRY_REMOVED
    with Terminal(*place.database, columns=120, rows=40, **token) as terminal:
        _take_up_and_save(terminal)
        assert terminal.leave() == 0
    assert place.events()[-1].type is EventType.ENTRY_REMOVED
    assert _kept(own_home) == []


def test_it_is_offered_after_signing_in_again(place: Place, own_home: Path) -> None:
    """A session opened in the console ends with the line; the draft does not."""
    with Terminal(*place.database, columns=80, rows=24) as terminal:
        sign_in(terminal)
        _remove_mia(terminal, own_home, at_once=True)
        terminal.hang_up()
        terminal.ended()
    with Terminal(*place.database, columns=80, rows=24) as terminal:
        sign_in(terminal)
        _take_up_and_save(terminal)
        assert terminal.leave() == 0
    assert EventType.ENTRY_REMOVED in [event.type for event in place.events()[-3:]]
    assert _kept(own_home) == []
