"""What real terminals sent for keys, clicks and a paste, and in answer to questions, is understood.

`record.py` records it anew; `recorded/` has the bytes, and the events that a person meant by them.
Recorded on Debian 12: what a terminal does not tell (Alacritty without modifiers on a bare display,
a shortcut on a Cyrillic layout without the keyboard protocol) is not there.
"""

import json
from pathlib import Path
from typing import Final

import pytest

from tests.terminals.replay import TERM, replayed

RECORDED: Final = Path(__file__).with_name("recorded")


@pytest.mark.parametrize("name", TERM)
def test_every_key_is_understood_whole_and_byte_by_byte(name: str) -> None:
    for action, found in json.loads((RECORDED / f"{name}.json").read_text()).items():
        sent = bytes.fromhex(found["bytes"])
        assert replayed(name, [sent]) == found["events"], action
        assert replayed(name, [bytes([byte]) for byte in sent]) == found["events"], action


@pytest.mark.parametrize("name", TERM)
def test_a_whole_session_on_a_line_that_cuts_anywhere_is_understood(name: str) -> None:
    """But for the lone Escape, and what comes right behind a paste."""
    recorded = json.loads((RECORDED / f"{name}.json").read_text())
    kept = [recorded[action] for action in recorded if action not in {"Escape", "paste"}]
    session = b"".join(bytes.fromhex(found["bytes"]) for found in kept)
    expected = [event for found in kept for event in found["events"]]
    for size in (1, 3, 7, 4096):
        pieces = [session[at : at + size] for at in range(0, len(session), size)]
        assert replayed(name, pieces) == expected
