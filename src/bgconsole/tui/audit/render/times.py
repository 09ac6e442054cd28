"""Times of audit events: in UTC or, with their offset beside them, in the machine's own zone."""

from datetime import UTC, date, datetime, tzinfo
from enum import Enum
from typing import Final

from bgconsole.policy.audit import last_moment

_YEAR_AGO_DAYS: Final = 300


class Zone(Enum):
    """In which zone times are shown. The value is its name on the screen."""

    UTC = "UTC"
    LOCAL = "local"

    @property
    def tzinfo(self) -> tzinfo | None:
        """For `parse_moment`; None is the machine's own."""
        return UTC if self is Zone.UTC else None

    @property
    def other(self) -> "Zone":
        """The one that the key goes to."""
        return Zone.LOCAL if self is Zone.UTC else Zone.UTC

    def here(self, at: datetime) -> datetime:
        """The moment as clocks of this zone show it; the machine's offset is that of the moment."""
        return at.astimezone(self.tzinfo)


def time_width(zone: Zone, *, dated: bool) -> int:
    """Cells of a column of times."""
    return (12 if dated else 8) + (0 if zone is Zone.UTC else 6)


def moment(at: datetime, today: date, zone: Zone = Zone.UTC) -> str:
    """A time of today as '02:46:58', of another day as '13 Oct 02:46', long ago '13 Oct 2025'."""
    here = zone.here(at)
    day = here.date()
    if day == today:
        return f"{here:%H:%M:%S}{_offset(here, zone)}"
    name = f"{day.day:2} {day:%b}"
    if abs((today - day).days) > _YEAR_AGO_DAYS:
        return f"{name} {day.year:4}"
    return f"{name} {here:%H:%M}{_offset(here, zone)}"


TINY_TIME: Final = 6
"""Cells of a time in a row that has little room."""


def tiny_moment(at: datetime, today: date, zone: Zone) -> str:
    """A time of today as '02:46', another day as '13 Oct', long ago the year."""
    here = zone.here(at)
    day = here.date()
    if day == today:
        return f"{here:%H:%M}"
    return f"{day.year}" if abs((today - day).days) > _YEAR_AGO_DAYS else f"{day.day:2} {day:%b}"


def time_of_day(at: datetime, zone: Zone) -> str:
    """'02:46:58', or '04:46:58+02:00'."""
    here = zone.here(at)
    return f"{here:%H:%M:%S}{_offset(here, zone)}"


def exact(at: datetime, zone: Zone) -> str:
    """'2026-10-14 02:43:26.418 UTC', or with the offset instead."""
    here = zone.here(at)
    name = " UTC" if zone is Zone.UTC else _offset(here, zone)
    return f"{here:%Y-%m-%d %H:%M:%S}.{here.microsecond // 1000:03}{name}"


def on_day(at: datetime, today: date, zone: Zone) -> str:
    """'02:46:58 UTC' of today, of another day '13 Oct 2026 02:46:58 UTC'."""
    here = zone.here(at)
    name = " UTC" if zone is Zone.UTC else _offset(here, zone)
    text = f"{here:%H:%M:%S}{name}"
    return text if here.date() == today else f"{here.day} {here:%b %Y} {text}"


def day_name(day: date, today: date) -> str:
    """'Tue 14 Oct, today'; with its year where that is another."""
    name = f"{day:%a} {day.day} {day:%b}"
    if day.year != today.year:
        name = f"{name} {day.year}"
    if day == today:
        return f"{name}, today"
    return f"{name}, yesterday" if (today - day).days == 1 else name


def limit(at: datetime, today: date, zone: Zone) -> str:
    """A chosen moment, as short as possible: '02:30', '1 Oct', '1 Oct 02:30'."""
    here = zone.here(at)
    clock = f"{here:%H:%M:%S}" if here.second else f"{here:%H:%M}"
    if here.date() == today:
        return clock
    day = f"{here.day} {here:%b}"
    if here.year != today.year:
        day = f"{day} {here.year}"
    return day if clock == "00:00" else f"{day} {clock}"


def end_limit(end: datetime, today: date, zone: Zone) -> str:
    """The chosen end of a search: its last day, or a moment."""
    here = zone.here(end)
    if not _is_midnight(here):
        return limit(end, today, zone)
    day = last_moment(here).date()
    return f"{day.day} {day:%b}" + ("" if day.year == today.year else f" {day.year}")


def last_limit(end: datetime, today: date, zone: Zone) -> str:
    """The last moment before the end of a search: '27 Nov 23:59:59' where it is that of a day."""
    return limit(last_moment(end) if _is_midnight(zone.here(end)) else end, today, zone)


def _is_midnight(here: datetime) -> bool:
    return (here.hour, here.minute, here.second) == (0, 0, 0)


def _offset(here: datetime, zone: Zone) -> str:
    if zone is Zone.UTC:
        return ""
    text = f"{here:%z}"
    return f"{text[:3]}:{text[3:5]}"
