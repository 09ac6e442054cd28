"""The known sources, in memory: who comes from where, without asking the database at each try.

It only chooses the queue in which a try waits. Whether a source is known is decided by the
database, in the try itself.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from bgconsole.policy.throttle import is_known_source

LOADED: Final = 20_000
"""Known sources held at most: the ones used last."""

FRESH: Final = 5.0
"""Seconds after which they are read again, when somebody tries to sign in."""


class KnownSources:
    """Which account signed in from where, as last read, and what this process saw since."""

    def __init__(self) -> None:
        self._last: dict[str, dict[str, datetime]] = {}
        self._buckets: dict[str, datetime] = {}

    def replace(self, rows: Iterable[tuple[str, str, datetime]]) -> None:
        """Take what the database holds: email, source, last sign-in."""
        self._last, self._buckets = {}, {}
        for email, bucket, last_at in rows:
            self.learn(email, bucket, last_at)

    def learn(self, email: str, bucket: str, last_at: datetime) -> None:
        """Somebody signed in from there."""
        self._last.setdefault(email, {})[bucket] = last_at
        self._buckets[bucket] = max(last_at, self._buckets.get(bucket, last_at))

    def has(self, email: str, bucket: str, now: datetime) -> bool:
        """Whether the account signed in from this source lately."""
        return is_known_source(self._last.get(email, {}).get(bucket), now)

    def anybody_at(self, bucket: str, now: datetime) -> bool:
        """Whether any account did."""
        return is_known_source(self._buckets.get(bucket), now)
