"""Which tab is in front: all that go together where there is room, else one at a time."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from textual.content import Content
from textual.dom import DOMNode
from textual.geometry import Size
from textual.screen import Screen

from bgconsole.tui.audit.feed import AuditFeed
from bgconsole.tui.audit.pane import AuditPane
from bgconsole.tui.kit.after_refresh import after_refresh
from bgconsole.tui.kit.heights import COLUMNS, ROWS
from bgconsole.tui.kit.key_bar import key_name
from bgconsole.tui.kit.render.text import EMPTY
from bgconsole.tui.kit.tab import TeamTab
from bgconsole.tui.main.places import Place, Places
from bgconsole.tui.main.render.tab_layout import Tab
from bgconsole.tui.main.render.tabs import provider_tabs
from bgconsole.tui.main.tab_table import AUDIT, NARROW, PAGE, SIMULATOR, WIDE, entry
from bgconsole.tui.model.session import Session
from bgconsole.tui.model.workspace import Workspace
from bgconsole.tui.provider_page.page import ProviderPage
from bgconsole.tui.provider_page.rows import log_rows
from bgconsole.tui.provider_page.simulator import Simulator

if TYPE_CHECKING:
    # Only a name here: actions are listed when they are asked for.
    from bgconsole.tui.kit.command_list import Command

WITH_PAGE: Final = frozenset({PAGE, SIMULATOR})
"""Where the open provider's page is worked on."""

_TOGETHER: Final = (PAGE, SIMULATOR, AUDIT)
"""What is on the screen from the start, and all at once where there is room."""


class Tabs:
    """Of the main screen. `changed` is called when another tab, or another size, is shown."""

    def __init__(
        self,
        screen: Screen[None],
        session: Session,
        workspace: Workspace,
        changed: Callable[[], None],
    ) -> None:
        self._screen = screen
        self._session = session
        self._workspace = workspace
        self._changed = changed
        self._opened: dict[str, TeamTab] = {}
        self._wanted = (0, 0)
        self._places = Places()
        self.front = PAGE

    @property
    def narrow(self) -> bool:
        """Whether tabs are shown one at a time."""
        return self._screen.has_class("-narrow")

    @property
    def page(self) -> ProviderPage:
        """The provider's page."""
        return self._screen.query_one(ProviderPage)

    @property
    def simulator(self) -> Simulator:
        """The login simulator."""
        return self._screen.query_one(Simulator)

    @property
    def feed(self) -> AuditFeed:
        """The audit pane with what feeds it."""
        return self._screen.query_one(AuditFeed)

    @property
    def filling(self) -> TeamTab | None:
        """The tab in front, if it is one that fills the screen."""
        return self._opened.get(self.front)

    # Going from one to another

    def fit(self, size: Size, *, update: bool = True) -> None:
        """Show what there is room for; before there is anything to see, without an `update`."""
        self._arrange(narrow=size.width < COLUMNS or size.height < ROWS, update=update)

    @property
    def here(self) -> Place:
        """The tab in front, and of which provider it is."""
        return self._place(self.front, self._workspace.slug)

    def _place(self, tab: str, slug: str | None) -> Place:
        return Place(tab, slug if tab in WITH_PAGE else None)

    @property
    def came_from(self) -> Place | None:
        """Where one step back leads; None where there is nowhere to go back to."""
        slugs = {view.detail.slug for view in self._workspace.views}
        return self._places.last(self.here, slugs)

    def show(self, tab: str, slug: str | None = None) -> None:
        """Bring a tab to the front that has been opened, or the page of a provider."""
        self._places.went(self.here, self._place(tab, slug or self._workspace.slug))
        self._bring(tab, slug)

    def _bring(self, tab: str, slug: str | None) -> None:
        if slug is not None and slug != self._workspace.slug:
            self._workspace.open(slug)
        before, self.front = self.front, tab
        self._arrange(narrow=self.narrow)
        if AUDIT in (before, tab) and before != tab:
            log = self.feed.pane.state
            log.take_filter_up() if tab == AUDIT else log.set_filter_aside()
        self._changed()

    def back(self) -> bool:
        """Return to where one came from, as it was left; whether there was such a place."""
        place = self.came_from
        if place is None:
            return False
        self._places.went_back()
        self._bring(place.tab, place.slug)
        self._begin()
        return True

    async def open(self, tab: str) -> DOMNode:
        """Bring a tab to the front with the focus in it; gives where its actions are.

        Keys behind it wait until it is there.
        """
        if entry(tab) is not None and tab not in _TOGETHER:
            filling = self._opened.get(tab) or await self._mount(tab)
            if not filling.is_mounted:
                # The screen was closed meanwhile.
                return filling
            if self.front != tab:
                filling.begin_anew()
        self.show(tab)
        return self._begin()

    def _begin(self) -> DOMNode:
        """Put the focus into the tab in front; gives where its actions are."""
        if self.filling is not None:
            self.filling.draw()
            self.filling.focus_first()
            return self.filling
        if self.front == SIMULATOR:
            self.simulator.focus_question()
            return self.simulator
        if self.front == AUDIT:
            self.feed.pane.focus()
            return self.feed.pane
        self.focus()
        return self.page

    async def _mount(self, tab: str) -> TeamTab:
        found = entry(tab)
        if found is None:
            raise KeyError(tab)
        filling = self._opened[tab] = found.load()(self._session, self._workspace, id=f"{tab}-tab")
        await self._screen.mount(filling, after="#work")
        return filling

    def focus(self) -> None:
        """Put the cursor on the list, where there is one; on that of the tab in front."""
        if self.filling is not None:
            self.filling.focus_first()
        elif self.page.badges.display:
            self.page.badges.focus()
        else:
            self._screen.set_focus(None)

    def share_rows(self, loose: int, tight: int) -> None:
        """The page wants so many rows, with its gaps and without them: the log has the others."""
        self._wanted = loose, tight
        self._fit_log()

    def _fit_log(self) -> None:
        styles = self.feed.styles
        if self.narrow or self.front not in WITH_PAGE:
            styles.clear_rule("height")
            return
        room = self._screen.query_one("#work").outer_size.height + self.feed.outer_size.height
        if room:
            styles.height = log_rows(room, *self._wanted)

    def _arrange(self, *, narrow: bool, update: bool = True) -> None:
        together = not narrow and self.front in WITH_PAGE
        shown = _TOGETHER if together else (self.front,)
        # At once: each change of a class matches all style sheets anew.
        classes = {f"-no-{name}": name not in shown for name in _TOGETHER}
        self._screen.update_classes({"-narrow": narrow, **classes}, update=update)
        for name, filling in self._opened.items():
            filling.display = name in shown
        if update:
            after_refresh(self._screen, self._fit_log)

    # The row of tabs

    def row(self, badge: Content = EMPTY) -> tuple[Tab, ...]:
        """Every tab; `badge` is what the audit log's tells where the log itself is not shown."""
        others = [tab for tab in (NARROW if self.narrow else WIDE) if self.offers(tab.id)]
        badges = {AUDIT: badge} if self.narrow else {}
        return (
            *provider_tabs(self._workspace.views),
            *(tab.tab(apart=tab is others[0], badge=badges.get(tab.id, EMPTY)) for tab in others),
        )

    @property
    def active(self) -> str:
        """The key of the tab in front; where page and simulator are side by side, the page's."""
        found = entry(self.front)
        if found is not None and (self.narrow or self.front != SIMULATOR):
            return found.key
        return str(self._workspace.number or "")

    def beside(self, step: int) -> str:
        """The key of the tab so many to the right of the active one, round and round."""
        keys = [tab.key for tab in self.row()]
        place = keys.index(self.active) if self.active in keys else -max(step, 0)
        return keys[(place + step) % len(keys)]

    def offers(self, tab: str) -> bool:
        """Whether this person may open that tab: members ask the simulator only."""
        workspace = self._workspace
        return bool(workspace.views) if tab == SIMULATOR else workspace.administers

    def commands_elsewhere(self) -> "tuple[Command, ...]":
        """What can be done on the tabs that are not in front."""
        from bgconsole.tui.kit.command_list import Command

        others = [tab for tab in WIDE if tab.id != self.front and self.offers(tab.id)]
        return tuple(
            Command(
                what=action.tooltip,
                key=f"{tab.key} {action.key_display or key_name(action.key)}",
                action=action.run,
                node=self._screen,
                place=tab.names[0],
                open=partial(self.open, tab.id),
            )
            for tab in others
            for action in (AuditPane if tab.id == AUDIT else tab.load()).ACTIONS
            if action.elsewhere
        )
