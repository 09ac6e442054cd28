"""Importing a file of people in the members' tab: found, looked at, added, codes written."""

import csv
from pathlib import Path

import pytest

from bgconsole.backend.identity import Caller
from bgconsole.policy.team import Role
from tests.backend.world import CONSOLE, PASSWORD, World
from tests.tui.console import SIZES, Console, console
from tests.tui.test_members import MIA, members

HEADER = "email,name,role,sso_only\n"
GOOD = "grace@acme.test,Grace Hopper,admin,no\nlin@acme.test,,,yes\n"
BAD = "rosa at acme,Rosa,,\nken@acme.test,Ken,,\niris@acme.test,Iris,boss,\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the console is started, with a file of people, another file and a folder."""
    place = tmp_path / "here"
    (place / "more").mkdir(parents=True)
    (place / "people.csv").write_text(HEADER + GOOD)
    (place / "notes.txt").write_text("nothing")
    monkeypatch.chdir(place)
    return place


async def emails(world: World) -> dict[str, Role | None]:
    """Everybody as stored."""
    return {one.email: one.role for one in await world.backend.members(world.owner)}


async def preview(screen: Console, letters: str = "people") -> None:
    """Choose the file by letters."""
    await members(screen)
    await screen.press("i")
    await screen.see("Import people from a CSV file", "people.csv")
    await screen.type(letters)
    await screen.see_row("› people.csv")
    await screen.press("enter")
    await screen.see("What would be imported")


@pytest.mark.parametrize("size", SIZES)
async def test_a_good_file_comes_in_as_a_whole_and_the_codes_go_to_a_private_file(
    world: World, folder: Path, size: tuple[int, int]
) -> None:
    async with console(world, size=size) as screen:
        await preview(screen)
        await screen.see("people.csv  2 valid", "grace@acme.test", "Grace Hopper", "SSO only")
        await screen.see("Import 2")
        await screen.press("ctrl+s")
        await screen.see("✓ 2 people were added; their codes are in", "8 people")
        await screen.see_row("› grace@acme.test", "admin")
    codes = folder / "people-codes.csv"
    assert codes.stat().st_mode & 0o777 == 0o600
    rows = list(csv.DictReader(codes.read_text().splitlines()))
    assert [(row["email"], bool(row["code"])) for row in rows] == [
        ("grace@acme.test", True),
        ("lin@acme.test", False),
    ]
    await world.backend.redeem(Caller(CONSOLE), "grace@acme.test", rows[0]["code"], PASSWORD)


async def test_only_folders_and_csv_files_are_offered_and_paths_lead_on(
    world: World, folder: Path
) -> None:
    (folder / "more" / "other.csv").write_text(HEADER + GOOD)
    async with console(world) as screen:
        await members(screen)
        await screen.press("i")
        await screen.see("people.csv", "more/", "../")
        assert "notes.txt" not in screen.text
        await screen.type("mo")
        await screen.see_row("› more/")
        await screen.press("enter")
        await screen.see("other.csv")
        await screen.press("escape", "i")
        await screen.see("people.csv")
        await screen.type(f"{folder}/more/o")
        await screen.see_row("› other.csv")
        await screen.press("ctrl+u")
        await screen.type("nowhere/")
        await screen.see("This folder cannot be read: No such file or directory")


async def test_bad_rows_are_named_and_nothing_comes_in_unless_the_good_ones_are_chosen(
    world: World, folder: Path
) -> None:
    (folder / "people.csv").write_text(HEADER + BAD + GOOD)
    async with console(world) as screen:
        await preview(screen)
        await screen.see("2 valid · 3 invalid", "Nothing is imported while")
        await screen.see_row("2", "rosa at acme", "Enter a valid email address")
        await screen.see_row("3", "ken@acme.test", "already a member of the team")
        await screen.see_row("4", "iris@acme.test", "The role is not owner, admin or member")
        await screen.press("ctrl+s")
        await screen.see("Some rows are invalid")
        assert "grace@acme.test" not in await emails(world)
        await screen.press("tab", "right")
        await screen.see("● the 2 valid", "The 3 invalid rows are left out.")
        await screen.press("ctrl+s")
        await screen.see("✓ 2 people were added")
    assert (await emails(world))["grace@acme.test"] is Role.ADMIN


async def test_a_file_that_is_no_list_of_people_is_said_where_it_was_chosen(
    world: World, folder: Path
) -> None:
    (folder / "people.csv").write_text("name;phone\nx;1\n")
    async with console(world) as screen:
        await members(screen)
        await screen.press("i")
        await screen.see("people.csv")
        await screen.press("enter")
        await screen.see("× The first line has no column email", "Import people from a CSV file")
        await screen.press("escape")
        await screen.see_no("Import people from a CSV file")


async def test_an_admin_sees_before_sending_which_rows_only_an_owner_may_add(
    world: World, folder: Path
) -> None:
    await world.sign_in(MIA)
    async with console(world, MIA) as screen:
        await preview(screen)
        await screen.see("1 valid · 1 invalid")
        await screen.see_row("grace@acme.test", "Only an owner can add owners and admins")


async def test_a_file_for_the_codes_that_is_there_already_is_left_alone(
    world: World, folder: Path
) -> None:
    precious = folder / "mine.csv"
    precious.write_text("precious")
    async with console(world) as screen:
        await preview(screen)
        await screen.press("tab", "ctrl+u")
        await screen.type("mine.csv")
        await screen.press("enter")
        await screen.see("mine.csv already exists and is not overwritten")
        assert precious.read_text() == "precious"
        assert "grace@acme.test" not in await emails(world)


async def test_somebody_added_elsewhere_meanwhile_becomes_a_bad_row(
    world: World, folder: Path
) -> None:
    async with console(world) as screen:
        await preview(screen)
        await world.add("grace")
        await screen.press("ctrl+s")
        await screen.see("1 valid · 1 invalid", "already a member of the team")
    assert "lin@acme.test" not in await emails(world)
    assert not (folder / "people-codes.csv").exists()


async def test_codes_that_cannot_be_written_are_shown(
    world: World, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    async with console(world) as screen:
        await preview(screen)
        monkeypatch.setattr("bgconsole.files.private_file.os.fsync", full)
        await screen.press("ctrl+s")
        await screen.see("could not be written: No space left on device", "Save their codes now")
        await screen.see_row("grace@acme.test", "-")
        await screen.press("escape")
        await screen.see("✓ 2 people were added")


async def test_ten_thousand_rows_are_looked_at_and_come_in(world: World, folder: Path) -> None:
    rows = "".join(f"p{number:05}@acme.test,P {number},,yes\n" for number in range(10_000))
    (folder / "people.csv").write_text(HEADER + rows + "bad,,,\n")
    async with console(world) as screen:
        await preview(screen)
        await screen.see("10,000 valid · 1 invalid", "10002")
        await screen.press("tab", "right", "ctrl+s")
        await screen.see("✓ 10,000 people were added", "10,006 people")
        await screen.press("slash")
        await screen.type("p0777")
        await screen.see("10 found")


async def test_rows_that_look_like_others_are_shown_first_with_the_reason(
    world: World, folder: Path
) -> None:
    alike = "grace.hu1l@acme.test,,,\ngrace.hull@acme.test,,,\n\u0442om@acme.test,,,\n"
    (folder / "people.csv").write_text(HEADER + GOOD + alike)
    async with console(world) as screen:
        await preview(screen)
        await screen.see("5 valid", "! Check these  3", "✓ Valid  2")
        await screen.see("It looks like grace.hull@acme.test, another address of the team")
        await screen.press("ctrl+s")
        await screen.see("✓ 5 people were added")


async def test_codes_are_written_for_excel_where_it_makes_a_difference(
    world: World, folder: Path
) -> None:
    (folder / "people.csv").write_text(HEADER + "grüße@acme.test,,,\n")
    async with console(world) as screen:
        await preview(screen)
        await screen.see("● every program", "○ Excel")
        await screen.press("tab", "tab", "right")
        await screen.see("● Excel")
        await screen.press("ctrl+s")
        await screen.see("✓ 1 person was added")
    assert (folder / "people-codes.csv").read_bytes().startswith(b"\xef\xbb\xbfemail,")


async def test_nobody_is_asked_who_reads_codes_in_ascii(world: World, folder: Path) -> None:
    async with console(world) as screen:
        await preview(screen)
        await screen.see_no("Excel")
