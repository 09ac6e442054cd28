"""A label with its field on one row, alone or with a line below; the label tells of the focus."""

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.geometry import Offset
from textual.widgets import Input

from bgconsole.tui.kit.pane import Draw, Pane
from bgconsole.tui.kit.render.text import line
from bgconsole.tui.terminal.signs import FULL
from bgconsole.tui.terminal.theme import ACCENT, STRONG, TEXT


class _Label(Pane):
    """Marked while its field has the focus; the cursor is in the field."""

    @property
    def cursor_offset(self) -> Offset | None:
        """Nowhere."""
        return None


class FieldRow(Horizontal):
    """One row: 'Password  ••••••'."""

    def __init__(self, label: str, field: Input, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._label = label
        self.field = field
        self._pane = _Label()

    def compose(self) -> ComposeResult:
        """Label, then field."""
        yield self._pane
        yield self.field

    def on_click(self) -> None:
        """The label is the field's."""
        self.field.focus()

    def on_mount(self) -> None:
        """Draw the label for the present focus."""
        self._draw_label()

    def on_descendant_focus(self) -> None:
        """Mark the row."""
        self._draw_label()

    def on_descendant_blur(self) -> None:
        """Unmark the row."""
        self._draw_label()

    def _draw_label(self) -> None:
        if self.field.has_focus:
            content = line((f"{FULL.cursor} ", ACCENT), (self._label, STRONG))
        else:
            content = line("  ", (self._label, TEXT))
        self._pane.show(lambda _width: content)


class NotedRow(Vertical):
    """A row with what is to be said about it right below; nothing takes no room."""

    def __init__(
        self,
        label: str,
        field: Input,
        draw: Draw | None = None,
        value: str = "",
        *,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self.field = field
        self._row = FieldRow(label, field)
        self._note = Pane()
        self._said = draw
        self._value = value

    def compose(self) -> ComposeResult:
        """Field, then note."""
        yield self._row
        yield self._note

    def on_mount(self) -> None:
        """Show what there is from the start, as if nobody had typed it."""
        if self._value:
            with self.field.prevent(Input.Changed):
                self.field.value = self._value
            self.field.cursor_position = len(self._value)
        if self._said is not None:
            self.say(self._said)

    def say(self, draw: Draw) -> None:
        """Say this from now on."""
        self._said = draw
        self._note.show(draw)
