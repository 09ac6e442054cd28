"""Offers the changes that were left unsaved when the console ended last."""

from datetime import datetime
from enum import Enum, auto
from functools import partial

from textual.app import ComposeResult
from textual.content import Content

from bgconsole.tui.kit.actions import Action
from bgconsole.tui.kit.dialog import Dialog
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.main.draft_keeper import TakenUp
from bgconsole.tui.main.render import leave as render
from bgconsole.tui.model.draft_file import KeptDrafts
from bgconsole.tui.model.state import ConsoleState


class Returning(Enum):
    """What becomes of changes that were kept."""

    TAKE_UP = auto()
    DROP = auto()
    LATER = auto()
    """They stay kept, and are offered again next time."""


class KeptDraftDialog(Dialog[Returning]):
    """Says what was left, what is different by now, and asks whether to go on with it."""

    HEADING = "Your unsaved changes"
    ACTIONS = (
        Action("kept.take", "enter", "restore", "Restore these changes, not saved yet",
               "answer('TAKE_UP')", key_display="enter"),
        Action("kept.drop", "d", "discard", "Discard these changes", "answer('DROP')"),
        Action("kept.later", "escape", "not now", "Ask again at the next start",
               "answer('LATER')"),
    )  # fmt: skip

    def __init__(
        self, kept: KeptDrafts, taken: TakenUp, state: ConsoleState, now: datetime
    ) -> None:
        super().__init__()
        self._draw = partial(render.kept_draft, kept, taken, state, now)

    def body(self) -> ComposeResult:
        """What was left."""
        yield Pane(self._draw)

    def ways_out(self, width: int) -> Content:
        """What to do with it."""
        return render.kept_buttons(width)

    def action_answer(self, answer: str) -> None:
        """Give the answer."""
        self.dismiss(Returning[answer])
