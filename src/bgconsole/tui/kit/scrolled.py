"""A dialog's text that may be higher than the terminal: arrows scroll it."""

from typing import Final

from textual.containers import VerticalScroll
from textual.events import Resize
from textual.message import Message

from bgconsole.tui.kit.actions import Action, HasActions

_LOW: Final = 20
"""Rows of the terminal below which none is spared around the text."""


class ScrolledText(HasActions, VerticalScroll):
    """What does not fit is reached by scrolling."""

    ACTIONS = (
        Action("text.up", "up", "", "Scroll up", "scroll_up"),
        Action("text.down", "down", "", "Scroll down", "scroll_down"),
    )

    class Resized(Message):
        """It has another size."""

    def on_resize(self, event: Resize) -> None:
        """Another height: what has the focus may be out of view."""
        self.post_message(self.Resized())
        self.set_class(self.app.size.height < _LOW, "-low")
