"""One audit event in full: in its dialog, beside the list, below it in brief; its copy."""

import json
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from bgconsole.backend.local import audit
from bgconsole.policy.audit import EventType
from tests.tui.audit_console import (
    Log,
    glass_login,
    plain,
    reading,
)


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
        await reader.see_no("esc close")
        assert "● following" in reader.heading


async def test_under_100_columns_the_event_at_the_cursor_tells_what_its_row_leaves_out(
    log: Log,
) -> None:
    log.add(glass_login())
    async with reading(log, size=(80, 24)) as reader:
        await reader.see("Break-glass user logged in via password")
        (row,) = (line for line in reader.lines if "Break-glass user" in line)
        assert "10.9.4.2" not in row
        assert "mia@" not in row
        await reader.see("mia@harbor.example · from 10.9.4.2")
        await reader.see("Login Success · 12:00:00 UTC · IdP down")


async def test_with_room_the_event_stands_beside_the_list_and_follows_the_cursor(log: Log) -> None:
    log.add(plain("the first of two"), glass_login())
    async with reading(log) as reader:
        await reader.see("auth.login.success", "isBreakGlassAccess", "✓ hash matches the event")
        await reader.press("up")
        await reader.see("auth.logout")
        assert "isBreakGlassAccess" not in reader.text


@pytest.mark.parametrize("opened", [False, True])
async def test_what_happened_around_an_event_is_shown_whatever_the_filter(
    log: Log, opened: bool
) -> None:
    log.at -= timedelta(minutes=10)
    log.add(plain("long before"))
    log.at += timedelta(minutes=9)
    log.add(plain("shortly before"))
    log.at += timedelta(minutes=1)
    log.add(
        glass_login(), audit.EventDraft(EventType.LOGOUT, "shortly after", actor="eve", source="")
    )
    async with reading(log) as reader:
        await reader.see("Logout")
        await reader.press("b")
        # In the list; beside it what happened around the event may stand by then.
        await reader.until(lambda: "shortly after" not in reader.listed)
        if opened:
            await reader.press("enter")
        await reader.see_row("11:59:00", "mia", "shortly before")
        await reader.see_row("12:00:00", "eve", "shortly after")
        assert "11:50:00" not in reader.text


@pytest.mark.parametrize("size", [(120, 40), (120, 12), (80, 24), (40, 12)])
async def test_what_happened_just_before_is_in_sight_whatever_the_height(
    log: Log, size: tuple[int, int]
) -> None:
    for second in range(20):
        log.at += timedelta(seconds=1)
        log.add(plain(f"number {second}"))
    async with reading(log, size=size) as reader:
        await reader.see("number 19")
        await reader.press("up", "up", "up", "up", "up", "enter")
        await reader.see("Around it", "12:00:14", "12:00:15", "12:00:16")


async def test_an_event_that_somebody_altered_is_told(log: Log) -> None:
    log.add(plain("as it was"))
    with closing(sqlite3.connect(log.path)) as connection:
        connection.execute("UPDATE audit_event SET actor = 'eve' WHERE description = 'as it was'")
        connection.commit()
    async with reading(log) as reader:
        await reader.see("× altered: hash does not match")


async def test_the_event_under_the_cursor_is_copied_as_json(log: Log) -> None:
    log.add(glass_login())
    async with reading(log) as reader:
        await reader.see("Break-glass user")
        await reader.press("c")
        await reader.until(lambda: bool(reader.app.clipboard))
        page = await log.backend.audit_page(log.caller, limit=1)
        told = json.loads(reader.app.clipboard)
        assert told["hash"] == page.events[0].hash
        assert told["metadata"]["isBreakGlassAccess"] is True
        await reader.see(f"event {page.head} as JSON")


async def test_an_event_is_copied_from_its_dialog_too(log: Log) -> None:
    log.add(plain("to be copied"))
    async with reading(log) as reader:
        await reader.see("to be copied")
        await reader.press("enter")
        await reader.see("Around it")
        await reader.press("c")
        await reader.until(lambda: "to be copied" in reader.app.clipboard)
