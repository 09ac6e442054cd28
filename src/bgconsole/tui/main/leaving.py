"""What becomes of unsaved changes: cancelled, left for good, or kept over a dropped line."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

from textual.timer import Timer

from bgconsole.backend.errors import BackendError
from bgconsole.tui.kit.notices import Tone, tell
from bgconsole.tui.kit.render import dialogs as render
from bgconsole.tui.kit.render.changes import Unsaved, count
from bgconsole.tui.kit.session_messages import SessionEnded
from bgconsole.tui.main.alarm import AlarmScreen
from bgconsole.tui.main.draft_keeper import DraftKeeper, on_what_is_stored
from bgconsole.tui.model.draft_file import DraftFileError, KeptDrafts
from bgconsole.tui.model.provider_names import short_name
from bgconsole.tui.model.session import Session
from bgconsole.tui.model.state import ProviderView
from bgconsole.tui.proof.password_dialog import LockDialog

_SOON: Final = 1.0
"""Seconds after a change until the draft is written down: what a killed console loses at most."""


class LeavingScreen(AlarmScreen):
    """Asks before drafts are dropped, and keeps them where the line drops first."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._signing_out = False
        self._keeper: DraftKeeper | None = None
        self._keeping: Timer | None = None
        self._told_of_keeping = False

    @property
    def unsaved(self) -> bool:
        """Whether leaving would drop changes."""
        return self._workspace.unsaved

    # Leaving

    def ask_before_leaving(self, leave: Callable[[], Awaitable[None]]) -> None:
        """Ask what becomes of the drafts, and `leave` unless that is to go on editing."""
        from bgconsole.tui.main.leave_dialog import LeaveDialog

        if isinstance(self.app.screen, LeaveDialog):
            return
        if isinstance(self.app.screen, LockDialog) and self._keeper is not None:
            # Whoever cannot prove who they are drops nothing.
            self.run_worker(leave())
        else:
            self.run_worker(partial(self._ask, leave))

    async def _ask(self, leave: Callable[[], Awaitable[None]]) -> None:
        from bgconsole.tui.main.leave_dialog import LeaveDialog, Leaving

        answers = [Leaving.SAVE, Leaving.LATER, Leaving.DROP]
        if self._keeper is None:
            answers.remove(Leaving.LATER)
        views = self._workspace.unsaved_views
        changes = count(sum(view.draft.delta.size for view in views))
        dialog = LeaveDialog(f"Leave with {changes} not saved?", Unsaved.of(views), *answers)
        match await self.app.push_screen_wait(dialog):
            case Leaving.STAY:
                return
            case Leaving.SAVE:
                while remaining := self._workspace.unsaved_views:
                    if not await self.save_draft(remaining[0]):
                        return
            case Leaving.DROP:
                self._workspace.drop_all()
                self.draw()
            case Leaving.LATER:
                pass
        await leave()

    def ask_to_cancel(self, view: ProviderView) -> None:
        """Ask whether the draft of this provider is to be dropped, or saved."""
        self.run_worker(partial(self._ask_to_cancel, view))

    async def _ask_to_cancel(self, view: ProviderView) -> None:
        from bgconsole.tui.main.leave_dialog import LeaveDialog, Leaving

        every = Unsaved.of((view,))
        dialog = LeaveDialog("Drop the changes?", every, Leaving.SAVE, Leaving.DROP)
        answer = await self.app.push_screen_wait(dialog)
        if answer is Leaving.DROP:
            self._workspace.drop(view.detail.slug)
            self._edited()
            self.focus_page()
        elif answer is Leaving.SAVE:
            await self.save_draft(view)

    def action_sign_out(self) -> None:
        """End the session on record; asks first where changes would be dropped."""
        if self.unsaved:
            self.ask_before_leaving(self._sign_out)
        else:
            self.run_worker(self._sign_out)

    async def _sign_out(self) -> None:
        self._signing_out = True
        try:
            backend = await self._session.backend()
            await backend.sign_out(self._session.caller)
        except BackendError as error:
            self._signing_out = False
            self.tell(render.failed(error.refusal))
            return
        self.post_message(SessionEnded("You are signed out."))

    def action_provider(self, number: int) -> None:
        """Go to the page of the provider of that number; says what stays unsaved behind."""
        left = self._workspace.view
        super().action_provider(number)
        if left is not None and left.draft.dirty and left.detail.slug != self._workspace.slug:
            self.tell(render.note(f"{short_name(left.detail)} has {_unsaved(left)}: kept"))

    # Keeping

    def note_drafts(self) -> None:
        """The drafts may have changed: they are written down soon."""
        state, files = self._workspace.state, self._session.connection.drafts
        if files is None or state is None:
            return
        if self._keeper is None:
            if self._workspace.may_change and state.members:
                clock = self._session.connection.clock
                self._keeper = DraftKeeper(files, state.me.email, clock)
                self.run_worker(partial(self._offer, self._keeper), group="offer")
        elif self._keeper.changed(self._workspace.drafts) and self._keeping is None:
            self._keeping = self.set_timer(_SOON, self._keep_soon)

    def _keep_soon(self) -> None:
        self._keeping = None
        self.run_worker(self._keep, group="keep")

    async def _keep(self) -> None:
        if self._keeper is None:
            return
        try:
            await asyncio.to_thread(self._keeper.write)
        except DraftFileError as error:
            self._say_once(error)

    def keep_drafts(self) -> None:
        """Write down what is not saved, at once: the screen is about to go."""
        if self._keeper is None:
            return
        self._keeper.changed(self._workspace.drafts)
        try:
            self._keeper.write()
        except DraftFileError as error:
            self._say_once(error)

    def on_unmount(self) -> None:
        """Keep what is not saved, and let another console have the file."""
        if self._keeper is not None:
            self.keep_drafts()
            self._keeper.close()

    def _say_once(self, error: DraftFileError) -> None:
        if not self._told_of_keeping:
            self._told_of_keeping = True
            self.tell(render.note(str(error)))

    # Taking up

    async def _offer(self, keeper: DraftKeeper) -> None:
        """Offer what was kept before, if anything was."""
        try:
            kept = await asyncio.to_thread(keeper.look)
        except DraftFileError as error:
            self.tell(render.note(str(error)))
            return
        if kept is not None:
            await self._take_up(keeper, kept)
        self.note_drafts()

    async def _take_up(self, keeper: DraftKeeper, kept: KeptDrafts) -> None:
        from bgconsole.tui.main.kept_draft_dialog import KeptDraftDialog, Returning

        state = self._workspace.state
        if state is None:
            return
        taken = on_what_is_stored(kept, state)
        now = self._session.connection.clock()
        answer = await self.app.push_screen_wait(KeptDraftDialog(kept, taken, state, now))
        if answer is Returning.LATER:
            return
        keeper.answered()
        if answer is Returning.TAKE_UP:
            # Again: somebody may have saved while it was asked.
            taken = on_what_is_stored(kept, self._workspace.state or state)
            self._workspace.take_up(taken.drafts)
            changes = sum(draft.delta.size for draft in taken.drafts.values())
            tell(self, Tone.DONE, f"{count(changes)} taken up, not saved yet", "^S saves")
        self._edited()
        self.focus_page()


def _unsaved(view: ProviderView) -> str:
    size = view.draft.delta.size
    return f"{size} unsaved change{'' if size == 1 else 's'}"
