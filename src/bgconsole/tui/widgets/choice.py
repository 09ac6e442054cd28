"""A row of alternatives, one of them chosen: '● password  ○ SSO'."""

from dataclasses import dataclass
from typing import ClassVar

from textual.app import RenderResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from bgconsole.tui.render.text import line, safe_text, spread, words
from bgconsole.tui.terminal.signs import FULL
from bgconsole.tui.terminal.theme import ACCENT, DIM, STRONG


class Choice(Widget, can_focus=True):
    """Left, right and space choose."""

    @dataclass
    class Changed(Message):
        """Another alternative was chosen."""

        choice: "Choice"
        index: int

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "move(-1)", show=False),
        Binding("right,space", "move(1)", "other", id="choice.next", tooltip="Choose the other"),
    ]

    def __init__(self, label: str, options: tuple[str, ...], *, id: str) -> None:
        super().__init__(id=id)
        self._label = label
        self._options = options
        self._note = ""
        self.index = 0

    def show(self, options: tuple[str, ...], note: str = "") -> None:
        """Name the alternatives otherwise; the chosen one stays.

        `note` is said at the right where there is room, in the program's own words.
        """
        if (options, note) != (self._options, self._note):
            self._options, self._note = options, note
            self.refresh()

    def action_move(self, step: int) -> None:
        """Choose the next alternative, round and round."""
        self.index = (self.index + step) % len(self._options)
        self.refresh()
        self.post_message(self.Changed(self, self.index))

    def render(self) -> RenderResult:
        """Label, then the alternatives; sign and weight tell the chosen one."""
        focused = self.has_focus
        label = line((f"{FULL.cursor} " if focused else "  ", ACCENT), f"{self._label:<6}")
        row = label.stylize(STRONG if focused else DIM) + words("   ").join(
            self._option(index, text) for index, text in enumerate(self._options)
        )
        note = words(self._note, DIM)
        room = self.content_size.width - row.cell_length - note.cell_length
        return spread(self.content_size.width, row, note) if self._note and room > 1 else row

    def _option(self, index: int, text: str) -> Content:
        chosen = index == self.index
        sign = FULL.on if chosen else FULL.off
        return words(f"{sign} ", "" if chosen else DIM) + safe_text(text, STRONG if chosen else DIM)
