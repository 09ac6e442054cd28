"""Asks before something is done, and says what it will do."""

from dataclasses import dataclass

from textual.app import ComposeResult
from textual.content import Content

from bgconsole.tui.kit.actions import Action
from bgconsole.tui.kit.dialog import Dialog
from bgconsole.tui.kit.pane import Draw, Pane
from bgconsole.tui.kit.render.buttons import Button, buttons


@dataclass(frozen=True, slots=True)
class Question:
    """`title` and `verb` are the program's own words; `body` says the consequences."""

    title: str
    body: Draw
    verb: str
    style: str = ""


class QuestionDialog(Dialog[bool]):
    """Gives True to do it. The safe answer is the primary one."""

    KIND = "member-dialog"
    READS = True
    ACTIONS = (
        Action("member.keep", "escape,n", "go back", "Change nothing", "answer(False)"),
        Action("member.do", "y", "do it", "Do it", "answer(True)"),
    )

    def __init__(self, question: Question) -> None:
        super().__init__()
        self._question = question

    @property
    def heading(self) -> str:
        """As it is asked."""
        return self._question.title

    def body(self) -> ComposeResult:
        """The consequences."""
        yield Pane(self._question.body)

    def ways_out(self, width: int) -> Content:
        """Two."""
        question = self._question
        do = Button(question.verb, "y", style=question.style)
        return buttons(width, Button("Go back", "esc"), do)

    def action_answer(self, do: bool) -> None:
        """Give the answer."""
        self.dismiss(do)
