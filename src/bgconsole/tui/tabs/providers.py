"""The providers of the team."""

from textual.app import ComposeResult

from bgconsole.tui.render.text import words
from bgconsole.tui.tabs.tab import TeamTab
from bgconsole.tui.theme import STRONG
from bgconsole.tui.widgets.pane import Pane


class ProvidersTab(TeamTab, can_focus=True):
    """The providers of the team."""

    def compose(self) -> ComposeResult:
        """The heading."""
        yield Pane(lambda _width: words("The providers of the team", STRONG))

    def draw(self) -> None:
        """Show what lies on the desk."""

    def focus_first(self) -> None:
        """Put the cursor on the list."""
        self.focus()
