"""What admins do with members: each is asked about first, with what falls with it."""

import re

import pytest

from bgconsole.backend.identity import Caller
from bgconsole.backend.values import Member
from bgconsole.policy.audit import EventType
from bgconsole.policy.team import Role
from tests.backend.world import CONSOLE, OWNER, PASSWORD, World
from tests.tui.console import SIZES, Console, console
from tests.tui.test_members import ANA, KEN, MIA, TOM, members, to

CODE = re.compile(r"[A-Z2-7]{4,6}(?:-[A-Z2-7]{1,6}){3,}")


async def member(world: World, email: str) -> Member:
    """Somebody as stored now."""
    return {one.email: one for one in await world.backend.members(world.owner)}[email]


def code_on(screen: Console) -> str:
    """The one-time code that the screen shows."""
    found = CODE.search(screen.text)
    assert found is not None, screen.text
    return found[0]


@pytest.mark.parametrize("size", SIZES)
async def test_who_is_added_gets_a_code_that_is_shown_once_and_lets_them_in(
    world: World, size: tuple[int, int]
) -> None:
    async with console(world, size=size) as screen:
        await members(screen)
        await screen.press("a")
        await screen.type(" Gus@Acme.test")
        await screen.press("enter")
        await screen.type("Gus Moreau")
        await screen.see("You get a one-time code to give them, shown once")
        await screen.press("enter", "enter")
        await screen.see("shown only once", "Gus@Acme.test", "Tue 24 Nov 09:00 UTC")
        await screen.see("bgconsole redeem Gus@Acme.test")
        code = code_on(screen)
        await screen.press("enter")
        await screen.see(code)
        await screen.press("escape")
        await screen.see_no(code)
        await screen.see("✓ Gus@Acme.test was added", "7 people")
        await screen.see_row("› Gus@Acme.test", "code until")
        assert code not in repr(screen.app.screen_stack)
    await world.backend.redeem(Caller(CONSOLE), "Gus@Acme.test", code, PASSWORD)
    assert (await member(world, "Gus@Acme.test")).name == "Gus Moreau"


async def test_the_code_can_be_copied_but_goes_into_no_file_and_no_message(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[str] = []
    monkeypatch.setattr(
        "bgconsole.tui.kit.clipboard.copy_secret", lambda _app, text, _name: copied.append(text)
    )
    async with console(world) as screen:
        await members(screen)
        await screen.press("a")
        await screen.type("Gus@Acme.test")
        await screen.press("ctrl+s")
        await screen.see("shown only once")
        await screen.press("c")
        assert copied == [code_on(screen)]


async def test_an_admin_of_sso_only_is_added_without_a_code(world: World) -> None:
    async with console(world) as screen:
        await members(screen)
        await screen.press("a")
        await screen.type("Gus@Acme.test")
        await screen.press("enter", "enter", "right")
        await screen.see("Sees and changes everything except owners and admins.")
        await screen.press("down", "right")
        await screen.see("they sign in by SSO", "SSO is not set up: they cannot get in yet")
        await screen.press("enter")
        await screen.see("✓ Gus@Acme.test was added  They need no code.")
        await screen.see_row("Gus@Acme.test", "admin", "SSO only")


async def test_an_email_that_cannot_be_added_is_said_beside_the_field(world: World) -> None:
    async with console(world) as screen:
        await members(screen)
        await screen.press("a")
        await screen.type("gus at acme")
        await screen.press("enter")
        await screen.see("× Enter a valid email address")
        await screen.press("ctrl+u")
        await screen.see_no("Enter a valid email address")
        await screen.type(KEN)
        await screen.press("ctrl+s")
        await screen.see("× This email is already a member of the team")
        await screen.press("escape")
        await screen.see_no("Add somebody")


async def test_who_was_added_elsewhere_meanwhile_is_said_and_nothing_typed_is_lost(
    world: World,
) -> None:
    async with console(world) as screen:
        await members(screen)
        await screen.press("a")
        await screen.type("Gus@Acme.test")
        await screen.press("enter")
        await screen.type("Gus Moreau")
        await world.add("gus")
        await screen.until(lambda: "gus@acme.test" in screen.behind)
        await screen.press("ctrl+s")
        await screen.see("× This email is already a member of the team", "Gus Moreau")


async def test_a_change_after_five_minutes_asks_for_proof_and_goes_on(world: World) -> None:
    async with console(world) as screen:
        await members(screen)
        world.clock.advance(minutes=6)
        await to(screen, "tom")
        await screen.press("X")
        await screen.see("Remove from the team?")
        await screen.press("y")
        await screen.see("Re-authenticate")
        await screen.type(PASSWORD)
        await screen.press("enter")
        await screen.see("✓ tom@acme.test was removed from the team")
    assert (await member(world, TOM)).role is None


async def test_declining_the_proof_changes_nothing(world: World) -> None:
    async with console(world) as screen:
        await members(screen)
        world.clock.advance(minutes=6)
        await to(screen, "tom")
        await screen.press("X", "y")
        await screen.see("Re-authenticate")
        await screen.press("escape")
        await screen.see_no("Re-authenticate")
        await screen.see_row("› tom@acme.test", "member")
    assert (await member(world, TOM)).role is Role.MEMBER


async def test_a_role_is_changed_with_what_it_means_on_the_screen(world: World) -> None:
    async with console(world) as screen:
        await members(screen)
        await to(screen, "ken")
        await screen.press("r")
        await screen.see("Change the role", "no lists and no audit log")
        await screen.press("left")
        await screen.see("Sees and changes everything except owners and admins.", "Make an admin")
        await screen.press("enter")
        await screen.see("✓ ken@acme.test now has the role admin")
        await screen.see_row("› ken@acme.test", "admin")
    assert (await member(world, KEN)).role is Role.ADMIN


async def test_the_last_owner_stays_one(world: World) -> None:
    async with console(world) as screen:
        await members(screen)
        await to(screen, "owner")
        await screen.press("r", "right")
        await screen.see("× A team needs an owner, and this is the last one")
        await screen.press("enter")
        await screen.settle()
        await screen.see("Change the role")
        await screen.press("escape", "X")
        await screen.see("A team needs an owner, and this is the last one")
        assert "Remove from the team?" not in screen.text
    assert (await member(world, OWNER)).role is Role.OWNER


async def test_the_last_admin_on_a_list_is_not_demoted_without_a_word(world: World) -> None:
    await world.enforce("entra", MIA, KEN)
    async with console(world) as screen:
        await members(screen)
        await to(screen, "mia")
        await screen.press("r", "right")
        await screen.see("! Microsoft Entra ID: No owner or admin among them")
        await screen.press("escape")
    assert (await member(world, MIA)).role is Role.ADMIN


async def test_a_removal_says_what_falls_with_it(world: World) -> None:
    await world.enforce("entra", OWNER, KEN)
    await world.enforce("oidc", OWNER, KEN)
    async with console(world) as screen:
        await members(screen)
        await to(screen, "ken")
        await screen.press("X")
        await screen.see(
            "All sessions and tokens of ken end",
            "They are removed from 2 break-glass lists: Microsoft Entra ID, Generic OIDC",
            "keeps its password",
        )
        assert "last usable" not in screen.text
        await screen.press("escape")
        await screen.see_no("Remove from the team?")
        await screen.press("X", "y")
        await screen.see("✓ ken@acme.test was removed from the team", "Not in the team")
    assert (await world.provider("entra")).settings.emails == (OWNER,)


async def test_removing_the_last_usable_entry_needs_an_override_on_record(world: World) -> None:
    await world.enforce("entra", KEN)
    async with console(world) as screen:
        await members(screen)
        await to(screen, "ken")
        await screen.press("X")
        await screen.see("The last usable entry of Microsoft Entra ID", "asked to override")
        await screen.press("y")
        await screen.see("This would lock everybody out", "no usable break-glass user")
        await screen.see("0 of 5 can sign in", "ana, mia, owner, tom")
        await screen.type("Microsoft Entra ID")
        await screen.press("enter")
        await screen.type("He left tonight")
        await screen.press("ctrl+s")
        await screen.see("✓ ken@acme.test was removed from the team")
    overridden = [e for e in await world.events() if e.type is EventType.GUARD_OVERRIDDEN]
    assert [e.metadata["reason"] for e in overridden] == ["He left tonight"]


async def test_resetting_the_last_usable_entry_can_be_left_at_the_guard(world: World) -> None:
    await world.enforce("entra", KEN)
    async with console(world) as screen:
        await members(screen)
        await to(screen, "ken")
        await screen.press("C")
        await screen.see(
            "They lose their password now", "They no longer count on 1 break-glass list: Microsoft"
        )
        await screen.see("The last usable entry of Microsoft Entra ID")
        await screen.press("y")
        await screen.see("This would lock everybody out")
        await screen.press("escape")
        await screen.see_no("This would lock everybody out")
        await screen.see_row("› ken@acme.test", "password", "✓ Entra")
    assert (await member(world, KEN)).has_password


async def test_a_reset_takes_the_password_and_shows_the_code(world: World) -> None:
    async with console(world) as screen:
        await members(screen)
        await to(screen, "tom")
        await screen.press("C", "y")
        await screen.see("shown only once", TOM)
        code = code_on(screen)
        await screen.press("escape")
        await screen.see("✓ tom@acme.test has a one-time code and no password")
        await screen.see_row("› tom@acme.test", "code until")
    await world.backend.redeem(Caller(CONSOLE), TOM, code, PASSWORD)


async def test_what_cannot_be_done_says_why(world: World) -> None:
    async with console(world) as screen:
        await members(screen)
        await to(screen, "ken")
        await screen.press("L")
        await screen.see("ken is not paused")
        await screen.press("escape")
        await to(screen, "owner")
        await screen.press("C")
        await screen.see("This is you: P changes your own password")


async def test_an_admin_handles_members_but_no_owners_or_admins(world: World) -> None:
    await world.sign_in(MIA)
    async with console(world, MIA) as screen:
        await members(screen)
        await to(screen, "owner")
        await screen.press("X")
        await screen.see("Only an owner can do this to an owner or admin")
        await screen.press("C")
        await screen.settle()
        assert "shown only once" not in screen.text
        assert "read-only" not in screen.text
        await screen.press("r")
        await screen.see("Only an owner can change who is an owner or admin")
        await screen.press("escape")
        await to(screen, "tom")
        await screen.press("a")
        await screen.see("Add somebody", "● member")
        assert "○ admin" not in screen.text
        await screen.press("escape", "X")
        await screen.see("Remove from the team?")
        await screen.press("y")
        await screen.see("✓ tom@acme.test was removed from the team")


async def test_a_role_lost_while_the_dialog_stands_is_said(world: World) -> None:
    await world.sign_in(MIA)
    async with console(world, MIA) as screen:
        await members(screen)
        await to(screen, "tom")
        await screen.press("X")
        await screen.see("Remove from the team?")
        await world.backend.set_role(world.owner, TOM, Role.ADMIN)
        await screen.press("y")
        await screen.see("× Only an owner can do this to an owner or admin")
    assert (await member(world, TOM)).role is Role.ADMIN


async def test_a_read_only_console_shows_everybody_and_changes_nobody(world: World) -> None:
    async with console(world, read_only=True) as screen:
        await members(screen)
        await to(screen, "tom")
        for key in ("a", "i", "r", "C", "L", "X"):
            await screen.press(key)
            await screen.see("This console was started with --read-only")
        assert "Remove from the team?" not in screen.text
        await screen.press("enter")
        await screen.see("A member of the team")


async def test_read_only_by_key_says_where_it_is_lifted(world: World) -> None:
    async with console(world) as screen:
        await screen.see("Enforce SSO")
        await screen.press("R")
        await screen.see("read-only")
        await members(screen)
        await screen.press("a")
        await screen.see("R allows changes again")
        await screen.press("escape", "R", "m", "a")
        await screen.see("Add somebody to the team")


async def test_whoever_removes_themselves_is_signed_out(world: World) -> None:
    await world.add("ben", role=Role.OWNER)
    async with console(world) as screen:
        await screen.see("Enforce SSO")
        await screen.press("m")
        await screen.see("7 people")
        await to(screen, "owner")
        await screen.press("X")
        await screen.see("That is you: this console signs you out.")
        await screen.press("y")
        await screen.see("Sign in", "Email")


async def test_somebody_removed_elsewhere_meanwhile_is_said(world: World) -> None:
    async with console(world) as screen:
        await members(screen)
        await to(screen, "ana")
        await screen.press("X")
        await screen.see("Remove from the team?")
        await world.another().remove_member(world.owner, ANA)
        await screen.press("y")
        await screen.see("This person is not a member of the team")
        await screen.see("1 outside the team")
        await screen.see_row("› ana@acme.test", "not a member")
