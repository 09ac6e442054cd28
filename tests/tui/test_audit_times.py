"""Times in the audit log: days, zones, going to a time, the viewer's own mark."""

import time
from datetime import timedelta

import pytest

from tests.tui.audit_console import (
    Log,
    number,
    plain,
    reading,
)


async def test_events_of_other_days_show_their_day(log: Log) -> None:
    log.at = log.at.replace(month=3, day=4)
    log.add(plain("in spring"))
    log.at = log.at.replace(year=2020)
    log.add(plain("years ago"))
    async with reading(log, size=(80, 24)) as reader:
        await reader.see("in spring")
        (spring,) = (line for line in reader.lines if "in spring" in line)
        (years,) = (line for line in reader.lines if "years ago" in line)
        assert " 4 Mar 12:00" in spring
        assert " 4 Mar 2020" in years


async def test_with_room_events_stand_below_their_day(log: Log) -> None:
    log.at -= timedelta(days=2)
    log.add(plain("two days ago"))
    log.at += timedelta(days=1)
    log.add(plain("a day ago"))
    log.at += timedelta(days=1)
    log.add(plain("just now"))
    async with reading(log) as reader:
        await reader.see("just now", "● following")
        rows = [row.partition("│")[0].strip() for row in reader.lines]
        shown = [row for row in rows if row[-1:] == "─" or row.endswith(("ago", "now"))]
        assert [row.partition(" ──")[0] for row in shown if row.endswith("─")][-3:] == [
            "Sat 21 Nov",
            "Sun 22 Nov, yesterday",
            "Mon 23 Nov, today",
        ]
        assert shown[-1].endswith("just now")


async def test_g_goes_to_the_first_event_since_a_time(log: Log) -> None:
    log.at += timedelta(days=1)
    log.add(plain("a day later"))
    log.at += timedelta(minutes=30)
    log.add(plain("some more"))
    log.at += timedelta(days=1)
    log.fill(500)
    async with reading(log) as reader:
        await reader.see(number(500))
        await reader.press("g")
        await reader.type("2026-11-24 12:10")
        await reader.see("to the first event since 2026-11-24 12:10:00 UTC")
        await reader.press("enter")
        await reader.see_row("›", "some more")
        await reader.see_row("12:00:00", "a day later")
        assert "‖ paused" in reader.heading


async def test_a_time_after_everything_is_the_newest_event(log: Log) -> None:
    log.fill(200)
    async with reading(log) as reader:
        await reader.see(number(200))
        await reader.press("home")
        await reader.see("‖ paused")
        await reader.press("g")
        await reader.type("2026-12-01")
        await reader.press("enter")
        await reader.see("Nothing is that late", "● following", number(200))


async def test_what_is_no_time_is_told_and_nothing_moves(log: Log) -> None:
    log.fill(5)
    async with reading(log) as reader:
        await reader.see(number(5))
        await reader.press("g")
        await reader.type("soon")
        await reader.press("enter")
        await reader.see("'soon' is no time", "Go to a time")
        await reader.press("escape")
        await reader.see_no("Go to a time")
        assert "● following" in reader.heading


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_z_shows_local_times_with_their_offset(
    log: Log, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Kolkata")
    time.tzset()
    log.add(plain("somewhere east"))
    async with reading(log, size=size) as reader:
        await reader.see_row("12:00:00 ", "somewhere e")
        await reader.see("UTC")
        await reader.press("z")
        await reader.see_row("17:30:00+05:30", "mia")
        assert "local" in reader.text
        await reader.press("z")
        await reader.see_no("+05:30")
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("size", [(120, 40), (120, 13), (80, 24)])
async def test_a_mark_stays_where_it_was_set_until_it_is_set_again(
    log: Log, size: tuple[int, int]
) -> None:
    log.add(plain("before"))
    async with reading(log, size=size) as reader:
        await reader.see("before")
        await reader.press("M")
        await reader.see("── mark ── set 12:00:00 by you, seen only here")

        def around_the_mark() -> list[str]:
            at = next(y for y, row in enumerate(reader.lines) if "mark ──" in row)
            return [row[:72] for row in reader.lines[at - 1 : at + 2]]

        log.add(plain("after"))
        # The event at the cursor is shown in full as well, maybe before it is in the list.
        await reader.until(lambda: "after" in around_the_mark()[2])
        assert "before" in around_the_mark()[0]
        await reader.press("up", "M")
        await reader.see_no("mark ──")
        assert (await log.backend.audit_page(log.caller)).head == log.head + 2
