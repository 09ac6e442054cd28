"""A pane has the height of what it shows, whenever the screen was laid out."""

from functools import partial

from textual.app import App, ComposeResult
from textual.content import Content

from bgconsole.tui.kit.pane import Pane


class _Shown(App[None]):
    CSS = "Pane { height: auto; }"

    def compose(self) -> ComposeResult:
        yield Pane(id="told")


def _rows(count: int, _width: int) -> Content:
    return Content("\n".join("row" for _ in range(count)))


async def test_what_is_told_twice_around_a_layout_is_seen_whole() -> None:
    app = _Shown()
    async with app.run_test(size=(40, 10)) as pilot:
        pane = app.query_one("#told", Pane)
        for count in (2, 3, 1):
            pane.show(partial(_rows, count + 4))
            # As when another widget asked for the layout, and gets it before this one is idle.
            app.screen._refresh_layout()
            pane.show(partial(_rows, count))
            await pilot.pause()
            assert pane.size.height == count
