"""Coming in at the console, and being told why not."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bgconsole.backend.identity import IdpStatus, SignInWay, Welcome
from bgconsole.backend.values import ProviderAddition, ProviderChange
from bgconsole.policy.provider_kinds import ProviderKind
from bgconsole.policy.team import IdpState
from bgconsole.tui.sign_in.render.sign_in import banner
from tests.backend.world import OWNER, PASSWORD, SqliteDeployment, World, network
from tests.tui.console import SIZES, console
from tests.tui.first_run import fill, started

CODE = "ABCDE-FGHIJ-KLMNO-PQRST-UVWXY-Z2345"
REFUSED = "This email and password do not let you in"


async def test_the_right_password_opens_the_main_screen(world: World) -> None:
    async with console(world, None) as screen:
        await screen.sign_in(OWNER, PASSWORD)
        await screen.see("Enforce SSO", "Login simulator", "● following")
        assert OWNER in screen.lines[0]
        await screen.see_row("Login Success", "owner", "User logged in via password")


async def test_a_wrong_password_and_an_unknown_email_get_the_same_words(world: World) -> None:
    answers: list[str] = []
    for email in (OWNER, "nobody@acme.test", "sara@acme.test"):
        async with console(world, None) as screen:
            await screen.sign_in(email, "not my password at all")
            await screen.see(REFUSED)
            await screen.settle()
            answers.append(screen.text.replace(email, " " * len(email)))
    assert len(set(answers)) == 1


@pytest.mark.parametrize("typed", ["plum violin", CODE, f"{CODE}@acme.test", "no email"])
async def test_what_is_no_email_is_refused_before_a_password_is_asked_for(
    world: World, typed: str
) -> None:
    head = await world.head()
    async with console(world, None) as screen:
        await screen.see("Sign in to Acme")
        await screen.type(typed)
        await screen.press("enter")
        await screen.see("× Enter a valid email address")
        assert "Password" not in screen.text
        await screen.press("ctrl+u")
        await screen.see_no("Enter a valid email address")
        await screen.sign_in(OWNER, PASSWORD)
        await screen.see("Enforce SSO")
    assert await world.head() > head
    assert CODE not in repr(await world.events())


async def test_a_password_typed_ahead_behind_no_email_is_not_shown(world: World) -> None:
    async with console(world, None) as screen:
        await screen.see("Sign in to Acme")
        await screen.type(f"typo\r{PASSWORD}\r")
        await screen.see("× Enter a valid email address", "typo")
        assert "plum" not in screen.text


@pytest.mark.parametrize("key", ["f6", "f2"])
async def test_no_other_screen_shows_what_is_no_email(world: World, key: str) -> None:
    async with console(world, None) as screen:
        await screen.see("Sign in to Acme")
        await screen.type(OWNER)
        await screen.press("enter")
        await screen.see("Sign in with")
        await screen.press("shift+tab", "ctrl+u")
        await screen.type(CODE)
        await screen.press(key)
        await screen.see("Code" if key == "f6" else "SSO is not set up")
        assert key == "f2" or CODE not in screen.text


async def test_after_a_refusal_the_password_is_typed_again(world: World) -> None:
    async with console(world, None) as screen:
        await screen.sign_in(OWNER, "not my password at all")
        await screen.see(REFUSED)
        assert "•" not in screen.text
        await screen.type(PASSWORD)
        await screen.press("enter")
        await screen.see("Enforce SSO")


async def test_a_throttle_shows_its_wait(world: World) -> None:
    async with console(world, None, source=network("192.0.2.1")) as screen:
        await screen.sign_in("nobody@acme.test", "wrong")
        for _ in range(5):
            await screen.see(REFUSED)
            await screen.type("wrong")
            await screen.press("enter")
            await screen.see_no("Checking")
        await screen.see("Too many attempts", "Try again in 30 s")
        assert screen.text.count("30 s") == 1


async def test_the_email_is_asked_first_and_the_ways_in_are_the_same_for_everybody(
    world: World,
) -> None:
    await world.enforce("entra", OWNER)
    shown: list[str] = []
    for email in (OWNER, "tom@acme.test", "stranger@else.test"):
        async with console(world, None) as screen:
            await screen.see("Sign in to Acme")
            assert "Password" not in screen.text
            assert "Sign in with" not in screen.text
            await screen.type(email)
            await screen.press("enter")
            await screen.see("Sign in with Microsoft Entra ID", "Password")
            shown.append(screen.text.replace(email, " " * len(email)))
    assert len(set(shown)) == 1


async def test_where_sso_is_enforced_its_ways_stand_above_the_password(world: World) -> None:
    async with console(world, None) as screen:
        await screen.see("Sign in to Acme")
        await screen.type(OWNER)
        await screen.press("enter")
        await screen.see("Sign in with Microsoft Entra ID")
        assert screen.text.index("Password") < screen.text.index("Sign in with")
    await world.enforce("entra", OWNER)
    async with console(world, None) as screen:
        await screen.see("Sign in to Acme")
        await screen.type(OWNER)
        await screen.press("enter")
        await screen.see("Sign in with Microsoft Entra ID")
        assert screen.text.index("Sign in with") < screen.text.index("Password")


async def test_another_email_replaces_the_one_before(world: World) -> None:
    async with console(world, None) as screen:
        await screen.see("Email")
        await screen.type(OWNER)
        await screen.press("enter")
        await screen.see("Use a password")
        await screen.press("escape")
        await screen.see("Go on  enter")
        await screen.type("mia@acme.test")
        await screen.see("mia@acme.test")
        await screen.see_no(OWNER)


async def test_another_email_is_one_key_away(world: World) -> None:
    async with console(world, None) as screen:
        await screen.sign_in("typo@acme.test", "not my password at all")
        await screen.see(REFUSED)
        await screen.press("escape")
        await screen.see_no(REFUSED, "Password")
        await screen.press("ctrl+u")
        await screen.sign_in(OWNER, PASSWORD)
        await screen.see("Enforce SSO")


@pytest.mark.parametrize("size", SIZES)
async def test_without_a_team_it_becomes_the_set_up_screen(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    world = World(SqliteDeployment(tmp_path))
    async with console(world, None, size=size) as screen:
        await screen.see("Set up your team", "bgconsole demo")
    await world.close()


async def test_a_file_that_is_no_database_gets_one_clear_sentence(tmp_path: Path) -> None:
    world = World(SqliteDeployment(tmp_path))
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "team.db").write_text("Dear diary, " * 1000)
    async with console(world, None) as screen:
        await screen.see("Nobody can sign in here now", "×", "not a database", "Try again")
        assert "Email" not in screen.text
    await world.close()


async def test_a_database_that_comes_back_is_asked_again_with_a_key(
    world: World, tmp_path: Path
) -> None:
    path = tmp_path / "data" / "team.db"
    away = path.with_name("away.db")
    await world.close()
    path.rename(away)
    path.mkdir()
    async with console(world, None) as screen:
        await screen.see("×", "connect again")
        path.rmdir()
        away.rename(path)
        await screen.press("f5")
        await screen.see("Sign in to Acme")


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (40, 12)])
async def test_the_keys_of_all_ways_are_there_on_small_terminals(
    world: World, columns: int, rows: int
) -> None:
    async with console(world, None, size=(columns, rows)) as screen:
        await screen.see("Sign in to Acme")
        await screen.type(OWNER)
        await screen.press("enter")
        await screen.see("Password")
        shown = screen.text
        await screen.press("pagedown")
        await screen.settle()
        shown += screen.text
        await screen.press("pagedown")
        await screen.settle()
        shown += screen.text
        for key in ("F2", "F3", "F6", "F7"):
            assert key in shown


async def test_many_providers_leave_the_other_keys_their_meaning(world: World) -> None:
    for number in range(1, 7):
        addition = ProviderAddition(f"p{number}", ProviderKind.OIDC, f"Provider {number}")
        await world.backend.add_provider(world.owner, addition)
    async with console(world, None) as screen:
        await screen.see("Sign in to Acme")
        await screen.type(OWNER)
        await screen.press("enter")
        await screen.see_row("Sign in with Provider 2", "F5")
        await screen.see_row("Sign in with Provider 3", "F9")
        await screen.press("f6")
        await screen.see("Set your password")
        await screen.press("escape", "f9")
        await screen.see("SSO is not set up for this provider")


async def test_a_database_of_a_later_version_says_so_and_another_is_opened(
    tmp_path: Path,
) -> None:
    for name in ("later", "mine"):
        world = World(SqliteDeployment(tmp_path / name))
        await world.found()
        await world.close()
    later, mine = (tmp_path / name / "data" / "team.db" for name in ("later", "mine"))
    with closing(sqlite3.connect(later)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    async with started(later) as screen:
        await screen.see("written by a later version", "Update bgconsole")
        await screen.press("f8")
        await screen.see("Open a team that is there")
        await fill(screen, str(mine))
        await screen.see("Sign in to Acme")


def test_banner_names_what_is_down_and_not_what_it_answered() -> None:
    detail = "'127.0.0.1' does not accept connections on port 8417: connection refused"
    since = datetime(2026, 11, 28, 2, 41, tzinfo=UTC)
    status = IdpStatus(IdpState.DOWN, since, since, detail, IdpState.DOWN)
    way = SignInWay("entra", "Microsoft Entra ID", configured=True, idp=status)
    for width in (40, 60, 80, 120):
        told = banner(Welcome("Acme", enforced=False, ways=(way,)), way, width)
        assert told.cell_length <= width
        assert told.plain.startswith("× Microsoft Entra ID is down since 02:41")
        assert "127.0.0.1" not in told.plain, "strangers see this screen"


async def test_sso_has_the_focus_while_it_works_and_text_goes_to_the_password(
    world: World,
) -> None:
    change = ProviderChange(issuer="https://login.acme.test", client_id="console")
    await world.backend.change_provider(world.owner, "oidc", change)
    await world.enforce("oidc", OWNER)
    async with console(world, None, size=(80, 24)) as screen:
        await screen.see("Sign in to Acme")
        await screen.type(OWNER)
        await screen.press("enter")
        await screen.see_row("›", "Sign in with Generic OIDC", "F3")
        await screen.see_row("or", "Use a password")
        assert screen.text.index("Sign in with") < screen.text.index("Use a password")
        await screen.type(PASSWORD)
        await screen.see("› Password    •")
        await screen.press("enter")
        await screen.see("Enforce SSO")
