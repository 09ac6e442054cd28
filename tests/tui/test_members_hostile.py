"""Names and emails made to harm a terminal: in the list, the line below, and every dialog."""

from pathlib import Path

import pytest
from rich.cells import cell_len

from bgconsole.backend.values import MemberAddition
from bgconsole.exchange.people_file import read_rows
from bgconsole.tui.kit.field import Field
from tests.backend.world import OWNER, World
from tests.hostile.corpus import BLANK, STORABLE
from tests.hostile.team import MIXED, hostile_emails, names
from tests.tui.console import LARGE, Console, console


def foreign(screen: Console) -> list[str]:
    """What no screen may show."""
    return [repr(char) for line in screen.lines for char in line if not char.isprintable()]


async def fill(world: World) -> int:
    """Everybody whose name or email is hostile; how many they are."""
    people = [MemberAddition(email, MIXED, sso_only=True) for email in hostile_emails()]
    people += [
        MemberAddition(f"p{number}@acme.test", name, sso_only=True)
        for number, name in enumerate(names())
    ]
    await world.backend.add_members(world.owner, people)
    return len(people) + 6


@pytest.mark.parametrize("size", [LARGE, (40, 12)])
async def test_every_row_and_the_line_below_it(world: World, size: tuple[int, int]) -> None:
    count = await fill(world)
    async with console(world, size=size) as screen:
        await screen.see("Enforce SSO")
        await screen.press("m")
        await screen.see(f"{count} people")
        assert foreign(screen) == []
        for _ in range(count):
            await screen.press("down")
            assert foreign(screen) == []
            assert max(cell_len(line) for line in screen.lines) <= size[0]


async def test_dialogs_about_somebody_with_the_worst_name(world: World) -> None:
    person = MemberAddition("worst@acme.test", MIXED, sso_only=True)
    await world.backend.add_members(world.owner, [person])
    async with console(world) as screen:
        await screen.see("Enforce SSO")
        await screen.press("m")
        await screen.see("7 people")
        await screen.press("slash")
        await screen.type("worst")
        await screen.press("enter")
        for key, told in (
            ("enter", "A member of the team"),
            ("r", "Change the role"),
            ("X", "Remove from the team?"),
            ("C", "Reset the password?"),
        ):
            await screen.press(key)
            await screen.see(told, "[@click=app.quit]x[/]")
            assert foreign(screen) == []
            await screen.press("escape")
            await screen.see_no(told)
        assert screen.app.is_running


async def test_hostile_text_typed_into_search_and_the_fields_of_a_new_person(world: World) -> None:
    async with console(world) as screen:
        await screen.see("Enforce SSO")
        await screen.press("m")
        await screen.see("6 people")
        await screen.press("slash")
        for text in STORABLE:
            screen.app.screen.query_one("#members-find", Field).value = text[
                :300
            ]  # as a paste does
            await screen.settle()
            assert foreign(screen) == []
        await screen.press("escape", "a")
        await screen.see("Add somebody")
        for text in STORABLE:
            screen.app.screen.query_one("#add-email", Field).value = text[:300]
            await screen.press("ctrl+s")
            assert foreign(screen) == []
        await screen.press("escape")
        await screen.see(OWNER)


async def test_a_file_of_hostile_rows_is_shown_and_its_good_rows_are_harmless(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "here"
    place.mkdir()
    monkeypatch.chdir(place)
    quoted = [text[:500].replace('"', '""') for text in STORABLE if text not in BLANK]
    rows = "".join(f'"{text}","{text}","{text}",\n' for text in quoted if "\r" not in text)
    rows += "".join(f'r{number}@acme.test,"{text}",,\n' for number, text in enumerate(quoted))
    path = place / "bad[@click=app.quit]\x1b[2J.csv"
    path.write_text("email,name,role,sso_only\n" + rows, newline="")
    found = read_rows(path)
    async with console(world) as screen:
        await screen.see("Enforce SSO")
        await screen.press("m")
        await screen.see("6 people")
        await screen.press("i")
        await screen.see_row("› bad[@click=app.quit]")
        assert foreign(screen) == []
        await screen.press("enter")
        await screen.see("What would be imported", f"{len(found.people)} valid")
        for _ in range((len(found.refused) + len(found.people)) // 5):
            await screen.press("pagedown", "up")
            assert foreign(screen) == []
