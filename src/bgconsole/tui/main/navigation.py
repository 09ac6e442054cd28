"""Moving about on the main screen: providers, tabs, one step back."""

from typing import Final

from bgconsole.policy.coverage import Condition
from bgconsole.tui.kit.render import dialogs as render
from bgconsole.tui.kit.render.text import EMPTY
from bgconsole.tui.kit.tab import TeamTab
from bgconsole.tui.main.draft_editor import DraftEditor
from bgconsole.tui.main.leaving import Leaving
from bgconsole.tui.main.scope import MainScope
from bgconsole.tui.main.tab_table import AUDIT, PAGE, SIMULATOR, id_of
from bgconsole.tui.main.tabs import Tabs
from bgconsole.tui.model.provider_names import short_name

_SOME_ROWS: Final = 5
"""Rows of the log that are enough to read it beside a page."""


class Navigation:
    """Of one screen."""

    def __init__(self, scope: MainScope, tabs: Tabs, editor: DraftEditor, leaving: Leaving) -> None:
        self._scope = scope
        self._workspace = scope.workspace
        self._tabs = tabs
        self._editor = editor
        self._leaving = leaving

    def back(self) -> None:
        """One step back: field, list, editing, the place before; asks before it drops changes."""
        view, tabs = self._workspace.view, self._tabs
        if tabs.front != PAGE:
            if not tabs.back():
                tabs.show(PAGE)
                tabs.focus()
        elif self._is_in_part:
            tabs.focus()
        elif view is not None and view.draft.dirty:
            self._leaving.ask_to_cancel(view)
        elif self._workspace.editing:
            self._editor.edit()
        else:
            tabs.back()

    @property
    def why_no_way_back(self) -> str | None:
        """Why there is no step back; None where there is one."""
        view = self._workspace.view
        begun = self._workspace.editing or (view is not None and view.draft.dirty)
        if self._tabs.front != PAGE or self._is_in_part or begun or self._tabs.came_from:
            return None
        return "There is nothing to go back to. ^Q leaves the console, O signs out"

    @property
    def _is_in_part(self) -> bool:
        focused = self._scope.screen.focused
        return focused is not None and focused is not self._tabs.page.badges

    async def open_tab(self, tab: str) -> None:
        """Bring a tab to the front."""
        person = self._tabs.page.add_answer.person
        opened = await self._tabs.open(tab)
        if person is not None and isinstance(opened, TeamTab):
            # Why they cannot be added is changed there.
            opened.look_at(person)

    async def step(self, step: int) -> None:
        """Go to the tab so many to the right, round and round."""
        await self.open_key(self._tabs.beside(step))

    async def open_key(self, key: str) -> None:
        """Go to the tab with that key."""
        if key.isdigit():
            self.open_number(int(key))
        else:
            await self.open_tab(id_of(key))

    def open_number(self, number: int) -> None:
        """Go to the page of the provider of that number, if there is one."""
        slugs = [view.detail.slug for view in self._workspace.views]
        if 1 <= number <= len(slugs):
            self.open_provider(slugs[number - 1])

    def why_no_number(self, number: int) -> str | None:
        """Why there is no provider of that number; None where there is one."""
        count = len(self._workspace.views)
        if number <= count:
            return None
        if self._workspace.state is None:
            return "The team is not read yet"
        return f"There is no provider {number}: {_numbers(count)}"

    def open_provider(self, slug: str) -> None:
        """Go to the page of that provider, if there is one; says what stays unsaved behind."""
        if slug not in {view.detail.slug for view in self._workspace.views}:
            return
        left = self._workspace.view
        self._tabs.page.answer_add(None)
        self._scope.say(EMPTY)
        self._tabs.show(PAGE, slug)
        self._tabs.focus()
        if left is not None and left.draft.dirty and left.detail.slug != slug:
            size = left.draft.delta.size
            changes = f"{size} unsaved change{'' if size == 1 else 's'}"
            self._scope.say(render.note(f"{short_name(left.detail)} keeps {changes}"))

    async def ask_about(self, email: str, condition: Condition | None) -> None:
        """Ask the simulator about somebody, under a condition if one was looked at."""
        slug = condition.slug if condition is not None else None
        self._tabs.show(SIMULATOR, slug)
        self._tabs.simulator.ask(email, None if condition is None else condition.idp)
        await self._tabs.open(SIMULATOR)

    def attempt(self) -> None:
        """Try a real login of whom the simulator is asked about."""
        from bgconsole.tui.provider_page.attempt_dialog import AttemptDialog

        state, asked = self._workspace.state, self._tabs.simulator.simulation
        if state is None or asked is None:
            return
        lists = {provider.slug: short_name(provider) for provider in state.providers}
        dialog = AttemptDialog(self._scope.session, asked.email, state.me.email, lists)
        self._scope.screen.app.push_screen(dialog)

    def glass(self) -> None:
        """Show break-glass events only, or all again; the cursor is on the newest."""
        self._look_at_log()
        self._tabs.feed.pane.action_glass_only()

    def failures(self) -> None:
        """Show failures only, or all again; the cursor is on the newest."""
        self._look_at_log()
        self._tabs.feed.pane.action_failures_only()

    def all_events(self) -> None:
        """Remove every filter of the log."""
        self._tabs.feed.pane.action_show_all()

    def _look_at_log(self) -> None:
        """Put the focus on the log; where it has no rows beside the page, bring it to the front."""
        pane = self._tabs.feed.pane
        seen = self._tabs.feed.display and not self._tabs.narrow
        if not seen or pane.size.height < _SOME_ROWS:
            self._tabs.show(AUDIT)
        pane.focus()

    def filter(self) -> None:
        """Choose which events to show, in front of them."""
        self._look_at_log()
        self._tabs.feed.pane.action_filter()


def _numbers(count: int) -> str:
    if count < 2:
        return "1 is the only one" if count else "p, then a, adds one"
    return f"1 to {count} open one"
