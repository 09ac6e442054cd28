"""Editing a provider's switch and list on its page, and saving them."""

from functools import partial
from typing import Final

from textual import on
from textual.content import Content

from bgconsole.backend.errors import BackendError, BatchRefusedError, NotAllowedError
from bgconsole.backend.protocol import Backend
from bgconsole.policy.refusals import Code
from bgconsole.tui.kit.after_refresh import after_refresh
from bgconsole.tui.kit.notices import Tone, tell
from bgconsole.tui.kit.render import dialogs as render
from bgconsole.tui.kit.render.changes import brief
from bgconsole.tui.kit.render.text import EMPTY
from bgconsole.tui.kit.tab import TeamTab
from bgconsole.tui.main.parts import PartedScreen
from bgconsole.tui.model.drafts import Draft
from bgconsole.tui.model.session import Session
from bgconsole.tui.model.state import ProviderView
from bgconsole.tui.model.tab_id import TabId
from bgconsole.tui.provider_page.badge_list import BadgeList
from bgconsole.tui.provider_page.page import ProviderPage
from bgconsole.tui.provider_page.saving import Saving, save
from bgconsole.tui.provider_page.simulator import Simulator

WITH_PAGE: Final = frozenset({TabId.PAGE, TabId.SIMULATOR})
_WITH_FORECAST: Final = WITH_PAGE | {TabId.WHO}
_AFAR: Final = frozenset({"change_password", "sign_out"})
"""What can be done everywhere, and nowhere without the line."""

_EDITS: Final = {
    "add": WITH_PAGE,
    "enforce": WITH_PAGE,
    "edit": WITH_PAGE,
    "remove": WITH_PAGE,
    "undo": _WITH_FORECAST,
    "redo": _WITH_FORECAST,
    "save": _WITH_FORECAST,
}
"""Where what a draft is changed by works: where its effect is seen."""


class EditingScreen(PartedScreen):
    """Turns keys into changes of the draft, and the draft into a save. Whoever extends it draws."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._saving = False
        self._in_doubt: set[str] = set()

    def draw(self) -> None:
        """Show what is in the workspace."""
        raise NotImplementedError

    def start_reading(self) -> None:
        """Begin (again) to read and to watch."""
        raise NotImplementedError

    async def read(self, backend: Backend) -> None:
        """Read the team again. Raises the BackendErrors of reading."""
        raise NotImplementedError

    async def not_allowed(self, error: NotAllowedError) -> None:
        """Do what a refusal of the session asks for."""
        raise NotImplementedError

    def tell(self, outcome: Content) -> None:
        """Say beside the save row what became of the last act."""
        self.page.tell(outcome)
        if outcome:
            # On a low terminal the page is longer than the screen.
            row = self.page.query_one("#save-row")
            after_refresh(row, partial(row.scroll_visible, animate=False, immediate=True))

    def offers_part(self, part: TabId) -> bool:
        """Members have the providers' pages and the simulator only."""
        return self._workspace.administers

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What cannot be done now stays in the key bar, dim."""
        if action in {"glass", "filter", "audit", "tab"}:
            return self._workspace.administers
        if action in _AFAR:
            return True if self.disabled_reason(action) is None else None
        if action in _EDITS and self.part not in _EDITS[action]:
            # A tab may have the same key for something of its own.
            return False
        return True if self.disabled_reason(action) is None else None

    def disabled_reason(self, action: str) -> str | None:
        """Why an edit cannot be made now; None where it can, and for every other action."""
        if action in _AFAR:
            return self._session.connection_state.why_not
        if self.part not in _EDITS.get(action, frozenset()):
            return None
        workspace = self._workspace
        if workspace.state is None:
            return "The team is not read yet"
        if not workspace.administers:
            return "Your role may look, not change: ask an owner or admin"
        if self._session.connection.read_only:
            return "This console was started with --read-only: start it without to change"
        if workspace.read_only:
            return "Read-only: nothing can be changed here. R ends it"
        view = workspace.view
        if view is None:
            return "There is no provider yet: p, then a, adds one"
        return self._edit_refused(action, view)

    def _edit_refused(self, action: str, view: ProviderView) -> str | None:
        draft = view.draft
        match action:
            case "add" | "edit" | "remove" if not draft.current.enforced:
                return "Enforcement is off: t turns it on first"
            case "remove" if not draft.rows:
                return "Nobody is on the list: a adds somebody"
            case "undo" if not draft.past:
                return "Nothing to undo"
            case "redo" if not draft.future:
                return "Nothing to redo"
            case "save" if self._saving:
                return "It is being saved"
            case "save" if not draft.dirty:
                return "No changes to save"
            case "save":
                return self._session.connection_state.why_not
            case _:
                return None

    def key_detail(self, action: str) -> str:
        """What undo and redo are about, for the key bar: '− tom'."""
        view = self._workspace.view
        if view is None or action not in {"undo", "redo"}:
            return ""
        delta = view.draft.undoes if action == "undo" else view.draft.redoes
        return "" if delta is None else brief(delta)

    def _edited(self) -> None:
        self.page.tell(EMPTY)
        self.draw()

    def action_enforce(self) -> None:
        """Turn enforcement on or off in the draft; turning it on opens the list."""
        if self.narrow and self.part is TabId.SIMULATOR:
            self.show_part(TabId.PAGE)
        self._workspace.enforce()
        self._edited()
        self.focus_page()

    def action_edit(self) -> None:
        """Open the list for editing, or close it when there is nothing to lose."""
        view = self._workspace.view
        dirty = view is not None and view.draft.dirty
        self._workspace.editing = not self._workspace.editing or dirty
        self.draw()
        self.focus_page()

    def action_add(self) -> None:
        """Open the list and go to the add field."""
        self.show_part(TabId.PAGE)
        self._workspace.editing = True
        self.draw()
        self.page.field.focus()

    def action_undo(self) -> None:
        """Take back the last change of the draft."""
        self._workspace.undo()
        self._moved_in_time()

    def action_redo(self) -> None:
        """Make the change again that was taken back last."""
        self._workspace.redo()
        self._moved_in_time()

    def _moved_in_time(self) -> None:
        self._edited()
        if self.focused is None and self.part in WITH_PAGE:
            # The list is there again.
            self.focus_page()

    @on(ProviderPage.AddWanted)
    def _add(self, event: ProviderPage.AddWanted) -> None:
        refused = self._workspace.add(event.email)
        if refused is None:
            self._edited()
        self.page.answer_add(refused)

    @on(TeamTab.ListWanted)
    def _list_wanted(self, event: TeamTab.ListWanted) -> None:
        """Put somebody on a list from a tab; the page of that list is the open one from now on."""
        slugs = [view.detail.slug for view in self._workspace.views]
        if event.slug not in slugs or not self._workspace.may_change:
            return
        self._workspace.open(slugs.index(event.slug) + 1)
        refused = self._workspace.add(event.email)
        if refused is not None:
            tell(self, Tone.CARE, refused.message, refused.remedy)
        self._workspace.editing = True
        self._edited()

    @on(Simulator.ListWanted)
    def _list_from_simulator(self, event: Simulator.ListWanted) -> None:
        self.show_part(TabId.PAGE)
        refused = self._workspace.add(event.email)
        if refused is not None:
            tell(self, Tone.CARE, refused.message, refused.remedy)
        self._workspace.editing = True
        self._edited()
        self.focus_page()

    @on(BadgeList.RemoveWanted)
    def _remove(self, event: BadgeList.RemoveWanted) -> None:
        if self._workspace.may_change:
            self._workspace.remove(event.email)
            self._edited()

    @on(BadgeList.Highlighted)
    def _highlighted(self, event: BadgeList.Highlighted) -> None:
        self.simulator.ask_about(event.email)

    def action_save(self) -> None:
        """Save switch and list of this provider."""
        view = self._workspace.view
        if view is not None and view.draft.dirty and not self._saving:
            self.run_worker(partial(self.save_draft, view), group="save")

    async def save_draft(self, view: ProviderView) -> bool:
        """Save one provider's draft, and say what came of it; whether nothing is left to save.

        To be called in a worker.
        """
        self._saving = True
        self.tell(render.SAVING)
        slug = view.detail.slug
        try:
            ended = await save(self, self._session, view, partial(self._stored, slug))
        except BatchRefusedError as error:
            self.tell(render.failed(error.items[0].refusal, error.items[0].email))
        except NotAllowedError as error:
            await self.not_allowed(error)
        except BackendError as error:
            if error.code is Code.OUTCOME_UNKNOWN:
                self._in_doubt.add(slug)
            self.tell(render.failed(error.refusal))
        else:
            if ended is Saving.LEFT:
                self.tell(render.note("Not saved: the draft is kept"))
                return False
            await self._drop(slug)
            self._said_saved(ended)
            return True
        finally:
            self._saving = False
            self.refresh_bindings()
        return False

    def settle_doubts(self) -> None:
        """Say what became of saves whose answers were lost, now that the team is read again."""
        for view in self._workspace.views:
            slug, draft = view.detail.slug, view.draft
            if slug not in self._in_doubt:
                continue
            self._in_doubt.discard(slug)
            if draft.dirty and draft.current == view.detail.settings:
                self._workspace.drop(slug)
                self._said_saved(Saving.DONE)
            elif draft.dirty:
                self.tell(render.note("It was not saved: the draft is kept, ^S saves it"))

    def _said_saved(self, ended: Saving) -> None:
        now = self._session.connection.clock()
        done = ended is Saving.DONE
        self.tell(render.saved(now) if done else render.note("Theirs stands"))
        if self.part not in WITH_PAGE:
            tell(self, Tone.DONE, "Saved" if done else "Theirs stands")

    async def _stored(self, slug: str) -> ProviderView | None:
        """A provider as it is stored by now; None where that cannot be read."""
        try:
            await self.read(await self._session.backend())
        except BackendError:
            return None
        detail = self._workspace.state.provider(slug) if self._workspace.state else None
        if detail is None:
            return None
        return self._workspace.view_of(slug, Draft.of(detail.settings, detail.version))

    async def _drop(self, slug: str) -> None:
        """Go on from what is stored: the draft is saved, or dropped."""
        self._workspace.drop(slug)
        try:
            await self.read(await self._session.backend())
        except BackendError:
            # It is stored all the same. Starting over tells what is wrong, and tries again.
            self.start_reading()
        if self.part in WITH_PAGE:
            self.focus_page()
