"""Asks before unsaved changes are dropped."""

from enum import Enum, auto
from functools import partial
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll

from bgconsole.tui.kit.heights import DIALOG_HEIGHTS
from bgconsole.tui.kit.key_bar import KeyBar
from bgconsole.tui.kit.modal import ModalScreen
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.kit.render.buttons import Button, buttons
from bgconsole.tui.kit.render.changes import Unsaved
from bgconsole.tui.main.render import leave as render


class LeaveAnswer(Enum):
    """What becomes of changes that are not saved."""

    STAY = auto()
    SAVE = auto()
    LATER = auto()
    """They are kept, and offered at the next sign-in."""

    DROP = auto()


_BUTTONS: Final[dict[LeaveAnswer, Button]] = {
    LeaveAnswer.SAVE: render.SAVE,
    LeaveAnswer.LATER: render.LATER,
    LeaveAnswer.DROP: render.DROP,
}


class LeaveDialog(ModalScreen[LeaveAnswer]):
    """Lists what would be lost; gives one of the answers it offers, or to stay."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "escape,n",
            "answer('STAY')",
            "keep editing",
            id="leave.keep",
            tooltip="Back, nothing changes",
        ),
        Binding("ctrl+s,W", "answer('SAVE')", "save", id="leave.save", tooltip="Save, then go on"),
        Binding(
            "k",
            "answer('LATER')",
            "keep for later",
            id="leave.later",
            tooltip="Offered at your next sign-in",
        ),
        Binding(
            "y",
            "answer('DROP')",
            "drop the changes",
            id="leave.drop",
            tooltip="Forget the changes",
        ),
    ]

    VERTICAL_BREAKPOINTS = DIALOG_HEIGHTS

    def __init__(self, title: str, unsaved: tuple[Unsaved, ...], *answers: LeaveAnswer) -> None:
        super().__init__()
        self._title = title
        self._unsaved = unsaved
        self._answers = answers

    def compose(self) -> ComposeResult:
        """What would be lost, and the ways out."""
        ways = [_BUTTONS[answer] for answer in self._answers]
        with VerticalScroll(classes="dialog", can_focus=False) as box:
            box.border_title = self._title
            yield Pane(partial(render.leave, self._unsaved))
            yield Pane(lambda width: buttons(width, render.KEEP, *ways))
        yield KeyBar()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only the answers that are offered."""
        if action != "answer":
            return True
        return (
            parameters[0] == LeaveAnswer.STAY.name
            or LeaveAnswer[str(parameters[0])] in self._answers
        )

    def action_answer(self, answer: str) -> None:
        """Give the answer."""
        self.dismiss(LeaveAnswer[answer])
