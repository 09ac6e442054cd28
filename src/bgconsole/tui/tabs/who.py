"""Who gets in: everybody against the conditions."""

from textual.app import ComposeResult

from bgconsole.tui.render.text import words
from bgconsole.tui.tabs.tab import TeamTab
from bgconsole.tui.theme import STRONG
from bgconsole.tui.widgets.pane import Pane


class WhoTab(TeamTab, can_focus=True):
    """Who gets in: everybody against the conditions."""

    def compose(self) -> ComposeResult:
        """The heading."""
        yield Pane(lambda _width: words("Who gets in: everybody against the conditions", STRONG))

    def draw(self) -> None:
        """Show what lies on the desk."""

    def focus_first(self) -> None:
        """Put the cursor on the list."""
        self.focus()
