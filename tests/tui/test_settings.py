"""What the settings file changes on the screen."""

import time
from pathlib import Path

import pytest

from bgconsole.files.settings import Clipboard, Preferences, Signs, Theme, Times
from bgconsole.tui.kit.clipboard import Copied, copy, copy_secret
from bgconsole.tui.terminal.theme import Look
from tests.backend.world import World
from tests.tui.console import console


async def test_times_may_be_local_from_the_start(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Kolkata")
    time.tzset()
    try:
        async with console(world, preferences=Preferences(times=Times.LOCAL)) as screen:
            await screen.see("+05:30")
    finally:
        monkeypatch.undo()
        time.tzset()


async def test_theme_and_signs_are_worn_from_the_first_frame(world: World) -> None:
    mine = Preferences(theme=Theme.MONO, signs=Signs.PLAIN)
    async with console(world, preferences=mine) as screen:
        await screen.see("@ following")
        assert screen.app.look is Look.MONO
        assert screen.text.isascii()


async def test_copies_go_to_a_private_file_if_the_settings_say_so(
    world: World, own_home: Path
) -> None:
    async with console(world, preferences=Preferences(clipboard=Clipboard.FILE)) as screen:
        await screen.see("following")
        assert copy(screen.app, "event ◆ 12", "event 12") is Copied.FILE
        await screen.see("Written to", "copied.txt: event 12")
    written = own_home / "state" / "bgconsole" / "copied.txt"
    assert written.read_text(encoding="utf-8") == "event ◆ 12"
    assert written.stat().st_mode & 0o777 == 0o600


async def test_every_copy_replaces_the_one_before_and_follows_no_link(
    world: World, own_home: Path, tmp_path: Path
) -> None:
    written = own_home / "state" / "bgconsole" / "copied.txt"
    written.parent.mkdir(parents=True)
    other = tmp_path / "other.txt"
    other.write_text("somebody's")
    written.symlink_to(other)
    async with console(world, preferences=Preferences(clipboard=Clipboard.FILE)) as screen:
        copy(screen.app, "one", "text")
        copy(screen.app, "two", "text")
    assert other.read_text() == "somebody's"
    assert written.read_text() == "two"


async def test_where_it_may_not_arrive_a_copy_is_in_the_file_too(
    world: World, own_home: Path
) -> None:
    async with console(world) as screen:
        await screen.see("following")
        assert copy(screen.app, "text", "event 12") is Copied.BOTH
        await screen.see("Copied, if your terminal allows it: event 12", "copied.txt too")


async def test_where_the_terminal_is_known_to_take_it_no_file_is_written(
    world: World, own_home: Path
) -> None:
    async with console(world, preferences=Preferences(clipboard=Clipboard.OSC52)) as screen:
        assert copy(screen.app, "text", "event 12") is Copied.CLIPBOARD
        await screen.see("Copied: event 12")
    assert not list(own_home.rglob("copied.txt"))


async def test_what_is_too_long_for_a_terminal_goes_to_the_file(
    world: World, own_home: Path
) -> None:
    async with console(world, preferences=Preferences(clipboard=Clipboard.OSC52)) as screen:
        assert copy(screen.app, "x" * 60_000, "60 events") is Copied.FILE
    assert list(own_home.rglob("copied.txt"))


async def test_where_no_file_can_be_written_it_is_said(world: World, own_home: Path) -> None:
    (own_home / "state").write_text("in the way")
    async with console(world, preferences=Preferences(clipboard=Clipboard.FILE)) as screen:
        await screen.see("Cannot save which record")
        assert copy(screen.app, "text", "event 12") is Copied.NOWHERE
        await screen.see("Not copied: event 12")


@pytest.mark.parametrize("clipboard", list(Clipboard))
async def test_a_secret_is_never_written_to_a_file(
    world: World, own_home: Path, clipboard: Clipboard
) -> None:
    async with console(world, preferences=Preferences(clipboard=clipboard)) as screen:
        copied = copy_secret(screen.app, "K7QX-9TRM", "the code")
        assert (copied is Copied.NOWHERE) == (clipboard is Clipboard.FILE)
    assert not list(own_home.rglob("copied.txt"))


async def test_without_files_none_can_be_named_or_written(world: World, own_home: Path) -> None:
    """For an account that several people use: what is not offered cannot be misused."""
    mine = Preferences(files=False, clipboard=Clipboard.FILE)
    async with console(world, preferences=mine) as screen:
        await screen.see("following", "Not enforced")
        await screen.press("l", "s")
        await screen.see("! No files here")
        await screen.press("m", "i")
        await screen.see("! No files here")
        assert copy(screen.app, "event 12", "event 12") is Copied.NOWHERE
        await screen.see("Not copied: event 12")
    assert not list((own_home / "state" / "bgconsole").glob("copied*"))
