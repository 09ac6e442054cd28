"""A row of alternatives, one of them chosen: '● password  ○ SSO'."""

from dataclasses import dataclass
from typing import Final

from textual.app import RenderResult
from textual.content import Content
from textual.events import Click
from textual.geometry import Offset
from textual.message import Message
from textual.style import Style
from textual.widget import Widget

from bgconsole.tui.kit.actions import Action, HasActions
from bgconsole.tui.kit.render.text import line, safe_text, spread, words
from bgconsole.tui.terminal.signs import FULL
from bgconsole.tui.terminal.theme import ACCENT, DIM, STRONG

_GAP: Final = "   "
_OPTION: Final = "option"
"""In the meta of an alternative's style: its number."""


class Choice(HasActions, Widget, can_focus=True):
    """Left, right and space choose, or a click."""

    @dataclass
    class Changed(Message):
        """Another alternative was chosen."""

        choice: "Choice"
        index: int

    ACTIONS = (
        Action(None, "left", "", "", "move(-1)"),
        Action(None, "up", "", "", "app.focus_previous"),
        Action(None, "down", "", "", "app.focus_next"),
        Action("choice.next", "right,space", "other", "Choose the other", "move(1)"),
    )

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

    @property
    def cursor_offset(self) -> Offset | None:
        """Where the chosen alternative begins, if keys choose."""
        if not self.has_focus:
            return None
        before = words(_GAP).join(
            self._option(index, text) for index, text in enumerate(self._options[: self.index])
        )
        gap = len(_GAP) if self.index else 0
        return Offset(self._head().cell_length + before.cell_length + gap, 0)

    def action_move(self, step: int) -> None:
        """Choose the next alternative, round and round."""
        self.index = (self.index + step) % len(self._options)
        self.refresh()
        self.post_message(self.Changed(self, self.index))

    def on_click(self, event: Click) -> None:
        """Choose the alternative under the pointer."""
        chosen = event.style.meta.get(_OPTION)
        if isinstance(chosen, int) and chosen < len(self._options):
            self.action_move(chosen - self.index)

    def render(self) -> RenderResult:
        """Label, then the alternatives; sign and weight tell the chosen one."""
        row = self._head() + words(_GAP).join(
            self._option(index, text) for index, text in enumerate(self._options)
        )
        note = words(self._note, DIM)
        room = self.content_size.width - row.cell_length - note.cell_length
        return spread(self.content_size.width, row, note) if self._note and room > 1 else row

    def _head(self) -> Content:
        focused = self.has_focus
        label = line((f"{FULL.cursor} " if focused else "  ", ACCENT), f"{self._label:<6}")
        return label.stylize(STRONG if focused else DIM)

    def _option(self, index: int, text: str) -> Content:
        chosen = index == self.index
        sign = FULL.on if chosen else FULL.off
        shown = words(f"{sign} ", "" if chosen else DIM)
        shown += safe_text(text, STRONG if chosen else DIM)
        return shown.stylize(Style.from_meta({_OPTION: index}))
