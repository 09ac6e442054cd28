"""Asks before drafts are dropped: on leaving the console, signing out, and cancelling."""

from collections.abc import Awaitable, Callable
from functools import partial

from bgconsole.backend.errors import BackendError
from bgconsole.tui.kit.render import dialogs as render
from bgconsole.tui.kit.render.changes import Unsaved, count
from bgconsole.tui.kit.session_messages import SessionEnded
from bgconsole.tui.main.draft_editor import DraftEditor
from bgconsole.tui.main.draft_keeping import DraftKeeping
from bgconsole.tui.main.draft_saver import DraftSaver
from bgconsole.tui.main.scope import MainScope
from bgconsole.tui.model.state import ProviderView
from bgconsole.tui.proof.password_dialog import LockDialog


class Leaving:
    """Of one screen."""

    def __init__(
        self, scope: MainScope, editor: DraftEditor, saver: DraftSaver, keeping: DraftKeeping
    ) -> None:
        self._scope = scope
        self._screen = scope.screen
        self._workspace = scope.workspace
        self._editor = editor
        self._saver = saver
        self._keeping = keeping
        self.signing_out = False

    def ask(self, leave: Callable[[], Awaitable[None]], verb: str = "Quit") -> None:
        """Ask what becomes of the drafts, and `leave` unless that is to go on editing."""
        from bgconsole.tui.main.leave_dialog import LeaveDialog

        if isinstance(self._screen.app.screen, LeaveDialog):
            return
        if isinstance(self._screen.app.screen, LockDialog) and self._keeping.works:
            # Whoever cannot prove who they are drops nothing.
            self._screen.run_worker(leave())
        else:
            self._screen.run_worker(partial(self._ask, leave, verb))

    async def _ask(self, leave: Callable[[], Awaitable[None]], verb: str) -> None:
        from bgconsole.tui.main.leave_dialog import LeaveAnswer, LeaveDialog

        answers = [LeaveAnswer.SAVE, LeaveAnswer.LATER, LeaveAnswer.DROP]
        if not self._keeping.works:
            answers.remove(LeaveAnswer.LATER)
        views = self._workspace.unsaved_views
        changes = count(sum(view.draft.delta.size for view in views))
        dialog = LeaveDialog(f"{verb} with {changes} not saved?", Unsaved.of(views), *answers)
        match await self._screen.app.push_screen_wait(dialog):
            case LeaveAnswer.STAY:
                return
            case LeaveAnswer.SAVE:
                while remaining := self._workspace.unsaved_views:
                    if not await self._saver.save(remaining[0]):
                        return
            case LeaveAnswer.DROP:
                self._workspace.drop_all()
            case LeaveAnswer.LATER:
                pass
        await leave()

    def ask_to_cancel(self, view: ProviderView) -> None:
        """Ask whether the draft of this provider is to be dropped, or saved."""
        self._screen.run_worker(partial(self._ask_to_cancel, view))

    async def _ask_to_cancel(self, view: ProviderView) -> None:
        from bgconsole.tui.main.leave_dialog import LeaveAnswer, LeaveDialog

        every = Unsaved.of((view,))
        dialog = LeaveDialog("Discard the changes?", every, LeaveAnswer.SAVE, LeaveAnswer.DROP)
        answer = await self._screen.app.push_screen_wait(dialog)
        if answer is LeaveAnswer.DROP:
            self._editor.drop(view)
        elif answer is LeaveAnswer.SAVE:
            await self._saver.save(view)

    def sign_out(self) -> None:
        """End the session on record; asks first where changes would be dropped."""
        if self._workspace.unsaved:
            self.ask(self._sign_out, "Sign out")
        else:
            self._screen.run_worker(self._sign_out)

    async def _sign_out(self) -> None:
        self.signing_out = True
        session = self._scope.session
        try:
            backend = await session.backend()
            await backend.sign_out(session.caller)
        except BackendError as error:
            self.signing_out = False
            self._scope.say(render.failed(error.refusal))
            return
        self._screen.post_message(SessionEnded("You are signed out."))
