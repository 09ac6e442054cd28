"""What members see, and what a read-only console lets nobody do."""

from bgconsole.policy.team import Role
from tests.backend.world import OWNER, World
from tests.tui.console import SMALL, console

TOM = "tom@acme.test"


async def test_a_member_sees_the_providers_and_their_own_access_only(world: World) -> None:
    await world.sign_in(TOM)
    await world.enforce("entra", OWNER, TOM)
    async with console(world, TOM) as screen:
        await screen.see("You are on this list: your password lets you in.")
        await screen.see("✓ tom gets in by the list")
        assert "Break-glass users" not in screen.text
        assert "following" not in screen.text
        for other in ("owner@", "mia@", "ken@"):
            assert other not in screen.text


async def test_a_member_cannot_change_anything(world: World) -> None:
    await world.sign_in(TOM)
    await world.enforce("entra", OWNER, TOM)
    async with console(world, TOM) as screen:
        await screen.see("You are on this list")
        await screen.press("t", "e", "a", "x", "u", "W", "l", "b", "f")
        await screen.settle()
        assert "not saved" not in screen.text
        assert "You are on this list" in screen.text
    assert (await world.provider("entra")).enforced


async def test_a_member_asks_the_simulator_about_themselves(world: World) -> None:
    await world.sign_in(TOM)
    await world.enforce("entra", OWNER, TOM)
    async with console(world, TOM) as screen:
        await screen.see("You are on this list")
        await screen.press("slash")
        await screen.type("tom")
        await screen.see("✓ tom gets in by the list")
        await screen.press("ctrl+u")
        await screen.type("owner")
        await screen.see('No match for "owner"')


async def test_a_member_who_is_on_no_list_is_told_so(world: World) -> None:
    await world.sign_in(TOM)
    await world.enforce("entra", OWNER, TOM)
    async with console(world, TOM) as screen:
        await screen.see("You are on this list")
        await screen.press("2")
        await screen.see("Your password lets you in.")


async def test_where_room_is_short_the_keys_that_work_are_shown_first(world: World) -> None:
    await world.sign_in(TOM)
    async with console(world, TOM, size=SMALL) as screen:
        await screen.see("Your password lets you in.")
        await screen.see("/ simulator", "O sign out")


async def test_a_role_lost_elsewhere_is_felt_at_once(world: World) -> None:
    mia = await world.person("uma", Role.ADMIN)
    assert mia.token
    async with console(world, "uma@acme.test") as screen:
        await screen.see("Not enforced", "● following")
        await world.backend.set_role(world.owner, "uma@acme.test", Role.MEMBER)
        await screen.see_no("● following")


async def test_a_read_only_console_shows_all_and_changes_nothing(world: World) -> None:
    await world.enforce("entra", OWNER, TOM)
    async with console(world, read_only=True) as screen:
        await screen.see("read-only", "● following")
        await screen.see_row("✓ tom@acme.test", "saved")
        await screen.press("t", "e", "a", "x", "u", "ctrl+s")
        await screen.settle()
        await screen.see("No changes")
        assert "not saved" not in screen.text
    assert (await world.provider("entra")).settings.emails == (OWNER, TOM)
