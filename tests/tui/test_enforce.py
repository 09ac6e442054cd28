"""The main job at the console: enforcement on, people on the list, saved."""

import pytest

from bgconsole.policy.audit import EventType
from bgconsole.tui.terminal.signs import FULL
from tests.backend.world import OWNER, World
from tests.tui.console import console

MIA, KEN, TOM = "mia@acme.test", "ken@acme.test", "tom@acme.test"


async def test_enforcement_and_its_list_are_saved_together(world: World) -> None:
    async with console(world) as screen:
        await screen.see("Not enforced: a password lets everybody in who has one.")
        assert "Break-glass users" not in screen.text
        await screen.press("t")
        await screen.see("○ off → ● on", "* not saved", "Break-glass users", "editing")
        await screen.add(OWNER)
        await screen.add(MIA)
        await screen.see_row("+ mia@acme.test", "admin", "added, not saved yet")
        await screen.see("3 changes: enforcement on, + 2")
        await screen.save()
        await screen.see_row("✓ mia@acme.test", "saved")
        assert "not saved" not in screen.text
        await screen.see("SSO Enforcement Enabled", "Break-Glass User Added")
    stored = await world.provider("entra")
    assert stored.enforced
    assert stored.settings.emails == (OWNER, MIA)
    assert [event.type for event in await world.newest(3)] == [
        EventType.ENFORCEMENT_ENABLED,
        EventType.ENTRY_ADDED,
        EventType.ENTRY_ADDED,
    ]


async def test_turning_it_on_warns_by_name_before_anything_is_saved(world: World) -> None:
    async with console(world) as screen:
        await screen.see("Enforce SSO")
        await screen.see_row("Login simulator")
        await screen.press("t")
        await screen.see(
            "Saving takes password login from 5 of 6",
            "ana, ken, mia, owner, tom",
            "0 can still get in if Entra is down",
            "You are not on this list and SSO is not set up: no way back in",
            "No owner or admin gets in: put one on a list",
            "SSO is not set up: only 0 of 6 can get in at all",
        )
        await screen.add(OWNER)
        await screen.see(
            "Saving takes password login from 4 of 6",
            "ana, ken, mia, tom",
            "1 can still get in if Entra is down: owner",
        )
        await screen.see_no("You are not on this list")
        assert not (await world.provider("entra")).enforced


async def test_the_badges_tell_saved_added_removed_and_gone_bad_apart(world: World) -> None:
    await world.enforce("entra", OWNER, MIA, TOM)
    await world.backend.reset_member(world.owner, TOM)
    async with console(world) as screen:
        await screen.see_row("✓ owner@acme.test", "saved")
        await screen.see_row("! tom@acme.test", "code unused", "does not count")
        await screen.see("3 of 5 · 2 usable · 2–3 is recommended")
        await screen.press("down", "x")
        await screen.see_row("− mia@acme.test", "removed, not saved", "u undoes")
        await screen.add(KEN)
        await screen.see_row("+ ken@acme.test", "added, not saved yet")
        await screen.see("3 of 5 · 2 usable", "2 changes: + 1, − 1")


async def test_delete_removes_and_the_same_key_puts_back(world: World) -> None:
    await world.enforce("entra", OWNER, MIA)
    async with console(world) as screen:
        await screen.see_row("✓ mia@acme.test")
        await screen.press("down", "delete")
        await screen.see_row("− mia@acme.test")
        await screen.press("x")
        await screen.see_row("✓ mia@acme.test")
        await screen.see("No changes")


async def test_undo_takes_changes_back_one_by_one(world: World) -> None:
    await world.enforce("entra", OWNER, MIA)
    async with console(world) as screen:
        await screen.see_row("✓ mia@acme.test")
        await screen.press("down", "x")
        await screen.add(KEN)
        await screen.see("2 changes: + 1, − 1")
        await screen.press("escape", "u")
        await screen.see("1 change: − 1")
        await screen.press("u")
        await screen.see("No changes")
        assert "U redo" in screen.lines[-1]


async def test_redo_makes_them_again_until_something_else_is_changed(world: World) -> None:
    """Over switch and list; the key bar says what undo and redo are about."""
    await world.enforce("entra", OWNER, MIA)
    async with console(world, size=(180, 40)) as screen:
        await screen.see_row("✓ mia@acme.test")
        await screen.press("down", "x", "t")
        await screen.see("2 changes: enforcement off, − 1", "u undo: enforcement off")
        await screen.press("u")
        await screen.see("1 change: − 1", "u undo: − mia", "U redo: enforcement off")
        await screen.press("u")
        await screen.see("No changes", "U redo: − mia")
        await screen.press("U", "ctrl+y")
        await screen.see("2 changes: enforcement off, − 1")
        await screen.press("u", "x")
        await screen.see_row("✓ mia@acme.test")
        await screen.press("U")
        await screen.see("Nothing to redo")
        await screen.see_row("✓ mia@acme.test")


async def test_what_was_undone_outlives_a_change_of_the_team(world: World) -> None:
    await world.enforce("entra", OWNER, MIA)
    async with console(world) as screen:
        await screen.see_row("✓ mia@acme.test")
        await screen.press("down", "x", "u")
        await screen.see("No changes")
        await world.add("zoe")
        await screen.see("of 7")
        await screen.press("U")
        await screen.see_row("− mia@acme.test")


async def test_a_removal_is_saved_and_goes_on_record(world: World) -> None:
    await world.enforce("entra", OWNER, MIA, KEN)
    async with console(world) as screen:
        await screen.see_row("✓ ken@acme.test")
        await screen.press("down", "down", "x")
        await screen.see("Saving takes password login from 1 of 6 people: ken")
        await screen.save()
        await screen.see_row("Break-Glass User Removed", "removed ken from Entra")
        assert "ken@acme.test" not in screen.page
    assert (await world.provider("entra")).settings.emails == (OWNER, MIA)


async def test_turning_it_off_says_who_gets_the_password_back_and_keeps_the_list(
    world: World,
) -> None:
    await world.enforce("entra", OWNER, MIA)
    async with console(world) as screen:
        await screen.see_row("✓ mia@acme.test")
        await screen.press("t")
        await screen.see("Saving gives password login back to 3 of 6 people: ana, ken, tom")
        await screen.save()
        await screen.see("2 of 5 · kept for when enforcement is on")
        await screen.press("t")
        await screen.see_row("✓ mia@acme.test")


async def test_cancel_asks_before_it_drops_changes(world: World) -> None:
    await world.enforce("entra", OWNER, MIA)
    async with console(world) as screen:
        await screen.see_row("✓ mia@acme.test")
        await screen.add(KEN)
        await screen.press("escape", "escape")
        await screen.see(
            "Discard the changes?", "Not saved, visible only to you:", "+ ken@acme.test"
        )
        await screen.press("escape")
        await screen.see_no("Discard the changes?")
        await screen.see_row("+ ken@acme.test")
        await screen.press("escape")
        await screen.see("Discard the changes?")
        await screen.press("y")
        await screen.see("No changes")
        assert "ken@acme.test" not in screen.page
        assert "editing" not in screen.text


async def test_escape_goes_back_from_field_to_list_to_reading(world: World) -> None:
    await world.enforce("entra", OWNER, MIA)
    async with console(world) as screen:
        await screen.see("e edits")
        await screen.press("a")
        await screen.see(f"{FULL.cursor} Add", "editing")
        await screen.press("escape")
        await screen.see(f"{FULL.cursor}  ✓ owner@acme.test", "editing")
        await screen.press("escape")
        await screen.see("e edits")


async def test_the_members_email_is_completed_by_tab(world: World) -> None:
    await world.enforce("entra", OWNER)
    async with console(world) as screen:
        await screen.see("e edits")
        await screen.press("a")
        await screen.type("ke")
        await screen.see("› ken@acme.test  member")
        await screen.press("tab", "enter")
        await screen.see_row("+ ken@acme.test")


async def test_an_email_is_taken_as_people_write_it(world: World) -> None:
    await world.enforce("entra", OWNER)
    async with console(world) as screen:
        await screen.see("e edits")
        await screen.add(" Ken@ACME.test ")
        await screen.see_row("+ ken@acme.test")


async def test_each_provider_has_a_list_and_a_draft_of_its_own(world: World) -> None:
    await world.enforce("entra", OWNER, MIA)
    async with console(world) as screen:
        await screen.see_row("✓ mia@acme.test")
        await screen.add(KEN)
        await screen.see_row("+ ken@acme.test")
        await screen.press("escape", "2")
        await screen.see("Not enforced")
        await screen.press("t")
        await screen.see("Nobody yet.")
        assert "1 ● Microsoft Entra ID not set up *" in screen.lines[1]
        await screen.add(TOM)
        await screen.see_row("+ tom@acme.test")
        await screen.press("escape", "1")
        await screen.see_row("+ ken@acme.test")
        assert "tom@acme.test" not in screen.page


async def test_nothing_is_listed_while_enforcement_is_off(world: World) -> None:
    async with console(world) as screen:
        await screen.see("Not enforced")
        await screen.press("a", "e", "x", "u", "ctrl+s")
        await screen.settle()
        assert "Break-glass users" not in screen.text
        assert "No changes" in screen.text


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("a", "Enforcement is off: t turns it on"),
        ("e", "Enforcement is off: t turns it on"),
        ("u", "Nothing to undo"),
        ("U", "Nothing to redo"),
        ("ctrl+s", "No changes to save"),
    ],
)
async def test_what_cannot_be_done_says_why(world: World, key: str, reason: str) -> None:
    async with console(world) as screen:
        await screen.see("Not enforced")
        await screen.press(key)
        await screen.see(reason)


async def test_a_provider_left_with_changes_says_that_they_are_kept(world: World) -> None:
    await world.enforce("entra", OWNER, MIA)
    async with console(world) as screen:
        await screen.see_row("✓ mia@acme.test")
        await screen.press("down", "x")
        await screen.add(KEN)
        await screen.press("escape", "2")
        await screen.see("! Entra keeps 2 unsaved changes", "Microsoft Entra ID not set up *")
        await screen.press("1")
        await screen.see("2 changes: + 1, − 1")
        await screen.see_no("kept")


async def test_cancel_lists_the_changes_and_can_save_them(world: World) -> None:
    await world.enforce("entra", OWNER, MIA)
    async with console(world) as screen:
        await screen.see_row("✓ mia@acme.test")
        await screen.press("down", "x", "escape")
        await screen.see("Discard the changes?", "Microsoft Entra ID", "− mia@acme.test")
        await screen.press("ctrl+s")
        await screen.see("✓ Saved")
    assert (await world.provider("entra")).settings.emails == (OWNER,)


async def test_you_are_not_on_this_list_is_said_only_where_it_is_true(world: World) -> None:
    """Another enforced list still lets the owner in."""
    await world.enforce("oidc", OWNER)
    async with console(world) as screen:
        await screen.see("Not enforced here")
        await screen.press("t")
        await screen.see("Nobody yet.")
        assert "You are not on this list" not in screen.text
        await screen.press("u", "2")
        await screen.see_row("✓ owner@acme.test")
        await screen.press("x")
        await screen.see("You are not on this list and SSO is not set up: no way back in")


async def test_an_unproven_provider_is_enforced_only_when_it_is_meant(world: World) -> None:
    async with console(world) as screen:
        await screen.see("Enforce SSO")
        await screen.press("t")
        await screen.add(OWNER)
        await screen.press("ctrl+s")
        await screen.see("SSO is not set up for Microsoft Entra ID: 5 of 6 would have no way in")
        await screen.press("escape")
        await screen.see("Not saved: the draft is kept")
        await screen.press("ctrl+s")
        await screen.see("Enforce anyway?")
        await screen.press("y")
        await screen.see("✓ Saved")
