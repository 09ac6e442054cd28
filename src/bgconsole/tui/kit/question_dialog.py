"""Asks before something is done, and says what it will do."""

from dataclasses import dataclass

from textual.app import ComposeResult

from bgconsole.tui.kit.actions import Action
from bgconsole.tui.kit.key_bar import KeyBar
from bgconsole.tui.kit.modal import ModalScreen
from bgconsole.tui.kit.pane import Draw, Pane
from bgconsole.tui.kit.render.buttons import Button, buttons
from bgconsole.tui.kit.scrolled import ScrolledText


@dataclass(frozen=True, slots=True)
class Question:
    """`title` and `verb` are the program's own words; `body` says the consequences."""

    title: str
    body: Draw
    verb: str
    style: str = ""


class QuestionDialog(ModalScreen[bool]):
    """Gives True to do it. The safe answer is the primary one."""

    ACTIONS = (
        Action("member.keep", "escape,n", "go back", "Change nothing", "answer(False)"),
        Action("member.do", "y", "do it", "Do it", "answer(True)"),
    )

    def __init__(self, question: Question) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        """The consequences, two ways out."""
        question = self._question
        with ScrolledText(classes="dialog member-dialog") as box:
            box.border_title = question.title
            yield Pane(question.body)
            do = Button(question.verb, "y", style=question.style)
            back = Button("Go back", "esc")
            yield Pane(lambda width: buttons(width, back, do), classes="dialog-end")
        yield KeyBar()

    def action_answer(self, do: bool) -> None:
        """Give the answer."""
        self.dismiss(do)
