"""If the IdP dies tonight, who is locked out? Everybody by name, before and after the draft."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bgconsole.backend.values import ProviderAddition, ProviderChange
from bgconsole.policy.provider_kinds import ProviderKind
from tests.backend.world import OWNER, World
from tests.hostile import corpus
from tests.tui.console import LARGE, SIZES, SMALL, Console, console

ISSUER = "https://login.microsoftonline.com/8eaef023-2b34-4da1-9baa-8bc8c9d6a490/v2.0"
SET_UP = ProviderChange(issuer=ISSUER, client_id="console")
KEN, TOM, MIA = "ken@acme.test", "tom@acme.test", "mia@acme.test"


@pytest.fixture
async def entra(world: World) -> World:
    """The team with SSO by Entra set up; everybody has signed in by it before."""
    await world.backend.change_provider(world.owner, "entra", SET_UP)
    have_signed_in(world, "entra")
    return world


def have_signed_in(world: World, slug: str) -> None:
    """Everybody is linked to an identity at that provider."""
    now = f"{world.clock.now:%Y-%m-%dT%H:%M:%S.%f}Z"
    world.deployment.tamper(
        "INSERT INTO sso_identity"
        " (provider_id, account_id, issuer, subject, email, linked_at, last_used_at)"
        f" SELECT provider.id, account.id, '{ISSUER}', account.email, account.email,"
        f" '{now}', '{now}' FROM provider, account WHERE slug = '{slug}'"
    )


@asynccontextmanager
async def who_gets_in(
    world: World, *, size: tuple[int, int] = LARGE, read_only: bool = False
) -> AsyncGenerator[Console]:
    """The console with the tab open, the team read."""
    async with console(world, size=size, read_only=read_only) as screen:
        await screen.see("Enforce")
        await screen.until(lambda: "Loading the team" not in screen.text)
        await screen.press("w")
        await screen.see("can sign in")
        yield screen


def group(screen: Console, head: str) -> list[str]:
    """The people below a head, as far as the next blank row or the list's end."""
    start = next(place for place, line in enumerate(screen.lines) if head in line)
    people: list[str] = []
    for line in screen.lines[start + 1 :]:
        if "@" not in line[:12]:
            break
        people.append(line[4:].partition("@")[0])
    return people


@pytest.mark.parametrize("size", SIZES)
async def test_the_answer_is_the_headline_and_names_stand_below(
    entra: World, size: tuple[int, int]
) -> None:
    await entra.enforce("entra", OWNER, KEN)
    async with who_gets_in(entra, size=size) as screen:
        await screen.see_row("If Entra goes down", "2 of 6 can sign in")
        await screen.see("Locked out  4 · 3 on no enforced list, 1 no password")
        assert group(screen, "Still get in") == ["ken", "owner"]
        assert group(screen, "Locked out") == ["ana", "mia", "sara", "tom"]
        assert screen.row("ana@acme.test").count("✓ SSO") == 1
        assert screen.row("ana@acme.test").count("× cannot") == 1


async def test_nothing_enforced_says_so(entra: World) -> None:
    async with who_gets_in(entra) as screen:
        await screen.see("No provider is enforced: a password lets everybody in who has one")
        await screen.see_row("If Entra goes down", "5 of 6 can sign in")
        await screen.press("left")
        await screen.see_row("While Entra is up", "6 of 6 can sign in")
        await screen.see("Get in  6")


async def test_everybody_gets_in(tmp_path: Path, world: World) -> None:
    await world.backend.change_provider(world.owner, "entra", SET_UP)
    await world.backend.remove_member(world.owner, "sara@acme.test")
    async with who_gets_in(world) as screen:
        await screen.see("5 of 5 can sign in", "Still get in  5")
        assert "Locked out" not in screen.text


@pytest.mark.parametrize("size", SIZES)
async def test_a_draft_is_set_against_what_is_saved(entra: World, size: tuple[int, int]) -> None:
    async with console(entra, size=size) as screen:
        await screen.see("Not enforced")
        await screen.press("t")
        await screen.add(OWNER)
        await screen.see_row("+ owner@acme.test")
        await screen.press("escape", "w")
        await screen.see_row("5 of 6", "as saved", "1 of 6")
        await screen.see("Lose it with your draft  4", "Cannot either way  1 · no password")
        assert group(screen, "Still get in") == ["owner"]
        assert group(screen, "Lose it")[0] == "ana"
        if size == LARGE:
            await screen.see(
                "as saved: SSO optional", "draft: SSO enforced", "* 2 changes not saved"
            )
            assert screen.row("ana@").split("member")[1].split() == (
                ["pw", "✓", "pw,", "SSO", "✓", "pw", "✓", "SSO", "×", "cannot"]
            )


async def test_after_a_save_the_draft_is_what_is_saved(entra: World) -> None:
    async with console(entra) as screen:
        await screen.see("Not enforced")
        await screen.press("t")
        await screen.add(OWNER)
        await screen.see_row("+ owner@acme.test")
        await screen.press("escape", "w")
        await screen.see("Lose it with your draft")
        await screen.press("ctrl+s")
        await screen.see("Nobody has signed in by Microsoft Entra ID yet", "5 of 6 would have no")
        await screen.press("y")
        await screen.see_row("If Entra goes down", "1 of 6 can sign in")
        await screen.see("as saved: SSO enforced")
        await screen.see_no("draft:", "not saved")
        await screen.press("down")
        await screen.see_row("› ken@acme.test")
        assert (await entra.provider("entra")).settings.emails == (OWNER,)


async def test_arrows_choose_the_column_and_the_groups_are_those_of_it(entra: World) -> None:
    await entra.enforce("entra", OWNER)
    async with who_gets_in(entra) as screen:
        await screen.see_row("Entra down ‹")
        await screen.press("left")
        await screen.see_row("Entra up ‹")
        await screen.see("While Entra is up", "Get in  6")
        await screen.press("left")
        await screen.see_row("Entra up ‹")
        await screen.press("right")
        await screen.see_row("Entra down ‹")


async def test_d_goes_from_draft_to_saved_and_back(entra: World) -> None:
    await entra.enforce("entra", OWNER, KEN)
    async with console(entra) as screen:
        await screen.see_row("✓ ken@acme.test")
        await screen.press("x", "w")
        await screen.see("Lose it with your draft  1", "Still get in  1")
        await screen.press("d")
        await screen.see("Still get in  2", "Locked out  4")
        await screen.press("d")
        await screen.see("Lose it with your draft  1")


async def test_the_reason_and_what_would_change_it(entra: World) -> None:
    await entra.enforce("entra", OWNER, KEN)
    async with console(entra) as screen:
        await screen.see_row("✓ ken@acme.test")
        await screen.press("down", "x", "w")
        await screen.see("ken@acme.test", "is on no enforced list after your draft removes ken")
        await screen.see("To change that:  a or u put ken back on the list of Entra")
        await screen.press("u")
        await screen.see_no("your draft")
        await screen.see("gets in by password, on the list of Entra")
        await screen.press("end")
        await screen.see("is on no enforced list, so the password is refused; Entra is down")
        await screen.press("up")
        await screen.see("has no password; Entra is down", "m Members, C reset gives a code")


async def test_a_puts_whoever_is_locked_out_on_the_list(entra: World) -> None:
    await entra.enforce("entra", OWNER)
    async with who_gets_in(entra) as screen:
        await screen.see_row("› ana@acme.test")
        await screen.press("a")
        await screen.see("Gain it with your draft  1", "1 of 6 can sign in as saved", "2 of 6")
        await screen.see_row("› ana@acme.test", "list +", "✓ pw")
        await screen.press("1")
        await screen.see_row("+ ana@acme.test", "added, not saved yet")


async def test_a_read_only_console_changes_nothing(entra: World) -> None:
    await entra.enforce("entra", OWNER)
    async with who_gets_in(entra, read_only=True) as screen:
        await screen.see("To change that:  not in a read-only console")
        await screen.press("a")
        await screen.settle()
        await screen.see("1 of 6 can sign in")
        assert "draft:" not in screen.text


async def test_enter_opens_the_person_in_the_simulator(entra: World) -> None:
    await entra.enforce("entra", OWNER)
    async with who_gets_in(entra) as screen:
        await screen.press("down", "enter")
        await screen.see("Login simulator", "× ken cannot get in")


async def test_a_few_letters_find_a_person(entra: World) -> None:
    await entra.enforce("entra", OWNER)
    async with who_gets_in(entra) as screen:
        await screen.press("slash")
        await screen.type("to")
        await screen.see("Locked out  1 of 5")
        await screen.see_row("› tom@acme.test")
        assert "ana@acme.test" not in screen.text
        await screen.press("enter", "escape")
        await screen.see("Locked out  5", "ana@acme.test")
        await screen.see_row("› tom@acme.test")
        await screen.press("slash")
        await screen.type("zz")
        await screen.see('No match for "zz"')
        await screen.press("escape", "escape")
        await screen.see("Enforce SSO")


async def test_c_copies_the_names_of_the_group(entra: World, own_home: Path) -> None:
    await entra.enforce("entra", OWNER, KEN, TOM, MIA)
    async with who_gets_in(entra) as screen:
        await screen.see("Locked out  2")
        await screen.press("c")
        await screen.until(lambda: any(own_home.rglob("copied.txt")), "the file")
    (copied,) = own_home.rglob("copied.txt")
    assert copied.read_text() == "ana@acme.test\nsara@acme.test\n"


async def test_every_provider_that_is_set_up_can_be_asked_about_and_all_of_them(
    entra: World,
) -> None:
    addition = ProviderAddition("okta", ProviderKind.OIDC, "Okta", ISSUER)
    await entra.backend.add_provider(entra.owner, addition)
    await entra.backend.change_provider(entra.owner, "okta", SET_UP)
    have_signed_in(entra, "okta")
    await entra.enforce("entra", OWNER)
    async with who_gets_in(entra) as screen:
        await screen.see("If Entra goes down", "6 of 6 can sign in", "Okta unknown")
        await screen.press("i")
        await screen.see("If Okta goes down", "6 of 6")
        await screen.press("i")
        await screen.see("If every IdP goes down", "1 of 6", "all down ‹")
        await screen.press("I")
        await screen.see("If Okta goes down")
        await screen.press("0")
        await screen.see("If every IdP goes down", "Generic OIDC is not set up: no column")


async def test_a_provider_that_is_enforced_but_not_set_up_is_told_of(world: World) -> None:
    await world.enforce("oidc", OWNER)
    async with who_gets_in(world) as screen:
        await screen.see("Without any SSO set up", "1 of 6 can sign in", "no SSO ‹")
        await screen.see("! OIDC is enforced, but not set up")
        await screen.see("so the password is refused; no SSO is set up")
        await screen.press("left", "i", "0", "d")
        await screen.see("Without any SSO set up")


async def test_a_change_made_elsewhere_is_seen_at_once(entra: World) -> None:
    async with who_gets_in(entra) as screen:
        await screen.see("5 of 6 can sign in")
        await entra.enforce("entra", OWNER)
        await screen.see("1 of 6 can sign in", "Locked out  5")


async def test_no_head_is_below_the_fold(entra: World) -> None:
    """The safe take a third at most; what is folded is opened by enter, and folded by space."""
    await entra.add(*(f"p{number:02}" for number in range(40)))
    async with console(entra, size=SMALL) as screen:
        await screen.see("Not enforced")
        await screen.press("t")
        for number in range(5):
            await screen.add(f"p{number:02}@acme.test")
            await screen.see_row(f"+ p{number:02}@acme.test")
        await screen.press("escape", "w")
        await screen.see("Still get in  5", "Lose it with your draft  40", "Cannot either way  1")
        await screen.see("sara@acme.test", "more, enter opens")
        await screen.press("home", "pagedown", "pageup", "down", "down", "down")
        await screen.press("end", "up")
        await screen.see("more in 'Lose it with your draft'", "enter shows them all")
        await screen.press("enter")
        await screen.see("more below")
        await screen.press("space")
        await screen.see("Cannot either way  1")


@pytest.mark.parametrize("size", [(40, 12), (56, 14), (100, 30), (140, 50), (20, 6)])
async def test_any_size(entra: World, size: tuple[int, int]) -> None:
    await entra.enforce("entra", OWNER)
    async with console(entra, size=LARGE) as screen:
        await screen.see("e edits")
        await screen.press("w")
        await screen.see("Locked out")
        await screen.pilot.resize_terminal(*size)
        await screen.until(lambda: screen.app.size == size, "the size asked for")
        await screen.press("down", "left", "right")
        await screen.settle()
        assert max(len(line) for line in screen.lines) <= size[0]
        if size[1] > 10:
            await screen.see("1 of 6", "› ken@acme.test", "× cannot")


@pytest.mark.parametrize("size", SIZES)
async def test_hostile_names_are_harmless(entra: World, size: tuple[int, int]) -> None:
    for number, text in enumerate(corpus.MARKUP[:5]):
        addition = ProviderAddition(f"s{number}", ProviderKind.OIDC, text, ISSUER)
        await entra.backend.add_provider(entra.owner, addition)
    odd = ["[@click=app.quit]x[/]", "漢字", "bad[/]", "a\u0301" * 40, "=1+1", "x" * 60]
    for text in odd:
        if "[" not in text:
            await entra.add(text)
    await entra.enforce("s0", OWNER)
    async with who_gets_in(entra, size=size) as screen:
        await screen.press("0")
        await screen.see("Locked out")
        for _scenario in range(7):
            assert all(line.isprintable() for line in screen.lines)
            await screen.press("i", "down", "end", "home")
        await screen.press("slash")
        await screen.type("[@click=app.quit]x[/]")
        await screen.see('No match for "[@click=app.quit]x[/]"')
        for row in range(4, size[1] - 1):
            await screen.click(10, row)
        assert screen.app.is_running


@pytest.mark.parametrize("size", SIZES)
async def test_sso_that_somebody_never_used_is_neither_yes_nor_no(
    world: World, size: tuple[int, int]
) -> None:
    await world.backend.change_provider(world.owner, "entra", SET_UP)
    await world.enforce("entra", OWNER)
    async with who_gets_in(world, size=size) as screen:
        await screen.press("left")
        await screen.see_row("While Entra is up", "1 of 6 can sign in, 5 not tried yet")
        await screen.see("! SSO not tried yet  5", "✓ Get in  1")
        assert group(screen, "SSO not tried yet") == ["ana", "ken", "mia", "sara", "tom"]
        assert "! not tried" in screen.row("ana@acme.test")
        await screen.see_row("owner@acme.test", "✓ pw, SSO?")
        if size == LARGE:
            assert "SSO? not tried yet" in screen.text
        await screen.see("has not tried SSO with Entra yet, and is on no enforced list.")
        await screen.press("right")
        await screen.see_row("If Entra goes down", "1 of 6 can sign in")
        await screen.see("Locked out  5")


async def test_a_provider_that_is_not_set_up_lets_nobody_in(world: World) -> None:
    await world.enforce("entra", OWNER)
    async with who_gets_in(world) as screen:
        await screen.see_row("ana@acme.test", "× cannot")
        assert "not tried" not in screen.text


async def test_another_provider_nobody_has_tried_is_no_answer_to_an_outage(entra: World) -> None:
    addition = ProviderAddition("okta", ProviderKind.OIDC, "Okta", ISSUER)
    await entra.backend.add_provider(entra.owner, addition)
    await entra.backend.change_provider(entra.owner, "okta", SET_UP)
    await entra.enforce("entra", OWNER)
    async with who_gets_in(entra) as screen:
        await screen.see_row("If Entra goes down", "1 of 6 can sign in, 5 not tried yet")
        await screen.press("1")
        await screen.see_row("1 can still get in if Entra is down: owner", "5 more not tried yet")


async def test_small_terminal_counts_them_too(world: World) -> None:
    await world.backend.change_provider(world.owner, "entra", SET_UP)
    await world.enforce("entra", OWNER)
    async with console(world, size=(40, 12)) as screen:
        await screen.see("Enforce")
        await screen.until(lambda: "Loading the team" not in screen.text)
        await screen.press("w", "left")
        await screen.see_row("Entra up: 1 of 6 get in, 5 not tried")
