"""The tabs: a key, a sign, a name each; a heavy line under the active one."""

from dataclasses import dataclass

from textual.app import RenderResult
from textual.events import Click
from textual.message import Message
from textual.widget import Widget

from bgconsole.tui.kit.render.text import EMPTY
from bgconsole.tui.main.render.tab_layout import Tab, TabRow, tab_row


class TabStrip(Widget):
    """Draws tabs; the screen's number and letter keys choose among them, or a click.

    More tabs than fit are cut off at whole tabs, with a mark at each cut end. A click on a mark
    shows the tabs behind it, until another tab becomes the active one.
    """

    @dataclass
    class Chosen(Message):
        """A tab was clicked."""

        key: str

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._tabs: tuple[Tab, ...] = ()
        self._active = ""
        self._first = 0
        self._looking = False

    def show(self, tabs: tuple[Tab, ...], active: str) -> None:
        """Show these tabs, with the one of key `active` marked."""
        if (tabs, active) != (self._tabs, self._active):
            self._looking = self._looking and active == self._active
            self._tabs, self._active = tabs, active
            self.refresh()

    def render(self) -> RenderResult:
        """Names above, the line below."""
        row = self._row()
        return row.rows(self._first) if row.labels else EMPTY

    def on_click(self, event: Click) -> None:
        """Choose the tab under the pointer, or look at what is behind a cut end."""
        x = event.get_content_offset_capture(self).x
        row = self._row()
        key = row.at(x, self._first)
        if key is not None:
            self.post_message(self.Chosen(key))
        elif self._first > 0 and x < 2:
            self._look(row.before(self._first))
        elif row.last(self._first) < len(row.labels) - 1 and x >= row.width - 2:
            self._look(row.after(self._first))

    def _look(self, first: int) -> None:
        self._first = first
        self._looking = True
        self.refresh()

    def _row(self) -> TabRow:
        """The tabs for the present width; brings the active one into view."""
        row = tab_row(self._tabs, self._active, self.content_size.width)
        if row.labels:
            show = row.filled(self._first) if self._looking else None
            self._first = row.showing(row.active, self._first) if show is None else show
        return row
