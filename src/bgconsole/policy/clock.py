"""What a stored moment is worth, since the clock that wrote it may have been wrong.

A stamp from the future counts as expired: nobody knows how old it is. So a clock that was ahead
for a while leaves no session, no proof, no wait and no code that outlives it.
"""

from datetime import datetime, timedelta
from typing import Final

CLOCK_TOLERANCE: Final = 60
"""Seconds by which the clocks of two servers of one database may differ, as much as is allowed an
identity provider's: neither ends what the other began. A stamp further ahead is from a clock that
was wrong."""

_TOLERANCE: Final = timedelta(seconds=CLOCK_TOLERANCE)


def latest_stamp(now: datetime) -> datetime:
    """The last moment that a right clock may have written by `now`."""
    return now + _TOLERANCE


def is_from_future(stamp: datetime, now: datetime) -> bool:
    """Whether a stored moment of something done is one that no right clock has reached."""
    return stamp > latest_stamp(now)


def has_ended(ends: datetime, now: datetime, lifetime: float) -> bool:
    """Whether what was given for `lifetime` seconds, to last until `ends`, is over.

    Also where it would last longer than it could have been given for by now.
    """
    return ends <= now or is_from_future(ends - timedelta(seconds=lifetime), now)


def is_recent(stamp: datetime, now: datetime, lifetime: timedelta) -> bool:
    """Whether something done at `stamp` counts for so long and still does."""
    return not is_from_future(stamp, now) and now - stamp <= lifetime
