"""Keeps unsaved changes over a dropped line, and offers what was kept before."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Final

from textual.timer import Timer

from bgconsole.tui.kit.notices import Tone, tell
from bgconsole.tui.kit.render import dialogs as render
from bgconsole.tui.kit.render.changes import count
from bgconsole.tui.kit.render.text import EMPTY
from bgconsole.tui.main.draft_keeper import DraftKeeper, on_what_is_stored
from bgconsole.tui.main.scope import MainScope
from bgconsole.tui.model.draft_file import DraftFileError, KeptDrafts

_SOON: Final = 1.0
"""Seconds after a change until the draft is written down: what a killed console loses at most."""


class DraftKeeping:
    """Of one screen. `answered` is called once what was kept before is taken up or dropped."""

    def __init__(self, scope: MainScope, answered: Callable[[], None]) -> None:
        self._scope = scope
        self._workspace = scope.workspace
        self._answered = answered
        self._keeper: DraftKeeper | None = None
        self._keeping: Timer | None = None
        self._told = False

    @property
    def works(self) -> bool:
        """Whether drafts outlive the console."""
        return self._keeper is not None

    def note(self) -> None:
        """The drafts may have changed: they are written down soon."""
        state, connection = self._workspace.state, self._scope.session.connection
        if connection.drafts is None or state is None:
            return
        screen = self._scope.screen
        if self._keeper is None:
            if self._workspace.may_change and state.members:
                self._keeper = DraftKeeper(connection.drafts, state.me.email, connection.clock)
                screen.run_worker(partial(self._offer, self._keeper), group="offer")
        elif self._keeper.changed(self._workspace.drafts) and self._keeping is None:
            self._keeping = screen.set_timer(_SOON, self._keep_soon)

    def _keep_soon(self) -> None:
        self._keeping = None
        self._scope.screen.run_worker(self._keep, group="keep")

    async def _keep(self) -> None:
        if self._keeper is None:
            return
        try:
            await asyncio.to_thread(self._keeper.write)
        except DraftFileError as error:
            self._say_once(error)

    def keep_now(self) -> None:
        """Write down what is not saved, at once: the screen is about to go."""
        if self._keeper is None:
            return
        self._keeper.changed(self._workspace.drafts)
        try:
            self._keeper.write()
        except DraftFileError as error:
            self._say_once(error)

    def close(self) -> None:
        """Keep what is not saved, and let another console have the file."""
        if self._keeper is not None:
            self.keep_now()
            self._keeper.close()

    def _say_once(self, error: DraftFileError) -> None:
        if not self._told:
            self._told = True
            self._scope.say(render.note(str(error)))

    async def _offer(self, keeper: DraftKeeper) -> None:
        """Offer what was kept before, if anything was."""
        try:
            kept = await asyncio.to_thread(keeper.look)
        except DraftFileError as error:
            self._scope.say(render.note(str(error)))
            return
        if kept is not None:
            await self._take_up(keeper, kept)
        self.note()

    async def _take_up(self, keeper: DraftKeeper, kept: KeptDrafts) -> None:
        from bgconsole.tui.main.kept_draft_dialog import KeptDraftDialog, Returning

        state, screen = self._workspace.state, self._scope.screen
        if state is None:
            return
        taken = on_what_is_stored(kept, state)
        now = self._scope.session.connection.clock()
        answer = await screen.app.push_screen_wait(KeptDraftDialog(kept, taken, state, now))
        if answer is Returning.LATER:
            return
        keeper.answered()
        self._scope.say(EMPTY)
        if answer is Returning.TAKE_UP:
            # Again: somebody may have saved while it was asked.
            taken = on_what_is_stored(kept, self._workspace.state or state)
            self._workspace.take_up(taken.drafts)
            changes = sum(draft.delta.size for draft in taken.drafts.values())
            tell(screen, Tone.DONE, f"{count(changes)} restored, not saved yet", "^S saves")
        self._answered()
