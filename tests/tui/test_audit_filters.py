"""Choosing which audit events are shown: the dialog, the chips, the count of matches."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bgconsole.backend.local.audit import EventDraft
from bgconsole.policy.audit import EventType, Outcome
from bgconsole.tui.audit.source import COUNTED
from tests.tui.audit_console import (
    OWNER,
    Log,
    Reader,
    glass_login,
    number,
    plain,
    reading,
)


async def test_break_glass_only_and_all_events_again(log: Log) -> None:
    log.fill(30)
    log.add(glass_login(), glass_login(outcome=Outcome.FAILURE), *[plain("quiet")] * 60)
    async with reading(log) as reader:
        await reader.see("quiet")
        await reader.press("b")
        await reader.see_row("◆✓ mia", "Break-glass user logged in via password")
        await reader.see_row("◆× mia", "Break-glass login attempt failed")
        assert "quiet" not in reader.listed
        assert "◆ break-glass only" in reader.heading
        log.add(plain("quiet too"), glass_login("ken@harbor.example"))
        await reader.see("ken@harbor.example")
        assert "quiet" not in reader.listed
        await reader.press("F")
        await reader.see("quiet")
        assert "◆ break-glass only" not in reader.heading


async def test_failures_and_break_glass_replace_each_other_and_types(log: Log) -> None:
    log.add(glass_login(), glass_login("ken@x.example", outcome=Outcome.FAILURE), plain("quiet"))
    async with reading(log) as reader:
        await reader.see("quiet")
        await reader.press("v")
        await reader.until(lambda: "◆× ken" in reader.listed and "◆✓ mia" not in reader.listed)
        assert "× failures only" in reader.heading
        await reader.press("b")
        await reader.until(lambda: "◆✓ mia" in reader.listed and "◆× ken" in reader.listed)
        assert "◆ break-glass only" in reader.heading
        assert "failures" not in reader.heading.replace("v failures", "")
        await filtered(reader, actor="mia@harbor.example")
        await reader.press("v")
        await reader.see("No event matches", "× failures only", "who mia@harbor.example")
        await reader.press("v")
        await reader.until(lambda: "quiet" in reader.listed)
        await reader.press("F")
        await reader.until(lambda: "◆× ken" in reader.listed)


@pytest.mark.parametrize("size", [(120, 40), (100, 30), (80, 24), (40, 12)])
async def test_whom_and_how_it_ended_are_in_the_row_at_every_size(
    log: Log, size: tuple[int, int]
) -> None:
    log.at -= timedelta(days=1)
    removed = EventDraft(
        EventType.ENTRY_REMOVED,
        "",
        "olga@harbor.example",
        "test",
        target="ingrid@harbor.example",
        provider="entra",
    )
    ended = {"reasonCode": "sso_required"}
    log.add(
        removed,
        replace(removed, type=EventType.SESSION_REVOKED, metadata=ended),
        EventDraft(EventType.LOGIN_FAILURE, "Login attempt failed", "ken@x.example", "test",
                   Outcome.FAILURE, metadata={"reasonCode": "throttled"}),
    )  # fmt: skip
    async with reading(log, size=size) as reader:
        await reader.until(lambda: "removed ingrid" in reader.listed)
        assert "ended ingrid's session" in reader.listed
        (failed,) = (row for row in reader.left if "throttled" in row)
        assert "ken" in failed
        assert "22 Nov" in reader.listed


async def test_types_are_chosen_by_a_few_letters_and_by_space(log: Log) -> None:
    log.add(glass_login(), plain("out"))
    async with reading(log) as reader:
        await reader.see("out")
        await reader.press("f")
        await reader.type("logout")
        await reader.press("enter")
        await reader.see("type Logout")
        await reader.until(lambda: "◆✓" not in reader.listed)
        assert "out" in reader.listed
        await reader.press("f")
        await reader.type("login")
        await reader.press("space")
        await reader.see("Logout")
        await reader.press("enter")
        await reader.see("type Login Success, Logout")
        await reader.until(lambda: "◆✓ mia" in reader.listed)


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
        assert "◆✓ Login Success" not in reader.text


async def filtered(reader: Reader, **fields: str) -> None:
    """Fill in the dialog and use it."""
    await reader.press("f")
    await reader.see("Show only")
    for name in ("actor", "provider", "since", "until", "text"):
        await reader.press("tab")
        if name in fields:
            await reader.press("ctrl+u")
            await reader.type(fields[name])
    await reader.press("enter")
    await reader.see_no("Show only")


async def test_person_provider_times_and_text_are_chips_and_backspace_removes_the_last(
    log: Log,
) -> None:
    log.add(glass_login(), glass_login("ken@harbor.example"), plain("quiet"))
    async with reading(log) as reader:
        await reader.see("quiet")
        await filtered(
            reader, actor="mia@harbor.example", provider="entra", since="1 h", text="break-glass"
        )
        await reader.see("who mia@harbor.example", "on entra", "since 11:00", "text break-glass")
        await reader.see("1 of ")
        assert "◆✓ ken" not in reader.listed
        await reader.press("backspace")
        await reader.see_no("text break-glass")
        await reader.press("backspace", "backspace")
        await reader.see_no("since 11:00", "on entra")
        await reader.press("backspace")
        await reader.see("quiet")
        await reader.until(lambda: "◆✓ ken" in reader.listed)


async def test_until_a_day_includes_it_and_the_chip_names_its_last_moment(log: Log) -> None:
    log.add(plain("quiet"))
    async with reading(log) as reader:
        await reader.see("quiet")
        await filtered(reader, until="23 Nov")
        await reader.see("until 23:59:59")
        await reader.see("quiet")
        await filtered(reader, until="2026-11-22")
        await reader.see("until 22 Nov 23:59:59")
        await reader.see_no("quiet")
        await reader.press("f")
        await reader.see("22 Nov")
        await reader.press("enter")
        await reader.see("until 22 Nov 23:59:59")


async def test_a_person_is_completed_from_those_who_are_known(log: Log) -> None:
    log.add(plain("quiet"))
    async with reading(log) as reader:
        await reader.see("quiet")
        await reader.press("f")
        await reader.see("Show only")
        await reader.press("tab")
        await reader.type("ol")
        await reader.see_row(f"› {OWNER}")
        await reader.press("enter")
        await reader.see(f"who {OWNER}")
        await reader.see_no("quiet")


async def test_a_chip_is_chosen_by_arrows_and_removed_by_x(log: Log) -> None:
    log.add(glass_login(), plain("quiet"))
    async with reading(log) as reader:
        await reader.see("quiet")
        await filtered(reader, actor="mia@harbor.example", provider="entra")
        await reader.press("b")
        await reader.see("◆ break-glass only", "on entra")
        await reader.press("left", "left")
        await reader.see("on entra ×")
        await reader.press("x")
        await reader.see_no("on entra")
        await reader.see("who mia@harbor.example", "◆ break-glass only")
        await reader.press("down", "F")
        await reader.see("quiet")


@pytest.mark.parametrize("size", [(120, 40), (120, 13), (80, 24)])
async def test_a_click_on_a_chip_removes_it(log: Log, size: tuple[int, int]) -> None:
    log.add(glass_login(), plain("quiet"))
    async with reading(log, size=size) as reader:
        await reader.see("quiet")
        await reader.press("b")
        await reader.see_no("quiet")
        y = next(y for y, row in enumerate(reader.lines) if "◆ break-glass only" in row)
        await reader.click(reader.lines[y].index("◆ break-glass only"), y)
        await reader.see("quiet")


async def test_a_time_that_means_nothing_is_told_and_the_dialog_stays(log: Log) -> None:
    log.add(plain("quiet"))
    async with reading(log) as reader:
        await reader.see("quiet")
        await reader.press("f", "tab", "tab", "tab")
        await reader.type("noon")
        await reader.press("enter")
        await reader.see("'noon' is no time")
        await reader.press("ctrl+u")
        await reader.type("2 h")
        await reader.press("down")
        await reader.type("3 h")
        await reader.press("enter")
        await reader.see("Nothing is before it and after Since")
        await reader.press("ctrl+u", "enter")
        await reader.see("since 10:00")


async def test_a_time_chosen_stays_the_same_when_the_dialog_is_used_again(log: Log) -> None:
    log.add(plain("quiet"))
    async with reading(log) as reader:
        await reader.see("quiet")
        await filtered(reader, since="1 s")
        await reader.see("since 11:59:59")
        await filtered(reader, text="quiet")
        await reader.see("since 11:59:59", "text quiet")


async def test_matches_are_counted_as_they_come(log: Log) -> None:
    log.fill(40)
    async with reading(log) as reader:
        await reader.see(f"{log.head + 40} events")
        await filtered(reader, text="numbered")
        await reader.see(f"40 of {log.head + 40}")
        log.add(plain("quiet"), plain(number(41)))
        await reader.see(f"41 of {log.head + 42}")


async def test_matches_are_counted_no_further_than_is_cheap(log: Log) -> None:
    log.fill(COUNTED + 300)
    async with reading(log) as reader:
        await reader.see(number(COUNTED + 300))
        await filtered(reader, text="numbered")
        await reader.see(f"1,000+ of {log.head + COUNTED + 300:,}")
