"""Two people edit the same provider: whoever saves second loses nothing."""

from bgconsole.backend.values import ProviderChange
from bgconsole.policy.settings import Delta
from bgconsole.policy.team import Role
from tests.backend.world import OWNER, World
from tests.tui.console import SMALL, Console, console

MIA, KEN, TOM = "mia@acme.test", "ken@acme.test", "tom@acme.test"
ANA = "ana@acme.test"
TITLE = "saved first. Your changes are kept"


async def _second(world: World, screen: Console) -> None:
    """Mine adds ken; before it is saved somebody else takes mia away and adds tom."""
    await screen.see_row("✓ mia@acme.test")
    await screen.add(KEN)
    await screen.see_row("+ ken@acme.test")
    await world.save("entra", OWNER, TOM)
    await screen.press("ctrl+s")
    await screen.see(TITLE)


def _told(screen: Console, row: str, column: str) -> str:
    """What stands in a column of a line of the dialog."""
    place = next(i for i, line in enumerate(screen.lines) if "before" in line and "theirs" in line)
    start = screen.lines[place].index(column)
    line = next(line for line in screen.lines[place:] if row in line)
    return line[start : start + 10].strip()


async def test_it_shows_before_theirs_mine_and_merged(world: World) -> None:
    await world.enforce("entra", OWNER, MIA)
    async with console(world) as screen:
        await _second(world, screen)
        await screen.see(f"owner {TITLE}")
        await screen.see("owner@acme.test saved Microsoft Entra ID at 09:00:00")
        for email, column, told in (
            (OWNER, "merged", "✓"),
            (MIA, "before", "✓"),
            (MIA, "theirs", "− removed"),
            (MIA, "mine", "✓"),
            (MIA, "merged", "− removed"),
            (TOM, "before", "·"),
            (TOM, "theirs", "+ added"),
            (TOM, "merged", "+ added"),
            (KEN, "theirs", "·"),
            (KEN, "mine", "+ added"),
            (KEN, "merged", "+ added"),
        ):
            assert _told(screen, email, column) == told, (email, column)


async def test_it_says_what_the_merge_would_do_before_it_is_saved(world: World) -> None:
    await world.enforce("entra", OWNER, MIA)
    async with console(world) as screen:
        await _second(world, screen)
        await screen.see(
            "Merged: 3 of 5, all usable.  3 can get in if Entra is down: ken, owner, tom",
            "Gives password login back to 1 of 6: ken",
        )


async def test_the_merge_keeps_both(world: World) -> None:
    await world.enforce("entra", OWNER, MIA)
    async with console(world) as screen:
        await _second(world, screen)
        await screen.press("ctrl+s")
        await screen.see("✓ Saved")
        await screen.see_row("✓ tom@acme.test", "saved")
    assert (await world.provider("entra")).settings.emails == (OWNER, TOM, KEN)


async def test_a_line_is_flipped_between_theirs_and_mine(world: World) -> None:
    """The cursor stands on the first line that differs; what is chosen is what is saved."""
    await world.enforce("entra", OWNER, MIA)
    async with console(world) as screen:
        await _second(world, screen)
        await screen.see(f"› {MIA}", "space on this line takes mine")
        await screen.press("space")
        await screen.until(lambda: _told(screen, f"› {MIA}", "merged") == "✓ kept")
        await screen.see("Merged: 4 of 5", "space on this line takes theirs")
        await screen.press("down", "space")
        await screen.until(lambda: _told(screen, f"› {TOM}", "merged") == "· left out")
        await screen.press("up", "up")
        await screen.see(f"› {OWNER}", "Both say the same on this line.")
        await screen.press("ctrl+s")
        await screen.see("✓ Saved")
    assert (await world.provider("entra")).settings.emails == (OWNER, MIA, KEN)


async def test_theirs_is_taken_with_a_key_and_says_what_it_drops(world: World) -> None:
    await world.enforce("entra", OWNER, MIA)
    async with console(world) as screen:
        await _second(world, screen)
        await screen.press("t")
        await screen.see("Keeps their version: your changes are discarded.", "Take theirs  ^S")
        await screen.press("ctrl+s")
        await screen.see_no(TITLE)
        await screen.see("Kept their version")
        await screen.see_row("✓ tom@acme.test", "saved")
        assert "ken@acme.test" not in screen.page
    assert (await world.provider("entra")).settings.emails == (OWNER, TOM)


async def test_mine_is_taken_with_a_key_and_both_again(world: World) -> None:
    await world.enforce("entra", OWNER, MIA)
    async with console(world) as screen:
        await _second(world, screen)
        await screen.press("m")
        await screen.see("Save mine  ^S", "Takes password login from 1 of 6: tom")
        await screen.press("b")
        await screen.see("Save merged  ^S", "Merged: 3 of 5")
        await screen.press("m", "ctrl+s")
        await screen.see("✓ Saved")
    assert (await world.provider("entra")).settings.emails == (OWNER, MIA, KEN)


async def test_a_merge_over_the_limit_says_which_line_to_flip(world: World) -> None:
    (zoe,) = await world.add("zoe", role=Role.ADMIN)
    await world.enforce("entra", OWNER, MIA, ANA)
    async with console(world) as screen:
        await screen.see_row("✓ ana@acme.test")
        await screen.add(KEN)
        await screen.add(TOM)
        await screen.see_row("+ tom@acme.test")
        await world.save("entra", OWNER, MIA, ANA, zoe)
        await screen.press("escape", "ctrl+s")
        await screen.see(TITLE, "× Merged: 6 of 5. Flip (space) one of zoe, ken, tom")
        await screen.press("ctrl+s")
        await screen.settle()
        await screen.see(TITLE)
        await screen.press("end", "down", "down", "down", "down", "down", "down", "space")
        await screen.see("Merged: 5 of 5")
        await screen.press("ctrl+s")
        await screen.see("✓ Saved")
    assert len((await world.provider("entra")).settings.emails) == 5


async def test_an_addition_that_is_no_longer_possible_is_told_with_its_remedy(
    world: World,
) -> None:
    await world.enforce("entra", OWNER, MIA)
    async with console(world) as screen:
        await screen.see_row("✓ mia@acme.test")
        await screen.add(KEN)
        await screen.see_row("+ ken@acme.test")
        await world.backend.reset_member(world.owner, KEN)
        await world.save("entra", OWNER, MIA, TOM)
        await screen.press("escape", "ctrl+s")
        await screen.see(TITLE, "× ken@acme.test: This user has no password configured.")
        await screen.press("down", "space")
        await screen.see("Keeps their version: your changes are discarded.")


async def test_nobody_is_added_where_theirs_turned_enforcement_off(world: World) -> None:
    await world.enforce("entra", OWNER, MIA)
    async with console(world) as screen:
        await screen.see_row("✓ mia@acme.test")
        await screen.add(KEN)
        await screen.see_row("+ ken@acme.test")
        await world.save("entra", OWNER, MIA, enforced=False)
        await screen.press("escape", "ctrl+s")
        await screen.see(TITLE, "× ken: nobody can be added while enforcement is off.")
        await screen.press("space")
        await screen.see("Merged: 3 of 5, all usable.")


async def test_back_keeps_the_draft_and_says_what_others_saved(world: World) -> None:
    await world.enforce("entra", OWNER, MIA)
    async with console(world) as screen:
        await _second(world, screen)
        await screen.press("escape")
        await screen.see_no(TITLE)
        await screen.see_row("+ ken@acme.test")
        await screen.see_row("✓ mia@acme.test")
        await screen.see("Not saved: the draft is kept")
        await screen.see("! owner saved Entra meanwhile: + tom, − mia  ^S compares")
    assert (await world.provider("entra")).settings.emails == (OWNER, TOM)


async def test_a_save_of_others_is_told_before_mine_is_tried(world: World) -> None:
    await world.enforce("entra", OWNER, MIA)
    async with console(world) as screen:
        await screen.see_row("✓ mia@acme.test")
        await screen.add(KEN)
        await screen.see_row("+ ken@acme.test")
        await world.save("entra", OWNER, MIA, TOM)
        await screen.see("! owner saved Entra meanwhile: + tom  ^S compares")


async def test_saving_the_merge_may_meet_another_conflict(world: World) -> None:
    """It comes again with the newest, and what was decided by hand stays decided."""
    await world.enforce("entra", OWNER, MIA)
    async with console(world) as screen:
        await _second(world, screen)
        await screen.press("space")
        await screen.see("Merged: 4 of 5")
        await world.save("entra", OWNER, TOM, ANA)
        await screen.press("ctrl+s")
        await screen.until(lambda: _told(screen, ANA, "theirs") == "+ added")
        await screen.see("Merged: 5 of 5")
        await screen.press("ctrl+s")
        await screen.see("✓ Saved")
    stored = (await world.provider("entra")).settings.emails
    assert set(stored) == {OWNER, MIA, TOM, ANA, KEN}


async def test_a_merge_that_locks_everybody_out_meets_the_guard(world: World) -> None:
    await world.enforce("entra", OWNER, MIA)
    async with console(world) as screen:
        await screen.see_row("✓ mia@acme.test")
        await screen.press("x")
        await screen.see_row("− owner@acme.test")
        await world.save("entra", OWNER)
        await screen.press("ctrl+s")
        await screen.see(TITLE, "No usable break-glass user: saving asks for an override")
        await screen.press("ctrl+s")
        await screen.see("This would lock everybody out", "0 of 6 can sign in. You cannot either.")
        await screen.press("escape")
        await screen.see("Not saved: the draft is kept")
        await screen.see_row("− owner@acme.test")


async def test_on_a_small_terminal_every_line_is_reached(world: World) -> None:
    await world.enforce("entra", OWNER, MIA, TOM)
    async with console(world, size=SMALL) as screen:
        await screen.see_row("✓ mia@acme.test")
        await screen.press("x", "down", "x", "down", "x")
        await screen.add(KEN)
        await screen.see_row("+ ken@acme.test")
        await world.save("entra", OWNER, ANA)
        await screen.press("escape", "ctrl+s")
        await screen.see(TITLE, "Save merged  ^S", "Back  esc")
        for email in (OWNER, MIA, TOM, ANA, KEN):
            await screen.press(*["up"] * 6)
            for _ in range(6):
                if f"› {email}" in screen.text:
                    break
                await screen.press("down")
            assert f"› {email}" in screen.text


async def test_on_the_smallest_terminal_it_is_not_broken(world: World) -> None:
    await world.enforce("entra", OWNER, MIA)
    async with console(world, size=(40, 12)) as screen:
        await screen.see("mia@acme.test")
        await screen.add(KEN)
        await screen.see("Entra not set up *")
        await world.save("entra", OWNER, TOM)
        await screen.press("escape", "ctrl+s")
        await screen.see("owner saved first", "merged", "Merged: 3 of 5")
        await screen.press("down", "down", "down", "down")
        await screen.see_row("› ken ", "+")
        await screen.press("ctrl+s")
        await screen.see("✓ Saved")


async def test_who_saved_is_named_by_whom_it_was(world: World) -> None:
    await world.enforce("entra", OWNER, MIA)
    await world.sign_in(MIA)
    async with console(world) as screen:
        await screen.see_row("✓ mia@acme.test")
        await screen.add(KEN)
        await screen.see_row("+ ken@acme.test")
        await world.backend.apply_delta(world.sessions[MIA], "entra", Delta(add=(TOM,)))
        await screen.see("! mia saved Entra meanwhile: + tom")
        await screen.press("escape", "ctrl+s")
        await screen.see(f"mia {TITLE}", "theirs (mia)")


async def test_a_rename_by_somebody_else_stops_no_save(world: World) -> None:
    await world.enforce("entra", OWNER, MIA)
    async with console(world) as screen:
        await screen.see_row("✓ mia@acme.test")
        await screen.add(KEN)
        await screen.see_row("+ ken@acme.test")
        change = ProviderChange(name="Entra at work")
        await world.another().change_provider(world.owner, "entra", change)
        await screen.see("Entra at work")
        assert "meanwhile" not in screen.text
        await screen.press("ctrl+s")
        await screen.see_row("✓ ken@acme.test")
    assert (await world.provider("entra")).settings.emails == (OWNER, MIA, KEN)
