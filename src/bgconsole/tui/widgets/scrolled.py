"""A dialog's text that may be higher than the terminal: arrows scroll it."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll


class ScrolledText(VerticalScroll):
    """What does not fit is reached by scrolling."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "scroll_up", id="text.up", show=False, tooltip="Scroll up"),
        Binding("down", "scroll_down", id="text.down", show=False, tooltip="Scroll down"),
    ]
