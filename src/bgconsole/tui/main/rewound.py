"""What the main screen does when the audit log went back to an older copy: says so until an owner
has put on record why.
"""

from functools import partial
from typing import TYPE_CHECKING, Final

from textual import on
from textual.timer import Timer

from bgconsole.backend.errors import BackendError, LogRewoundError
from bgconsole.policy.team import Role
from bgconsole.tui.audit.feed import AuditFeed
from bgconsole.tui.kit.notices import Tone, tell
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.kit.render import dialogs
from bgconsole.tui.main.connection_monitor import LinedScreen
from bgconsole.tui.main.render.rewound import rewound_line
from bgconsole.tui.model.session import Session
from bgconsole.tui.proof.asking import DeclinedError, act

if TYPE_CHECKING:
    from bgconsole.backend.protocol import Backend
    from bgconsole.log_history.history import LogHistory

_KEPT_AFTER: Final = 5.0
"""Seconds after a reading of the log until its end is kept: a burst is kept once."""


class RewoundScreen(LinedScreen):
    """Keeps what was seen of the log. Whoever extends it reads the team."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._history: LogHistory | None = None
        self._rewound: LogRewoundError | None = None
        self._looking: Timer | None = None
        self._fault_told = False

    async def look_at_history(self, backend: "Backend") -> None:
        """Compare the log with what was seen of it last, and keep what it is now.

        Raises the BackendErrors of `audit_page`.
        """
        if self._history is None or self._history.backend is not backend:
            # Imported here: the main screen stands sooner without it.
            from bgconsole.log_history.history import LogHistory

            self._history = LogHistory(backend, self._session.unattended)
        self._history.caller = self._session.unattended
        self._rewound = await self._history.look()
        if self._history.fault is not None and not self._fault_told:
            self._fault_told = True
            why = self._history.fault.strerror or "there is no place for it"
            tell(self, Tone.CARE, f"What you saw of the log cannot be kept: {why}")
        self.draw_history()

    def history_lost(self, error: LogRewoundError) -> None:
        """A reader found that the log is another one: say so at once."""
        if self._history is not None:
            self._history.lost(error)
        self._rewound = error
        self.draw_history()

    def draw_history(self) -> None:
        """Draw the red line."""
        draw = partial(rewound_line, self._rewound, owner=self._is_owner)
        self.query_one("#rewound", Pane).show(draw)
        self.refresh_bindings()

    @property
    def _is_owner(self) -> bool:
        state = self._workspace.state
        return state is not None and state.me.role is Role.OWNER

    @on(AuditFeed.Rewound)
    def _feed_rewound(self, message: AuditFeed.Rewound) -> None:
        self.history_lost(message.error)
        self.start_reading()

    @on(AuditFeed.Answered)
    def _look_soon(self) -> None:
        if self._looking is None and self._history is not None:
            self._looking = self.set_timer(_KEPT_AFTER, self._look_now)

    def _look_now(self) -> None:
        self._looking = None
        self.run_worker(self._look, group="history", exclusive=True)

    async def _look(self) -> None:
        try:
            await self.look_at_history(await self._session.backend())
        except BackendError:
            # Whoever follows the log meets the same, and says so.
            return

    # Saying why

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is nothing to say while history did not go back."""
        if action == "history":
            return self._rewound is not None and self._is_owner
        return super().check_action(action, parameters)

    def action_history(self) -> None:
        """Put on record why the log went back."""
        if self._rewound is not None:
            self.run_worker(
                partial(self._acknowledge, self._rewound), group="acknowledge", exclusive=True
            )

    async def _acknowledge(self, error: LogRewoundError) -> None:
        from bgconsole.tui.main.rewind_dialog import RewindDialog

        reason = await self.app.push_screen_wait(RewindDialog(error))
        if reason is None:
            return
        try:
            backend = await self._session.backend()
            await act(
                self,
                self._session,
                lambda _override: backend.acknowledge_rewind(
                    self._session.caller, error.seen, reason
                ),
            )
            await self.look_at_history(backend)
        except DeclinedError:
            return
        except BackendError as refused:
            self.tell(dialogs.failed(refused.refusal))
        else:
            tell(self, Tone.DONE, "On record: history went back, and why")
