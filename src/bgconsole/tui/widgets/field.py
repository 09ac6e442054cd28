"""One-row text fields: no border, no blinking cursor; a password field that cannot be copied."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.geometry import Offset
from textual.message import Message
from textual.widgets import Input

from bgconsole.policy.text import is_visible


class Field(Input):
    """A flat input of one row. The still cursor keeps an idle screen silent on the wire."""

    BINDINGS: ClassVar[list[BindingType]] = [
        # Textual gives ctrl+u, ctrl+k, ctrl+w as in a shell; ctrl+x would take the app's keys.
        Binding("ctrl+x", "noop", show=False),
    ]

    def __init__(
        self,
        *,
        id: str,
        placeholder: str = "",
        password: bool = False,
    ) -> None:
        super().__init__(
            id=id, placeholder=placeholder, password=password, compact=True, select_on_focus=False
        )
        self.cursor_blink = False

    @property
    def cursor_offset(self) -> Offset | None:
        """The insertion point, if keys go there."""
        if not self.has_focus:
            return None
        place = self._position_to_cell(self.cursor_position)
        return Offset(place - self.scroll_offset.x, 0)

    def validate_value(self, value: str) -> str:
        """Drop what a terminal would act on: Textual writes a field's text as it is."""
        return value if is_visible(value) else "".join(filter(is_visible, value))

    def action_noop(self) -> None:
        """Do nothing: the key is taken so that it means nothing else here."""


class FormField(Field):
    """A field of a form: enter goes on, and keys typed behind it wait for `Answered`."""

    class Answered(Message):
        """Whoever handles the enter has done so: the focus is where the next keys belong."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "go on", id="field.enter", tooltip="Take what is typed"),
    ]


class CodeField(FormField):
    """A field for a one-time code: shown, since it is typed from paper, and never copied."""

    def action_copy(self) -> None:
        """Refuse to put a code on the clipboard."""
        self.app.bell()

    def action_cut(self) -> None:
        """Refuse to put a code on the clipboard."""
        self.app.bell()


class PasswordField(FormField):
    """A field whose text leaves it only through `take`."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id, password=True)

    def validate_value(self, value: str) -> str:
        """Keep every character: only dots are shown."""
        return value

    def take(self) -> str:
        """The text typed so far; the field is empty afterwards."""
        typed = self.value
        self.value = ""
        return typed

    def action_copy(self) -> None:
        """Refuse to put a password on the clipboard."""
        self.app.bell()

    def action_cut(self) -> None:
        """Refuse to put a password on the clipboard."""
        self.app.bell()
