"""Saves a provider's draft, and says what came of it."""

from functools import partial

from bgconsole.backend.errors import BackendError, BatchRefusedError, NotAllowedError
from bgconsole.policy.change_warnings import own_warning
from bgconsole.policy.readiness import owner_hint
from bgconsole.policy.refusals import Code
from bgconsole.tui.kit.notices import Tone, tell
from bgconsole.tui.kit.render import dialogs as render
from bgconsole.tui.kit.render.text import words
from bgconsole.tui.main.render.connection import CHECKING
from bgconsole.tui.main.scope import MainScope
from bgconsole.tui.main.tabs import WITH_PAGE, Tabs
from bgconsole.tui.main.team_reader import TeamReader
from bgconsole.tui.model.connection_state import Fault
from bgconsole.tui.model.drafts import Draft
from bgconsole.tui.model.state import ProviderView
from bgconsole.tui.provider_page.saving import Saving, save
from bgconsole.tui.terminal.theme import CARE


class DraftSaver:
    """Of one screen; one save at a time."""

    def __init__(self, scope: MainScope, tabs: Tabs, reader: TeamReader) -> None:
        self._scope = scope
        self._workspace = scope.workspace
        self._tabs = tabs
        self._reader = reader
        self._saving = False
        self._in_doubt: set[str] = set()

    def why_not(self) -> str | None:
        """Why the open draft cannot be saved now; None where it can."""
        if self._saving:
            return "Saving is in progress"
        view = self._workspace.view
        if view is None or not view.draft.dirty:
            return "No changes to save"
        return self._scope.session.connection_state.why_not

    def start(self) -> None:
        """Save switch and list of the open provider."""
        view = self._workspace.view
        if view is not None and view.draft.dirty and not self._saving:
            self._scope.screen.run_worker(partial(self.save, view), group="save")

    async def save(self, view: ProviderView) -> bool:
        """Save one provider's draft; whether nothing of it is left to save. In a worker."""
        say, screen, slug = self._scope.say, self._scope.screen, view.detail.slug
        self._saving = True
        say(render.SAVING)
        try:
            ended = await save(screen, self._scope.session, view, partial(self._stored, slug))
        except BatchRefusedError as error:
            say(render.failed(error.items[0].refusal, error.items[0].email))
        except NotAllowedError as error:
            await self._scope.refused(error)
        except BackendError as error:
            if error.code is Code.OUTCOME_UNKNOWN:
                self._in_doubt.add(slug)
            say(render.failed(error.refusal))
        else:
            if ended is Saving.LEFT:
                say(render.note("Not saved: the draft is kept"))
                return False
            await self._go_on(slug)
            self._say_saved(ended, slug)
            return True
        finally:
            self._saving = False
            screen.refresh_bindings()
        return False

    async def _stored(self, slug: str) -> ProviderView | None:
        """A provider as it is stored by now; None where that cannot be read."""
        try:
            await self._reader.read()
        except BackendError:
            return None
        detail = self._workspace.state.provider(slug) if self._workspace.state else None
        if detail is None:
            return None
        return self._workspace.view_of(slug, Draft.of(detail.settings, detail.version))

    async def _go_on(self, slug: str) -> None:
        """Go on from what is stored: the draft is saved, or dropped."""
        self._workspace.drop(slug)
        await self._reader.read_again()
        if self._tabs.front in WITH_PAGE:
            self._tabs.focus()

    def line_changed(self) -> None:
        """Say of a save under way that its outcome is being asked for."""
        problem = self._scope.session.connection_state.problem
        if self._saving and problem is not None and problem.fault is Fault.CHECKING:
            self._scope.say(words(CHECKING, CARE))

    def settle_doubts(self) -> None:
        """Say what became of saves whose answers were lost, now that the team is read again."""
        for view in self._workspace.views:
            slug, draft = view.detail.slug, view.draft
            if slug not in self._in_doubt:
                continue
            self._in_doubt.discard(slug)
            if draft.dirty and draft.current == view.detail.settings:
                self._workspace.drop(slug)
                self._say_saved(Saving.DONE, slug)
            elif draft.dirty:
                self._scope.say(render.note("Not saved: the draft is kept, ^S saves it"))

    def _say_saved(self, ended: Saving, slug: str) -> None:
        now = self._scope.session.connection.clock()
        done = ended is Saving.DONE
        left = self._left_without(slug)
        self._scope.say(render.saved(now, left) if done else render.note("Kept their version"))
        if self._tabs.front in WITH_PAGE:
            return
        tone = Tone.CARE if left else Tone.DONE
        tell(self._scope.screen, tone, "Saved" if done else "Kept their version", "; ".join(left))

    def _left_without(self, slug: str) -> tuple[str, ...]:
        """Whether the owners, and the person who saved, have a way in where it is enforced."""
        state = self._workspace.state
        detail = state.provider(slug) if state else None
        if state is None or detail is None or not detail.enforced:
            return ()
        team, mine = state.saved_team(), own_warning(state.saved_team(), state.me.email)
        return (*owner_hint(team), *(() if mine is None else (mine,)))
