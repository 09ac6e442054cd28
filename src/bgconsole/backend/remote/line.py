"""What the screen learns about the connection to the server."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from bgconsole.backend.line import LineListener, LineState, LineStatus

CHECKING: Final = "The answer was lost: outcome unknown, checking"


class Line:
    """Knows how the line is, and tells each change of it. `clock` gives UTC."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._listeners: list[LineListener] = []
        self._checks = 0
        self._fault = ""
        self._status = LineStatus(LineState.UP, "", clock())

    def listen(self, listener: LineListener) -> None:
        """Tell `listener` from now on, and at once if the line is not up."""
        self._listeners.append(listener)
        if self._status.state is not LineState.UP:
            listener(self._status)

    def up(self) -> None:
        """The server answered."""
        self._fault = ""
        self._tell()

    def down(self, sentence: str) -> None:
        """It did not, for this reason."""
        self._fault = sentence
        self._tell()

    @contextmanager
    def checking(self) -> Generator[None]:
        """While inside, the outcome of a change is being found out."""
        self._checks += 1
        self._tell()
        try:
            yield
        finally:
            self._checks -= 1
            self._tell()

    def _tell(self) -> None:
        state, sentence = LineState.UP, ""
        if self._checks:
            state, sentence = LineState.CHECKING, CHECKING
        elif self._fault:
            state, sentence = LineState.DOWN, self._fault
        if (state, sentence) == (self._status.state, self._status.sentence):
            return
        since = self._status.since if state is self._status.state else self._clock()
        self._status = LineStatus(state, sentence, since)
        for listener in self._listeners:
            listener(self._status)
