"""One point in time by which a whole request must be over, however slowly its parts arrive."""

import time
from typing import Final

TOTAL: Final = 5.0
"""Seconds for one request, from the name lookup to the last byte."""

CONNECT: Final = 3.0
"""Seconds for a connection, TLS included."""


class DeadlineError(Exception):
    """Time is up."""


class Deadline:
    """Counts down from `seconds` on the monotonic clock."""

    def __init__(self, seconds: float = TOTAL) -> None:
        self._end = time.monotonic() + seconds

    def left(self, most: float = TOTAL) -> float:
        """Seconds that are left, `most` at most. Raises DeadlineError when there are none."""
        remaining = self._end - time.monotonic()
        if remaining <= 0:
            raise DeadlineError
        return min(remaining, most)
