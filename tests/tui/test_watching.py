"""What others do shows by itself, while somebody looks on."""

from bgconsole.policy.settings import Delta
from tests.backend.world import OWNER, World
from tests.tui.console import console


async def test_a_change_made_elsewhere_appears_on_the_page_and_in_the_log(world: World) -> None:
    async with console(world) as screen:
        await screen.see("Not enforced", "● following")
        elsewhere = world.another()
        await elsewhere.apply_delta(world.owner, "entra", Delta(True, (OWNER, "mia@acme.test")))
        await screen.see_row("✓ mia@acme.test", "saved")
        await screen.see_row("SSO Enforcement Enabled", "for Entra")
        assert "1 ● Microsoft Entra ID" in screen.lines[1]


async def test_it_leaves_a_draft_alone(world: World) -> None:
    await world.enforce("entra", OWNER, "mia@acme.test")
    async with console(world) as screen:
        await screen.see_row("✓ mia@acme.test")
        await screen.add("ken@acme.test")
        await screen.see_row("+ ken@acme.test")
        elsewhere = world.another()
        await elsewhere.apply_delta(world.owner, "entra", Delta(add=("tom@acme.test",)))
        await screen.see_row("Break-Glass User Added", "Entra")
        await screen.see_row("+ ken@acme.test", "added, not saved yet")


async def test_a_password_lost_elsewhere_marks_the_badge(world: World) -> None:
    await world.enforce("entra", OWNER, "mia@acme.test", "ken@acme.test")
    async with console(world) as screen:
        await screen.see_row("✓ ken@acme.test")
        await world.another().reset_member(world.owner, "ken@acme.test")
        await screen.see_row("! ken@acme.test", "code unused", "does not count")
        await screen.see("2 usable")
