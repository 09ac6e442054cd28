"""Editing a provider's switch and list on its page, and saving them."""

from typing import Final

from textual import on
from textual.content import Content

from bgconsole.backend.errors import BackendError, BatchRefusedError, NotAllowedError
from bgconsole.backend.protocol import Backend
from bgconsole.tui.notices import Tone, tell
from bgconsole.tui.part import Part
from bgconsole.tui.render import dialogs as render
from bgconsole.tui.render.text import EMPTY
from bgconsole.tui.saving import Saving, save
from bgconsole.tui.screens.parts import PartedScreen
from bgconsole.tui.session import Session
from bgconsole.tui.state import ProviderView
from bgconsole.tui.tabs.tab import TeamTab
from bgconsole.tui.widgets.badge_list import BadgeList
from bgconsole.tui.widgets.provider_page import ProviderPage

_WITH_PAGE: Final = frozenset({Part.PAGE, Part.SIMULATOR})
_WITH_DRAFT: Final = {"save": _WITH_PAGE | {Part.WHO}, "undo": _WITH_PAGE | {Part.WHO}}
"""Where what a draft is changed by works: where its effect is seen."""


class EditingScreen(PartedScreen):
    """Turns keys into changes of the draft, and the draft into a save. Whoever extends it draws."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._saving = False

    def draw(self) -> None:
        """Show what lies on the desk."""
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

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What cannot be done now stays in the key bar, dim."""
        view = self._desk.view
        if action in {"glass", "filter", "audit", "tab"}:
            return self._desk.administers
        if action not in {"add", "enforce", "edit", "undo", "save"}:
            return True
        if self.part not in _WITH_DRAFT.get(action, _WITH_PAGE):
            # A tab may have the same key for something of its own.
            return False
        if view is None or not self._desk.may_change:
            return None
        possible = {
            "enforce": True,
            "add": view.draft.current.enforced,
            "edit": view.draft.current.enforced,
            "undo": bool(view.draft.past),
            "save": view.draft.dirty and not self._saving,
        }
        return True if possible[action] else None

    def _edited(self) -> None:
        self.page.tell(EMPTY)
        self.draw()

    def action_enforce(self) -> None:
        """Turn enforcement on or off in the draft; turning it on opens the list."""
        self._desk.enforce()
        self._edited()
        self.focus_page()

    def action_edit(self) -> None:
        """Open the list for editing, or close it when there is nothing to lose."""
        self._desk.editing = not self._desk.editing or self._desk.unsaved
        self.draw()
        self.focus_page()

    def action_add(self) -> None:
        """Open the list and go to the add field."""
        self.show_part(Part.PAGE)
        self._desk.editing = True
        self.draw()
        self.page.field.focus()

    def action_undo(self) -> None:
        """Take back the last change of the draft."""
        self._desk.undo()
        self._edited()

    @on(ProviderPage.AddWanted)
    def _add(self, event: ProviderPage.AddWanted) -> None:
        refused = self._desk.add(event.email)
        if refused is None:
            self._edited()
        self.page.answer_add(refused)

    @on(TeamTab.ListWanted)
    def _list_wanted(self, event: TeamTab.ListWanted) -> None:
        """Put somebody on a list from a tab; the page of that list is the open one from now on."""
        slugs = [view.detail.slug for view in self._desk.views]
        if event.slug not in slugs or not self._desk.may_change:
            return
        self._desk.open(slugs.index(event.slug) + 1)
        refused = self._desk.add(event.email)
        if refused is not None:
            tell(self, Tone.CARE, refused.message, refused.remedy)
        self._desk.editing = True
        self._edited()

    @on(BadgeList.RemoveWanted)
    def _remove(self, event: BadgeList.RemoveWanted) -> None:
        if self._desk.may_change:
            self._desk.remove(event.email)
            self._edited()

    @on(BadgeList.Highlighted)
    def _highlighted(self, event: BadgeList.Highlighted) -> None:
        self.simulator.ask_about(event.email)

    def action_save(self) -> None:
        """Save switch and list of this provider."""
        view = self._desk.view
        if view is not None and view.draft.dirty and not self._saving:
            self._saving = True
            self.tell(render.SAVING)
            self.run_worker(self._save(view), group="save")

    async def _save(self, view: ProviderView) -> None:
        try:
            ended = await save(self, self._session, view)
        except BatchRefusedError as error:
            self.tell(render.failed(error.items[0].refusal, error.items[0].email))
        except NotAllowedError as error:
            await self.not_allowed(error)
        except BackendError as error:
            self.tell(render.failed(error.refusal))
        else:
            if ended is Saving.LEFT:
                self.tell(render.note("Not saved: the draft is kept"))
            else:
                await self._drop(view.detail.slug)
                now = self._session.connection.clock()
                done = ended is Saving.DONE
                self.tell(render.saved(now) if done else render.note("Theirs stands"))
        finally:
            self._saving = False
            self.refresh_bindings()

    async def _drop(self, slug: str) -> None:
        """Go on from what is stored: the draft is saved, or dropped."""
        self._desk.drop(slug)
        try:
            await self.read(await self._session.backend())
        except BackendError:
            # It is stored all the same. Starting over tells what is wrong, and tries again.
            self.start_reading()
        self.focus_page()
