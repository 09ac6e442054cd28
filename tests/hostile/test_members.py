"""The members' tab on a hostile team: nothing foreign reaches the terminal, no markup acts."""

import pytest

from tests.hostile import team
from tests.hostile.conftest import RawCommandLine
from tests.hostile.test_console import DOWN, END, ENTER, ESCAPE, HOME, PAGE_UP, opened


@pytest.mark.parametrize(("columns", "rows"), [(120, 40), (80, 24)])
def test_members_and_what_is_asked_about_them(
    bgconsole: RawCommandLine, token: str, columns: int, rows: int
) -> None:
    """Every row comes into view; the dialogs are about somebody with the worst of names."""
    team.tamper(bgconsole.path)
    with opened(bgconsole.path, token, columns, rows) as terminal:
        terminal.see("Enforce")
        terminal.press("m", END, PAGE_UP, PAGE_UP, PAGE_UP, PAGE_UP, HOME, DOWN)
        terminal.press(ENTER, ESCAPE, "r", ESCAPE, "X", ESCAPE, "C", ESCAPE, "o", "o", "o")
        terminal.press("/")
        terminal.paste(team.MIXED)
        terminal.press(ESCAPE, "a")
        terminal.paste(team.MIXED)
        terminal.press(ENTER, ESCAPE, "i")
        terminal.paste(team.MIXED)
        terminal.press(ENTER, ESCAPE)
        assert terminal.exit_code is None, "it still runs"
        assert terminal.leave() == 0
        assert terminal.foreign() == []
