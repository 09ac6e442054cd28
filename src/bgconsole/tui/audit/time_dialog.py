"""Asks for a time to go to in the audit log."""

from collections.abc import Callable
from datetime import datetime

from textual.app import ComposeResult
from textual.widgets import Input

from bgconsole.policy.moments import parse_moment
from bgconsole.tui.audit.render.dialogs import time_answer
from bgconsole.tui.audit.render.times import Zone
from bgconsole.tui.kit.actions import Action
from bgconsole.tui.kit.dialog import Dialog
from bgconsole.tui.kit.field import Field
from bgconsole.tui.kit.rows import FieldRow


class _TimeField(Field):
    """Enter is the dialog's."""

    ACTIONS = (Action("time.enter", "enter", "go there", "First event since", "screen.go"),)


class AuditTimeScreen(Dialog[datetime | None]):
    """Gives the moment (UTC), or None to stay."""

    HEADING = "Go to a time"
    KIND = "audit-time"
    ACTIONS = (
        Action("time.go", "enter", "go there", "The first event since then", "go",
               lambda dialog: None if dialog.moment else "Write a time first, such as 02:30"),
        Action("time.leave", "escape", "stay", "Stay here", "leave"),
    )  # fmt: skip

    def __init__(self, clock: Callable[[], datetime], zone: Zone) -> None:
        super().__init__()
        self._clock = clock
        self._zone = zone
        self._field = _TimeField(id="audit-time-field", placeholder="02:30")

    def body(self) -> ComposeResult:
        """One field."""
        yield FieldRow("Time", self._field)

    def on_mount(self) -> None:
        """Say what may be written."""
        super().on_mount()
        self._understood()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say how it is understood."""
        event.stop()
        self._understood()

    def action_go(self) -> None:
        """Give the moment."""
        if self.moment is not None:
            self.dismiss(self.moment)

    @property
    def moment(self) -> datetime | None:
        """What is typed, if it is a time."""
        try:
            return parse_moment(self._field.value, self._clock(), self._zone.tzinfo)
        except ValueError:
            return None

    def _understood(self) -> None:
        self.answer(time_answer(self._field.value, self.moment, self._zone))
        self.refresh_bindings()
