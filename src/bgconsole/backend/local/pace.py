"""How fast refusals are given out, so that answering a flood leaves time for everybody else."""

import random
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

_SOURCES: Final = 10_000
"""Sources whose pace is kept; past that the one that was heard longest ago is forgotten."""

LONGEST: Final = 9.0
"""Seconds that an answer is held at most: before a console gives the request up."""

LONGEST_OF_A_FLOOD: Final = 25.0
"""The same for a source that has hundreds of tries under way by itself."""

_SPREAD: Final = 0.4
"""Share of the longest hold by which holds differ: a burst is not answered by another one."""


@dataclass(slots=True)
class Pace:
    """So many at once, and then so many a second."""

    burst: int
    per_second: float
    longest: float
    _next: float = float("-inf")

    def held(self, now: float) -> float:
        """Seconds until the next one may go."""
        turn = max(self._next, now - self.burst / self.per_second)
        self._next = turn + 1 / self.per_second
        if turn < now + self.longest:
            return max(0.0, turn - now)
        self._next = now + self.longest
        return self.longest * random.uniform(1 - _SPREAD, 1)  # noqa: S311 (no secret)


class Paces:
    """The pace of each source, and of all that are not known to anybody together."""

    def __init__(self) -> None:
        self._sources: OrderedDict[str, Pace] = OrderedDict()
        self._strangers = Pace(burst=200, per_second=150, longest=LONGEST)

    def held(self, bucket: str, now: float, *, stranger: bool) -> float:
        """Seconds for which a refusal to this source is held; `now` is of any steady clock."""
        pace = self._sources.get(bucket)
        if pace is None:
            pace = Pace(burst=50, per_second=50, longest=LONGEST_OF_A_FLOOD)
            self._sources[bucket] = pace
            if len(self._sources) > _SOURCES:
                self._sources.popitem(last=False)
        self._sources.move_to_end(bucket)
        held = pace.held(now)
        return max(held, self._strangers.held(now)) if stranger else held
