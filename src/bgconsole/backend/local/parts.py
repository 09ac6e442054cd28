"""What every operation of the local backend works with, put together once."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bgconsole.backend.errors import UnreachableError
from bgconsole.backend.local.database import TeamDatabase
from bgconsole.backend.local.passwords import Passwords
from bgconsole.policy.refusals import Code, refusal

Clock = Callable[[], datetime]


class Rest:
    """Lets seconds pass, in the thread that asks, unless the backend closes before."""

    def __init__(self) -> None:
        self._closing = threading.Event()

    def __call__(self, seconds: float) -> None:
        """Wait. Raises UnreachableError when the backend closes."""
        if self._closing.wait(seconds):
            raise UnreachableError(refusal(Code.UNREACHABLE, "The database is closed"))

    def end(self) -> None:
        """Nobody waits any longer."""
        self._closing.set()


@dataclass(frozen=True, slots=True)
class Parts:
    """The database, the clock (UTC) and the hashing that one backend shares between its threads.

    `rest` is how a try at the local keyboard is delayed.
    """

    database: TeamDatabase
    clock: Clock
    passwords: Passwords
    read_only: bool
    rest: Rest = field(default_factory=Rest)
