"""Moments as people write them: '2 h' ago, 'yesterday', '02:30', '1 Oct 02:30', RFC 3339."""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

EXAMPLES: Final = "2 h, yesterday, 02:30, 1 Oct or 2026-10-01 02:30"
"""What may be written, for an error message."""

_UNITS: Final = {
    **dict.fromkeys(("s", "sec", "second", "seconds"), timedelta(seconds=1)),
    **dict.fromkeys(("m", "min", "minute", "minutes"), timedelta(minutes=1)),
    **dict.fromkeys(("h", "hour", "hours"), timedelta(hours=1)),
    **dict.fromkeys(("d", "day", "days"), timedelta(days=1)),
    **dict.fromkeys(("w", "week", "weeks"), timedelta(weeks=1)),
}
_DAYS_BACK: Final = {"today": 0, "yesterday": 1}
_MONTHS: Final = (
    *("jan", "feb", "mar", "apr", "may", "jun"),
    *("jul", "aug", "sep", "oct", "nov", "dec"),
)
_AGO: Final = re.compile(r"([0-9]{1,6}) ?([a-z]+)(?: ago)?")
_CLOCK: Final = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?")
_DAY: Final = re.compile(r"([0-9]{1,2}) ([a-z]{3})[a-z]*(?: ([0-9]{4}))?")


def parse_moment(text: str, now: datetime, zone: tzinfo | None = UTC) -> datetime:
    """The moment that `text` means at `now`, in UTC.

    A date is its first second. What names no year or no day is the last such moment, never one to
    come. Days and clocks without an offset are those of `zone`; None is the machine's own.
    Raises ValueError for anything else.
    """
    wanted = " ".join(text.split())
    try:
        return _parse(wanted.casefold(), wanted, now, zone).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"no moment: {text!r}") from error


def parse_end(text: str, now: datetime, zone: tzinfo | None = UTC) -> datetime:
    """The moment before which everything is meant by 'until `text`', in UTC.

    A date means its day, so this is the first second of the next one; anything else is the moment
    that `parse_moment` takes it for. Raises ValueError as it does.
    """
    moment = parse_moment(text, now, zone)
    if not _is_date(" ".join(text.casefold().split())):
        return moment
    return end_of_day(moment.astimezone(zone).date(), zone)


def end_of_day(day: date, zone: tzinfo | None = UTC) -> datetime:
    """The first moment after `day` in that zone, in UTC; at the end of the calendar its last."""
    try:
        return _placed(datetime.combine(day + timedelta(days=1), time()), zone).astimezone(UTC)
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)


def _is_date(folded: str) -> bool:
    """Whether what `parse_moment` understands names a day and no time of day."""
    found = _DAY.match(folded)
    if folded in _DAYS_BACK or (found is not None and found.end() == len(folded)):
        return True
    try:
        date.fromisoformat(folded.upper())
    except ValueError:
        return False
    return True


def _parse(folded: str, exact: str, now: datetime, zone: tzinfo | None) -> datetime:
    if folded == "now":
        return now
    ago = _AGO.fullmatch(folded)
    if ago is not None and ago[2] in _UNITS:
        return now - int(ago[1]) * _UNITS[ago[2]]
    here = now.astimezone(zone)
    if _CLOCK.fullmatch(folded):
        at = _at(here.date(), folded, zone)
        return at if at <= now else _at(here.date() - timedelta(days=1), folded, zone)
    name, _, clock = folded.partition(" ")
    if name in _DAYS_BACK:
        return _at(here.date() - timedelta(days=_DAYS_BACK[name]), clock, zone)
    found = _DAY.match(folded)
    if found is not None:
        return _at(_day(found, here.date()), folded[found.end() :].strip(), zone)
    at = datetime.fromisoformat(exact)
    return at if at.tzinfo else _placed(at, zone)


def _day(found: re.Match[str], today: date) -> date:
    number, month = int(found[1]), _MONTHS.index(found[2]) + 1
    if found[3]:
        return date(int(found[3]), month, number)
    day = date(today.year, month, number)
    return day if day <= today else date(today.year - 1, month, number)


def _at(day: date, clock: str, zone: tzinfo | None) -> datetime:
    """`clock` on `day`; no clock is its first second."""
    if not clock:
        return _placed(datetime.combine(day, time()), zone)
    found = _CLOCK.fullmatch(clock)
    if found is None:
        raise ValueError(f"no time of day: {clock!r}")
    hour, minute, second = (int(part or 0) for part in found.groups())
    return _placed(datetime.combine(day, time(hour, minute, second)), zone)


def _placed(at: datetime, zone: tzinfo | None) -> datetime:
    return at.astimezone() if zone is None else at.replace(tzinfo=zone)
