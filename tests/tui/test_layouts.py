"""A layout that Textual makes when it is asked for a place is drawn, though nothing is marked."""

from collections.abc import Generator
from contextlib import contextmanager

import pytest
from pyte.screens import Char
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.drivers.headless_driver import HeadlessDriver
from textual.pilot import Pilot
from textual.widgets import Static

from benchmarks.emulator import Emulator, Size
from bgconsole.tui.terminal.thin_app import ThinApp
from tests.terminal import seen

_SIZE = Size(30, 12)


class _Page(ThinApp):
    """Two paragraphs, of which the upper one may grow, above a list with an end out of sight."""

    CSS = "Vertical, #rest { height: 1fr; } VerticalScroll { height: 2; }"

    def __init__(self) -> None:
        super().__init__()
        self.emulator = Emulator(_SIZE)

    @property
    def is_headless(self) -> bool:
        """Write as on a terminal."""
        return False

    def compose(self) -> ComposeResult:
        """The paragraphs and the list."""
        with Vertical():
            yield Static("above", id="above")
            yield Static("below", id="below")
            yield Static(id="rest")
        with VerticalScroll():
            yield Static("first\nsecond")
            yield Static("out of sight", id="hidden")

    def cells(self) -> list[list[Char]]:
        """What the terminal shows."""
        return _cells(self.emulator)

    def afresh(self) -> list[list[Char]]:
        """What the terminal would show of the screen if it were drawn anew."""
        emulator = Emulator(_SIZE)
        compositor = self.screen._compositor
        compositor._cuts = None
        emulator.take(compositor.render_full_update().render_segments(self.console).encode(), 0)
        return _cells(emulator)


def _cells(emulator: Emulator) -> list[list[Char]]:
    while emulator.next_arrival() is not None:
        emulator.draw()
    return seen(emulator)


@contextmanager
def _terminal(page: _Page, monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    def write(_driver: HeadlessDriver, data: str) -> None:
        page.emulator.take(data.encode(), 0)

    with monkeypatch.context() as patched:
        patched.setattr(HeadlessDriver, "write", write)
        yield


async def _lay_out_by_asking(page: _Page, pilot: Pilot[int], rows: int) -> None:
    """Have one paragraph grow, and ask for the place of another before it is drawn."""
    above = page.query_one("#above")
    above.styles.height = rows
    # As when nothing else waits for it: the screen is sent the layout that it has yet to make.
    above._check_refresh()
    # A change of a widget that is out of sight makes Textual lay out when it is asked.
    page.screen._compositor.update_widgets({page.query_one("#hidden")})
    assert page.screen.find_widget(page.query_one("#below")).region.y == rows
    await pilot.pause()
    await pilot.pause()


async def test_what_moved_is_drawn_at_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    page = _Page()
    with _terminal(page, monkeypatch):
        async with page.run_test(size=(_SIZE.columns, _SIZE.rows)) as pilot:
            await pilot.pause()
            assert page.cells() == page.afresh()
            for rows in (3, 1, 5):
                await _lay_out_by_asking(page, pilot, rows)
                assert page.cells() == page.afresh()
