"""The tabs of the main screen: which there are, going from one to another; read-only or not."""

from textual import on
from textual.content import Content

from bgconsole.tui.kit.notices import Tone, tell
from bgconsole.tui.kit.render.text import EMPTY
from bgconsole.tui.main.page_idp import IdpScreen
from bgconsole.tui.main.render.tab_layout import Tab
from bgconsole.tui.main.render.tabs import narrow_tabs, part_key, part_of, wide_tabs
from bgconsole.tui.main.tab_strip import TabStrip
from bgconsole.tui.model.tab_id import TabId


class TabbedScreen(IdpScreen):
    """Goes from tab to tab by key and click, and switches this console's own changes off and on."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What cannot be done now stays in the key bar, dim."""
        if action in {"read_only", "step", "simulate", "change_password"}:
            return True if self.disabled_reason(action) is None else None
        return super().check_action(action, parameters)

    def disabled_reason(self, action: str) -> str | None:
        """Why an action of the screen cannot be done now; None where it can."""
        workspace = self._workspace
        if action in {"read_only", "change_password"}:
            if workspace.state is None:
                return "The team is not read yet"
            if self._session.connection.read_only:
                return "This console was started with --read-only: start it without to change"
            if action == "change_password" and workspace.read_only:
                return "Read-only: nothing can be changed here. R ends it"
            if action == "read_only" and not workspace.administers:
                return "Your role may look, not change: ask an owner or admin"
        elif action == "step" and len(self._tabs_shown()) < 2:
            return "There is no other tab"
        elif action == "simulate" and workspace.state is not None and workspace.view is None:
            return "There is no provider yet: p, then a, adds one"
        return super().disabled_reason(action)

    def part_shown(self) -> None:
        """Mark the tab of what is in front."""
        self.query_one(TabStrip).show(self._tabs_shown(), self._tab_in_front())

    def _tabs_shown(self) -> tuple[Tab, ...]:
        views, administers = self._workspace.views, self._workspace.administers
        if self.narrow:
            return narrow_tabs(views, administers=administers, audit_badge=self.audit_badge)
        return wide_tabs(views, administers=administers)

    @property
    def audit_badge(self) -> Content:
        """What the audit log's tab tells of it where the log itself is not on the screen."""
        return EMPTY

    def _tab_in_front(self) -> str:
        """The key of its tab; where page and simulator share the screen it is the page's."""
        in_front = part_key(self.part)
        if in_front is not None and (self.narrow or self.part is not TabId.SIMULATOR):
            return in_front
        return str(self._workspace.number or "")

    def action_provider(self, number: int) -> None:
        """Go to the page of the provider of that number."""
        if self._workspace.open(number):
            self.page.answer_add(None)
            self.show_part(TabId.PAGE)
            self._edited()
            self.focus_page()

    async def action_step(self, step: int) -> None:
        """Go to the tab so many to the right, round and round."""
        keys = [tab.key for tab in self._tabs_shown()]
        here = self._tab_in_front()
        place = keys.index(here) if here in keys else -max(step, 0)
        await self._open(keys[(place + step) % len(keys)])

    @on(TabStrip.Chosen)
    async def _tab_chosen(self, event: TabStrip.Chosen) -> None:
        await self._open(event.key)

    async def _open(self, key: str) -> None:
        """Open the tab of that key."""
        if key.isdigit():
            self.action_provider(int(key))
            return
        match part_of(key):
            case TabId.SIMULATOR:
                self.action_simulate()
            case TabId.AUDIT:
                self.action_audit()
            case part:
                await self.action_tab(part)

    def action_read_only(self) -> None:
        """Switch this console's own changes off, or on again; drafts stay."""
        workspace = self._workspace
        workspace.read_only = not workspace.read_only
        self.draw()
        if workspace.read_only:
            kept = "Your draft is kept. " if workspace.unsaved else ""
            tell(self, Tone.CARE, "Read-only: nothing can be changed here", f"{kept}R ends it")
        else:
            tell(self, Tone.DONE, "Changes are possible again")
