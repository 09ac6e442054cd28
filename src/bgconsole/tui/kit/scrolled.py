"""A dialog's text that may be higher than the terminal: arrows scroll it."""

from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.events import Resize

_LOW: Final = 20
"""Rows of the terminal below which none is spared around the text."""


class ScrolledText(VerticalScroll):
    """What does not fit is reached by scrolling."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "scroll_up", id="text.up", show=False, tooltip="Scroll up"),
        Binding("down", "scroll_down", id="text.down", show=False, tooltip="Scroll down"),
    ]

    def on_resize(self, event: Resize) -> None:
        """Another height of the terminal."""
        self.set_class(self.app.size.height < _LOW, "-low")
