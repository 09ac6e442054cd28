"""The row below the audit list where text is looked for, and where it says what was found."""

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input

from bgconsole.tui.kit.field import Field
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.kit.render.text import EMPTY, line
from bgconsole.tui.terminal.theme import ACCENT, STRONG

_REST = 0.15
"""Seconds without a key until what is typed is looked for."""


class _FindField(Field):
    """Letters go into the field; these keys are the row's."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "keep", "keep, n N go on", id="find.keep", tooltip="n older, N newer"),
        Binding("escape", "leave", "go back", id="find.leave", tooltip="To where it began"),
        Binding("up", "older", "older", id="find.older", tooltip="The match before this one"),
        Binding("down", "newer", "newer", id="find.newer", tooltip="The match after this one"),
    ]

    class Asked(Message):
        """One of the keys was pressed."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def action_keep(self) -> None:
        """The search stands; keys go to the list again."""
        self.post_message(self.Asked("keep"))

    def action_leave(self) -> None:
        """Forget the search."""
        self.post_message(self.Asked("leave"))

    def action_older(self) -> None:
        """Go on upwards."""
        self.post_message(self.Asked("older"))

    def action_newer(self) -> None:
        """Go on downwards."""
        self.post_message(self.Asked("newer"))


class AuditFind(Horizontal):
    """Open while something is looked for."""

    @dataclass
    class Typed(Message):
        """Look for this from where the search began."""

        text: str

    class Kept(Message):
        """The search stands: `n` and `N` go on with it."""

    class Ended(Message):
        """Nothing is looked for any more: back to where it began."""

    @dataclass
    class Stepped(Message):
        """The next match is wanted."""

        older: bool

    def __init__(self) -> None:
        super().__init__()
        self._label = Pane()
        self._field = _FindField(id="audit-find", placeholder="a few letters")
        self._answer = Pane()
        self._timer: Timer | None = None

    @property
    def typing(self) -> bool:
        """Whether letters go into the field."""
        return self._field.has_focus

    def compose(self) -> ComposeResult:
        """Label, field, answer."""
        yield self._label
        yield self._field
        yield self._answer

    def on_mount(self) -> None:
        """Say what the row is for."""
        label = line("  ", ("/", ACCENT), (" find ", STRONG))
        self._label.show(lambda _width: label)

    def open(self) -> None:
        """Take letters; those of the last search are there to be typed over."""
        self.display = True
        self._field.focus()
        self._field.select_all()

    def close(self) -> None:
        """Go away; the letters are kept for the next time."""
        self._stop()
        self.display = False
        self.answer(EMPTY)

    def answer(self, told: Content) -> None:
        """Say what was found."""
        self._answer.show(lambda _width: told)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Look for it as soon as the typing rests."""
        event.stop()
        self._stop()
        self._timer = self.set_timer(_REST, self._look)

    def on__find_field_asked(self, message: _FindField.Asked) -> None:
        """What was typed last counts, before the key does."""
        message.stop()
        if self._timer is not None and message.key != "leave":
            self._look()
        match message.key:
            case "keep":
                self.post_message(self.Kept())
            case "leave":
                self.post_message(self.Ended())
            case key:
                self.post_message(self.Stepped(older=key == "older"))

    def _look(self) -> None:
        self._stop()
        self.post_message(self.Typed(self._field.value))

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
