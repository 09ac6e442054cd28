"""Moments as people write them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from bgconsole.policy.audit import last_moment
from bgconsole.policy.moments import parse_end, parse_moment

NOW = datetime(2026, 10, 14, 3, 12, 30, tzinfo=UTC)
EAST = timezone(timedelta(hours=2))


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("now", NOW),
        ("2h", NOW - timedelta(hours=2)),
        ("2 h", NOW - timedelta(hours=2)),
        ("90 min ago", NOW - timedelta(minutes=90)),
        ("1 Week", NOW - timedelta(weeks=1)),
        ("02:30", at(2026, 10, 14, 2, 30)),
        ("02:30:15", at(2026, 10, 14, 2, 30, 15)),
        ("today", at(2026, 10, 14)),
        ("Yesterday", at(2026, 10, 13)),
        ("yesterday 22:05", at(2026, 10, 13, 22, 5)),
        ("1 Oct", at(2026, 10, 1)),
        ("1 october 02:30", at(2026, 10, 1, 2, 30)),
        ("13 Oct 2025", at(2025, 10, 13)),
        ("2026-10-01", at(2026, 10, 1)),
        ("2026-10-01 02:30", at(2026, 10, 1, 2, 30)),
        ("2026-10-01T02:30:00Z", at(2026, 10, 1, 2, 30)),
        ("2026-10-01T02:30:00+02:00", at(2026, 10, 1, 0, 30)),
    ],
)
def test_what_people_write_is_understood(text: str, meant: datetime) -> None:
    assert parse_moment(text, NOW) == meant


def test_a_clock_or_a_day_to_come_is_the_last_one() -> None:
    assert parse_moment("23:00", NOW) == at(2026, 10, 13, 23)
    assert parse_moment("24 Dec", NOW) == at(2025, 12, 24)


def test_days_and_clocks_are_those_of_the_zone() -> None:
    assert parse_moment("02:30", NOW, EAST) == at(2026, 10, 14, 0, 30)
    assert parse_moment("today", NOW, EAST) == at(2026, 10, 13, 22)
    assert parse_moment("2026-10-01 02:30", NOW, EAST) == at(2026, 10, 1, 0, 30)


@pytest.mark.parametrize(
    "text", ["", "someday", "25:00", "2 fortnights", "31 Feb", "999999 weeks", "yesterday at noon"]
)
def test_anything_else_is_no_moment(text: str) -> None:
    with pytest.raises(ValueError, match="no moment"):
        parse_moment(text, NOW)


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("2026-10-01", at(2026, 10, 2)),
        ("20261001", at(2026, 10, 2)),
        ("1 Oct", at(2026, 10, 2)),
        ("1 october  2025", at(2025, 10, 2)),
        ("yesterday", at(2026, 10, 14)),
        ("Today", at(2026, 10, 15)),
        ("31 Dec 2025", at(2026, 1, 1)),
        ("9999-12-31", datetime.max.replace(tzinfo=UTC)),
        ("yesterday 22:05", at(2026, 10, 13, 22, 5)),
        ("1 Oct 00:00", at(2026, 10, 1)),
        ("2026-10-01T00:00:00Z", at(2026, 10, 1)),
        ("02:30", at(2026, 10, 14, 2, 30)),
        ("2h", NOW - timedelta(hours=2)),
        ("now", NOW),
    ],
)
def test_until_a_date_means_all_of_its_day(text: str, end: datetime) -> None:
    assert parse_end(text, NOW) == end


def test_the_day_ends_where_its_zone_says() -> None:
    assert parse_end("2026-10-01", NOW, EAST) == at(2026, 10, 1, 22)
    assert last_moment(parse_end("2026-10-01", NOW)) == at(2026, 10, 1, 23, 59, 59, 999_999)


def test_what_is_no_moment_is_no_end() -> None:
    with pytest.raises(ValueError, match="no moment"):
        parse_end("2026-13-01", NOW)
