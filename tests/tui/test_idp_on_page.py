"""How a provider's IdP answers, and when somebody last signed in by it: on its page and its tab."""

from datetime import UTC, datetime, timedelta

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from bgconsole.backend.identity import IdpStatus
from bgconsole.backend.values import IdpReport, ProviderChange
from bgconsole.files.settings import Signs
from bgconsole.policy.team import IdpState
from bgconsole.tui.kit.render.probes import clock_time, probes, sparkline
from bgconsole.tui.terminal.filters import PlainFilter
from bgconsole.tui.terminal.theme import Look
from tests.backend.world import OWNER, World
from tests.tui.console import LARGE, SIZES, Console, console

ISSUER = "https://login.microsoftonline.com/8eaef023-2b34-4da1-9baa-8bc8c9d6a490/v2.0"
CALM, SLOW = 40, 640


def moment(at: datetime) -> str:
    """As the database has it."""
    return f"{at:%Y-%m-%dT%H:%M:%S.%f}Z"


async def probed(world: World, *latencies: int | None) -> None:
    """Entra is set up and was probed so, twice a minute, the last time just now."""
    change = ProviderChange(issuer=ISSUER, client_id="console")
    await world.backend.change_provider(world.owner, "entra", change)
    now = world.clock.now
    for back, latency in enumerate(reversed(latencies)):
        at = moment(now - timedelta(seconds=30 * back))
        world.deployment.tamper(
            "INSERT INTO idp_probe (provider_id, at, latency_ms)"
            f" SELECT id, '{at}', {'NULL' if latency is None else latency}"
            " FROM provider WHERE slug = 'entra'"
        )
    world.deployment.tamper(
        f"UPDATE provider SET idp_state = 'up', idp_since = '{moment(now - timedelta(hours=2))}',"
        f" idp_checked_at = '{moment(now)}' WHERE slug = 'entra'"
    )


def signed_in(world: World, email: str, at: datetime) -> None:
    """Somebody came in by Entra."""
    world.deployment.tamper(
        f"UPDATE provider SET proven_at = '{moment(at)}', proven_by = '{email}'"
        " WHERE slug = 'entra'"
    )


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("key", ["1", "p"])
async def test_reachable_and_signed_in_by_stand_apart(
    world: World, size: tuple[int, int], key: str
) -> None:
    await probed(world, *[CALM] * 58, None, SLOW)
    signed_in(world, "ana@acme.test", world.clock.now.replace(hour=8, minute=2))
    async with console(world, size=size) as screen:
        await screen.see("Not enforced")
        await screen.press(key)
        await screen.see_row("✓ up since 07:00", "checked 09:00")
        await screen.see_row("last SSO sign-in 08:02 by ana@acme.test")
        await screen.see_row("  640 ms")
        assert "sign-in" not in screen.row("since 07:00")
        assert "up" not in screen.row("last SSO")
        graph = screen.row("  640 ms")
        assert graph.partition("  640")[0].endswith("▂×█")
        if key == "p":
            assert graph.count("▂") >= 56


async def test_provider_that_answers_but_let_nobody_in_says_so(world: World) -> None:
    await probed(world, CALM)
    async with console(world) as screen:
        await screen.see_row("Reachable", "✓ up since 07:00")
        await screen.see_row("Sign-ins", "nobody has signed in by it yet")


async def test_without_sso_the_page_names_the_key_that_sets_it_up(world: World) -> None:
    async with console(world) as screen:
        await screen.see("Entra is not set up: passwords let people in. i sets it up")
        await screen.press("i")
        await screen.see("Set SSO up", "Tenant ID")


async def test_member_sees_whether_it_answers_and_not_who_came(world: World) -> None:
    await probed(world, CALM, CALM)
    signed_in(world, "ana@acme.test", world.clock.now)
    await world.sign_in("tom@acme.test")
    async with console(world, "tom@acme.test") as screen:
        await screen.see_row("Reachable", "✓ up since 07:00")
        await screen.see_row("last SSO sign-in 09:00")
        assert "ana" not in screen.text


async def test_another_minute_shows_the_probes_since(world: World) -> None:
    await probed(world, CALM)
    async with console(world) as screen:
        await screen.see_row("40 ms, 40 to 40 in 1 probe")
        world.clock.advance(minutes=1)
        at = moment(world.clock.now)
        world.deployment.tamper(
            "INSERT INTO idp_probe (provider_id, at, latency_ms)"
            f" SELECT id, '{at}', 90 FROM provider WHERE slug = 'entra'"
        )
        world.deployment.tamper(f"UPDATE provider SET idp_checked_at = '{at}'")
        await screen.minute()
        await screen.see_row("90 ms, 40 to 90 in 2 probes")
        await screen.see_row("checked 09:01")


async def test_measurement_that_grows_old_is_unknown_without_any_event(world: World) -> None:
    await probed(world, CALM)
    async with console(world) as screen:
        await screen.see_row("Entra ✓ up")
        world.clock.advance(minutes=6)
        await screen.minute()
        await screen.see_row("Reachable", "· unknown")


async def test_page_without_room_leaves_it_out(world: World) -> None:
    await probed(world, CALM)
    await world.enforce("entra", OWNER)
    async with console(world, size=(40, 12)) as screen:
        await screen.see_row("✓ owner@acme.test")
        assert "Reachable" not in screen.text


async def test_list_that_grows_takes_the_room_back(world: World) -> None:
    await probed(world, CALM, CALM)
    await world.enforce("entra", OWNER, *(f"{n}@acme.test" for n in ("ana", "ken", "tom")))
    async with console(world, size=(80, 24)) as screen:
        await screen.see_row("Reachable")
        await screen.add("mia@acme.test")
        await screen.see_row("+ mia@acme.test")
        await screen.see("Save  ^S")
        await screen.see_no("Reachable")
        await screen.press("escape", "u", "e")
        await screen.see_row("Reachable")


async def test_terminal_without_blocks_gets_ascii(world: World) -> None:
    await probed(world, CALM, 90, 160, None, SLOW)
    async with console(world) as screen:
        await screen.see_row("640 ms, 40 to 640 in 5 probes, 1 failed")
        full = screen.row("640 ms,").partition("  640")[0][-5:]
        screen.app.wear(Look.MONO, Signs.PLAIN)
        await screen.settle()
        plain = screen.row("640 ms,").partition("  640")[0][-5:]
        assert (full, plain) == ("▂▃▄×█", ".-~x#")
        assert screen.text.isascii()


def test_sparkline_shows_the_newest_that_fit() -> None:
    assert sparkline([1, 1, 4, 16], 2).plain == "▄█"
    assert sparkline([], 10).plain == ""
    assert sparkline([0, 0], 10).plain == "▁▁"
    assert sparkline([None, 5], 10).plain == "×█"
    assert sparkline([5, 7], 0).plain == ""


def test_every_height_has_a_character_of_its_own_in_ascii() -> None:
    heights = sparkline([n * n for n in range(1, 9)], 8).plain
    assert len(set(heights)) == 8
    segment = Segment(heights, Style())
    (shown,) = PlainFilter("ascii").apply([segment], Color.parse("black"))
    assert shown.text.isascii()
    assert len(set(shown.text)) == 8


def test_figures_go_before_probes_do() -> None:
    recent = tuple([CALM] * 60)
    status = IdpStatus(IdpState.UP)
    report = IdpReport("x", "X", True, status, None, 40, None, None, None, recent)
    assert probes(report, 120).plain.endswith("40 ms, 40 to 40 in 60 probes")
    assert probes(report, 70).plain == "█" * 60 + "  40 ms"
    for width in range(8, 130):
        assert probes(report, width).cell_length <= width


def test_times_of_other_days_have_their_date() -> None:
    now = datetime(2026, 11, 28, 14, 2, tzinfo=UTC)
    assert clock_time(now, now) == "14:02"
    assert clock_time(now - timedelta(days=1), now) == "27 Nov 14:02"
    assert clock_time(now - timedelta(days=400), now) == "24 Oct 2025 14:02"


# The keys of the page


async def test_page_has_the_keys_of_its_sso(world: World) -> None:
    async with console(world) as screen:
        await screen.see_row("i set up SSO")
        await screen.press("c")
        await screen.see("Entra is not set up: passwords let people in. i sets it up")
        await screen.press("i")
        await screen.see("Set SSO up")
        await screen.type("8eaef023-2b34-4da1-9baa-8bc8c9d6a490")
        await screen.press("enter")
        await screen.type("console")
        await screen.press("ctrl+s")
        await screen.see("✓ Set up Microsoft Entra ID", "Reachable")
        assert (await world.provider("entra")).configured
        await screen.press("c")
        await screen.see("Checking SSO", "Microsoft Entra ID")


@pytest.mark.parametrize(("key", "action"), [("i", "Set its SSO up"), ("c", "every step of its")])
async def test_help_and_the_list_of_actions_have_them(world: World, key: str, action: str) -> None:
    async with console(world) as screen:
        await screen.see("Not enforced")
        await screen.press("question_mark")
        await screen.see("Turn enforcement on or off")
        await found(screen, action)
        await screen.press("escape", "ctrl+p")
        await screen.type(action)
        await screen.see_row(action)


async def found(screen: Console, text: str) -> None:
    """Scroll down until it is seen."""
    for _ in range(40):
        if text in screen.text:
            return
        await screen.press("pagedown")
        await screen.settle()
    raise AssertionError(screen.text)


async def test_what_cannot_be_done_says_why(world: World) -> None:
    await world.sign_in("tom@acme.test")
    async with console(world, "tom@acme.test", size=LARGE) as screen:
        await screen.see("You cannot change it")
        await screen.press("i")
        await screen.see("Your role may look, not change: ask an owner or admin")
        await screen.press("c")
        await screen.see("Your role may look, not check: ask an owner or admin")
    async with console(world, read_only=True) as screen:
        await screen.see("Not enforced")
        await screen.press("i")
        await screen.see("This console was started with --read-only")
