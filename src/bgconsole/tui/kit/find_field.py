"""The field above a list in which letters are typed; the list follows every one of them."""

from textual.message import Message
from textual.widgets import Input

from bgconsole.tui.kit.actions import Action
from bgconsole.tui.kit.field import Field
from bgconsole.tui.kit.rows import FieldRow


class _FindField(Field):
    """Letters go into the field; these keys go to the list."""

    ACTIONS = (
        Action("gets_in.to_list", "enter,down", "to the list", "To the list", "leave"),
        Action("gets_in.clear", "escape", "all people", "Show everybody", "clear"),
    )

    def action_leave(self) -> None:
        """Go to the list with what is typed, or with everybody where nothing is."""
        self.post_message(FindRow.Left() if self.value.strip() else FindRow.Cleared())

    def action_clear(self) -> None:
        """Go to the list, and show everybody."""
        self.post_message(FindRow.Cleared())


class FindRow(FieldRow):
    """Hidden until somebody looks for something."""

    class Left(Message):
        """On to the list, with what is typed."""

    class Cleared(Message):
        """On to the list, with everybody."""

    def __init__(self, *, id: str, placeholder: str) -> None:
        super().__init__("Find", _FindField(id=id, placeholder=placeholder))
        self.display = False

    @property
    def letters(self) -> str:
        """What is typed, without spaces around it."""
        return self.field.value.strip()

    def open(self) -> None:
        """Take the next letters."""
        self.display = True
        self.field.focus()

    def close(self) -> None:
        """Look for nothing."""
        with self.prevent(Input.Changed):
            self.field.value = ""
        self.display = False
