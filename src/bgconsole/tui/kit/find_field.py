"""The field above a list in which letters of a name are typed; the list follows every one."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from bgconsole.tui.kit.field import Field


class FindField(Field):
    """Tells where to go next; what is typed is told as by every field."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,down", "leave", "to the list", id="gets_in.to_list", tooltip="To the list"),
        Binding("escape", "clear", "all people", id="gets_in.clear", tooltip="Show everybody"),
    ]

    class Left(Message):
        """On to the list, with what is typed."""

    class Cleared(Message):
        """On to the list, with everybody."""

    def action_leave(self) -> None:
        """Go to the list."""
        self.post_message(self.Left())

    def action_clear(self) -> None:
        """Go to the list, and show everybody."""
        self.post_message(self.Cleared())
