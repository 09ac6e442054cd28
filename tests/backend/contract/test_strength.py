"""What a password must be is judged where it is set: harder for somebody on a break-glass list."""

from bgconsole.backend.identity import Caller
from bgconsole.policy.refusals import Code
from tests.backend.world import CONSOLE, OWNER, PASSWORD, World, refused

MIDDLING = "lantern harbour"
"""Good enough for whoever comes in by SSO on other days."""


async def test_whoever_is_on_a_list_needs_a_better_one(world: World) -> None:
    await world.add("grace")
    grace = Caller(CONSOLE, (await world.sign_in("grace@acme.test")).token)
    await world.backend.change_password(grace, PASSWORD, MIDDLING)
    await world.enforce("entra", OWNER, "grace@acme.test")
    with refused(Code.PASSWORD_COMMON) as outcome:
        await world.backend.change_password(grace, MIDDLING, f"{MIDDLING}s")
    assert "break-glass list" in outcome.message
    await world.backend.change_password(grace, MIDDLING, PASSWORD)


async def test_so_does_whoever_redeems_a_code(world: World) -> None:
    await world.add("grace")
    await world.enforce("entra", OWNER, "grace@acme.test")
    issued = await world.backend.reset_member(world.owner, "grace@acme.test", None)
    assert issued.code is not None
    with refused(Code.PASSWORD_COMMON):
        await world.backend.redeem(Caller(CONSOLE), issued.email, issued.code, MIDDLING)
    await world.backend.redeem(Caller(CONSOLE), issued.email, issued.code, PASSWORD)


async def test_so_does_whoever_recovers(world: World) -> None:
    await world.enforce("entra", OWNER)
    with refused(Code.PASSWORD_COMMON):
        await world.founder.recover(Caller(CONSOLE), OWNER, MIDDLING)


async def test_the_commonest_are_nobody_s(world: World) -> None:
    for common in ("thisisapassword", "Password123456789!", "correcthorsebatterystaple"):
        with refused(Code.PASSWORD_COMMON):
            await world.backend.change_password(world.owner, PASSWORD, common)
