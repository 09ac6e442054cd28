"""Setting SSO up on small terminals: the focus, what is wrong and the buttons are always seen."""

import pytest

from bgconsole.tui.kit.field import FormField
from tests.backend.world import World
from tests.tui.console import SMALL, Console, console

TENANT = "8eaef023-2b34-4da1-9baa-8bc8c9d6a490"
SIZES = [SMALL, (40, 12), (100, 30)]
FIELDS = (
    ("Tenant ID", "Such as"),
    ("Client ID", "The client ID that"),
    ("Secret file", "A path"),
    ("Email domains", "Domains it may"),
    ("Scopes", "openid"),
    ("Internal hosts", "Private"),
    ("Trust file", "The path"),
)


async def form(screen: Console) -> None:
    """Open it for Entra, whose hints are the longest."""
    await screen.until(lambda: "Not enforced" in screen.text)
    await screen.press("i")
    await screen.see("Set SSO up", "› Tenant ID")


@pytest.mark.parametrize("size", SIZES)
async def test_every_field_is_seen_with_its_hint_and_the_buttons(
    world: World, size: tuple[int, int]
) -> None:
    async with console(world, size=size) as screen:
        await form(screen)
        for key in ("tab", "shift+tab"):
            for label, hint in FIELDS if key == "tab" else reversed(FIELDS):
                await screen.see(f"› {label}", hint, "Save  ^S", "Cancel  esc")
                if (label, key) not in {("Trust file", "tab"), ("Tenant ID", "shift+tab")}:
                    await screen.press(key)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("place", "typed", "said"),
    [
        (0, "common", "organisation in"),
        (0, "no tenant", "This is not a tenant ID"),
        (2, "relative/path", "secret"),
        (3, "no domain!", "domain"),
        (5, "http://not a host", "internal"),
        (6, "relative/path", "file"),
    ],
)
async def test_what_is_wrong_with_a_field_is_seen_with_it(
    world: World, size: tuple[int, int], place: int, typed: str, said: str
) -> None:
    async with console(world, size=size) as screen:
        await form(screen)
        await screen.type(TENANT)
        await screen.press("tab")
        await screen.type("console")
        await screen.press(*["tab"] * (place - 1) if place else ["shift+tab"])
        await screen.press("ctrl+u")
        await screen.type(typed)
        await screen.press("ctrl+s")
        label = FIELDS[place][0]
        await screen.see(f"› {label}", "× ", said, "Save  ^S")
        assert isinstance(screen.app.focused, FormField)


@pytest.mark.parametrize("size", SIZES)
async def test_it_is_saved_from_the_last_field(world: World, size: tuple[int, int]) -> None:
    async with console(world, size=size) as screen:
        await form(screen)
        await screen.type(f"{TENANT}\tconsole")
        for _ in range(6):
            await screen.press("enter")
        await screen.see("Set up Microsoft Entra ID")
    assert (await world.provider("entra")).configured


async def test_terminal_that_gets_smaller_keeps_focus_and_buttons_in_view(world: World) -> None:
    async with console(world) as screen:
        await form(screen)
        await screen.press(*["tab"] * 6)
        await screen.see("› Trust file", "Tenant ID")
        await screen.pilot.resize_terminal(80, 24)
        await screen.see("› Trust file", "Save  ^S")
        await screen.pilot.resize_terminal(40, 12)
        await screen.see("› Trust file", "Save  ^S")
        await screen.pilot.resize_terminal(120, 40)
        await screen.see("› Trust file", "Save  ^S", "1 Entra admin center")
