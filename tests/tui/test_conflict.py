"""Two people edit the same provider: whoever saves second loses nothing."""

from tests.backend.world import OWNER, World
from tests.tui.console import Console, console

MIA, KEN, TOM = "mia@acme.test", "ken@acme.test", "tom@acme.test"
TITLE = "Somebody saved first: nothing of yours is lost"


async def _second(world: World, screen: Console) -> None:
    """Mine adds ken; before it is saved somebody else takes mia away and adds tom."""
    await screen.see_row("✓ mia@acme.test")
    await screen.add(KEN)
    await screen.see_row("+ ken@acme.test")
    await world.save("entra", OWNER, TOM)
    await screen.press("ctrl+s")
    await screen.see(TITLE)


async def test_it_shows_before_theirs_mine_and_merged(world: World) -> None:
    await world.enforce("entra", OWNER, MIA)
    async with console(world) as screen:
        await _second(world, screen)
        await screen.see("owner@acme.test saved first, while you were editing.")
        head = screen.row("before")
        for email, column, told in (
            (MIA, "theirs", "− removed"),
            (MIA, "merged", "− removed"),
            (TOM, "theirs", "+ added"),
            (TOM, "merged", "+ added"),
            (KEN, "mine", "+ added"),
            (KEN, "merged", "+ added"),
        ):
            row = next(line for line in screen.lines if f"│  {email}" in line)
            assert row[head.index(column) :].startswith(told), row


async def test_the_merge_keeps_both(world: World) -> None:
    await world.enforce("entra", OWNER, MIA)
    async with console(world) as screen:
        await _second(world, screen)
        await screen.press("ctrl+s")
        await screen.see("✓ Saved")
        await screen.see_row("✓ tom@acme.test", "saved")
    assert (await world.provider("entra")).settings.emails == (OWNER, TOM, KEN)


async def test_theirs_is_taken_with_a_key(world: World) -> None:
    await world.enforce("entra", OWNER, MIA)
    async with console(world) as screen:
        await _second(world, screen)
        await screen.press("t")
        await screen.see_no(TITLE)
        await screen.see("Theirs stands")
        await screen.see_row("✓ tom@acme.test", "saved")
        assert "ken@acme.test" not in screen.page
    assert (await world.provider("entra")).settings.emails == (OWNER, TOM)


async def test_back_keeps_the_draft(world: World) -> None:
    await world.enforce("entra", OWNER, MIA)
    async with console(world) as screen:
        await _second(world, screen)
        await screen.press("escape")
        await screen.see_no(TITLE)
        await screen.see_row("+ ken@acme.test")
        await screen.see("Not saved: the draft is kept")
    assert (await world.provider("entra")).settings.emails == (OWNER, TOM)
