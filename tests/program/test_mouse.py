"""Clicks, as a terminal reports them: whatever is named with its key can be clicked."""

import re
from pathlib import Path

import pytest

from bgconsole.policy.audit import EventType
from tests.backend.world import OWNER, PASSWORD
from tests.program.conftest import Place
from tests.terminal import Terminal

ESCAPE, F2, ENTER = "\x1b", "\x1bOQ", "\r"
ON = re.compile(rb"\x1b\[\?(1000|1002|1006)h")
OFF = re.compile(rb"\x1b\[\?(1000|1002|1006)l")


def opened(place: Place, columns: int = 120, rows: int = 40) -> Terminal:
    """The main screen."""
    token = {"BGCONSOLE_TOKEN": place.token}
    terminal = Terminal(*place.database, columns=columns, rows=rows, **token)
    terminal.see("2 of 5")
    return terminal


def test_a_draft_is_made_and_dropped_by_clicks_alone(place: Place) -> None:
    with opened(place) as terminal:
        terminal.click("Enforce SSO")
        terminal.see("not saved")
        assert "Save  ^S" in terminal.screen()
        terminal.click("u undo")
        assert "not saved" not in terminal.screen()
        terminal.click("t enforce")
        terminal.see("not saved")
        terminal.click("Cancel")
        terminal.see("Discard the changes?")
        terminal.click("Keep editing")
        assert "not saved" in terminal.screen()
        terminal.click("Cancel")
        terminal.click("Discard  y")
        assert "not saved" not in terminal.screen()
        terminal.click("e edits")
        terminal.see("editing")
        assert terminal.leave() == 0


def test_a_click_saves_and_leaves(place: Place) -> None:
    with opened(place) as terminal:
        terminal.click("mia@acme.test")
        terminal.click("x remove")
        terminal.see("removed")
        terminal.click("u undoes")
        assert "removed" not in terminal.screen()
        # A notice is in the place of the keys for some seconds.
        terminal.press("x")
        terminal.click("Save  ^S")
        terminal.see("1 of 5")
        terminal.click("^Q quit")
        assert terminal.ended() == 0
    assert EventType.ENTRY_REMOVED in {event.type for event in place.events()}


def test_tabs_lists_choices_and_chips_answer_clicks(place: Place) -> None:
    with opened(place) as terminal:
        terminal.click("○ SSO")
        assert "● SSO" in terminal.screen()
        terminal.click("Who gets in")
        terminal.see("can sign in")
        terminal.click("Audit log")
        terminal.see("Filters")
        terminal.click("b break-glass only")
        terminal.see("all events")
        terminal.click("all events")
        terminal.see("break-glass only")
        terminal.click("f add")
        terminal.see("Show only")
        terminal.click("○ Login Failure")
        assert "● Login Failure" in terminal.screen()
        terminal.press(ESCAPE)
        terminal.click("Members")
        terminal.see("mia@acme.test")
        terminal.click("all actions")
        terminal.see("All actions")
        terminal.press("leave the")
        terminal.click("Leave the console")
        assert terminal.ended() == 0


def test_what_is_disabled_says_why_when_it_is_clicked(place: Place) -> None:
    with opened(place) as terminal:
        terminal.click("^S save")
        terminal.see("!")
        by_click = terminal.screen()
        terminal.press("\x13")
        assert terminal.screen() == by_click
        assert terminal.leave() == 0


def test_a_key_frees_the_mouse_and_takes_it_again(place: Place) -> None:
    with opened(place) as terminal:
        before = len(terminal.raw)
        terminal.press(F2)
        terminal.see("The mouse is free")
        assert "F2 brings the clicks back" in terminal.screen()
        terminal.see("F2 mouse")
        assert "F2 mouse" in terminal.screen().splitlines()[-1]
        freed = terminal.raw[before:]
        assert {found[1] for found in OFF.finditer(freed)} == {b"1000", b"1002", b"1006"}
        assert not ON.search(freed)
        before = len(terminal.raw)
        terminal.click("F2 mouse")
        # What is still reported counts as little as before.
        terminal.press(F2)
        terminal.see("Mouse clicks come to the console again")
        assert {found[1] for found in ON.finditer(terminal.raw[before:])} == {
            b"1000", b"1002", b"1006"
        }  # fmt: skip
        assert terminal.leave() == 0
        assert terminal.left_on() == ()


def test_where_the_settings_leave_the_mouse_alone_the_key_takes_it(
    place: Place, tmp_path: Path
) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text("mouse = false\n")
    arguments = ("--settings", str(settings), *place.database)
    environment = {"BGCONSOLE_TOKEN": place.token}
    with Terminal(*arguments, columns=120, rows=40, **environment) as terminal:
        terminal.see("2 of 5")
        assert not ON.search(terminal.raw)
        terminal.press(F2)
        terminal.see("Mouse clicks come to the console again")
        assert ON.search(terminal.raw)
        assert terminal.leave() == 0
        assert terminal.left_on() == ()


@pytest.mark.parametrize("size", [(120, 40), (80, 24)], ids=str)
def test_signing_in_goes_by_clicks(place: Place, size: tuple[int, int]) -> None:
    with Terminal(*place.database, columns=size[0], rows=size[1]) as terminal:
        terminal.see("Acme")
        terminal.press(OWNER)
        terminal.click("Go on  enter")
        terminal.rest()
        terminal.press(PASSWORD)
        terminal.click("Sign in  enter")
        terminal.see("2 of 5")
        assert terminal.leave() == 0
