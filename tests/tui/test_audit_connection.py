"""The audit pane when the log cannot be read: it says so, tries again, and goes on."""

from typing import Any

from bgconsole.backend.errors import UnavailableError
from bgconsole.backend.local.backend import LocalBackend
from bgconsole.backend.values import AuditPage
from bgconsole.policy.refusals import Code, refusal
from bgconsole.tui.audit.feed import AuditFeed
from tests.tui.audit_console import (
    Log,
    number,
    plain,
    reading,
    unconnected,
)


class Faulty(LocalBackend):
    """A backend whose database cannot be read for a while."""

    failing = False
    tries = 0
    why = ""

    async def audit_page(self, *args: Any, **named: Any) -> AuditPage:
        self.tries += 1
        if self.failing:
            raise UnavailableError(refusal(Code.UNAVAILABLE, self.why))
        return await super().audit_page(*args, **named)


async def test_without_the_database_it_says_so_and_goes_on_when_it_is_back(log: Log) -> None:
    log.fill(20)
    faulty = Faulty(log.backend._parts)
    async with reading(log, backend=faulty) as reader:
        await reader.see(number(20))
        faulty.failing = True
        log.add(plain("while it was away"))
        await reader.see("× not connected, retrying", "The database is busy or cannot be written")
        assert number(20) in reader.text
        faulty.failing = False
        await reader.press("space")
        await reader.see("while it was away")
        assert "● following" in reader.heading


async def test_however_long_the_reason_is_what_can_be_done_is_told(log: Log) -> None:
    log.fill(20)
    faulty = Faulty(log.backend._parts)
    faulty.failing = True
    faulty.why = f"There is no database at /srv/{'long/' * 30}team.db"
    async with reading(log, backend=faulty, size=(120, 13)) as reader:
        await reader.see("There is no database at", "…, retrying  space now")


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
