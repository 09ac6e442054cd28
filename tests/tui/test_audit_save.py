"""Saving what the audit log shows to a file: all that matches, private, on record."""

import asyncio
import csv
import errno
import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from bgconsole.backend.local.backend import LocalBackend
from bgconsole.backend.values import AuditPage
from bgconsole.policy.audit import EventType
from tests.tui.audit_console import Log, Reader, glass_login, number, plain, reading


async def save(reader: Reader, path: Path) -> None:
    """Name the file, and save."""
    await reader.press("s")
    await reader.see("Save to a file")
    await reader.press("ctrl+u")
    await reader.type(str(path))
    await reader.press("enter")


async def last_export(log: Log) -> int:
    """How many events were taken out, as it is on record."""
    page = await log.backend.audit_page(log.caller, limit=1)
    assert page.events[0].type is EventType.AUDIT_EXPORTED
    count = page.events[0].metadata["count"]
    assert isinstance(count, int)
    return count


async def test_everything_that_matches_is_saved_oldest_first_and_on_record(
    log: Log, tmp_path: Path
) -> None:
    log.fill(1_200)
    log.add(glass_login(), glass_login("ken@harbor.example"))
    path = tmp_path / "glass.jsonl"
    async with reading(log) as reader:
        await reader.see("ken@harbor.example")
        await reader.press("b")
        await reader.see("2 of ")
        await save(reader, path)
        await reader.see(f"2 events are in {path}"[:40])
    events = [json.loads(row) for row in path.read_text().splitlines()]
    assert [event["actor"] for event in events] == ["mia@harbor.example", "ken@harbor.example"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert await last_export(log) == 2


async def test_the_end_of_the_name_says_which_format(log: Log, tmp_path: Path) -> None:
    log.fill(1_100)
    path = tmp_path / "all.csv"
    async with reading(log) as reader:
        await reader.see(number(1_100))
        await save(reader, tmp_path / "all.txt")
        await reader.see("The name must end in .jsonl or .csv")
        await reader.press("escape")
        await save(reader, path)
        await reader.see("events are in")
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["seq"]) for row in rows] == list(range(1, log.head + 1_101))


async def test_what_is_there_is_overwritten_only_when_told(log: Log, tmp_path: Path) -> None:
    log.add(plain("to be saved"))
    path = tmp_path / "kept.jsonl"
    path.write_text("older")
    async with reading(log) as reader:
        await reader.see("to be saved")
        await save(reader, path)
        await reader.see("kept.jsonl is there already", "overwrite it")
        assert path.read_text() == "older"
        await reader.press("ctrl+o")
        await reader.see("events are in")
    assert "to be saved" in path.read_text()


async def test_a_folder_that_is_not_there_is_told_in_words(log: Log, tmp_path: Path) -> None:
    log.fill(3)
    async with reading(log) as reader:
        await reader.see(number(3))
        await save(reader, tmp_path / "nowhere" / "log.jsonl")
        await reader.see("There is no such folder", "Nothing was saved")


async def test_a_full_disk_is_told_in_words_and_leaves_nothing(
    log: Log, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.fill(3)
    folder = tmp_path / "full"
    folder.mkdir()

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    async with reading(log) as reader:
        await reader.see(number(3))
        monkeypatch.setattr("bgconsole.exchange.audit_export.os.fsync", full)
        await save(reader, folder / "log.jsonl")
        await reader.see("The disk is full", "Nothing was saved")
        monkeypatch.undo()
    assert list(folder.iterdir()) == []


class Halting(LocalBackend):
    """A backend that gives the second page of an export only when it is told to."""

    gate: asyncio.Event | None = None

    async def audit_page(self, *args: Any, **named: Any) -> AuditPage:
        if self.gate is not None and (named.get("after") or 0) > 0 and named.get("limit") == 500:
            await self.gate.wait()
        return await super().audit_page(*args, **named)


async def test_saving_can_be_stopped_and_what_was_read_is_on_record(
    log: Log, tmp_path: Path
) -> None:
    log.fill(1_500)
    folder = tmp_path / "stopped"
    folder.mkdir()
    halting = Halting(log.backend._parts)
    async with reading(log, backend=halting) as reader:
        await reader.see(number(1_500))
        halting.gate = asyncio.Event()
        await save(reader, folder / "log.jsonl")
        await reader.see("Saving …", "esc stops it")
        await reader.press("escape")
        halting.gate.set()
        await reader.see("Stopped. No file was written")
    assert list(folder.iterdir()) == []
    assert await last_export(log) == 500


async def test_leaving_the_dialog_saves_nothing(log: Log) -> None:
    log.fill(3)
    async with reading(log) as reader:
        await reader.see(number(3))
        await reader.press("s")
        await reader.see("Save to a file", "~/bgconsole-audit-20261123T120000Z.jsonl")
        await reader.press("escape")
        await reader.see_no("Save to a file")
    assert (await log.backend.audit_page(log.caller)).head == log.head + 3


async def test_csv_is_marked_for_excel_where_that_is_chosen(log: Log, tmp_path: Path) -> None:
    log.fill(3)
    for name, keys, mark in (
        ("plain.csv", (), b""),
        ("excel.csv", ("tab", "right"), b"\xef\xbb\xbf"),
        ("lines.jsonl", (), b""),
    ):
        path = tmp_path / name
        async with reading(log) as reader:
            await reader.press("s")
            await reader.see("Save to a file")
            await reader.press("ctrl+u")
            await reader.type(str(path))
            assert ("every program" in reader.text) is name.endswith("csv")
            await reader.press(*keys, "enter")
            await reader.see("events are in")
        written = path.read_bytes()
        assert written.startswith(mark)
        assert written.count(b"\xef\xbb\xbf") == bool(mark)
