"""Somebody else saved first: theirs and mine side by side."""

from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from bgconsole.backend.errors import ConflictError
from bgconsole.policy.settings import Settings, merge
from bgconsole.tui.drafts import Draft
from bgconsole.tui.render import dialogs as render
from bgconsole.tui.widgets.key_bar import KeyBar
from bgconsole.tui.widgets.pane import Pane


class ConflictDialog(ModalScreen[Settings | None]):
    """Somebody else saved first: gives the settings to save on theirs, or None to go back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s,W", "merged", "save merged", id="conflict.merged", tooltip="Save both"),
        Binding("t", "theirs", "take theirs", id="conflict.theirs", tooltip="Drop my changes"),
        Binding("escape", "leave", "back", id="conflict.leave", tooltip="Back to editing"),
    ]

    def __init__(self, draft: Draft, error: ConflictError) -> None:
        super().__init__()
        self._draft = draft
        self._error = error
        self._merged = merge(draft.base, error.theirs, draft.current)

    def compose(self) -> ComposeResult:
        """Four columns, three ways out."""
        with Vertical(classes="dialog") as box:
            box.border_title = "Somebody saved first: nothing of yours is lost"
            yield Pane(partial(render.conflict, self._draft, self._error, self._merged))
            yield Pane(lambda _width: render.CONFLICT_BUTTONS)
        yield KeyBar()

    def action_merged(self) -> None:
        """Save both."""
        self.dismiss(self._merged)

    def action_theirs(self) -> None:
        """Keep what they saved."""
        self.dismiss(self._error.theirs)

    def action_leave(self) -> None:
        """Back to the draft."""
        self.dismiss(None)
