"""The providers tab: adding, renaming, ordering, setting up and removing, told in words."""

from functools import partial

import pytest

from bgconsole.backend.errors import BackendError
from bgconsole.backend.values import ProviderAddition, ProviderChange
from bgconsole.policy.audit import EventType
from bgconsole.policy.guard import Override
from bgconsole.policy.provider_kinds import ProviderKind
from bgconsole.policy.settings import Delta
from bgconsole.tui.kit.actions import why_not
from tests.backend.world import OWNER, World
from tests.hostile.team import MIXED, names
from tests.tui.console import SIZES, SMALL, Console, console

ENTRA, OIDC = "Microsoft Entra ID", "Generic OIDC"
MIA, KEN, TOM = "mia@acme.test", "ken@acme.test", "tom@acme.test"


async def _open(screen: Console, first: str = ENTRA) -> None:
    await screen.until(lambda: "Enforce SSO" in screen.text, "the page")
    await screen.press("p")
    await screen.see("Providers  ", first)


async def _add(world: World, slug: str, name: str) -> None:
    addition = ProviderAddition(slug, ProviderKind.OIDC, name)
    await world.backend.add_provider(world.owner, addition)


TENANT = "8eaef023-2b34-4da1-9baa-8bc8c9d6a490"


async def _slugs(world: World) -> list[str]:
    return [detail.slug for detail in await world.backend.providers(world.owner)]


@pytest.mark.parametrize("size", SIZES)
async def test_every_provider_is_listed_with_its_state(world: World, size: tuple[int, int]) -> None:
    issuer = ProviderChange(
        issuer="https://login.microsoftonline.com/8eaef023-2b34-4da1-9baa-8bc8c9d6a490/v2.0",
        client_id="console",
    )
    await world.backend.change_provider(world.owner, "entra", issuer)
    await world.enforce("entra", OWNER, MIA, KEN)
    await world.backend.reset_member(world.owner, KEN)
    async with console(world, size=size) as screen:
        await _open(screen)
        await screen.see("Providers  2 · 1 enforced")
        await screen.see_row("› ", "1 ● enforced", ENTRA, "3 of 5, 2 usable", "· unknown")
        await screen.see_row("2 ○ off", OIDC, "– not set up")
        await screen.see_row("Issuer", "https://login.microsoftonline.com/8eaef023-2b34-4da1-9b")
        await screen.see_row("Enforced", "since 23 Nov 2026 09:00 UTC by owner@acme.test")
        await screen.see_row("List", "3 of 5 listed, 2 usable: owner, mia, ken")
        await screen.see("Entra ID · slug entra")
        await screen.press("down")
        await screen.see_row("› ", OIDC)
        await screen.see("SSO is not set up: nobody can sign in by it. i sets it up")


async def test_adding_suggests_the_slug_and_puts_the_cursor_on_it(world: World) -> None:
    async with console(world) as screen:
        await _open(screen)
        await screen.press("a")
        await screen.see("Add a provider")
        await screen.type("Okta: Workforce (EU)")
        await screen.see_row("Slug", "okta-workforce-eu")
        await screen.press("enter", "enter", "enter")
        await screen.type("https://okta.acme.test")
        await screen.press("enter")
        await screen.see("✓ Added Okta: Workforce (EU)  09:00:00 UTC")
        await screen.see_row("› ", "3 ○ off", "Okta: Workforce (EU)", "okta-workforc… ", "OIDC")
    added = await world.provider("okta-workforce-eu")
    assert (added.name, added.issuer) == ("Okta: Workforce (EU)", "https://okta.acme.test")


async def test_a_slug_typed_by_hand_stays_and_the_kind_is_chosen(world: World) -> None:
    async with console(world) as screen:
        await _open(screen)
        await screen.press("a")
        await screen.see("Add a provider")
        await screen.press("tab")
        await screen.type("eu")
        await screen.press("tab", "left", "up", "up")
        await screen.type("Entra for Europe")
        await screen.see_row("Slug", "eu")
        await screen.press("ctrl+s")
        await screen.see("✓ Added Entra for Europe")
    assert (await world.provider("eu")).kind is ProviderKind.ENTRA


async def test_a_whole_form_typed_in_one_burst_goes_to_its_fields(world: World) -> None:
    async with console(world) as screen:
        await _open(screen)
        await screen.press("a")
        await screen.see("Add a provider")
        await screen.type("Okta\t-eu\t\thttps://okta.acme.test\r")
        await screen.see("✓ Added Okta")
    added = await world.provider("okta-eu")
    assert (added.name, added.issuer) == ("Okta", "https://okta.acme.test")


async def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    world: World,
) -> None:
    async with console(world) as screen:
        await _open(screen)
        await screen.press("a")
        await screen.see("Add a provider")
        await screen.type("Okta")
        await screen.press("tab", "ctrl+u")
        await screen.type("Not A Slug")
        await screen.press("ctrl+s")
        await screen.see("× A slug has up to 40 lowercase letters, digits and hyphens")
        await screen.press("ctrl+u")
        await screen.type("entra")
        await screen.press("ctrl+s")
        await screen.see("× A provider with this slug already exists", "Choose another one")
        await screen.press("ctrl+u")
        await screen.type("okta")
        await screen.press("tab", "tab")
        await screen.type("okta.acme.test")
        await screen.press("enter")
        lines = [number for number, line in enumerate(screen.lines) if "Issuer  " in line]
        await screen.see("× An issuer starts with https://")
        assert "× An issuer" in screen.lines[lines[0] + 1]
        await screen.press("home")
        await screen.type("https://")
        await screen.press("enter")
        await screen.see("✓ Added Okta")


async def test_a_name_too_long_is_refused_beside_the_name(world: World) -> None:
    async with console(world) as screen:
        await _open(screen)
        await screen.press("N")
        await screen.see("Rename the provider", "The slug for commands stays: entra")
        await screen.type("x" * 200)
        await screen.press("ctrl+s")
        await screen.see("× The name is longer than 200 characters", "Shorten it")
        await screen.press("ctrl+u")
        await screen.type("Entra for all")
        await screen.press("enter")
        await screen.see("✓ Renamed Entra for all", "1 ○ Entra for all")
    assert (await world.provider("entra")).name == "Entra for all"


async def test_sso_is_set_up_and_taken_away_with_who_would_lose_their_way_in(
    world: World,
) -> None:
    await world.enforce("entra", OWNER)
    async with console(world) as screen:
        await _open(screen)
        await screen.press("i")
        await screen.see("Set SSO up", "Tenant ID", "New registration")
        await screen.type("common")
        await screen.press("ctrl+s")
        await screen.see("× 'common' lets people of every organisation in")
        await screen.press("ctrl+u")
        await screen.type(TENANT)
        await screen.press("tab")
        await screen.type("no client id")
        await screen.press("tab", "tab")
        await screen.type("acme.test, acme.example")
        await screen.press("ctrl+s")
        await screen.see("× The client id contains a space")
        await screen.press("ctrl+u")
        await screen.type("bgconsole")
        await screen.press("ctrl+s")
        await screen.see("✓ Set up Microsoft Entra ID")
        stored = await world.provider("entra")
        assert stored.issuer == f"https://login.microsoftonline.com/{TENANT}/v2.0"
        assert stored.sso.client_id == "bgconsole"
        assert stored.sso.email_domains == ("acme.test", "acme.example")
        await screen.press("i")
        await screen.see("Set SSO up", TENANT)
        await screen.press("end", "ctrl+u")
        await screen.see("5 of 6 people cannot get in any more: ana, ken, mia, sara, tom")
        await screen.press("ctrl+s")
        await screen.see("– not set up")
    assert (await world.provider("entra")).issuer is None


async def test_moving_counts_at_once_and_the_cursor_goes_along(world: World) -> None:
    await _add(world, "okta", "Okta")
    async with console(world) as screen:
        await _open(screen)
        await screen.press("J", "J")
        await screen.see_row("› ", "3 ○", ENTRA)
        await screen.until(lambda: "3 ○ Microsoft Entra ID" in screen.lines[1])
        assert await _slugs(world) == ["oidc", "okta", "entra"]
        await screen.press("shift+up")
        await screen.see_row("› ", "2 ○", ENTRA)
        await screen.press("K", "K")
        await screen.see_row("› ", "1 ○", ENTRA)
        await screen.settle()
    assert await _slugs(world) == ["entra", "oidc", "okta"]


async def test_enter_opens_the_page_and_p_comes_back(world: World) -> None:
    async with console(world) as screen:
        await _open(screen)
        await screen.press("down", "enter")
        await screen.see("Enforce SSO")
        assert "━" in screen.lines[2][screen.lines[1].index("2 ○") :][:5]
        await screen.press("p")
        await screen.see_row("› ", OIDC)


@pytest.mark.parametrize("size", [*SIZES, (40, 12)])
async def test_removing_says_what_falls_and_takes_the_name(
    world: World, size: tuple[int, int]
) -> None:
    await world.enforce("entra", OWNER, MIA)
    async with console(world, size=size) as screen:
        await _open(screen, "Microsoft")
        await screen.press("X")
        await screen.see("Remove Microsoft Entra ID", "Enforcement ends with it")
        if size[0] > 40:
            await screen.see(
                "3 of 6 people can use a password again: ana, ken, tom",
                "2 list entries are removed: owner, mia",
                "To remove it type Microsoft Entra ID",
            )
        await screen.type("microsoft entra id")
        await screen.press("ctrl+s", "enter")
        await screen.see("› Name")
        await screen.settle()
        assert "entra" in await _slugs(world)
        await screen.press("ctrl+u")
        await screen.type(ENTRA)
        await screen.press("ctrl+s")
        await screen.see("✓ Removed Microsoft Entra ID")
    assert await _slugs(world) == ["oidc"]
    kinds = [event.type for event in await world.newest(3)]
    assert kinds.count(EventType.ENTRY_REMOVED) == 2
    assert kinds[-1] is EventType.PROVIDER_REMOVED


async def test_who_loses_password_login_and_who_loses_every_way_in_is_named(world: World) -> None:
    await world.backend.change_provider(
        world.owner, "entra", ProviderChange(tenant=TENANT, client_id="console")
    )
    await world.enforce("entra", OWNER, TOM)
    await world.enforce("oidc", OWNER)
    async with console(world) as screen:
        await _open(screen)
        await screen.press("X")
        await screen.see(
            "× 5 of 6 people cannot get in any more: ana, ken, mia, sara, tom",
            "Its enforcement ends; it stays for Generic OIDC.",
            "Nobody can sign in with it any more.",
        )
        await screen.press("escape")
        await screen.see_no("Remove Microsoft")
    assert "entra" in await _slugs(world)


async def test_the_guard_stands_before_the_last_usable_list(world: World) -> None:
    await world.enforce("oidc", KEN)
    await world.enforce("entra", OWNER, MIA)
    await world.save("oidc", override=Override((OIDC,), "Ken is on leave"))
    async with console(world) as screen:
        await _open(screen)
        await screen.press("X")
        await screen.see("Remove Microsoft Entra ID")
        await screen.type(ENTRA)
        await screen.press("ctrl+s")
        await screen.see(
            "This would leave nobody usable on a list",
            "Generic OIDC would be enforced with no usable break-glass user.",
            "No owner could sign in afterwards.",
            "0 of 6 could get in while SSO is down.",
            "The names to type: Generic OIDC, Microsoft Entra ID",
        )
        await screen.press("escape")
        await screen.see("Nothing was removed")
        assert "entra" in await _slugs(world)
        await screen.press("X")
        await screen.see("Remove Microsoft Entra ID")
        await screen.type(ENTRA)
        await screen.press("ctrl+s")
        await screen.see("This would leave nobody usable on a list")
        await screen.type(OIDC)
        await screen.press("enter")
        await screen.type(ENTRA)
        await screen.press("enter")
        await screen.type("Entra is given up tonight")
        await screen.press("ctrl+s")
        await screen.see("✓ Removed Microsoft Entra ID")
    assert await _slugs(world) == ["oidc"]


async def test_a_draft_on_what_is_removed_is_said_before_and_gone_after(world: World) -> None:
    await world.enforce("entra", OWNER, MIA)
    async with console(world) as screen:
        await screen.see_row("✓ mia@acme.test")
        await screen.add(KEN)
        await screen.see_row("+ ken@acme.test")
        await screen.press("escape", "p")
        await screen.see_row("Draft", "* 1 change not saved")
        await screen.press("X")
        await screen.see("* Your 1 unsaved change to it would be lost.")
        await screen.type(ENTRA)
        await screen.press("ctrl+s")
        await screen.see("✓ Removed Microsoft Entra ID")
        await screen.press("ctrl+q")
        await screen.until(lambda: not screen.app.is_running, "it leaves without asking")


async def test_a_draft_whose_provider_is_removed_elsewhere_is_missed_aloud(world: World) -> None:
    await world.enforce("entra", OWNER, MIA)
    async with console(world) as screen:
        await screen.see_row("✓ mia@acme.test")
        await screen.add(KEN)
        await screen.see_row("+ ken@acme.test")
        await world.another().remove_provider(world.owner, "entra")
        await screen.see("was removed, with your 1 unsaved change")


async def test_a_draft_behind_somebody_elses_save_is_said_and_a_rename_keeps_it(
    world: World,
) -> None:
    await world.enforce("entra", OWNER, MIA)
    async with console(world) as screen:
        await screen.see_row("✓ mia@acme.test")
        await screen.add(KEN)
        await screen.see_row("+ ken@acme.test")
        await world.another().apply_delta(world.owner, "entra", Delta(add=(TOM,)))
        await screen.press("escape", "p")
        await screen.see_row("Draft", "* 1 change not saved; owner@acme.test saved first")
        await screen.press("N")
        await screen.see("Your unsaved changes to its list are kept.")
        await screen.press("ctrl+u")
        await screen.type("Entra")
        await screen.press("enter")
        await screen.see("✓ Renamed Entra", "* 1 change not saved")


async def test_changes_made_elsewhere_appear_and_the_cursor_stays_on_its_provider(
    world: World,
) -> None:
    async with console(world) as screen:
        await _open(screen)
        await screen.press("down")
        await screen.see_row("› ", OIDC)
        elsewhere = world.another()
        await elsewhere.add_provider(
            world.owner, ProviderAddition("okta", ProviderKind.OIDC, "Okta")
        )
        await elsewhere.change_provider(world.owner, "okta", ProviderChange(position=1))
        await screen.see_row("1 ○ off", "Okta")
        await screen.see_row("› ", "3 ○ off", OIDC)
        await elsewhere.remove_provider(world.owner, "oidc")
        await screen.see_row("› ", "2 ○ off", ENTRA)


async def test_what_was_removed_elsewhere_meanwhile_is_told(world: World) -> None:
    async with console(world) as screen:
        await _open(screen)
        await screen.press("N")
        await screen.see("Rename the provider")
        await world.another().remove_provider(world.owner, "entra")
        await screen.type(" for all")
        await screen.press("enter")
        await screen.see("× This provider does not exist")
        await screen.press("escape")
        await screen.see("Providers  1")


async def test_a_proof_is_asked_for_on_the_way_and_what_is_typed_stays(world: World) -> None:
    async with console(world) as screen:
        await _open(screen)
        world.clock.advance(minutes=6)
        await screen.press("a")
        await screen.see("Add a provider")
        await screen.type("Okta")
        await screen.press("ctrl+s")
        await screen.see("Re-authenticate")
        await screen.press("escape")
        await screen.see("Add a provider", "Okta")
        await screen.press("ctrl+s")
        await screen.see("Re-authenticate")
        await screen.type("plum violin harbour staple")
        await screen.press("enter")
        await screen.see("✓ Added Okta")


@pytest.mark.parametrize("size", SIZES)
async def test_without_any_provider_every_screen_says_what_to_press(
    world: World, size: tuple[int, int]
) -> None:
    for slug in await _slugs(world):
        await world.backend.remove_provider(world.owner, slug)
    async with console(world, size=size) as screen:
        await screen.see("No identity provider yet", "p opens the providers", "p Providers")
        assert "━" not in screen.lines[2]
        assert "Simulator" not in screen.lines[1]
        await screen.press("t", "a", "slash", "1", "e", "ctrl+s", "l", "escape")
        await screen.see("No identity provider yet")
        await screen.press("p")
        await screen.see("Providers  0", "a  adds one")
        await screen.press("X", "N", "i", "J", "enter", "a")
        await screen.see("Add a provider")
        await screen.type("Okta")
        await screen.press("ctrl+s")
        await screen.see("✓ Added Okta")
        await screen.press("1")
        await screen.see("Enforce SSO", "Not enforced")


async def test_the_last_provider_can_be_removed_from_here(world: World) -> None:
    await world.backend.remove_provider(world.owner, "oidc")
    async with console(world) as screen:
        await _open(screen)
        await screen.press("X")
        await screen.see("Remove Microsoft Entra ID")
        await screen.type(ENTRA)
        await screen.press("ctrl+s")
        await screen.see("Providers  0", "No provider yet.")
        await screen.press("escape")
        await screen.see("No identity provider yet")


async def test_every_disabled_action_has_its_reason(world: World) -> None:
    async with console(world) as screen:
        await _open(screen)
        tab = screen.app.screen.query_one("#providers-tab")
        reason = partial(why_not, tab)
        assert reason("earlier") == "It is already the first"
        assert reason("later") is None
        await screen.press("end")
        assert reason("later") == "It is already the last"
        await screen.press("R")
        await screen.see("read-only")
        for action in ("add", "rename", "set_up", "earlier", "later", "remove"):
            assert reason(action) == "This console is read-only: R allows changes again"
        assert reason("open") is None


@pytest.mark.parametrize("columns", [120, 80, 40])
async def test_hostile_names_reach_the_screen_as_text_only(world: World, columns: int) -> None:
    """In the list, in full below it, on the tabs and in each dialog."""
    kept: list[str] = []
    for number, name in enumerate(names()):
        try:
            await _add(world, f"s{number}", name)
        except BackendError:
            continue
        kept.append(name)
    assert len(kept) > 20
    async with console(world, size=(columns, 24)) as screen:
        await _open(screen, "Microsoft")
        for _ in range(len(kept) + 2):
            await screen.press("down")
            assert all(char.isprintable() for line in screen.lines for char in line)
            assert max(len(line) for line in screen.lines) <= columns * 20
        for key in ("N", "i", "x"):
            await screen.press(key, "escape")
            assert all(char.isprintable() for line in screen.lines for char in line)


async def test_a_name_that_no_keyboard_gives_is_confirmed_by_its_slug(world: World) -> None:
    await _add(world, "odd", f"Odd {MIXED}")
    async with console(world, size=SMALL) as screen:
        await _open(screen)
        await screen.press("end", "X")
        await screen.see("To remove it type odd")
        await screen.type("odd")
        await screen.press("ctrl+s")
        await screen.see("✓ Removed Odd")
    assert "odd" not in await _slugs(world)
