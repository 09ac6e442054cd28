"""Asks before unsaved changes are dropped."""

from collections.abc import Callable
from enum import Enum, auto
from functools import partial
from typing import Final

from textual.app import ComposeResult
from textual.content import Content

from bgconsole.tui.kit.actions import Action
from bgconsole.tui.kit.dialog import Dialog
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


def _offers(answer: LeaveAnswer) -> Callable[["LeaveDialog"], bool]:
    """Only the answers that are asked for."""
    return lambda dialog: answer in dialog.answers


class LeaveDialog(Dialog[LeaveAnswer]):
    """Lists what would be lost; gives one of the answers it offers, or to stay."""

    ACTIONS = (
        Action("leave.keep", "escape,n", "keep editing", "Change nothing", "answer('STAY')"),
        Action("leave.save", "ctrl+s,W", "save", "Save, then continue", "answer('SAVE')",
               offered=_offers(LeaveAnswer.SAVE)),
        Action("leave.later", "k", "keep for later", "Keep them for your next sign-in",
               "answer('LATER')", offered=_offers(LeaveAnswer.LATER)),
        Action("leave.drop", "y", "discard the changes", "Discard the changes", "answer('DROP')",
               offered=_offers(LeaveAnswer.DROP)),
    )  # fmt: skip

    def __init__(self, title: str, unsaved: tuple[Unsaved, ...], *answers: LeaveAnswer) -> None:
        super().__init__()
        self._title = title
        self._unsaved = unsaved
        self.answers = answers

    @property
    def heading(self) -> str:
        """As it is asked."""
        return self._title

    def body(self) -> ComposeResult:
        """What would be lost."""
        yield Pane(partial(render.leave, self._unsaved))

    def ways_out(self, width: int) -> Content:
        """To stay, then the answers that are offered."""
        return buttons(width, render.KEEP, *(_BUTTONS[answer] for answer in self.answers))

    def action_answer(self, answer: str) -> None:
        """Give the answer."""
        self.dismiss(LeaveAnswer[answer])
