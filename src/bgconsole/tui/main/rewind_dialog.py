"""Asks an owner why the audit log went back to an older copy."""

from functools import partial

from textual.app import ComposeResult
from textual.widgets import Input

from bgconsole.backend.errors import LogRewoundError
from bgconsole.tui.kit.actions import Action
from bgconsole.tui.kit.dialog import Dialog
from bgconsole.tui.kit.field import Field, FormField
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.kit.rows import FieldRow
from bgconsole.tui.main.render.rewound import rewound_dialog


class RewindDialog(Dialog[str | None]):
    """Gives the reason, or None to leave it for now."""

    HEADING = "History went back"
    KIND = "danger"
    ACTIONS = (
        Action("rewind.leave", "escape", "go back", "Record nothing", "leave"),
        Action("rewind.enter", "enter", "record", "Record the reason", "acknowledge"),
    )

    def __init__(self, error: LogRewoundError) -> None:
        super().__init__()
        self._error = error

    def body(self) -> ComposeResult:
        """What happened, one field."""
        yield Pane(partial(rewound_dialog, self._error))
        yield FieldRow("Reason", FormField(id="rewind-reason"))

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
