"""Editing a provider's switch and list on its page."""

from collections.abc import Callable

from bgconsole.policy.refusals import Refusal
from bgconsole.tui.kit.field import FormField
from bgconsole.tui.kit.notices import Tone, tell
from bgconsole.tui.kit.render.remedies import remedy_here
from bgconsole.tui.kit.render.text import EMPTY
from bgconsole.tui.main.scope import MainScope
from bgconsole.tui.main.tab_table import PAGE, SIMULATOR
from bgconsole.tui.main.tabs import WITH_PAGE, Tabs
from bgconsole.tui.model.state import ProviderView


class DraftEditor:
    """Turns keys into changes of the draft."""

    def __init__(self, scope: MainScope, tabs: Tabs) -> None:
        self._scope = scope
        self._workspace = scope.workspace
        self._tabs = tabs

    def add(self) -> None:
        """Open the list and go to the add field."""
        self._tabs.show(PAGE)
        self._begin()
        self._tabs.page.field.select_all()
        self._tabs.page.field.focus()

    def _begin(self) -> None:
        """Open the list for editing, and say so where a key was pressed for something else."""
        if not self._workspace.editing:
            self._workspace.edit()
            told = "Editing the list: nothing counts until you save it"
            tell(self._scope.screen, Tone.DONE, told, "^S saves, esc goes back", passing=True)

    def enforce(self) -> None:
        """Turn enforcement on or off in the draft; turning it on opens the list."""
        if self._tabs.narrow and self._tabs.front == SIMULATOR:
            self._tabs.show(PAGE)
        self._edit(self._workspace.enforce)
        self._tabs.focus()

    def edit(self) -> None:
        """Open the list for editing, or close it when there is nothing to lose."""
        workspace = self._workspace
        (workspace.stop_editing if workspace.editing else workspace.edit)()
        self._tabs.focus()

    def undo(self) -> None:
        """Take back the last change of the draft."""
        self._move_in_time(self._workspace.undo)

    def redo(self) -> None:
        """Make the change again that was taken back last."""
        self._move_in_time(self._workspace.redo)

    def _move_in_time(self, change: Callable[[], None]) -> None:
        self._edit(change)
        if self._scope.screen.focused is None and self._tabs.front in WITH_PAGE:
            # The list is there again.
            self._tabs.focus()

    def add_typed(self, typed: str) -> None:
        """Put on the list whom the add field names, or say why not."""
        refused = self._workspace.add(typed)
        if refused is None:
            self._scope.say(EMPTY)
        self._tabs.page.answer_add(refused)
        self._scope.screen.post_message(FormField.Answered())

    def add_from_simulator(self, email: str) -> None:
        """Put the person whom the simulator asks about on the list."""
        self._tabs.show(PAGE)
        self._say_refused(self._workspace.put_on_list(email))
        self._tabs.focus()

    def add_from_tab(self, email: str, slug: str) -> None:
        """Put somebody on a list from a tab; the page of that list is the open one then."""
        slugs = {view.detail.slug for view in self._workspace.views}
        if slug in slugs and self._workspace.may_change:
            self._say_refused(self._workspace.put_on_list(email, slug))

    def _say_refused(self, refused: Refusal | None) -> None:
        if refused is not None:
            tell(self._scope.screen, Tone.CARE, refused.message, remedy_here(refused))
        self._scope.say(EMPTY)

    def remove(self, email: str) -> None:
        """Take somebody off the list, or put back who was taken off."""
        if self._workspace.may_change:
            self._begin()
            self._workspace.remove(email)
            self._scope.say(EMPTY)

    def drop(self, view: ProviderView) -> None:
        """Forget the draft of this provider."""
        self._workspace.drop(view.detail.slug)
        self._scope.say(EMPTY)
        self._tabs.focus()

    def _edit(self, change: Callable[[], None]) -> None:
        self._scope.say(EMPTY)
        change()
