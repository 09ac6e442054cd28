"""Finding text in the audit log: the row below the list, and the search itself.

The cursor goes to the matches; everything around them stays.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input

from bgconsole.tui.audit.render import dialogs as render
from bgconsole.tui.audit.render.times import moment
from bgconsole.tui.audit.source import Match, Sought
from bgconsole.tui.audit.state import AuditState
from bgconsole.tui.kit.actions import Action, HasActions
from bgconsole.tui.kit.field import Field
from bgconsole.tui.kit.pane import Pane
from bgconsole.tui.kit.render.text import EMPTY

_REST: Final = 0.15
"""Seconds without a key until what is typed is looked for."""

_MOST_STEPS: Final = 50
"""Presses of `n` that wait for an answer."""


Ask = Callable[[Sought, "AuditFind"], None]
"""Looks for a text, and hands the answer to `matched` or `failed`."""


class _FindField(Field):
    """Letters go into the field; the other keys are the search's."""

    ACTIONS = (Action("find.keep", "enter", "keep, n N go on", "n older, N newer", "submit"),)


@dataclass(frozen=True, slots=True)
class _Start:
    """Where a search began."""

    following: bool
    seq: int


class AuditFind(HasActions, Horizontal):
    """On the screen while something is looked for."""

    ACTIONS = (
        Action("find.leave", "escape", "go back", "To where it began", "leave"),
        Action("find.older", "up", "older", "The match before this one", "step(True)"),
        Action("find.newer", "down", "newer", "The match after this one", "step(False)"),
    )

    class Left(Message):
        """The list should have the focus again."""

    def __init__(self, state: AuditState, clock: Callable[[], datetime], ask: Ask) -> None:
        super().__init__()
        self.searching = False
        self._state = state
        self._clock = clock
        self._ask = ask
        self._label = Pane()
        self._field = _FindField(id="audit-find", placeholder="a few letters")
        self._answer = Pane()
        self._timer: Timer | None = None
        self._start = _Start(following=True, seq=0)
        self._asked = False
        self._steps: deque[bool] = deque(maxlen=_MOST_STEPS)

    def compose(self) -> ComposeResult:
        """Label, field, answer."""
        yield self._label
        yield self._field
        yield self._answer

    def on_mount(self) -> None:
        """Say what the row is for."""
        self._label.show(lambda _width: render.LABEL)

    def open(self) -> None:
        """Take letters; those of the last search are there to be typed over."""
        window = self._state.window
        if not self.searching and window.current is not None:
            self._start = _Start(window.following, window.current.seq)
        self.searching = True
        self.display = True
        self._field.focus()
        self._field.select_all()

    def end(self) -> None:
        """Look for nothing; the cursor stays, and the letters are kept for the next time."""
        self.searching = False
        self._stop_timer()
        self._seek("")
        self.display = False
        self._say(EMPTY)
        self.post_message(self.Left())

    def action_step(self, older: bool) -> None:
        """Go to the next match; what was typed last counts."""
        if self._timer is not None:
            self._look()
        current = self._state.window.current
        if not self._state.find or current is None:
            return
        if self._asked:
            # The step goes on from where the one before it leads.
            self._steps.append(older)
        else:
            self._look_for(Sought(self._state.find, current.seq, older))

    def action_leave(self) -> None:
        """Back to where it began."""
        self.end()
        if self._start.following:
            self._state.follow()
        elif self._start.seq:
            self._state.go_to(self._start.seq)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Keep the matches marked; keys go to the list again."""
        event.stop()
        if self._timer is not None:
            self._look()
        if self._state.find:
            self.post_message(self.Left())
        else:
            self.end()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Look for it as soon as the typing rests."""
        event.stop()
        self._stop_timer()
        self._timer = self.set_timer(_REST, self._look)

    def matched(self, sought: Sought, found: Match) -> None:
        """Go there, unless something else is looked for by now."""
        if sought.text != self._state.find:
            return
        self._asked = False
        event = found.event
        if event is None:
            self._steps.clear()
            self._say(render.found_nothing(sought.text))
            return
        if self._steps:
            self._look_for(Sought(sought.text, event.seq, self._steps.popleft()))
            return
        self._state.go_to(event.seq)
        end = ("newest" if sought.older else "oldest") if found.around_the_end else None
        zone = self._state.window.zone
        at = moment(event.at, zone.here(self._clock()).date(), zone).strip()
        self._say(render.found(event, sought.text, at, wrapped_to=end))

    def failed(self, sentence: str) -> None:
        """Say why nothing could be looked for."""
        self._asked = False
        self._steps.clear()
        self._say(render.not_read(sentence))

    def _look(self) -> None:
        """Look for what is typed, from where the search began, upwards."""
        self._stop_timer()
        self._seek(self._field.value.strip())
        if self._state.find:
            self._look_for(Sought(self._state.find, self._start.seq + 1, older=True))
        else:
            self._say(EMPTY)

    def _look_for(self, sought: Sought) -> None:
        self._asked = True
        self._ask(sought, self)

    def _seek(self, text: str) -> None:
        self._asked = False
        self._steps.clear()
        self._state.search(text)

    def _say(self, answer: Content) -> None:
        self._answer.show(lambda _width: answer)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
