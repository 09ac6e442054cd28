"""A row of alternatives, one of them chosen: '● password  ○ SSO'."""

from dataclasses import dataclass
from typing import ClassVar

from textual.app import RenderResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from bgconsole.tui.render.signs import FULL
from bgconsole.tui.render.text import line, safe_text, words
from bgconsole.tui.theme import ACCENT, DIM, STRONG


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
        self.index = 0

    def show(self, options: tuple[str, ...]) -> None:
        """Name the alternatives otherwise; the chosen one stays."""
        if options != self._options:
            self._options = options
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
        return label.stylize(STRONG if focused else DIM) + words("   ").join(
            self._option(index, text) for index, text in enumerate(self._options)
        )

    def _option(self, index: int, text: str) -> Content:
        chosen = index == self.index
        sign = FULL.on if chosen else FULL.off
        return words(f"{sign} ", "" if chosen else DIM) + safe_text(text, STRONG if chosen else DIM)
