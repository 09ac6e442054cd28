"""Asks for a time to go to in the audit log."""

from collections.abc import Callable
from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from bgconsole.policy.moments import parse_moment
from bgconsole.tui.audit.render.dialogs import time_answer
from bgconsole.tui.audit.render.times import Zone
from bgconsole.tui.kit.actions import Action
from bgconsole.tui.kit.field import Field
from bgconsole.tui.kit.key_bar import KeyBar
from bgconsole.tui.kit.modal import ModalScreen
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.kit.rows import FieldRow


class AuditTimeScreen(ModalScreen[datetime | None]):
    """Gives the moment (UTC), or None to stay."""

    ACTIONS = (
        Action("time.go", "enter", "go there", "The first event since then", "go",
               lambda dialog: None if dialog.moment else "Write a time first, such as 02:30"),
        Action("time.leave", "escape", "stay", "Stay here", "leave"),
    )  # fmt: skip

    def __init__(self, clock: Callable[[], datetime], zone: Zone) -> None:
        super().__init__()
        self._clock = clock
        self._zone = zone

    def compose(self) -> ComposeResult:
        """One field, and how it is understood."""
        with Vertical(classes="dialog", id="audit-time") as box:
            box.border_title = "Go to a time"
            yield FieldRow("Time", _TimeField(id="audit-time-field", placeholder="02:30"))
            yield Pane(id="audit-time-answer")
        yield KeyBar()

    def on_mount(self) -> None:
        """Say what may be written."""
        self._answer("")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say how it is understood."""
        event.stop()
        self._answer(event.value)

    def action_go(self) -> None:
        """Give the moment."""
        if self.moment is not None:
            self.dismiss(self.moment)

    def action_leave(self) -> None:
        """Stay here."""
        self.dismiss(None)

    @property
    def moment(self) -> datetime | None:
        try:
            return parse_moment(self.query_one(_TimeField).value, self._clock(), self._zone.tzinfo)
        except ValueError:
            return None

    def _answer(self, text: str) -> None:
        answer = time_answer(text, self.moment, self._zone)
        self.query_one("#audit-time-answer", Pane).show(lambda _width: answer)
        self.refresh_bindings()


class _TimeField(Field):
    """Enter is the dialog's."""

    ACTIONS = (Action("time.enter", "enter", "go there", "First event since", "screen.go"),)
