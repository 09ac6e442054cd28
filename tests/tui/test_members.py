"""The members' tab: who is in the team, found by letters, followed while others change it."""

import pytest

from bgconsole.backend.errors import NotAllowedError
from bgconsole.backend.identity import Caller
from bgconsole.backend.values import MemberAddition
from bgconsole.policy.settings import Delta
from bgconsole.policy.team import Role
from tests.backend.world import OWNER, World, network
from tests.tui.console import SIZES, SMALL, Console, console

ANA, KEN, MIA, TOM, SARA = (f"{name}@acme.test" for name in ("ana", "ken", "mia", "tom", "sara"))


async def members(screen: Console) -> None:
    """Open the tab, everybody read."""
    await screen.see("Enforce SSO")
    await screen.press("m")
    await screen.see("6 people", "sorted by email")


async def to(screen: Console, name: str) -> None:
    """Put the cursor on somebody, by their name."""
    await screen.press("slash")
    await screen.type(name)
    await screen.see_row(f"› {name}")
    await screen.press("enter")


@pytest.mark.parametrize("size", SIZES)
async def test_everybody_is_listed_with_role_password_and_lists(
    world: World, size: tuple[int, int]
) -> None:
    await world.enforce("entra", OWNER, KEN)
    await world.enforce("oidc", KEN)
    async with console(world, size=size) as screen:
        await members(screen)
        await screen.see("6 people · 1 owner, 1 admin · 1 without a password")
        await screen.see_row(OWNER, "owner", "password", "✓ Entra")
        await screen.see_row(MIA, "admin", "password", "–")
        await screen.see_row(KEN, "member", "password", "✓ Entra, OIDC")
        await screen.see_row(SARA, "SSO only")


async def test_a_code_that_waits_and_an_entry_that_does_not_count_are_marked(world: World) -> None:
    await world.enforce("entra", OWNER, KEN)
    await world.backend.reset_member(world.owner, KEN)
    async with console(world) as screen:
        await members(screen)
        await screen.see_row(KEN, "code until 24 Nov", "! Entra")
        await to(screen, "ken")
        await screen.see("No password: not counted on list of Entra")


async def test_who_left_the_team_is_shown_apart_and_can_be_invited_back(world: World) -> None:
    await world.backend.remove_member(world.owner, TOM)
    async with console(world) as screen:
        await screen.see("Enforce SSO")
        await screen.press("m")
        await screen.see("5 people", "1 outside the team", "Not in the team  1")
        await screen.see_row(TOM, "not a member")
        await screen.press("end")
        await screen.see("Not a member of this team: cannot get in")
        await screen.press("a")
        await screen.see("Former member: their name and last sign-in are kept")
        await screen.see("● a new password", "○ their old password", "You get a one-time code")
        await screen.press("ctrl+s")
        await screen.see("One-time code, shown only once", "For tom@acme.test")
        await screen.press("escape")
        await screen.see("✓ tom@acme.test was added", "6 people")
    with pytest.raises(NotAllowedError):
        await world.sign_in(TOM)


async def test_who_comes_back_may_keep_their_password_by_choice(world: World) -> None:
    await world.backend.remove_member(world.owner, TOM)
    async with console(world) as screen:
        await screen.see("Enforce SSO")
        await screen.press("m")
        await screen.see("1 outside the team")
        await screen.press("end", "a")
        await screen.see("Former member")
        await screen.press("tab", "tab", "tab", "left")
        await screen.see("● their old password", "their old password lets them in")
        await screen.press("ctrl+s")
        await screen.see("✓ tom@acme.test was added  They need no code.", "6 people")
    assert (await world.sign_in(TOM)).email == TOM


async def test_letters_of_email_or_name_find_as_they_are_typed(world: World) -> None:
    await world.backend.add_members(world.owner, [MemberAddition("gh@acme.test", "Grace Hopper")])
    async with console(world) as screen:
        await screen.see("Enforce SSO")
        await screen.press("m")
        await screen.see("7 people")
        await screen.press("slash")
        await screen.type("HOPP")
        await screen.see("1 found")
        await screen.see_row("› gh@acme.test", "Grace Hopper")
        assert KEN not in screen.text
        await screen.press("escape")
        await screen.see(KEN, "sorted by email")
        await screen.see_row("› gh@acme.test")


async def test_letters_that_nobody_has_say_so(world: World) -> None:
    async with console(world) as screen:
        await members(screen)
        await screen.press("slash")
        await screen.type("zoë [b]")
        await screen.see('No match for "zoë [b]"', "0 found")
        await screen.press("enter")
        await screen.see(KEN)


async def test_escape_goes_from_field_to_list_to_page(world: World) -> None:
    async with console(world) as screen:
        await members(screen)
        await screen.press("slash")
        await screen.type("ken")
        await screen.see("1 found")
        await screen.press("enter", "escape")
        await screen.see("sorted by email", TOM)
        await screen.press("escape")
        await screen.see("Enforce SSO")


async def test_they_are_sorted_by_role_and_by_last_sign_in(world: World) -> None:
    world.clock.advance(minutes=2)
    await world.sign_in(TOM)
    async with console(world) as screen:
        await members(screen)
        await screen.press("o")
        await screen.see("sorted by role")
        order = [line for line in screen.lines if "@acme.test" in line]
        assert OWNER in order[1]
        assert MIA in order[2]
        await screen.press("o", "home")
        await screen.see("last sign-in first")
        await screen.see_row("› tom@acme.test", "today 09:02")


async def test_the_line_below_says_how_somebody_gets_in(world: World) -> None:
    await world.enforce("entra", OWNER)
    async with console(world) as screen:
        await members(screen)
        await to(screen, "owner")
        await screen.see("✓ Gets in by password, as a break-glass user")
        await screen.press("escape")
        await to(screen, "ken")
        await screen.see(
            "× Cannot get in now: on no list of an enforced provider, and SSO is not set up"
        )
        await screen.see("– On no break-glass list")


async def test_a_change_made_elsewhere_appears_and_the_cursor_stays_on_its_person(
    world: World,
) -> None:
    async with console(world) as screen:
        await members(screen)
        await screen.press("end", "up")
        await screen.see_row("› sara@acme.test")
        elsewhere = world.another()
        await elsewhere.add_members(world.owner, [MemberAddition("abe@acme.test", sso_only=True)])
        await screen.see("7 people")
        await screen.see_row("› sara@acme.test")
        await elsewhere.set_role(world.owner, SARA, Role.ADMIN)
        await screen.see_row("› sara@acme.test", "admin")
        await elsewhere.apply_delta(world.owner, "entra", Delta(True, (OWNER,)))
        await screen.see_row(OWNER, "✓ Entra")
        await elsewhere.remove_member(world.owner, SARA)
        await screen.see("1 outside the team")
        await screen.see_row("› sara@acme.test", "not a member")


async def test_enter_shows_somebody_in_full_with_who_put_them_on_a_list(world: World) -> None:
    await world.enforce("entra", OWNER, KEN)
    async with console(world) as screen:
        await members(screen)
        await to(screen, "ken")
        await screen.press("enter")
        await screen.see("A member of the team", "set 23 Nov 2026 09:00 UTC", "Last sign-in")
        await screen.see_row("✓ Microsoft Entra ID", f"added by {OWNER}, 23 Nov 2026 09:00")
        await screen.press("escape")
        await screen.see_no("A member of the team")


async def test_s_asks_the_simulator_about_somebody(world: World) -> None:
    await world.enforce("entra", OWNER, KEN)
    async with console(world) as screen:
        await members(screen)
        await to(screen, "ken")
        await screen.press("s")
        await screen.see("Login simulator", "ken gets in by the list")


async def test_enter_twice_asks_the_simulator_too(world: World) -> None:
    await world.enforce("entra", OWNER)
    async with console(world, size=SMALL) as screen:
        await members(screen)
        await to(screen, "tom")
        await screen.press("enter")
        await screen.see("A member of the team")
        await screen.press("enter")
        await screen.see("dry run", "tom cannot get in")


async def test_a_paused_account_is_marked_and_an_owner_lifts_the_pause(world: World) -> None:
    for number in range(100):
        somebody = Caller(network(f"203.0.113.{number}"))
        with pytest.raises(NotAllowedError):
            await world.backend.sign_in(somebody, KEN, "not the password")
    async with console(world) as screen:
        await members(screen)
        await screen.see("‖ 1 paused")
        await screen.see_row(KEN, "‖ paused")
        await to(screen, "ken")
        await screen.press("L")
        await screen.see("Lift the pause?", "check the audit log")
        await screen.press("y")
        await screen.see("✓ ken@acme.test can sign in again at once")
        await screen.see_no("‖ paused")


@pytest.mark.parametrize("size", [(40, 12), (60, 15), (100, 30), (250, 70)])
async def test_it_is_whole_at_any_size(world: World, size: tuple[int, int]) -> None:
    async with console(world, size=size) as screen:
        await screen.see("Enforce SSO")
        await screen.press("m")
        await screen.see("6 people", "ana@acme.test")
        await to(screen, "ken")
        await screen.see("Gets in by password")
        await screen.press("enter")
        await screen.see("ken@acme.test")
        await screen.press("escape", "X")
        await screen.see("Remove from the team?")
        assert max(len(line) for line in screen.lines) <= size[0]
