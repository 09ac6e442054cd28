"""The line to the team's data as the console knows it: what is wrong with it, and since when.

Two tell of it: the backend, where one has a line of its own (`Backend.on_line`), and every reading
by its outcome, which is how a database that went away is noticed. Nothing here asks or draws.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from bgconsole.backend.errors import BackendError, UnreachableError
from bgconsole.backend.line import LineState, LineStatus
from bgconsole.policy.refusals import Code


class Fault(Enum):
    """What is wrong."""

    LOST = auto()
    """There is no way to the data."""

    SILENT = auto()
    """The way is there, and the database at its end does not answer."""

    CHECKING = auto()
    """The answer to a change was lost; whether it was done is being asked."""


@dataclass(frozen=True, slots=True)
class ConnectionProblem:
    """What is wrong since when, and when what is shown was known to be right (both UTC).

    `host` is where the line leads to, "" where the data is on this machine. `known_at` None:
    nothing was ever known.
    """

    fault: Fault
    host: str
    sentence: str
    since: datetime
    known_at: datetime | None


class ConnectionState:
    """Of one session. Listeners are told after each change, in the event loop."""

    def __init__(self, host: str, clock: Callable[[], datetime], *, server: bool) -> None:
        """`host` as in `ConnectionProblem`; `server`: the backend watches its own line to it."""
        self._host = host
        self._server = server
        self._clock = clock
        self._told: LineStatus | None = None
        self._failed: BackendError | None = None
        self._since = clock()
        self._known_at: datetime | None = None
        self._listeners: list[Callable[[], None]] = []

    def listen(self, listener: Callable[[], None]) -> None:
        """Tell `listener` of every change from now on."""
        self._listeners.append(listener)

    def leave(self, listener: Callable[[], None]) -> None:
        """Tell it no more."""
        if listener in self._listeners:
            self._listeners.remove(listener)

    @property
    def problem(self) -> ConnectionProblem | None:
        """What is wrong now; None when all is well."""
        fault = self._fault
        if fault is None:
            return None
        told = self._told.sentence if self._told is not None else ""
        sentence = told or (self._failed.refusal.message if self._failed is not None else "")
        return ConnectionProblem(fault, self._host, sentence, self._since, self._known_at)

    @property
    def lost(self) -> bool:
        """Whether nothing can be asked for now."""
        return self._fault is Fault.LOST

    @property
    def broken(self) -> bool:
        """Whether what is shown may be out of date."""
        return self._fault in {Fault.LOST, Fault.SILENT}

    @property
    def why_not(self) -> str | None:
        """Why what needs the line cannot be done now; None where it can."""
        if not self.lost:
            return None
        return f"Lost connection to {self._host}. Retrying; your changes are kept"

    @property
    def _fault(self) -> Fault | None:
        state = LineState.UP if self._told is None else self._told.state
        if state is LineState.DOWN:
            return Fault.LOST
        if state is LineState.CHECKING:
            return Fault.CHECKING
        if self._failed is None:
            return None
        # Of a server that is gone the backend tells itself.
        gone = not self._server and self._failed.code is Code.UNREACHABLE
        return Fault.LOST if self._host and gone else Fault.SILENT

    def told(self, status: LineStatus) -> None:
        """The backend tells how its line is."""
        self._change(status, self._failed)

    def answered(self) -> None:
        """A reading came through: what is shown is right now."""
        self._known_at = self._clock()
        self._change(self._told, None)

    def failed(self, error: BackendError) -> None:
        """A reading did not come through; what is no fault of the line changes nothing."""
        if isinstance(error, UnreachableError):
            self._change(self._told, error)

    def _change(self, told: LineStatus | None, failed: BackendError | None) -> None:
        before, fault_before = self.problem, self._fault
        self._told, self._failed = told, failed
        if self._fault is not None and fault_before in {None, Fault.CHECKING}:
            self._since = self._clock()
        if self.problem != before:
            for listener in tuple(self._listeners):
                listener()
