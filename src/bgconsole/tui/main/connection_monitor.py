"""What is done while the line to the data is down: says so, and tries again."""

from collections.abc import Callable
from functools import partial
from typing import Final

from textual.timer import Timer

from bgconsole.backend.errors import BackendError, NotAllowedError
from bgconsole.backend.retrying import CONSOLE
from bgconsole.tui.kit.notices import Tone, tell
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.kit.render import dialogs
from bgconsole.tui.main.render import connection as render
from bgconsole.tui.main.scope import MainScope

_PATIENCE: Final = 0.7
"""Seconds that something may be wrong before it is told: a stream opened again is no news."""


class ConnectionMonitor:
    """Shows the last known state as long as it takes.

    `changed` is called whenever the line is another than before, `back` once it is well again.
    """

    def __init__(
        self, scope: MainScope, changed: Callable[[], None], back: Callable[[], None]
    ) -> None:
        self._scope = scope
        self._changed = changed
        self._back = back
        self._state = scope.session.connection_state
        self._tries = 0
        self._trying: Timer | None = None
        self._told = False
        self._telling: Timer | None = None

    def start(self) -> None:
        """Follow the line from now on; to be called once the screen stands."""
        self._state.listen(self._state_changed)
        self._state_changed()

    def stop(self) -> None:
        """Another screen follows it now."""
        self._state.leave(self._state_changed)

    def draw(self) -> None:
        """Draw what is wrong with the line, and how old what is shown is."""
        problem = None if self._state.broken and not self._told else self._state.problem
        now = self._scope.session.connection.clock()
        pane = self._scope.screen.query_one("#line", Pane)
        pane.show(partial(render.problem_line, problem, now))

    def _state_changed(self) -> None:
        self.draw()
        self._changed()
        if not self._state.broken and self._telling is not None:
            self._telling.stop()
            self._telling = None
        if self._state.broken:
            if self._telling is None and not self._told:
                self._telling = self._scope.screen.set_timer(_PATIENCE, self._tell_problem)
            if self._trying is None:
                self._try_later()
        elif self._state.problem is None:
            self._is_well()

    def _tell_problem(self) -> None:
        self._telling = None
        if self._state.broken:
            self._told = True
            self.draw()
            self._scope.screen.refresh_bindings()

    def _is_well(self) -> None:
        if self._trying is None:
            return
        self._trying.stop()
        self._trying, self._tries = None, 0
        if self._told:
            self._told = False
            self.draw()
            host = self._scope.session.connection.host
            tell(self._scope.screen, Tone.DONE, render.back(host))
        self._back()

    def _try_later(self) -> None:
        self._tries += 1
        wait = CONSOLE.pause(self._tries)
        self._trying = self._scope.screen.set_timer(wait, self._try)

    def _try(self) -> None:
        self._scope.screen.run_worker(self._ask_again, group="line", exclusive=True)

    async def _ask_again(self) -> None:
        """Ask for the least: whether the session still holds."""
        state, session = self._state, self._scope.session
        try:
            backend = await session.backend()
            await backend.me(session.unattended)
        except NotAllowedError as error:
            state.answered()
            await self._scope.refused(error)
        except BackendError as error:
            state.failed(error)
            if not state.broken:
                # No fault of the line: what is wrong is said beside the save row.
                self._scope.say(dialogs.failed(error.refusal))
        else:
            state.answered()
        if state.broken:
            self._try_later()
