"""Connections that wait to be taken up: whose turn it is, and how fast strangers' ones are.

Taking a connection up costs the server about as much as a refusal does, and TLS several times that.
So strangers' connections are taken up at a pace, one source after the other, and those of sources
that somebody was let in from at once.
"""

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

PER_SECOND: Final = 200.0
"""Strangers' connections taken up in a second, by one process."""

BURST: Final = 200
"""How many of them at once, after a time with fewer."""

PATIENCE: Final = 10.0
"""Seconds after which one that still waits is hung up on: its client gave up by then."""

_TakeUp = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Arrival:
    """A connection that waits: what takes it up, and what hangs up on it."""

    take_up: _TakeUp
    hang_up: _TakeUp
    at: float = field(default_factory=time.monotonic)


class Arrivals:
    """Those of strangers. `clock` is steady, in seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._waiting: OrderedDict[str, deque[Arrival]] = OrderedDict()
        self._due = float("-inf")

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def add(self, source: str, arrival: Arrival) -> None:
        """One more from `source`; the sources take turns."""
        self._waiting.setdefault(source, deque()).append(arrival)

    def serve(self) -> float:
        """Take up those whose turn it is; seconds until the next turn."""
        now = self._clock()
        self._due = max(self._due, now - BURST / PER_SECOND)
        while self._waiting and self._due <= now:
            arrival = self._next()
            if now - arrival.at > PATIENCE:
                arrival.hang_up()
                continue
            self._due += 1 / PER_SECOND
            arrival.take_up()
        return max(0.0, self._due - now)

    def clear(self) -> None:
        """Hang up on all."""
        while self._waiting:
            self._next().hang_up()

    def _next(self) -> Arrival:
        source, waiting = self._waiting.popitem(last=False)
        arrival = waiting.popleft()
        if waiting:
            self._waiting[source] = waiting
        return arrival
