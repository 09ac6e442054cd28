"""Days and times of the sample team's year, counted back from the present."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

DAYS = 365
"""How far back the history goes."""

QUIET = timedelta(hours=4)
"""Before the present only what `sample_history` has happens."""

_FIRST_WEEKEND_DAY = 5


@dataclass(frozen=True, slots=True)
class Calendar:
    """The year that ends `now` (UTC)."""

    now: datetime

    def at(self, days_ago: int, clock: str) -> datetime:
        """A time of day ("09:14:02") so many days ago; weekends move to the Friday before."""
        day = (self.now - timedelta(days=days_ago)).date()
        day -= timedelta(days=max(0, day.weekday() - _FIRST_WEEKEND_DAY + 1))
        return datetime.combine(day, time.fromisoformat(clock), UTC)

    def before(self, *, minutes: int, seconds: int = 0) -> datetime:
        """So long before the present."""
        return self.now - timedelta(minutes=minutes, seconds=seconds)

    def is_weekend(self, days_ago: int) -> bool:
        """Whether that day was a Saturday or Sunday."""
        return (self.now - timedelta(days=days_ago)).weekday() >= _FIRST_WEEKEND_DAY

    def midnight(self, days_ago: int) -> datetime:
        """The beginning of that very day."""
        day = (self.now - timedelta(days=days_ago)).date()
        return datetime.combine(day, time(), UTC)
