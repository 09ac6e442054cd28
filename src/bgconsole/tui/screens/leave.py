"""Asks before unsaved changes are dropped."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from bgconsole.tui.render import dialogs as render
from bgconsole.tui.widgets.key_bar import KeyBar
from bgconsole.tui.widgets.pane import Pane


class LeaveDialog(ModalScreen[bool]):
    """Asks before unsaved changes are dropped; gives True to drop them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n", "answer(False)", "keep editing", id="leave.keep"),
        Binding("y", "answer(True)", "drop the changes", id="leave.drop"),
    ]

    def compose(self) -> ComposeResult:
        """One question."""
        with Vertical(classes="dialog") as box:
            box.border_title = "Drop the changes?"
            yield Pane(lambda _width: render.LEAVE)
            yield Pane(lambda _width: render.LEAVE_BUTTONS)
        yield KeyBar()

    def action_answer(self, drop: bool) -> None:
        """Give the answer."""
        self.dismiss(drop)
