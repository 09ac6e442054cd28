"""An enforced provider is down: what is wrong, who can still get in, what to press."""

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from bgconsole.policy.refusals import Code
from bgconsole.policy.team import Role
from tests.backend.world import OWNER, SqliteDeployment, World, network, refused
from tests.tui.console import LARGE, SIZES, SMALL, Console, console

KEN, MIA, TOM = "ken@acme.test", "mia@acme.test", "tom@acme.test"
AWAY = network("10.9.4.2")
_NO_TIME = timedelta()


def down(world: World, *slugs: str, minutes: int = 6) -> None:
    """Let the IdPs of these be measured down since so many minutes."""
    assert isinstance(world.deployment, SqliteDeployment)
    since, checked = (
        f"{world.clock.now - ago:%Y-%m-%dT%H:%M:%S.%fZ}"
        for ago in (timedelta(minutes=minutes), _NO_TIME)
    )
    with closing(sqlite3.connect(world.deployment.folder / "data" / "team.db")) as connection:
        for slug in slugs:
            connection.execute(
                "UPDATE provider SET issuer = 'https://sso.acme.test', client_id = 'console',"
                " idp_state = 'down', idp_since = ?, idp_checked_at = ?,"
                " idp_detail = 'Discovery timed out after 5 s' WHERE slug = ?",
                (since, checked, slug),
            )
        connection.commit()


async def _out(world: World) -> None:
    await world.enforce("entra", OWNER, MIA)
    down(world, "entra")


@pytest.mark.parametrize("size", SIZES)
async def test_every_tab_says_what_is_down_and_who_can_sign_in(
    world: World, size: tuple[int, int]
) -> None:
    await _out(world)
    async with console(world, size=size) as screen:
        cause = "discovery timed out" if size == LARGE else "timed out"
        await screen.see_row(f"× Entra down since 08:54 ({cause}", "2 of 6 can sign in: mia@")
        for key in ("w", "m", "l", "2"):
            await screen.press(key)
            await screen.see_row("× Entra down since 08:54", "2 of 6 can sign in")


async def test_emails_stand_in_full_where_they_fit(world: World) -> None:
    await _out(world)
    async with console(world) as screen:
        await screen.see_row("2 of 6 can sign in: mia@acme.test, owner@acme.test", "w who")


async def test_names_are_cut_before_the_count_is(world: World) -> None:
    await _out(world)
    async with console(world, size=(44, 24)) as screen:
        await screen.see_row("× Entra down: 2 of 6 can sign in")


async def test_of_two_outages_the_worse_one_is_told_and_the_other_counted(world: World) -> None:
    await world.enforce("entra", OWNER, MIA)
    await world.enforce("oidc", KEN)
    down(world, "entra", "oidc")
    async with console(world) as screen:
        await screen.see_row("OIDC down since 08:54", "+1 more", "3 of 6 can sign in")


async def test_without_enforcement_or_with_the_idp_up_there_is_no_red_line(world: World) -> None:
    down(world, "entra")
    async with console(world) as screen:
        await screen.see("Not enforced")
        assert "can sign in" not in screen.text


async def test_the_page_says_who_is_shut_out_what_they_see_and_what_to_press(world: World) -> None:
    await _out(world)
    async with console(world) as screen:
        await screen.see("× 4 of 6 cannot sign in until Entra is back:", "ana, ken, sara, tom")
        await screen.see("They see: Entra is down: only break-glass users get in")
        await screen.see("What you can do now", "nothing changes before you press Save")
        await screen.see_row("a", "Let one more person in", "needs a password and membership")
        await screen.see_row("t", "Turn enforcement off", "5 of 6 could sign in: not sara")
        await screen.see_row("/", "Ask the simulator")
        await screen.see_row("w", "See who gets in")
        assert "x   " not in screen.page


async def test_turning_enforcement_off_says_who_gets_in_before_it_is_saved(world: World) -> None:
    await _out(world)
    async with console(world) as screen:
        await screen.see("What you can do now")
        await screen.press("t")
        await screen.see("Saving gives password login back to 3 of 6 people: ana, ken, tom")
        await screen.see("5 can still get in if Entra is down")
        await screen.see_no("What you can do now")
        await screen.save()
        await screen.see_no("can sign in", "cannot sign in")


async def test_undo_gives_the_cursor_back_to_the_list(world: World) -> None:
    await _out(world)
    async with console(world) as screen:
        await screen.see_row("›", OWNER)
        await screen.press("t")
        await screen.see("* not saved")
        await screen.press("u")
        await screen.see_row("›", OWNER)
        await screen.see("What you can do now")


@pytest.mark.parametrize("size", SIZES)
async def test_badges_say_when_they_were_used_as_it_happens(
    world: World, size: tuple[int, int]
) -> None:
    await _out(world)
    async with console(world, size=size) as screen:
        await screen.see_row(f"✓ {MIA}", "added by owner, 23 Nov")
        world.clock.advance(seconds=26)
        await world.sign_in(MIA, source=AWAY)
        await screen.see_row(f"✓ {MIA}", "◆ used 09:00:26")


async def test_the_bottom_lines_of_a_small_terminal_follow(world: World) -> None:
    await _out(world)
    async with console(world, size=SMALL) as screen:
        await screen.see_row("owner if Entra is down", "✓ gets in by the list", "/ simulator")
        await screen.see_row("last break-glass login", "none recorded", "l audit")
        with refused(Code.LOGIN_FAILED):
            await world.sign_in(MIA, "not it at all", source=AWAY)
        await world.sign_in(MIA, source=AWAY)
        await screen.see_row("last break-glass login", "◆ mia 09:00:00")
        world.clock.advance(seconds=90)
        await world.sign_in(OWNER, source=AWAY)
        await screen.see_row("last break-glass login", "◆ owner 09:01:30")
        await screen.see_row("before that", "◆ mia", "after 1 failed attempt ◆×")
        await screen.press("t")
        await screen.see_row("owner if Entra is down", "✓ gets in", "/ simulator")


async def test_the_bottom_line_tells_the_draft_from_what_is_saved(world: World) -> None:
    await world.enforce("entra", OWNER, MIA)
    async with console(world, size=SMALL) as screen:
        await screen.see_row("›", f"✓ {OWNER}")
        await screen.press("down", "x")
        await screen.see_row(
            "mia if Entra is down", "× cannot get in", "as saved ✓ password", "/ simulator"
        )


async def test_a_member_is_told_of_themselves_only(world: World) -> None:
    await world.enforce("entra", OWNER, TOM)
    await world.sign_in(TOM)
    down(world, "entra")
    async with console(world, TOM) as screen:
        await screen.see_row("× Entra down since 08:54", "your password lets you in")
        assert "can sign in" not in screen.text
        assert "What you can do now" not in screen.text


async def test_a_read_only_console_offers_only_to_look(world: World) -> None:
    await _out(world)
    async with console(world, read_only=True) as screen:
        await screen.see_row("Turn enforcement off", "not here: this console is read-only")


async def test_the_year_of_an_old_entry_is_told(world: World) -> None:
    await world.add("zoe", role=Role.ADMIN)
    await world.enforce("entra", OWNER)
    world.clock.advance(days=200)
    await world.sign_in(OWNER)
    async with console(world) as screen:
        await screen.see_row(f"✓ {OWNER}", "by owner, 23 Nov 2026")


async def test_yesterdays_use_names_its_day_after_midnight(world: World) -> None:
    world.clock.advance(hours=14, minutes=50)
    await world.sign_in(OWNER)
    await world.enforce("entra", OWNER, MIA)
    down(world, "entra")
    async with console(world) as screen:
        await screen.see("What you can do now")
        await world.sign_in(MIA, source=AWAY)
        await screen.see_row(f"✓ {MIA}", "◆ used 23:50:00")
        world.clock.advance(minutes=11)
        down(world, "entra", minutes=17)
        await screen.minute()
        await screen.see_row(f"✓ {MIA}", "◆ used 23 Nov 23:50")


async def test_an_email_that_a_row_cuts_stands_in_full_below_the_list(world: World) -> None:
    (long,) = await world.add("maximiliana.von.und.zu.hohenfels")
    await world.enforce("entra", OWNER, long)
    async with console(world, size=SMALL) as screen:
        await screen.see_row("›", OWNER)
        await screen.press("down")
        await screen.see_row(long, "added by owner")


async def test_moving_the_cursor_in_an_outage_repaints_the_list_only(world: World) -> None:
    """The red line and what can be done stay as they are under a key."""
    await _out(world)
    async with console(world) as screen:
        await screen.see("What you can do now")
        before = _above(screen)
        await screen.press("down")
        await screen.see_row("›", MIA)
        assert _above(screen) == before


def _above(screen: Console) -> list[str]:
    return [line.partition("│")[0] for line in screen.lines[:8]]


async def test_a_terminal_that_grows_shows_all_again(world: World) -> None:
    await _out(world)
    async with console(world, size=(40, 12)) as screen:
        await screen.see("× 4 of 6 cannot sign in")
        await screen.pilot.resize_terminal(*LARGE)
        await screen.see("cannot sign in until Entra is back:", "ana, ken, sara, tom")
        await screen.see("They see: Entra is down: only break-glass users get in")
        await screen.pilot.resize_terminal(*SMALL)
        await screen.see("× 4 of 6 cannot sign in: ana, ken, sara, tom")
        await screen.pilot.resize_terminal(*LARGE)
        await screen.see("They see: Entra is down: only break-glass users get in")
