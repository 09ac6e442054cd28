"""A screen in parts: all that go together where there is room, else one at a time, by tabs."""

from typing import TYPE_CHECKING, Final

from textual.dom import DOMNode
from textual.events import Resize
from textual.geometry import Size
from textual.screen import Screen

from bgconsole.tui.audit.feed import AuditFeed
from bgconsole.tui.kit.tab import TeamTab
from bgconsole.tui.model.session import Session
from bgconsole.tui.model.tab_id import COLUMNS, ROWS, TabId
from bgconsole.tui.model.workspace import Workspace
from bgconsole.tui.provider_page.page import ProviderPage
from bgconsole.tui.provider_page.simulator import Simulator

if TYPE_CHECKING:
    # Only a name here: actions are listed when they are asked for.
    from bgconsole.tui.kit.command_list import Command

_TOGETHER: Final = frozenset({TabId.PAGE, TabId.SIMULATOR, TabId.AUDIT})


class PartedScreen(Screen[None]):
    """Holds which part is in front, and goes from one to another."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._workspace = Workspace(read_only=session.connection.read_only)
        self._tabs: dict[TabId, TeamTab] = {}
        self.part = TabId.PAGE

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

    @property
    def tab(self) -> TeamTab | None:
        """The tab in front, if it is one that fills the screen."""
        return self._tabs.get(self.part)

    def on_resize(self, event: Resize) -> None:
        """Under 100 columns or 30 rows: one column, the parts one at a time."""
        self.fit(event.size)
        self.part_shown()

    def fit(self, size: Size, *, update: bool = True) -> None:
        """Show what there is room for; before there is anything to see, without an `update`."""
        self._arrange(narrow=size.width < COLUMNS or size.height < ROWS, update=update)

    def _arrange(self, *, narrow: bool, update: bool = True) -> None:
        shown = self._shown(self.part, narrow=narrow)
        # At once: each change of a class matches all style sheets anew.
        classes = {f"-no-{name}": name not in shown for name in TabId}
        self.update_classes({"-narrow": narrow, **classes}, update=update)

    def show_part(self, part: TabId) -> None:
        """Bring a part to the front."""
        self.part = part
        self._arrange(narrow=self.narrow)
        self.part_shown()

    def _shown(self, part: TabId, *, narrow: bool) -> frozenset[TabId]:
        """The parts that are on the screen when `part` is in front."""
        if narrow or part not in {TabId.PAGE, TabId.SIMULATOR}:
            return frozenset({part})
        return _TOGETHER

    def disabled_reason(self, action: str) -> str | None:
        """Why an action of the screen cannot be done now; None where it can."""

    def part_shown(self) -> None:
        """Another part, or another size: what tells of it is to be drawn again."""

    def focus_page(self) -> None:
        """Put the cursor on the list, where there is one; on that of the tab in front."""
        if self.tab is not None:
            self.tab.focus_first()
        elif self.page.badges.display:
            self.page.badges.focus()
        else:
            self.set_focus(None)

    def action_simulate(self) -> None:
        """Go to the simulator's question."""
        self.show_part(TabId.SIMULATOR)
        self.simulator.focus_question()

    def action_audit(self) -> None:
        """Open the audit log."""
        self.show_part(TabId.AUDIT)
        self.feed.pane.focus()

    async def action_tab(self, name: str) -> None:
        """Open the tab of that part; keys behind it wait until it is there."""
        part = TabId(name)
        if part not in self._tabs:
            from bgconsole.tui.main.opening import tab_kind

            kind = tab_kind(part)
            if kind is None:
                return
            tab = kind(self._session, self._workspace, id=f"{part}-tab")
            tab.add_class(f"-of-{part}")
            self._tabs[part] = tab
            await self.mount(tab, after="#work")
        self.show_part(part)
        self._tabs[part].draw()
        self._tabs[part].focus_first()

    async def open_part(self, part: TabId) -> DOMNode:
        """Bring a part to the front with the focus in it; gives where its actions are."""
        if part is TabId.AUDIT:
            self.action_audit()
            return self.feed.pane
        await self.action_tab(part)
        return self._tabs[part]

    def offers_part(self, part: TabId) -> bool:
        """Whether this person may open that part."""
        raise NotImplementedError

    def commands_elsewhere(self) -> "tuple[Command, ...]":
        """What can be done on the tabs that are not in front."""
        from bgconsole.tui.main.elsewhere import commands_elsewhere

        others = {part for part in TabId if part is not self.part and self.offers_part(part)}
        return commands_elsewhere(self, others, self.open_part)

    def action_glass(self) -> None:
        """Show break-glass events only, or all again; the cursor is on the newest."""
        self.feed.pane.action_glass_only()
        if self.narrow:
            self.show_part(TabId.AUDIT)
        self.feed.pane.focus()

    def action_filter(self) -> None:
        """Choose which events to show."""
        self.feed.pane.action_filter()
