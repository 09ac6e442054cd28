"""The tabs: a key, a sign, a name each; a heavy line under the active one."""

from dataclasses import dataclass

from rich.cells import cell_len
from textual.app import RenderResult
from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.widget import Widget

from bgconsole.tui.render.signs import FULL
from bgconsole.tui.render.text import cut, line, lines, safe_text, words
from bgconsole.tui.theme import ACCENT, CARE, DIM, RULE, STRONG


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab. `sign` says its state, in `style`; `unsaved` adds the draft's mark."""

    key: str
    name: str
    sign: str = ""
    style: str = DIM
    unsaved: bool = False


class TabStrip(Widget):
    """Draws tabs; the screen's number and letter keys choose among them, or a click."""

    @dataclass
    class Chosen(Message):
        """A tab was clicked."""

        key: str

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._tabs: tuple[Tab, ...] = ()
        self._active = ""

    def show(self, tabs: tuple[Tab, ...], active: str) -> None:
        """Show these tabs, with the one of key `active` marked."""
        if (tabs, active) != (self._tabs, self._active):
            self._tabs, self._active = tabs, active
            self.refresh()

    def render(self) -> RenderResult:
        """Names above, the line below."""
        width = self.content_size.width
        names, marks = words(""), words("")
        for tab in self._tabs:
            label = self._label(tab)
            mark = FULL.heavy if tab.key == self._active else FULL.rule
            style = ACCENT if tab.key == self._active else RULE
            names += label + words("   ")
            marks += words(mark * label.cell_length, style) + words(FULL.rule * 3, RULE)
        rest = max(width - marks.cell_length, 0)
        return lines(cut(names, width), cut(marks + words(FULL.rule * rest, RULE), width))

    def on_click(self, event: Click) -> None:
        """Choose the tab under the pointer."""
        start = 0
        for tab in self._tabs:
            end = start + self._label(tab).cell_length
            if start <= event.x < end:
                self.post_message(self.Chosen(tab.key))
                return
            start = end + cell_len("   ")

    def _label(self, tab: Tab) -> Content:
        name = safe_text(tab.name, STRONG if tab.key == self._active else "")
        label = line((f"{tab.key} ", ACCENT))
        if tab.sign:
            label += words(f"{tab.sign} ", tab.style)
        return label + name + (words(f" {FULL.unsaved}", CARE) if tab.unsaved else words(""))
