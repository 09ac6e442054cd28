"""A real login from the simulator: set apart, on record, and nothing stays open."""

from bgconsole.policy.audit import EventType
from tests.backend.world import OWNER, PASSWORD, World, network
from tests.tui.console import SMALL, console

KEN, TOM = "ken@acme.test", "tom@acme.test"


async def test_a_login_that_works_says_by_which_list_and_where_it_is_on_record(
    world: World,
) -> None:
    await world.enforce("entra", OWNER, KEN)
    async with console(world) as screen:
        await screen.see_row(f"✓ {KEN}")
        await screen.press("down", "T")
        await screen.see("A real login, recorded", "ken must type it: nobody else should know it")
        await screen.type(PASSWORD)
        await screen.press("enter")
        await screen.see("✓ ken can get in by password", "By the list of Entra.")
        login, logout = await world.newest(2)
        assert login.type is EventType.LOGIN_SUCCESS
        assert (login.actor, login.metadata["drill"]) == (KEN, True)
        assert (logout.type, logout.actor) == (EventType.LOGOUT, KEN)
        await screen.see(f"event {login.seq} · a drill · no session")
        assert PASSWORD not in screen.text
        await screen.press("escape")
        await screen.see_no("A real login, recorded")


async def test_a_refusal_gives_the_exact_reason(world: World) -> None:
    await world.enforce("entra", OWNER)
    async with console(world, size=SMALL) as screen:
        await screen.see("Enforce SSO", "e edits")
        await screen.press("slash")
        await screen.type("ken")
        await screen.see("× ken cannot get in")
        await screen.press("enter", "T")
        await screen.see("A real login, recorded")
        await screen.type(PASSWORD)
        await screen.press("enter")
        await screen.see_row("× ken cannot get in", "sso_required")
        await screen.see("SSO is enforced, and they are on no list.")
        (event,) = await world.newest()
        assert (event.type, event.reason) == (EventType.LOGIN_FAILURE, "sso_required")


async def test_wrong_passwords_count_until_there_is_a_wait(world: World) -> None:
    await world.enforce("entra", OWNER, KEN)
    async with console(world, source=network("192.0.2.1")) as screen:
        await screen.see_row(f"✓ {KEN}")
        await screen.press("down", "T")
        await screen.see("A real login, recorded")
        for _ in range(5):
            head = await world.head()
            await screen.type("not the password")
            await screen.press("enter")
            await screen.see(f"event {head + 1}", "The password is not right.")
        await screen.type(PASSWORD)
        await screen.press("enter")
        await screen.see("throttled", "Try again in 30 s", "in the audit log within a minute")


async def test_a_member_tries_themselves_and_learns_no_reason(world: World) -> None:
    await world.enforce("entra", OWNER, TOM)
    await world.sign_in(TOM)
    async with console(world, TOM) as screen:
        await screen.see("✓ tom gets in by the list")
        await screen.press("T")
        await screen.see("A real login, recorded", TOM)
        await screen.type("not the password")
        await screen.press("enter")
        await screen.see("× tom cannot get in", "Recorded as a drill")
        assert "wrong_password" not in screen.text
        await screen.type(PASSWORD)
        await screen.press("enter")
        await screen.see("✓ tom can get in by password", "The list lets them in.")


async def test_a_read_only_console_tries_nothing_and_says_why(world: World) -> None:
    await world.enforce("entra", OWNER)
    async with console(world, read_only=True) as screen:
        await screen.see("Enforce SSO")
        await screen.press("T")
        await screen.see("This console is read-only: a login would write to the audit log")
        assert "A real login" not in screen.text
