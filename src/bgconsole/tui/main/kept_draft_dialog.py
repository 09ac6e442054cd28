"""Offers the changes that were left unsaved when the console ended last."""

from datetime import datetime
from enum import Enum, auto
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll

from bgconsole.tui.kit.heights import DIALOG_HEIGHTS
from bgconsole.tui.kit.key_bar import KeyBar
from bgconsole.tui.kit.modal import ModalScreen
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


class KeptDraftDialog(ModalScreen[Returning]):
    """Says what was left, what is different by now, and asks whether to go on with it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter",
            "answer('TAKE_UP')",
            "take up",
            id="kept.take",
            key_display="enter",
            tooltip="Go on with these changes; nothing is saved by it",
        ),
        Binding("d", "answer('DROP')", "drop", id="kept.drop", tooltip="Forget these changes"),
        Binding(
            "escape",
            "answer('LATER')",
            "not now",
            id="kept.later",
            tooltip="Ask again at the next start",
        ),
    ]

    VERTICAL_BREAKPOINTS = DIALOG_HEIGHTS

    def __init__(
        self, kept: KeptDrafts, taken: TakenUp, state: ConsoleState, now: datetime
    ) -> None:
        super().__init__()
        self._draw = partial(render.kept_draft, kept, taken, state, now)

    def compose(self) -> ComposeResult:
        """What was left, and what to do with it."""
        with VerticalScroll(classes="dialog", can_focus=False) as box:
            box.border_title = "Your unsaved changes"
            yield Pane(self._draw)
            yield Pane(render.kept_buttons)
        yield KeyBar()

    def action_answer(self, answer: str) -> None:
        """Give the answer."""
        self.dismiss(Returning[answer])
