"""Asks for a time to go to in the audit log."""

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from bgconsole.policy.moments import parse_moment
from bgconsole.tui.audit.render.filter import time_answer
from bgconsole.tui.audit.render.times import Zone
from bgconsole.tui.kit.field import Field
from bgconsole.tui.kit.key_bar import KeyBar
from bgconsole.tui.kit.modal import ModalScreen
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.kit.rows import FieldRow


class AuditTimeScreen(ModalScreen[datetime | None]):
    """Gives the moment (UTC), or None to stay."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go", "go there", id="time.go", tooltip="The first event since then"),
        Binding("escape", "leave", "stay", id="time.leave", tooltip="Stay here"),
    ]

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

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is nowhere to go without a time."""
        return None if action == "go" and self._moment is None else True

    def action_go(self) -> None:
        """Give the moment."""
        if self._moment is not None:
            self.dismiss(self._moment)

    def action_leave(self) -> None:
        """Stay here."""
        self.dismiss(None)

    @property
    def _moment(self) -> datetime | None:
        try:
            return parse_moment(self.query_one(_TimeField).value, self._clock(), self._zone.tzinfo)
        except ValueError:
            return None

    def _answer(self, text: str) -> None:
        told = time_answer(text, self._moment, self._zone)
        self.query_one("#audit-time-answer", Pane).show(lambda _width: told)
        self.refresh_bindings()


class _TimeField(Field):
    """Enter is the dialog's."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "screen.go", "go there", id="time.enter", tooltip="First event since"),
    ]
