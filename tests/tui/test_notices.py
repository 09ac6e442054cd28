"""A notice has a row of its own, where the keys are: it covers nothing that is read."""

from pathlib import Path

import pytest

from bgconsole.tui.kit import notices
from tests.backend.world import OWNER, World
from tests.tui.console import LARGE, console

TOM = "tom@acme.test"
SIZES = ((40, 12), (80, 24), (100, 30), LARGE)
WHY = "Enforcement is off"


@pytest.fixture(autouse=True)
def notices_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only keys and clicks end them."""
    monkeypatch.setattr(notices, "SHOWN", 600.0)


@pytest.mark.parametrize("size", SIZES)
async def test_a_reason_takes_the_row_of_the_keys_and_goes_by_a_click(
    world: World, size: tuple[int, int]
) -> None:
    async with console(world, size=size) as screen:
        await screen.see("○ off")
        await screen.settle()
        before = screen.lines
        await screen.press("a")
        await screen.see(WHY)
        first = next(n for n, row in enumerate(screen.lines) if WHY in row)
        # What it does not fit beside goes up: only empty rows may go.
        assert first >= size[1] - 2
        kept = [row for row in before[: size[1] - 2] if row.strip(" ─")]
        assert [row for row in kept if row not in screen.lines] == []
        await screen.click(2, size[1] - 1)
        await screen.until(lambda: screen.lines[: size[1] - 2] == before[: size[1] - 2])
        await screen.see_no(WHY)


async def test_a_notice_of_what_happened_outlasts_a_key_and_goes_by_a_click(world: World) -> None:
    await world.enforce("entra", OWNER, TOM)
    async with console(world) as screen:
        await screen.see_row("✓ tom@acme.test")
        await screen.press("R")
        await screen.see("Read-only: no changes from here")
        await screen.press("down")
        await screen.see("Read-only: no changes from here")
        await screen.click(4, LARGE[1] - 1)
        await screen.see_no("Read-only: no changes from here")
        await screen.see("^P all actions")


@pytest.mark.parametrize("size", [*SIZES, (120, 12)])
async def test_notices_of_the_log_stay_in_sight_while_keys_are_pressed(
    world: World, tmp_path: Path, size: tuple[int, int]
) -> None:
    path = tmp_path / "events-of-the-incident.jsonl"
    async with console(world, size=size) as screen:
        await screen.see("○ off")
        await screen.press("l")
        await screen.see("● following")
        for keys, typed, told in (
            (("g",), "2030-01-01", "Nothing is that late: this is the newest event"),
            (("c",), "", "as JSON It is in"),
            (("s", "ctrl+u"), str(path), f"events are in {path}"),
        ):
            await screen.press(*keys)
            if typed:
                await screen.type(f"{typed}\r")
            await screen.until(lambda told=told: _without_gaps(told) in _without_gaps(screen.text))
            await screen.press("up", "down")
            await screen.settle()
            assert _without_gaps(told) in _without_gaps(screen.text)
            assert "›" in screen.text


def _without_gaps(text: str) -> str:
    return "".join(text.split())


async def test_a_notice_of_the_screen_below_is_seen_in_a_dialog(world: World) -> None:
    await world.enforce("entra", OWNER)
    async with console(world) as screen:
        await screen.see_row("✓ owner@acme.test")
        await screen.press("R", "question_mark")
        await screen.see("Read-only: no changes from here", "Break-glass users keep")


async def test_a_key_that_nothing_has_says_so_once(world: World) -> None:
    await world.enforce("entra", OWNER)
    async with console(world) as screen:
        await screen.see_row("✓ owner@acme.test")
        await screen.press("y")
        await screen.see("! y does nothing here: ? helps")
        await screen.press("escape")
        await screen.see("! There is nothing to go back to.")
        await screen.see_no("y does nothing here")
        await screen.press("7")
        await screen.see("! There is no provider 7: 1 to 2 open one")
        await screen.press("m")
        await screen.see("owner@acme.test", "role")
        await screen.press("t")
        await screen.see("! This works on a provider's page: 1…9 opens one")
        await screen.press("ctrl+s")
        await screen.see("! This works on a provider's page and on the list of who gets in")
