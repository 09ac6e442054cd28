"""One-row text fields: no border, no blinking cursor; a password field that cannot be copied."""

from typing import Final

from textual.events import Paste
from textual.geometry import Offset
from textual.message import Message
from textual.widgets import Input

from bgconsole.policy.text import is_visible
from bgconsole.tui.kit.actions import Action, HasActions
from bgconsole.tui.kit.notices import Tone, tell
from bgconsole.tui.kit.pasting import taken

_WHY: Final = "This field shows its text, and the rest may be a password. Paste it where it belongs"


class Field(HasActions, Input):
    """A flat input of one row. The still cursor keeps an idle screen silent on the wire."""

    # Textual gives ctrl+u, ctrl+k, ctrl+w as in a shell; ctrl+x would take the app's keys.
    ACTIONS = (Action(None, "ctrl+x", "", "", "noop"),)

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

    def _on_paste(self, event: Paste) -> None:
        """Take what belongs here; a list of values would show what is for another field."""
        event.prevent_default()
        event.stop()
        self._take_pasted(event.text)

    def action_paste(self) -> None:
        """Take what was copied in the console as if it were pasted."""
        self._take_pasted(self.app.clipboard)

    def _take_pasted(self, text: str) -> None:
        pasted = taken(text, shown=not self.password)
        if pasted.text:
            self.replace(pasted.text, *self.selection)
        if pasted.said:
            tell(self, Tone.CARE, pasted.said, "" if self.password else _WHY)

    def action_noop(self) -> None:
        """Do nothing: the key is taken so that it means nothing else here."""


class FormField(Field):
    """A field of a form: enter goes on, and keys typed behind it wait for `Answered`."""

    class Answered(Message):
        """Whoever handles the enter has done so: the focus is where the next keys belong.

        `drops`: it stays in a field that shows its text, and the keys that wait may be a password.
        """

        def __init__(self, *, drops: bool = False) -> None:
            super().__init__()
            self.drops = drops

    ACTIONS = (Action("field.enter", "enter", "go on", "Take what is typed", "submit"),)


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
