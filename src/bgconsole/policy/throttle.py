"""How long a guesser waits, without letting one keep the real person out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from bgconsole.policy.clock import is_recent

FREE_FAILURES = 4
"""Failures in a row that cost nothing."""

FIRST_WAIT = 30
MAX_WAIT = 3600
MAX_DELAY_LOCAL = 2
"""Seconds. At the local keyboard a try is delayed by this at most, and never refused."""

PAUSE_AFTER = 100
"""Failures in a row, over all sources, that close the network path for unknown sources."""

PAUSE_DAYS = 400
"""A pause lasts until it is lifted, or this long: the same for an email without an account, which
nobody could lift it from."""

KNOWN_SOURCE_DAYS = 400
UNKNOWN_EMAIL_HOURS = 24
"""Failures are forgotten after this, of accounts and of other emails alike."""


def wait_after(failures: int, *, local: bool) -> int:
    """Seconds to wait after so many failures in a row from one source."""
    if failures <= FREE_FAILURES:
        return 0
    if local:
        return MAX_DELAY_LOCAL
    doublings = min(failures - FREE_FAILURES - 1, 16)
    return min(FIRST_WAIT * 2**doublings, MAX_WAIT)


def expired(last_at: datetime, now: datetime) -> bool:
    """Whether failures last counted at `last_at` count no more: long ago, or from the future."""
    return not is_recent(last_at, now, timedelta(hours=UNKNOWN_EMAIL_HOURS))


def pause_stands(paused_at: datetime | None, now: datetime) -> bool:
    """Whether a pause that began then still holds; one from the future does not."""
    return paused_at is not None and is_recent(paused_at, now, timedelta(days=PAUSE_DAYS))


def is_known_source(last_at: datetime | None, now: datetime) -> bool:
    """Whether an account's last sign-in from a source makes it a known one; not in the future."""
    return last_at is not None and is_recent(last_at, now, timedelta(days=KNOWN_SOURCE_DAYS))


def seconds_until(until: datetime | None, now: datetime, longest: int) -> int:
    """Seconds until a stored moment, rounded up; never more than what its wait could have been."""
    if until is None:
        return 0
    return min(max(0, ceil((until - now).total_seconds())), longest)


@dataclass(frozen=True, slots=True)
class Allowance:
    """Failures that are taken: `burst` of them at once, and one more every `step` seconds.

    What is stored is a single moment, `due`: when the whole allowance is there again.
    """

    burst: int
    step: int

    @property
    def per_hour(self) -> int:
        """The most failures that any hour sees."""
        return self.burst + 3600 // self.step

    def wait(self, due: datetime | None, now: datetime) -> int:
        """Seconds until the next failure is taken."""
        if due is None:
            return 0
        spare = timedelta(seconds=(self.burst - 1) * self.step)
        return seconds_until(due - spare, now, self.step)

    def after_failure(self, due: datetime | None, now: datetime) -> datetime:
        """`due` after one failure more."""
        start = now if due is None else max(due, now)
        latest = now + timedelta(seconds=self.burst * self.step)
        return min(start + timedelta(seconds=self.step), latest)


SOURCE_ALLOWANCE = Allowance(burst=20, step=180)
"""Failures of one source over all emails, so that nobody sprays one guess over many."""

STRANGERS_ALLOWANCE = Allowance(burst=2000, step=1)
"""Failures of all sources together. It bounds what strangers can write to the log."""
