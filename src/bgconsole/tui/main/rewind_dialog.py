"""Asks an owner why the audit log went back to an older copy."""

from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from bgconsole.backend.errors import LogRewoundError
from bgconsole.tui.kit.field import Field, FormField
from bgconsole.tui.kit.key_bar import KeyBar
from bgconsole.tui.kit.modal import ModalScreen
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.kit.rows import FieldRow
from bgconsole.tui.main.render.rewound import rewound_dialog


class RewindDialog(ModalScreen[str | None]):
    """Gives the reason, or None to leave it for now."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "go back", id="rewind.leave", tooltip="Put nothing on record"),
        Binding("enter", "acknowledge", "put on record", id="rewind.enter", tooltip="Say why"),
    ]

    def __init__(self, error: LogRewoundError) -> None:
        super().__init__()
        self._error = error

    def compose(self) -> ComposeResult:
        """What happened, one field."""
        with Vertical(classes="dialog danger") as box:
            box.border_title = "History went back"
            yield Pane(partial(rewound_dialog, self._error))
            yield FieldRow("Reason", FormField(id="rewind-reason"))
        yield KeyBar()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the field."""
        event.stop()
        self.action_acknowledge()
        self.post_message(FormField.Answered())

    def action_acknowledge(self) -> None:
        """Give the reason."""
        reason = self.query_one("#rewind-reason", Field).value.strip()
        if reason:
            self.dismiss(reason)

    def action_leave(self) -> None:
        """Say nothing for now."""
        self.dismiss(None)
