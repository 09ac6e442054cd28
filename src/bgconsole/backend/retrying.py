"""How long to wait before something is tried again: every such policy, in one table."""

import random
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Backoff:
    """Waits `first` seconds after the first failure and twice as long after each one more.

    It never waits longer than `longest`. `spread` is the range of a random factor, so that many who
    failed together do not try again together.
    """

    first: float
    longest: float
    spread: tuple[float, float] = (1.0, 1.0)

    def pause(self, failures: int = 1, least: float = 0.0) -> float:
        """Seconds to wait after so many failures in a row, at least `least` before the spread."""
        # Past 2 to the 64th power every policy has reached its longest wait.
        own = min(self.first * 2.0 ** min(failures - 1, 64), self.longest)
        return self.spread_over(max(own, least))

    def spread_over(self, seconds: float) -> float:
        """`seconds`, with the random factor."""
        return seconds * random.uniform(*self.spread)  # noqa: S311 - no secret


REQUEST: Final = Backoff(0.15, 2.0, (1.0, 1.3))
"""A request to a server. Never shorter than the server asks for."""

AUDIT_STREAM: Final = Backoff(0.5, 5.0, (0.7, 1.0))
"""A stream of audit events that broke."""

WRITE_LOCK: Final = Backoff(0.005, 0.005, (0.2, 1.0))
"""SQLite's write lock. SQLite's own steps grow, and the longest to wait would be overtaken."""

NOTIFICATIONS: Final = Backoff(1.0, 1.0)
"""The connection on which PostgreSQL notifies of commits."""

PROBE: Final = Backoff(30.0, 30.0, (0.8, 1.2))
"""The lease on probing an identity provider, and the pause between two probes."""

CONSOLE: Final = Backoff(1.0, 5.0)
"""A console that has lost its database or server."""

LISTENER: Final = Backoff(0.05, 0.05)
"""A server's listening socket while no connection can be accepted."""
