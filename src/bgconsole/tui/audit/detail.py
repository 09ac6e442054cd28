"""The event under the cursor in full, beside the list."""

from collections.abc import Callable
from functools import partial
from typing import Final

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.timer import Timer

from bgconsole.policy.audit import AuditEvent
from bgconsole.tui.audit.render.event import EventLook, event_beside
from bgconsole.tui.audit.state import AuditState
from bgconsole.tui.kit.actions import Action, HasActions
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.kit.render.text import EMPTY

_REST: Final = 0.2
"""Seconds that the cursor must stay on an event until what happened around it is read."""


class AuditDetail(HasActions, VerticalScroll):
    """Follows the list's cursor; what does not fit is reached by scrolling."""

    ACTIONS = (
        Action("detail.up", "up", "scroll", "Scroll", "scroll_up", key_display="↑↓"),
        Action("detail.down", "down", "", "Scroll down", "scroll_down", in_bar=False),
    )

    def __init__(self, state: AuditState, ask_around: Callable[[AuditEvent], None]) -> None:
        super().__init__()
        self._state = state
        self._ask_around = ask_around
        self._pane = Pane()
        self._shown = 0
        self._asked = 0
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """The event."""
        yield self._pane

    def draw(self) -> None:
        """Show the event under the cursor, from its top when it is another one."""
        state, event = self._state, self._state.window.current
        if event is None:
            self._pane.show(lambda _width: EMPTY)
            return
        if event.seq != self._shown:
            self.scroll_home(animate=False)
        self._shown = event.seq
        around = state.around
        look = EventLook(state.window.zone, state.names, state.find, self.size.height or 40)
        self._pane.show(partial(event_beside, event, around, look))
        if around is None and event.seq != self._asked:
            self._asked = event.seq
            if self._timer is not None:
                self._timer.stop()
            self._timer = self.set_timer(_REST, partial(self._rested, event))

    def _rested(self, event: AuditEvent) -> None:
        """Ask what happened around the event, if the cursor is still on it."""
        current = self._state.window.current
        self._asked = event.seq if current is not None and current.seq == event.seq else 0
        if self._asked:
            self._ask_around(event)
