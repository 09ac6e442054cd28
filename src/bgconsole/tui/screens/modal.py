"""A screen above another one, which is left once: keys that came behind its last one are its own.

Textual takes away whatever is in front when a screen is dismissed, also the second time.
"""

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen as TextualModalScreen
from textual.screen import ScreenResultType

__all__ = ["ModalScreen"]


class ModalScreen(TextualModalScreen[ScreenResultType]):
    """As Textual's, but leaving it takes away itself and what is above it, and nothing else."""

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Leave the screen with this result; where it was left already, do nothing."""
        if self not in self.app.screen_stack:
            return AwaitComplete()
        while self.app.screen is not self:
            self.app.pop_screen()
        return super().dismiss(result)
