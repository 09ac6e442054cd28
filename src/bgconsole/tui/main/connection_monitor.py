"""What the main screen does while the line to the data is down: says so, and tries again."""

from functools import partial
from typing import Final

from textual import on
from textual.timer import Timer

from bgconsole.backend.errors import BackendError, NotAllowedError
from bgconsole.tui.audit.feed import AuditFeed
from bgconsole.tui.kit.notices import Tone, tell
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.kit.render import dialogs
from bgconsole.tui.kit.render.text import words
from bgconsole.tui.main.leaving import LeavingScreen
from bgconsole.tui.main.render import connection as render
from bgconsole.tui.model.connection_state import Fault
from bgconsole.tui.model.session import Session
from bgconsole.tui.terminal.theme import CARE

_PATIENCE: Final = 0.7
"""Seconds that something may be wrong before it is told: a stream opened again is no news."""

_WAITS: Final = (1.0, 2.0, 4.0, 5.0)
"""Seconds until the first try, the second and so on; the last for every further one."""


class LinedScreen(LeavingScreen):
    """Shows the last known state as long as it takes. Whoever extends it reads the team."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._tries = 0
        self._trying: Timer | None = None
        self._told = False
        self._telling: Timer | None = None

    def watch_line(self) -> None:
        """Follow the line from now on; to be called once the screen stands."""
        self._session.connection_state.listen(self._line_changed)
        self._line_changed()

    def on_unmount(self) -> None:
        """Another screen follows it now."""
        self._session.connection_state.leave(self._line_changed)

    def draw_line(self) -> None:
        """Draw what is wrong with the line, and how old what is shown is."""
        connection = self._session.connection
        line = self._session.connection_state
        problem = None if line.broken and not self._told else line.problem
        draw = partial(render.problem_line, problem, connection.clock())
        self.query_one("#line", Pane).show(draw)

    @on(AuditFeed.Answered)
    def _log_read(self) -> None:
        self._session.connection_state.answered()

    @on(AuditFeed.Failed)
    def _log_not_read(self, message: AuditFeed.Failed) -> None:
        self._session.connection_state.failed(message.error)

    def _line_changed(self) -> None:
        line = self._session.connection_state
        problem = line.problem
        self.draw_line()
        self.refresh_bindings()
        if self.tab is not None:
            self.tab.refresh_bindings()
        if problem is not None and problem.fault is Fault.CHECKING and self._saving:
            self.tell(words(render.CHECKING, CARE))
        if not line.broken and self._telling is not None:
            self._telling.stop()
            self._telling = None
        if line.broken:
            if self._telling is None and not self._told:
                self._telling = self.set_timer(_PATIENCE, self._tell_problem)
            if self._trying is None:
                self._try_later()
        elif problem is None:
            self._is_well()

    def _tell_problem(self) -> None:
        self._telling = None
        if self._session.connection_state.broken:
            self._told = True
            self.draw_line()
            self.refresh_bindings()

    def _is_well(self) -> None:
        if self._trying is None:
            return
        self._trying.stop()
        self._trying, self._tries = None, 0
        if self._told:
            self._told = False
            self.draw_line()
            tell(self, Tone.DONE, render.back(self._session.connection.host))
        self.feed.try_now()
        self.start_reading()

    def _try_later(self) -> None:
        wait = _WAITS[min(self._tries, len(_WAITS) - 1)]
        self._tries += 1
        self._trying = self.set_timer(wait, self._try)

    def _try(self) -> None:
        self.run_worker(self._ask_again, group="line", exclusive=True)

    async def _ask_again(self) -> None:
        """The smallest question there is: whether the session still stands."""
        line = self._session.connection_state
        try:
            backend = await self._session.backend()
            await backend.me(self._session.unattended)
        except NotAllowedError as error:
            line.answered()
            await self.not_allowed(error)
        except BackendError as error:
            line.failed(error)
            if not line.broken:
                # No fault of the line: what is wrong is said beside the save row.
                self.tell(dialogs.failed(error.refusal))
        else:
            line.answered()
        if line.broken:
            self._try_later()
