"""Warns when the audit log went back to an older copy, until an owner has put on record why."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from textual.timer import Timer

from bgconsole.backend.errors import BackendError, LogRewoundError
from bgconsole.log_history import KEPT_AFTER
from bgconsole.policy.team import Role
from bgconsole.tui.kit.notices import Tone, tell
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.kit.render import dialogs
from bgconsole.tui.main.render.rewound import rewound_line
from bgconsole.tui.main.scope import MainScope
from bgconsole.tui.proof.asking import DeclinedError, act

if TYPE_CHECKING:
    from bgconsole.backend.protocol import Backend
    from bgconsole.log_history.history import LogHistory


class LogHistoryWarning:
    """Keeps what was seen of the log. `restart` reads log and team anew."""

    def __init__(self, scope: MainScope, restart: Callable[[], None]) -> None:
        self._scope = scope
        self._restart = restart
        self._history: LogHistory | None = None
        self._rewound: LogRewoundError | None = None
        self._looking: Timer | None = None
        self._fault_told = False

    async def look(self, backend: "Backend") -> None:
        """Compare the log with what was seen of it last, and keep what it is now.

        Raises the BackendErrors of `audit_page`.
        """
        caller = self._scope.session.unattended
        if self._history is None or self._history.backend is not backend:
            # Imported here: the main screen stands sooner without it.
            from bgconsole.log_history.history import LogHistory

            self._history = LogHistory(backend, caller)
        self._history.caller = caller
        self._rewound = await self._history.look()
        if self._history.fault is not None and not self._fault_told:
            self._fault_told = True
            why = self._history.fault.strerror or "there is no folder for it"
            tell(self._scope.screen, Tone.CARE, f"Cannot save which record you saw last: {why}")
        self.draw()

    def lost(self, error: LogRewoundError) -> None:
        """A reader found that the log is another one: say so at once."""
        if self._history is not None:
            self._history.lost(error)
        self._rewound = error
        self.draw()

    def went_back(self, error: LogRewoundError) -> None:
        """The log's follower found it: nothing that is shown can be trusted."""
        self.lost(error)
        self._restart()

    def draw(self) -> None:
        """Draw the red line."""
        draw = partial(rewound_line, self._rewound, owner=self._is_owner)
        self._scope.screen.query_one("#rewound", Pane).show(draw)
        self._scope.screen.refresh_bindings()

    @property
    def _is_owner(self) -> bool:
        state = self._scope.workspace.state
        return state is not None and state.me.role is Role.OWNER

    def log_read(self) -> None:
        """The log was read: look at its end soon."""
        if self._looking is None and self._history is not None:
            self._looking = self._scope.screen.set_timer(KEPT_AFTER, self._look_now)

    def _look_now(self) -> None:
        self._looking = None
        self._scope.screen.run_worker(self._look, group="history", exclusive=True)

    async def _look(self) -> None:
        try:
            await self.look(await self._scope.session.backend())
        except BackendError:
            # Whoever follows the log meets the same, and says so.
            return

    # Saying why

    @property
    def can_be_explained(self) -> bool:
        """Whether history went back, and this person may say why."""
        return self._rewound is not None and self._is_owner

    def explain(self) -> None:
        """Put on record why the log went back."""
        if self._rewound is not None:
            work = partial(self._acknowledge, self._rewound)
            self._scope.screen.run_worker(work, group="acknowledge", exclusive=True)

    async def _acknowledge(self, error: LogRewoundError) -> None:
        from bgconsole.tui.main.rewind_dialog import RewindDialog

        screen, session = self._scope.screen, self._scope.session
        reason = await screen.app.push_screen_wait(RewindDialog(error))
        if reason is None:
            return
        try:
            backend = await session.backend()
            await act(
                screen,
                session,
                lambda _: backend.acknowledge_rewind(session.caller, error.seen, reason),
            )
            await self.look(backend)
        except DeclinedError:
            return
        except BackendError as refused:
            self._scope.say(dialogs.failed(refused.refusal))
        else:
            tell(screen, Tone.DONE, "Recorded that history went back, and why")
