"""Jump mode: a letter beside everything that takes keys; the letter goes there."""

from functools import partial

from textual.app import ComposeResult
from textual.content import Content
from textual.events import Click, Key
from textual.widget import Widget

from bgconsole.tui.kit.actions import Action
from bgconsole.tui.kit.jumping import Target
from bgconsole.tui.kit.key_bar import KeyBar
from bgconsole.tui.kit.modal import ModalScreen
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.kit.render.text import words


class JumpScreen(ModalScreen[Widget | None]):
    """Gives the widget that was chosen, or None."""

    ACTIONS = (Action("jump.leave", "escape", "stay", "Stay where you are", "leave"),)

    def __init__(self, targets: tuple[Target, ...]) -> None:
        super().__init__()
        self._targets = targets

    def compose(self) -> ComposeResult:
        """A letter beside each."""
        for target in self._targets:
            yield Pane(partial(_letter, target.letter)).add_class("jump")
        yield KeyBar()

    def on_mount(self) -> None:
        """Put each letter where it belongs."""
        for pane, target in zip(self.query(".jump"), self._targets, strict=True):
            pane.styles.offset = (target.x, target.y)
            pane.styles.width = target.width

    def on_key(self, event: Key) -> None:
        """Go where the letter points; any other key stays."""
        chosen = next((t for t in self._targets if t.letter == event.key), None)
        if chosen is not None:
            event.stop()
            self.dismiss(chosen.widget)

    def on_click(self, event: Click) -> None:
        """Go where the letter is that is clicked; a click elsewhere stays."""
        event.stop()
        letters = zip(self.query(".jump"), self._targets, strict=True)
        self.dismiss(next((one.widget for pane, one in letters if pane is event.widget), None))

    def action_leave(self) -> None:
        """Stay."""
        self.dismiss(None)


def _letter(letter: str, _width: int) -> Content:
    return words(letter)
