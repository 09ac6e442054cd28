"""A save that would lock everybody out is stopped, and can be forced on record only."""

from bgconsole.policy.audit import EventType
from bgconsole.policy.guard import Override
from bgconsole.policy.settings import Delta
from tests.backend.world import OWNER, World
from tests.tui.console import Console, console

TITLE = "This would lock everybody out"


async def _empty_the_list(screen: Console) -> None:
    await screen.see_row("✓ owner@acme.test")
    await screen.press("x")
    await screen.see_row("− owner@acme.test")
    await screen.press("ctrl+s")
    await screen.see(TITLE)


async def test_it_says_what_breaks_and_the_better_way(world: World) -> None:
    await world.enforce("entra", OWNER)
    async with console(world) as screen:
        await _empty_the_list(screen)
        await screen.see(
            "Microsoft Entra ID would be enforced with no usable break-glass user.",
            "If Entra goes down, 0 of 6 can sign in. You cannot either.",
            "Better  go back and keep at least two on the list: owner, mia",
            "They are members with a password.",
            "needs name and reason first",
            "would_lock_out",
        )
        await screen.press("escape")
        await screen.see_no(TITLE)
        await screen.see("Not saved: the draft is kept")
        await screen.see_row("− owner@acme.test")
    assert (await world.provider("entra")).settings.emails == (OWNER,)


async def test_only_the_exact_name_and_a_reason_override_it(world: World) -> None:
    await world.enforce("entra", OWNER)
    async with console(world) as screen:
        await _empty_the_list(screen)
        await screen.type("microsoft entra id")
        await screen.press("enter")
        await screen.type("Moving to another tenant tonight")
        await screen.see("! does not match", "✓ recorded", "needs the name first")
        await screen.press("ctrl+s")
        await screen.settle()
        await screen.see(TITLE)
        await screen.press("shift+tab", "ctrl+u")
        await screen.type("Microsoft Entra ID")
        await screen.see("✓ matches")
        await screen.press("tab", "ctrl+u")
        await screen.see("Say why, for the audit log", "needs a reason first")
        await screen.press("ctrl+s")
        await screen.see(TITLE)
    assert (await world.provider("entra")).settings.emails == (OWNER,)


async def test_an_override_is_saved_and_goes_on_record_with_its_reason(world: World) -> None:
    await world.enforce("entra", OWNER)
    async with console(world) as screen:
        await _empty_the_list(screen)
        await screen.type("Microsoft Entra ID")
        await screen.press("enter")
        await screen.type("Moving to another tenant tonight")
        await screen.press("ctrl+s")
        await screen.see("✓ Saved", "Nobody yet.")
        await screen.see_row("Guard Overridden", "overrode guard")
    assert (await world.provider("entra")).settings.emails == ()
    overridden = [
        event for event in await world.newest(3) if event.type is EventType.GUARD_OVERRIDDEN
    ]
    assert [event.metadata["reason"] for event in overridden] == [
        "Moving to another tenant tonight"
    ]


async def test_it_says_whom_to_keep_and_that_others_still_come_in(world: World) -> None:
    """Mia comes in by another list, the owner does not."""
    await world.enforce("entra", OWNER, "ken@acme.test")
    await world.enforce("oidc", "mia@acme.test")
    async with console(world) as screen:
        await screen.see_row("✓ owner@acme.test")
        await screen.press("x", "down", "x", "ctrl+s")
        await screen.see(
            "This would leave nobody usable on the list",
            "If Entra goes down, 1 of 6 can sign in. You cannot.",
            "Better  go back and keep two of ken, owner",
        )


async def test_it_asks_for_the_provider_that_would_be_locked_out(world: World) -> None:
    """Not for the one that is saved: its list is the way past the other one."""
    await world.enforce("entra", OWNER)
    nobody = Override(("oidc",), "nobody yet")
    await world.backend.apply_delta(world.owner, "oidc", Delta(True), nobody)
    async with console(world) as screen:
        await screen.see_row("✓ owner@acme.test")
        await screen.press("t", "ctrl+s")
        await screen.see(
            TITLE,
            "Generic OIDC would be enforced with no usable break-glass user.",
            "While SSO is down, 0 of 6 can sign in.",
        )
        await screen.type("Microsoft Entra ID")
        await screen.see("! does not match")
        await screen.press("ctrl+u")
        await screen.type("Generic OIDC")
        await screen.press("enter")
        await screen.type("Both are down tonight")
        await screen.see("✓ recorded")
        await screen.press("ctrl+s")
        await screen.see_no(TITLE)
    assert not (await world.provider("entra")).enforced
    found = [e for e in await world.events() if e.type is EventType.GUARD_OVERRIDDEN]
    assert [event.provider for event in found] == ["oidc", "oidc"]
