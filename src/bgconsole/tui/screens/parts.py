"""A screen in three parts: all of them where there is room, else one at a time, chosen by tabs."""

from enum import StrEnum
from typing import Final

from textual.events import Resize
from textual.screen import Screen

from bgconsole.tui.audit_feed import AuditFeed
from bgconsole.tui.widgets.provider_page import ProviderPage
from bgconsole.tui.widgets.simulator import Simulator

_NARROW: Final = 100
_LOW: Final = 30


class Part(StrEnum):
    """What a small terminal shows; a large one shows all of them."""

    PAGE = "page"
    SIMULATOR = "simulator"
    AUDIT = "audit"


class PartedScreen(Screen[None]):
    """Holds which part is in front, and goes from one to another."""

    def __init__(self) -> None:
        super().__init__()
        self.part = Part.PAGE

    @property
    def narrow(self) -> bool:
        """Whether the parts are shown one at a time."""
        return self.has_class("-narrow")

    @property
    def page(self) -> ProviderPage:
        """The provider's page."""
        return self.query_one(ProviderPage)

    @property
    def simulator(self) -> Simulator:
        """The login simulator."""
        return self.query_one(Simulator)

    @property
    def feed(self) -> AuditFeed:
        """The audit pane with what feeds it."""
        return self.query_one(AuditFeed)

    def on_resize(self, event: Resize) -> None:
        """Under 100 columns or 30 rows: one column, the parts one at a time."""
        self.set_class(event.size.width < _NARROW or event.size.height < _LOW, "-narrow")
        self.show_part(self.part)

    def show_part(self, part: Part) -> None:
        """Bring a part to the front."""
        self.part = part
        for name in Part:
            self.set_class(self.narrow and part is not name, f"-no-{name}")
        self.part_shown()

    def part_shown(self) -> None:
        """Another part, or another size: what tells of it is to be drawn again."""

    def focus_page(self) -> None:
        """Put the cursor on the list, where there is one."""
        if self.page.badges.display:
            self.page.badges.focus()
        else:
            self.set_focus(None)

    def action_simulate(self) -> None:
        """Go to the simulator's question."""
        self.show_part(Part.SIMULATOR)
        self.simulator.focus_question()

    def action_audit(self) -> None:
        """Go to the audit pane."""
        self.show_part(Part.AUDIT)
        self.feed.pane.focus()

    def action_glass(self) -> None:
        """Show break-glass events only, or all again."""
        self.feed.pane.action_glass_only()

    def action_filter(self) -> None:
        """Choose which events to show."""
        self.feed.pane.action_filter()
