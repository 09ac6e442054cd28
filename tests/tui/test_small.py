"""Forty columns and twelve rows: what takes the keys is in view, the key bar names keys for it."""

import pytest

from tests.backend.world import OWNER, PASSWORD, World
from tests.tui.console import Console, console

TINY = (40, 12)


def focus_is_shown(screen: Console) -> bool:
    """A row of what takes the keys is in view, not below the edge of what it scrolls in."""
    focused = screen.app.focused
    if focused is None:
        return True
    return screen.app.screen.find_widget(focused).visible_region.height > 0


async def test_signing_in_the_field_that_takes_the_keys_is_in_view(world: World) -> None:
    async with console(world, who=None, size=TINY) as screen:
        await screen.see("Email")
        await screen.until(lambda: focus_is_shown(screen))
        assert "enter go on" in screen.lines[-1]
        await screen.type(OWNER)
        await screen.press("enter")
        await screen.see("Password")
        await screen.until(lambda: focus_is_shown(screen))
        await screen.type(PASSWORD)
        await screen.press("enter")
        await screen.see("Enforce SSO")


async def test_a_terminal_made_low_keeps_the_field_in_view(world: World) -> None:
    async with console(world) as screen:
        await screen.see("following")
        await screen.press("slash")
        await screen.pilot.resize_terminal(*TINY)
        await screen.until(lambda: focus_is_shown(screen))
        assert "^P" in screen.lines[-1]


@pytest.mark.parametrize("key", ["1", "w", "m", "p", "l", "slash"])
async def test_every_tab_shows_what_takes_the_keys_and_names_a_key_for_it(
    world: World, key: str
) -> None:
    async with console(world, size=TINY) as screen:
        await screen.see("Enforce SSO")
        await screen.press(key)
        await screen.until(lambda: focus_is_shown(screen))
        keys = screen.lines[-1].partition("^Q")[0]
        assert keys.strip()
