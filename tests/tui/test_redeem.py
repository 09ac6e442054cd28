"""A password of one's own: by a one-time code, by another, or found to be forgotten."""

import pytest

from bgconsole.backend.identity import Caller
from bgconsole.backend.values import MemberAddition
from tests.backend.world import CONSOLE, OWNER, PASSWORD, World
from tests.tui.console import LARGE, SIZES, SMALL, Console, console
from tests.tui.first_run import GOOD, fill

TINY = (40, 12)
GRACE = "grace@acme.test"


async def code_of(world: World) -> str:
    """Grace is a member who has no password yet; her code."""
    (given,) = await world.backend.add_members(world.owner, [MemberAddition(GRACE)])
    assert given.code is not None
    return given.code


async def redeem(screen: Console, code: str, *passwords: str) -> None:
    """From the sign-in screen to the last field of the code's screen."""
    await screen.see("I have a one-time code")
    await screen.press("f6")
    await screen.see("Set your password")
    await fill(screen, GRACE, code, *passwords)


@pytest.mark.parametrize("size", SIZES)
async def test_a_code_becomes_a_password_and_signs_nobody_in(
    world: World, size: tuple[int, int]
) -> None:
    code = await code_of(world)
    async with console(world, None, size=size) as screen:
        await redeem(screen, code, GOOD, GOOD)
        await screen.see("Password set. Sign in with it.", GRACE)
        await fill(screen, GOOD)
        await screen.see("Entra", "member")
    assert (await world.newest(2))[0].metadata == {"method": "code"}


async def test_the_email_typed_at_the_sign_in_is_taken_along_and_kept(world: World) -> None:
    code = await code_of(world)
    async with console(world, None) as screen:
        await screen.see("Sign in to Acme")
        await screen.type(GRACE)
        await screen.press("f6")
        await screen.see("Set your password for Acme", GRACE)
        await fill(screen, code)
        await screen.press("escape")
        await screen.see("Sign in to Acme", GRACE)


async def test_a_wrong_code_and_an_unknown_email_get_the_same_words(world: World) -> None:
    await code_of(world)
    answers: list[str] = []
    for email in (GRACE, OWNER, "nobody@acme.test"):
        async with console(world, None) as screen:
            await screen.see("Sign in to Acme")
            await screen.press("f6")
            await screen.see("Set your password")
            await fill(screen, email, "not the code", GOOD, GOOD)
            await screen.see("This email and code do not belong", "Ask an owner or admin")
            answers.append(screen.text.replace(email, " " * len(email)))
    assert len(set(answers)) == 1


async def test_after_a_wrong_code_only_the_code_is_typed_again(world: World) -> None:
    code = await code_of(world)
    async with console(world, None) as screen:
        await redeem(screen, "not the code", GOOD, GOOD)
        await screen.see("This email and code do not belong")
        await screen.press("ctrl+u")
        await fill(screen, code, "", "")
        await screen.see("Password set. Sign in with it.")


async def test_a_poor_password_costs_no_code(world: World) -> None:
    code = await code_of(world)
    async with console(world, None) as screen:
        await redeem(screen, code, "grace acme grace acme", "grace acme grace acme")
        await screen.see("The password is easy to guess")
        await screen.press("ctrl+u")
        await fill(screen, GOOD)
        await screen.press("ctrl+u")
        await fill(screen, GOOD)
        await screen.see("Password set. Sign in with it.")


async def test_code_and_passwords_reach_no_clipboard(world: World) -> None:
    async with console(world, None) as screen:
        await redeem(screen, "secret code", GOOD)
        for name in ("#code", "#new-password"):
            screen.app.screen.query_one(name).focus()
            await screen.press("ctrl+a", "shift+home", "shift+end", "ctrl+c", "ctrl+x")
            assert screen.app.clipboard == ""


async def test_a_read_only_console_redeems_nothing(world: World) -> None:
    async with console(world, None, read_only=True) as screen:
        await screen.see("Sign in to Acme")
        await screen.press("f6")
        await screen.settle()
        assert "Set your password" not in screen.text


@pytest.mark.parametrize("size", [*SIZES, TINY])
async def test_a_forgotten_password_is_told_to_everybody_alike(
    world: World, size: tuple[int, int]
) -> None:
    told: list[str] = []
    for email in (OWNER, "stranger@else.test"):
        async with console(world, None, size=size) as screen:
            await screen.see("Sign in to Acme")
            await screen.type(email)
            await screen.press("f7")
            await screen.see("Forgot your password?", "bgconsole member reset EMAIL")
            told.append(screen.text)
            if size == TINY:
                await screen.press("end", "up")
            await screen.see("bgconsole recover EMAIL", "recorded")
            told.append(screen.text)
            assert email not in "".join(told[-2:])
            await screen.press("escape")
            await screen.see(email)
    assert told[:2] == told[2:]


@pytest.mark.parametrize("size", SIZES)
async def test_the_commands_for_another_database_name_it(
    world: World, size: tuple[int, int]
) -> None:
    program = "bgconsole --database 'sqlite:////srv/on call/team.db'"
    async with console(world, None, size=size, program=program) as screen:
        await screen.see("Sign in to Acme")
        await screen.press("f7")
        await screen.see("Forgot your password?", "member reset EMAIL")
        await screen.see("recover EMAIL", "recorded", "call/team.db'")


@pytest.mark.parametrize("size", SIZES)
async def test_one_s_own_password_is_changed_from_the_main_screen(
    world: World, size: tuple[int, int]
) -> None:
    async with console(world, size=size) as screen:
        await screen.see("Enforce SSO")
        await screen.press("P")
        await screen.see("Change your password")
        await fill(screen, PASSWORD, GOOD, GOOD)
        await screen.see_no("Change your password")
    (event,) = await world.newest()
    assert event.description == "Password changed"
    assert (await world.sign_in(OWNER, GOOD)).email == OWNER


async def test_a_wrong_current_password_is_typed_again_alone(world: World) -> None:
    async with console(world, size=SMALL) as screen:
        await screen.see("Enforce SSO")
        await screen.press("P")
        await screen.see("Change your password")
        await fill(screen, "not my password", GOOD, GOOD)
        await screen.see("This is not your password")
        await fill(screen, PASSWORD, "", "")
        await screen.see_no("Change your password")
    assert (await world.sign_in(OWNER, GOOD)).email == OWNER


async def test_a_poor_password_changes_nothing(world: World) -> None:
    async with console(world, size=LARGE) as screen:
        await screen.see("Enforce SSO")
        await screen.press("P")
        await screen.see("Change your password")
        await fill(screen, PASSWORD, "short", "short")
        await screen.see("shorter than 15")
        await screen.press("escape")
        await screen.see_no("Change your password")
    assert (await world.sign_in(OWNER)).email == OWNER


async def test_a_member_changes_their_own_too(world: World) -> None:
    await world.sign_in("tom@acme.test")
    async with console(world, "tom@acme.test") as screen:
        await screen.see("Enforce SSO")
        await screen.press("P")
        await fill(screen, PASSWORD, GOOD, GOOD)
        await screen.see_no("Change your password")
    assert (await world.sign_in("tom@acme.test", GOOD)).email == "tom@acme.test"


async def test_who_is_signed_out_meanwhile_comes_back_to_the_sign_in_screen(world: World) -> None:
    async with console(world) as screen:
        await screen.see("Enforce SSO")
        await screen.press("P")
        await screen.see("Change your password")
        await world.backend.sign_out(Caller(CONSOLE, world.owner.token))
        await screen.see("You are signed out", "Email")


async def test_read_only_says_why_it_changes_no_password(world: World) -> None:
    async with console(world, read_only=True) as screen:
        await screen.see("Enforce SSO")
        await screen.press("P")
        await screen.settle()
        assert "Change your password" not in screen.text
