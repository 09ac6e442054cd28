"""The tab strip: state by sign and word, scrolling, clicks; read-only by a key; tabs by [ and ]."""

import pytest

from bgconsole.backend.values import ProviderAddition, ProviderChange
from bgconsole.policy.provider_kinds import ProviderKind
from bgconsole.policy.settings import Delta
from bgconsole.tui.main.render.tab_layout import Tab, TabRow, tab_row
from bgconsole.tui.main.screen import MainScreen
from bgconsole.tui.terminal.signs import FULL
from tests.backend.world import OWNER, World
from tests.tui.console import LARGE, SMALL, Console, console
from tests.tui.test_outage import AWAY, down

MIA, KEN = "mia@acme.test", "ken@acme.test"
_PARTS = (
    Tab("/", "Simulator", apart=True), Tab("l", "Audit log", shorter=("Audit",), badge="◆2"),
    Tab("w", "Who gets in", shorter=("Who gets in", "Who")), Tab("m", "Members"),
    Tab("p", "Providers"),
)  # fmt: skip
_TWO = (
    Tab("1", "Microsoft Entra ID", FULL.fails, unsaved=True, shorter=("Entra",), word="down"),
    Tab("2", "Generic OIDC", FULL.off, shorter=("OIDC",)),
)
_TWELVE = tuple(Tab(str(n), f"Provider called {n}", FULL.on) for n in range(1, 13))


def _shown(row: TabRow, first: int) -> str:
    return row.rows(first).plain.splitlines()[0]


async def _more(world: World, count: int) -> None:
    for number in range(3, count + 1):
        addition = ProviderAddition(f"p{number}", ProviderKind.OIDC, f"Realm number {number}")
        await world.backend.add_provider(world.owner, addition)


def _underlined(screen: Console) -> str:
    """What the heavy line stands under."""
    under = screen.lines[2]
    return screen.lines[1][under.index("━") : under.rindex("━") + 1]


def _main(screen: Console) -> MainScreen:
    below = screen.app.screen_stack[0]
    assert isinstance(below, MainScreen)
    return below


def _open(screen: Console) -> int | None:
    """The number of the provider whose page is open."""
    return _main(screen).workspace.number


# Layout


@pytest.mark.parametrize("tabs", [_TWO + _PARTS, _TWELVE + _PARTS], ids=["two", "twelve"])
@pytest.mark.parametrize("width", [200, 118, 78, 58, 38, 24])
def test_the_active_tab_is_whole_in_view_at_any_width(tabs: tuple[Tab, ...], width: int) -> None:
    first = 0
    for tab in (*tabs, *reversed(tabs)):
        row = tab_row(tabs, tab.key, width)
        first = row.showing(row.active, first)
        names, under = row.rows(first).plain.splitlines()
        assert len(under) == width
        assert len(names) <= width
        start, end = under.index(FULL.heavy), under.rindex(FULL.heavy) + 1
        assert row.labels[row.active].plain == names[start:end]
        assert row.at(start, first) == row.at(end - 1, first) == tab.key
        assert names.startswith(FULL.chosen) == (first > 0)
        assert names.endswith(FULL.cursor) == (row.last(first) < len(tabs) - 1)


@pytest.mark.parametrize("width", [118, 78, 38])
def test_the_marks_lead_to_every_tab_and_back(width: int) -> None:
    tabs = _TWELVE + _PARTS
    row = tab_row(tabs, "1", width)
    seen: set[str] = set()
    first = 0
    for _ in tabs:
        seen |= set(row.keys[first : row.last(first) + 1])
        first = row.after(first)
    assert seen == set(row.keys)
    for _ in tabs:
        first = row.before(first)
    assert first == 0


def test_at_80_columns_names_are_short_and_the_badge_has_room() -> None:
    quiet = (Tab("1", "Microsoft Entra ID", FULL.on, shorter=("Entra",)), _TWO[1])
    row = tab_row(quiet + _PARTS, "1", 78)
    assert row.fits
    assert _shown(row, 0) == (
        "1 ● Entra  2 ○ OIDC  │ / Simulator  l Audit ◆2  w Who  m Members  p Providers"
    )


def test_at_40_columns_only_the_active_tab_has_its_name() -> None:
    row = tab_row(_TWO + _PARTS, "1", 38)
    assert _shown(row, 0).startswith("1 × Entra down *  2 ○  │ /  l ◆2  w")
    row = tab_row(_TWO + _PARTS, "l", 38)
    assert _shown(row, 0) == "1 × *  2 ○  │ /  l Audit ◆2  w  m  p"


def test_a_tab_longer_than_the_strip_is_cut() -> None:
    row = tab_row((Tab("1", "漢" * 300, FULL.on), Tab("2", "x" * 300)), "1", 14)
    assert row.rows(0).cell_length >= 14
    assert row.rows(row.showing(1, 0)).plain.count("\n") == 1


# On the screen


async def test_a_label_says_off_enforced_at_risk_and_unsaved(world: World) -> None:
    async with console(world) as screen:
        await screen.see("1 ○ Microsoft Entra ID   2 ○ Generic OIDC   │ w Who gets in")
        await world.enforce("entra", OWNER, MIA)
        await screen.see("1 ● Microsoft Entra ID")
        await screen.press("x")
        await screen.see("1 ! Microsoft Entra ID not set up *")
        await screen.press("2")
        await screen.see("1 ! Microsoft Entra ID not set up *")
        assert _underlined(screen) == "2 ○ Generic OIDC"


async def test_what_is_down_is_said_by_word_and_the_log_counts_uses_at_80_columns(
    world: World,
) -> None:
    await world.enforce("entra", OWNER, MIA)
    down(world, "entra")
    async with console(world, size=SMALL) as screen:
        await screen.see("1 × Entra down  2 ○ OIDC")
        await world.sign_in(MIA, source=AWAY)
        await screen.see("l Audit ◆1")


@pytest.mark.parametrize("size", [LARGE, SMALL, (40, 12)])
async def test_twelve_providers_are_all_reached_by_brackets(
    world: World, size: tuple[int, int]
) -> None:
    await _more(world, 12)
    async with console(world, size=size) as screen:
        await screen.see("Enforce SSO")
        for number in range(2, 13):
            await screen.press("]")
            await screen.until(lambda n=number: _open(screen) == n)
            assert (str(number) if number < 10 else "○") in _underlined(screen)
            assert len(screen.lines[1].rstrip()) <= size[0]
        await screen.see("‹")
        await screen.press("[", "[")
        await screen.until(lambda: _open(screen) == 10)
        await screen.press("1", "[")
        await screen.see("Providers  12")
        await screen.press("]")
        await screen.see("Enforce SSO")


async def test_a_click_opens_what_it_points_at_also_after_scrolling(world: World) -> None:
    await _more(world, 12)
    async with console(world, size=SMALL) as screen:
        await screen.see("Enforce SSO")
        strip = screen.lines[1]
        await screen.click(strip.index("OIDC"), 1)
        await screen.until(lambda: "OIDC" in _underlined(screen))
        await screen.click(screen.lines[1].rindex("›"), 1)
        await screen.until(lambda: screen.lines[1].strip().startswith("‹"))
        assert _open(screen) == 2
        name = next(f"Realm number {n}" for n in range(4, 13) if f"number {n}" in screen.lines[1])
        await screen.click(screen.lines[1].index(name) + 3, 1)
        await screen.until(lambda: name in _underlined(screen))
        while "‹" in screen.lines[1]:
            await screen.click(screen.lines[1].index("‹"), 1)
            await screen.settle()
        assert "1 ○" in screen.lines[1]
        await screen.press("p")
        await screen.until(lambda: "Providers" in _underlined(screen))


async def test_brackets_walk_all_tabs_round_and_round(world: World) -> None:
    async with console(world) as screen:
        await screen.see("Enforce SSO")
        await screen.press("[")
        await screen.see("Providers  2")
        await screen.press("]", "]")
        await screen.until(lambda: _underlined(screen) == "2 ○ Generic OIDC")
        await screen.press("]")
        await screen.until(lambda: _underlined(screen) == "w Who gets in")


async def test_names_that_could_be_anothers_stay_whole(world: World) -> None:
    await world.backend.change_provider(world.owner, "oidc", ProviderChange(name="Backup Entra ID"))
    async with console(world, size=SMALL) as screen:
        await screen.see("1 ○ Microsoft Entra", "2 ○ Backup Entra")


# Read-only


async def test_a_key_switches_changes_off_and_on_and_keeps_the_draft(world: World) -> None:
    await world.enforce("entra", OWNER, MIA)
    async with console(world) as screen:
        await screen.see_row("✓ mia@acme.test")
        await screen.add(KEN)
        await screen.see_row("+ ken@acme.test")
        await screen.press("escape", "R")
        await screen.see("owner  read-only", "Your draft is kept. R ends it")
        await screen.press("t", "x", "u", "ctrl+s", "W", "a", "e")
        await screen.settle()
        await screen.see_row("+ ken@acme.test")
        assert (await world.provider("entra")).settings.emails == (OWNER, MIA)
        await screen.press("p", "J", "X", "a")
        await screen.settle()
        assert "Add a provider" not in screen.text
        await screen.press("escape", "R")
        await screen.see("Changes are allowed again")
        assert "read-only" not in screen.lines[0]
        await screen.press("ctrl+s")
        await screen.see("✓ Saved")
    assert (await world.provider("entra")).settings.emails == (OWNER, MIA, KEN)


async def test_others_changes_are_still_seen(world: World) -> None:
    async with console(world) as screen:
        await screen.see("Not enforced")
        await screen.press("R")
        await screen.see("read-only")
        await world.another().apply_delta(world.owner, "entra", Delta(True, (OWNER, MIA)))
        await screen.see("1 ● Microsoft Entra ID")


async def test_a_console_started_read_only_stays_so_and_says_why(world: World) -> None:
    async with console(world, read_only=True) as screen:
        await screen.see("Not enforced", "read-only")
        await screen.press("R", "t")
        await screen.settle()
        assert "read-only" in screen.lines[0]
        await screen.see("This console was started with --read-only")


async def test_a_member_has_nothing_to_switch(world: World) -> None:
    await world.sign_in(MIA.replace("mia", "tom"))
    async with console(world, "tom@acme.test") as screen:
        await screen.see("Your password lets you in.")
        await screen.press("R")
        await screen.settle()
        assert "read-only" not in screen.lines[0]
        await screen.press("]")
        await screen.until(lambda: "2 ○" in _underlined(screen))
