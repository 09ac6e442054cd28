"""Reading the audit log on the screen: following, pausing, paging, filtering, one event in full."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from bgconsole.backend.errors import UnavailableError
from bgconsole.backend.local.backend import LocalBackend
from bgconsole.backend.values import AuditPage
from bgconsole.policy.audit import EventType, Outcome
from bgconsole.policy.refusals import Code, refusal
from bgconsole.tui.audit_feed import AuditFeed
from bgconsole.tui.widgets.audit_list import AuditList
from bgconsole.tui.widgets.audit_window import KEPT
from tests.tui.audit_console import (
    Log,
    Reader,
    ascending,
    glass_login,
    number,
    open_log,
    plain,
    reading,
    unconnected,
)


@pytest.fixture
async def log(tmp_path: Path) -> AsyncIterator[Log]:
    async with open_log(tmp_path) as opened:
        yield opened


async def test_the_newest_event_is_at_the_bottom_and_followed(log: Log) -> None:
    log.fill(100)
    async with reading(log) as reader:
        await reader.see(number(100))
        assert "● following" in reader.heading
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
        assert "one more" not in reader.text
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
        log.add(plain("unseen"))
        await reader.see("1 new")
        assert "unseen" not in reader.text


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


async def test_break_glass_only_and_all_events_again(log: Log) -> None:
    log.fill(30)
    log.add(glass_login(), glass_login(outcome=Outcome.FAILURE), *[plain("quiet")] * 60)
    async with reading(log) as reader:
        await reader.see("quiet")
        await reader.press("b")
        await reader.see("Break-glass user logged in via password")
        await reader.see("Break-glass login attempt failed")
        assert "quiet" not in reader.text
        assert "◆ break-glass only" in reader.heading
        log.add(plain("quiet too"), glass_login("ken@harbor.example"))
        await reader.see("ken@harbor.example")
        assert "quiet" not in reader.text
        await reader.press("F")
        await reader.see("quiet")
        assert "◆ break-glass only" not in reader.heading


async def test_types_are_chosen_by_a_few_letters_and_by_space(log: Log) -> None:
    log.add(glass_login(), plain("out"))
    async with reading(log) as reader:
        await reader.see("out")
        await reader.press("f")
        await reader.type("logout")
        await reader.press("enter")
        await reader.see("type Logout")
        await reader.see_no("Break-glass user logged in")
        assert "out" in reader.text
        await reader.press("f")
        await reader.type("login")
        await reader.press("space")
        await reader.see("Logout")
        await reader.press("enter")
        await reader.see("type Login Success, Logout")
        await reader.see("Break-glass user logged in")


async def test_leaving_the_filter_dialog_changes_nothing(log: Log) -> None:
    log.fill(5)
    async with reading(log) as reader:
        await reader.see(number(5))
        await reader.press("f")
        await reader.see("Show only")
        await reader.press("space", "down", "space", "escape")
        await reader.see_no("Show only")
        assert number(5) in reader.text
        assert "type" not in reader.heading


async def test_a_filter_that_nothing_matches_says_so(log: Log) -> None:
    async with reading(log) as reader:
        await reader.see("following")
        await reader.press("f")
        await reader.type("recovered")
        await reader.press("enter")
        await reader.see("No event matches")


async def test_enter_opens_the_event_in_full(log: Log) -> None:
    log.add(glass_login())
    async with reading(log) as reader:
        await reader.see("Break-glass user")
        await reader.press("enter")
        await reader.see("auth.login.success")
        page = await log.backend.audit_page(log.caller, limit=1)
        (event,) = page.events
        await reader.see(event.hash[:32])
        for told in (event.hash[32:], event.id, "10.9.4.2", "isBreakGlassAccess", "idpState"):
            assert told in reader.text
        await reader.press("escape")
        await reader.see_no("isBreakGlassAccess")
        assert "● following" in reader.heading


async def test_the_last_break_glass_login_is_on_the_heading(log: Log) -> None:
    async with reading(log) as reader:
        await reader.see("no break-glass login on record")
        log.add(glass_login("ken@harbor.example"))
        await reader.see("last break-glass login  ◆ ken 12:00:00")


async def test_the_heading_learns_of_a_login_that_the_filter_hides(log: Log) -> None:
    log.add(glass_login("mia@harbor.example"))
    async with reading(log) as reader:
        await reader.see("◆ mia 12:00:00")
        await reader.press("f")
        await reader.type(EventType.IDP_UP)
        await reader.press("enter")
        await reader.see("type IdP Up")
        log.add(glass_login("ken@harbor.example"))
        await reader.see("◆ ken 12:00:00")
        assert "Break-glass user logged in" not in reader.text


async def test_events_of_other_days_show_their_day(log: Log) -> None:
    log.at = log.at.replace(month=3, day=4)
    log.add(plain("in spring"))
    log.at = log.at.replace(year=2020)
    log.add(plain("years ago"))
    async with reading(log) as reader:
        await reader.see("in spring")
        (spring,) = (line for line in reader.lines if "in spring" in line)
        (years,) = (line for line in reader.lines if "years ago" in line)
        assert " 4 Mar 12:00" in spring
        assert " 4 Mar 2020" in years


async def test_under_100_columns_the_event_at_the_cursor_tells_what_its_row_leaves_out(
    log: Log,
) -> None:
    log.add(glass_login())
    async with reading(log, size=(80, 24)) as reader:
        await reader.see("Break-glass user logged in via password")
        (row,) = (line for line in reader.lines if "Break-glass user" in line)
        assert "10.9.4.2" not in row
        assert "mia@" not in row
        await reader.see("mia@harbor.example  entra · from 10.9.4.2")
        await reader.see("isBreakGlassAccess true · IdP down")


class Faulty(LocalBackend):
    """A backend whose database cannot be read for a while."""

    failing = False
    tries = 0

    async def audit_page(self, *args: Any, **named: Any) -> AuditPage:
        self.tries += 1
        if self.failing:
            raise UnavailableError(refusal(Code.UNAVAILABLE))
        return await super().audit_page(*args, **named)


async def test_without_the_database_it_says_so_and_goes_on_when_it_is_back(log: Log) -> None:
    log.fill(20)
    faulty = Faulty(log.backend._parts)
    async with reading(log, backend=faulty) as reader:
        await reader.see(number(20))
        faulty.failing = True
        log.add(plain("while it was away"))
        await reader.see("× not connected: The database is busy or cannot be written, retrying")
        assert number(20) in reader.text
        faulty.failing = False
        await reader.press("space")
        await reader.see("while it was away")
        assert "● following" in reader.heading


async def test_it_tries_again_by_itself(log: Log) -> None:
    log.fill(20)
    faulty = Faulty(log.backend._parts)
    faulty.failing = True
    async with reading(log, backend=faulty) as reader:
        await reader.see("not connected")
        faulty.failing = False
        await reader.see(number(20))
        assert faulty.tries > 1


async def test_the_end_of_the_session_is_told_to_the_screen(log: Log) -> None:
    async with reading(log) as reader:
        await reader.see("following")
        await log.backend.sign_out(log.caller)
        await reader.until(lambda: reader.app.signed_out)


async def test_a_page_shown_before_the_backend_is_there_is_gone_on_from(log: Log) -> None:
    log.fill(300)
    page = await log.backend.audit_page(log.caller, limit=40)
    async with unconnected(log) as reader:
        feed = reader.app.query_one(AuditFeed)
        feed.preview(page)
        await reader.see(number(300))
        await reader.press("pageup")
        feed.connect(log.backend, log.caller)
        for _ in range(10):
            await reader.press("pageup")
        await reader.press("end")
        log.add(plain("live again"))
        await reader.see("live again")
        await reader.press(*["pageup"] * 6)
        await reader.until(lambda: bool(reader.numbers) and reader.numbers[0] < 250)
        await reader.press("home")
        await reader.see(number(1))
