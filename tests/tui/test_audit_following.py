"""Following the audit log on the screen: live, paused, page by page, a few pages in memory."""

from collections.abc import Callable

import pytest

from bgconsole.tui.audit.list import AuditList
from bgconsole.tui.audit.window import KEPT
from tests.tui.audit_console import (
    Log,
    Reader,
    ascending,
    glass_login,
    number,
    plain,
    reading,
)


async def test_the_newest_event_is_at_the_bottom_and_followed(log: Log) -> None:
    log.fill(100)
    async with reading(log) as reader:
        await reader.see(number(100), "● following")
        assert reader.numbers[-1] == 100
        assert ascending(reader.numbers)


async def test_an_event_of_another_process_appears_by_itself(log: Log) -> None:
    log.fill(50)
    async with reading(log) as reader:
        await reader.see(number(50))
        log.add(plain("made elsewhere"))
        await reader.see("made elsewhere")
        assert "● following" in reader.heading


async def test_up_pauses_and_what_comes_is_counted_until_space_follows(log: Log) -> None:
    log.fill(50)
    async with reading(log) as reader:
        await reader.see(number(50))
        await reader.press("up")
        await reader.see("‖ paused")
        shown = reader.numbers
        log.add(plain("one more"), plain("another"))
        await reader.see("2 new")
        assert reader.numbers == shown
        assert "one more" not in reader.listed
        await reader.press("space")
        await reader.see("another")
        assert "● following" in reader.heading
        assert "new" not in reader.heading


async def test_the_new_ones_are_counted_down_as_they_come_into_view(log: Log) -> None:
    log.fill(50)
    async with reading(log) as reader:
        await reader.see(number(50))
        await reader.press("space")
        await reader.see("‖ paused")
        log.add(*(plain(f"new {one}") for one in range(1, 6)))
        await reader.see("5 new")
        await reader.press("down")
        await reader.until(lambda: "5 new" in reader.heading or "4 new" in reader.heading)
        await reader.press("down", "down")
        await reader.until(lambda: "new 2" in reader.text)
        await reader.until(lambda: "3 new" in reader.heading)


async def test_down_from_the_newest_event_follows_again(log: Log) -> None:
    log.fill(50)
    async with reading(log) as reader:
        await reader.see(number(50))
        await reader.press("up", "down")
        await reader.see("‖ paused")
        await reader.press("down")
        await reader.see("● following")


async def test_space_pauses_without_moving(log: Log) -> None:
    log.fill(50)
    async with reading(log) as reader:
        await reader.see(number(50))
        await reader.press("space")
        await reader.see("‖ paused")
        shown = reader.numbers
        log.add(plain("unseen"))
        await reader.see("1 new")
        # Beside the list it may be among what happened around the event at the cursor.
        assert "unseen" not in reader.listed
        assert reader.numbers == shown


async def test_home_shows_the_first_event_and_end_follows(log: Log) -> None:
    log.fill(1_000)
    async with reading(log) as reader:
        await reader.see(number(1_000))
        await reader.press("home")
        await reader.see(number(1))
        assert "‖ paused" in reader.heading
        await reader.press("end")
        await reader.see(number(1_000))
        await reader.see("● following")


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_every_event_is_met_once_when_paging_down_and_up(
    log: Log, size: tuple[int, int]
) -> None:
    count = KEPT + 100
    log.fill(count)
    async with reading(log, size=size) as reader:
        await reader.see(number(count))
        await reader.press("home")
        await reader.see(number(1))
        down = await _paged(reader, "pagedown", lambda: number(count) in reader.text)
        assert sorted(down) == list(range(1, count + 1))
        up = await _paged(reader, "pageup", lambda: number(1) in reader.text)
        assert sorted(up) == list(range(1, count + 1))


async def _paged(reader: Reader, key: str, done: Callable[[], bool]) -> set[int]:
    """The numbers of all events met, where every screen is without gaps."""
    met = set(reader.numbers)
    while not done():
        before = reader.numbers
        await reader.press(key)
        await reader.until(lambda before=before: reader.numbers != before)
        assert ascending(reader.numbers)
        met.update(reader.numbers)
        events = reader.app.query_one(AuditList).window.events
        assert len(events) <= KEPT
    return met


async def test_a_step_draws_two_rows_again(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    log.fill(100)
    async with reading(log) as reader:
        await reader.see(number(100))
        await reader.press("up", "up")
        await reader.settle()
        drawn: list[int] = []
        draw = AuditList.render_line
        monkeypatch.setattr(
            AuditList, "render_line", lambda self, y: drawn.append(y) or draw(self, y)
        )
        await reader.press("up")
        await reader.settle()
        assert len(set(drawn)) == 2


async def test_a_burst_is_followed_without_keeping_it(log: Log) -> None:
    log.fill(10)
    async with reading(log) as reader:
        await reader.see(number(10))
        log.fill(3_000)
        await reader.see(number(3_000))
        assert ascending(reader.numbers)
        assert len(reader.app.query_one(AuditList).window.events) <= KEPT


async def test_the_last_break_glass_login_is_on_the_heading(log: Log) -> None:
    async with reading(log) as reader:
        await reader.see("no break-glass login recorded")
        log.add(glass_login("ken@harbor.example"))
        await reader.see("last break-glass login  ◆ ken 12:00:00")
