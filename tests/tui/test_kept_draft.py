"""Unsaved changes outlive a dropped line: written down as they come, offered on return."""

import json
from pathlib import Path

from bgconsole.policy.team import Role
from bgconsole.tui.model.draft_file import DraftFile
from tests.backend.world import OWNER, PASSWORD, World
from tests.tui.console import SMALL, Console, console
from tests.tui.kept import KEN, MIA, TITLE, TOM, files, leave_a_draft


async def test_it_is_offered_on_return_and_taken_up(
    world: World, drafts: DraftFile, tmp_path: Path
) -> None:
    await world.enforce("entra", OWNER, MIA)
    await leave_a_draft(world, drafts)
    world.clock.advance(minutes=4)
    async with console(world, drafts=drafts) as screen:
        await screen.see(
            TITLE,
            "You left 2 changes unsaved at 09:00 UTC. Restore or discard them.",
            "Microsoft Entra ID",
            "+ ken@acme.test",
            "− mia@acme.test",
        )
        await screen.press("enter")
        await screen.see_no(TITLE)
        await screen.see("2 changes: + 1, − 1", "editing")
        await screen.see_row("+ ken@acme.test")
        assert (await world.provider("entra")).settings.emails == (OWNER, MIA)
        await screen.save()
    assert (await world.provider("entra")).settings.emails == (OWNER, KEN)
    assert files(tmp_path) == []


async def test_it_is_dropped_with_a_key_and_not_offered_again(
    world: World, drafts: DraftFile, tmp_path: Path
) -> None:
    await world.enforce("entra", OWNER, MIA)
    await leave_a_draft(world, drafts)
    async with console(world, drafts=drafts) as screen:
        await screen.see(TITLE)
        await screen.press("d")
        await screen.see_no(TITLE)
        await screen.see("No changes")
    assert files(tmp_path) == []


async def test_not_now_leaves_it_for_the_next_time(
    world: World, drafts: DraftFile, tmp_path: Path
) -> None:
    await world.enforce("entra", OWNER, MIA)
    await leave_a_draft(world, drafts)
    for _ in range(2):
        async with console(world, drafts=drafts) as screen:
            await screen.see(TITLE)
            await screen.press("escape")
            await screen.see_no(TITLE)
            await screen.see("No changes")
    assert len(files(tmp_path)) == 1


async def test_it_is_written_a_second_after_the_change_whatever_comes_then(
    world: World, drafts: DraftFile, tmp_path: Path
) -> None:
    """Only what is not secret is in it, and only its owner can read it."""
    await world.enforce("entra", OWNER, MIA)
    async with console(world, drafts=drafts) as screen:
        await screen.see_row("✓ mia@acme.test")
        await screen.add(KEN)
        await screen.see_row("+ ken@acme.test")
        await screen.until(lambda: bool(files(tmp_path)), "the file")
        (path,) = files(tmp_path)
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700
        told = json.loads(path.read_text())
        assert set(told) == {"format", "target", "person", "at", "drafts"}
        assert world.owner.token is not None
        assert world.owner.token not in path.read_text()
        await screen.press("escape", "u")
        await screen.see("No changes")
        await screen.until(lambda: not files(tmp_path), "no file")


async def test_others_saved_meanwhile_and_both_are_kept(world: World, drafts: DraftFile) -> None:
    await world.enforce("entra", OWNER, MIA)
    await leave_a_draft(world, drafts)
    await world.save("entra", OWNER, MIA, TOM)
    async with console(world, drafts=drafts) as screen:
        await screen.see(
            TITLE, "! owner saved Microsoft Entra ID since: your changes are merged with theirs"
        )
        await screen.press("enter")
        await screen.see_row("✓ tom@acme.test")
        await screen.see_row("+ ken@acme.test")
        await screen.save()
    assert (await world.provider("entra")).settings.emails == (OWNER, TOM, KEN)


async def test_what_the_rules_refuse_by_now_is_left_out_and_said(
    world: World, drafts: DraftFile
) -> None:
    await world.enforce("entra", OWNER, MIA)
    await leave_a_draft(world, drafts)
    await world.backend.reset_member(world.owner, KEN)
    async with console(world, drafts=drafts) as screen:
        await screen.see(
            TITLE, "! ken@acme.test: This user has no password configured (not restored)"
        )
        await screen.press("enter")
        await screen.see("1 change: − 1")
        assert KEN not in screen.page


async def test_a_provider_that_is_gone_is_said(world: World, drafts: DraftFile) -> None:
    await world.enforce("oidc", OWNER)
    async with console(world, drafts=drafts) as screen:
        await screen.see("Not enforced")
        await screen.press("2")
        await screen.see_row("✓ owner@acme.test")
        await screen.add(KEN)
        await screen.see_row("+ ken@acme.test")
    await world.save("oidc", enforced=False)
    await world.backend.remove_provider(world.owner, "oidc")
    async with console(world, drafts=drafts) as screen:
        await screen.see(TITLE, "oidc: ", "(not restored)", "Nothing is left to restore.")
        await screen.press("enter")
        await screen.see_no(TITLE)
        assert "*" not in screen.lines[1]


async def test_it_is_offered_to_its_own_person_only(
    world: World, drafts: DraftFile, tmp_path: Path
) -> None:
    await world.enforce("entra", OWNER, MIA)
    await leave_a_draft(world, drafts)
    await world.sign_in(MIA)
    async with console(world, MIA, drafts=drafts) as screen:
        await screen.see_row("✓ mia@acme.test")
        await screen.settle()
        assert TITLE not in screen.text
    assert len(files(tmp_path)) == 1


async def test_it_is_offered_for_its_own_team_only(
    world: World, drafts: DraftFile, tmp_path: Path
) -> None:
    await world.enforce("entra", OWNER, MIA)
    await leave_a_draft(world, drafts)
    other = DraftFile(tmp_path / "drafts", "sqlite:///other.db")
    assert other.read(OWNER) is None


async def test_a_read_only_console_offers_nothing(
    world: World, drafts: DraftFile, tmp_path: Path
) -> None:
    await world.enforce("entra", OWNER, MIA)
    await leave_a_draft(world, drafts)
    async with console(world, drafts=drafts, read_only=True) as screen:
        await screen.see_row("✓ mia@acme.test")
        await screen.settle()
        assert TITLE not in screen.text
    assert len(files(tmp_path)) == 1


async def test_who_is_no_admin_any_more_is_offered_nothing(
    world: World, drafts: DraftFile, tmp_path: Path
) -> None:
    await world.enforce("entra", OWNER, MIA)
    await world.sign_in(MIA)
    async with console(world, MIA, drafts=drafts) as screen:
        await screen.see_row("✓ mia@acme.test")
        await screen.add(KEN)
        await screen.see_row("+ ken@acme.test")
    await world.backend.set_role(world.owner, MIA, Role.MEMBER)
    await world.sign_in(MIA)
    async with console(world, MIA, drafts=drafts) as screen:
        await screen.see("You are on this list")
        await screen.settle()
        assert TITLE not in screen.text


async def test_a_session_that_ended_while_there_was_a_draft_loses_nothing(
    world: World, drafts: DraftFile
) -> None:
    await world.enforce("entra", OWNER, MIA)
    async with console(world, drafts=drafts) as screen:
        await screen.see_row("✓ mia@acme.test")
        await screen.add(KEN)
        await screen.see_row("+ ken@acme.test")
        await world.another().sign_out(world.owner)
        await screen.see("You are signed out. Sign in again.")
        await screen.sign_in(OWNER, PASSWORD)
        await screen.see(TITLE, "+ ken@acme.test")
        await screen.press("enter")
        await screen.see_row("+ ken@acme.test")


async def test_a_locked_screen_keeps_the_draft_and_quitting_drops_nothing(
    world: World, drafts: DraftFile
) -> None:
    """Whoever finds a locked screen can leave it, and that is all."""
    await world.enforce("entra", OWNER, MIA)
    async with console(world, drafts=drafts) as screen:
        await screen.see_row("✓ mia@acme.test")
        await screen.add(KEN)
        await screen.see_row("+ ken@acme.test")
        world.clock.advance(minutes=16)
        await screen.minute()
        await screen.see("Locked")
        await screen.press("ctrl+q")
        await screen.until(lambda: screen.app.return_code is not None)
    async with console(world, drafts=drafts) as screen:
        await screen.see("Locked")
        await screen.type(PASSWORD)
        await screen.press("enter")
        await screen.see(TITLE, "+ ken@acme.test")


async def test_leaving_keeps_it_for_later_where_that_is_asked_for(
    world: World, drafts: DraftFile
) -> None:
    await world.enforce("entra", OWNER, MIA)
    async with console(world, drafts=drafts) as screen:
        await _quit_with_a_change(screen)
        await screen.see("Keep draft  k")
        await screen.press("k")
        await screen.until(lambda: screen.app.return_code is not None)
    async with console(world, drafts=drafts) as screen:
        await screen.see(TITLE, "You left 1 change unsaved")


async def test_leaving_drops_it_where_that_is_asked_for(
    world: World, drafts: DraftFile, tmp_path: Path
) -> None:
    await world.enforce("entra", OWNER, MIA)
    async with console(world, drafts=drafts) as screen:
        await _quit_with_a_change(screen)
        await screen.press("y")
        await screen.until(lambda: screen.app.return_code is not None)
    assert files(tmp_path) == []


async def _quit_with_a_change(screen: Console) -> None:
    await screen.see_row("✓ mia@acme.test")
    await screen.add(KEN)
    await screen.see_row("+ ken@acme.test")
    await screen.press("ctrl+q")
    await screen.see("Quit with 1 change not saved?", "+ ken@acme.test")


async def test_it_is_offered_on_a_small_terminal_too(world: World, drafts: DraftFile) -> None:
    await world.enforce("entra", OWNER, MIA)
    await leave_a_draft(world, drafts)
    async with console(world, drafts=drafts, size=SMALL) as screen:
        await screen.see(TITLE, "+ ken@acme.test", "Restore  enter", "Discard  d")
        await screen.press("enter")
        await screen.see_row("+ ken@acme.test")


async def test_who_got_another_address_since_is_named_and_left_out(
    world: World, drafts: DraftFile
) -> None:
    await world.enforce("entra", OWNER, MIA)
    await leave_a_draft(world, drafts)
    await world.backend.rename_member(world.owner, KEN, "kenneth@acme.test")
    await world.backend.rename_member(world.owner, MIA, "maria@acme.test")
    async with console(world, drafts=drafts) as screen:
        await screen.see(
            TITLE,
            "Nothing is left to restore.",
            "! ken@acme.test: This user does not exist in the system (not restored)",
            "! mia@acme.test: No longer on the list, or by another email (not restored)",
        )
        await screen.press("enter")
        await screen.see_no(TITLE)
        await screen.see("No changes")
        await screen.see_row("✓ maria@acme.test")
