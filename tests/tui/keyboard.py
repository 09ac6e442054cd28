"""Somebody at the keyboard of an app: presses keys, sees the whole screen as text."""

import asyncio
from collections.abc import Callable
from typing import Any

from textual._context import visible_screen_stack
from textual.app import App
from textual.events import Key
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.screen import Screen

PATIENCE = 60.0
"""Seconds after which something that should be seen is given up; only a failing test waits."""

_POLL = 0.01
_NAMES = {"\t": "tab", "\r": "enter"}


class Keyboard:
    """Keys go in, what the screen shows comes out; every `see` waits until it is so."""

    def __init__(self, app: App[Any], pilot: Pilot[Any]) -> None:
        self.app = app
        self.pilot = pilot

    async def press(self, *keys: str) -> None:
        """Press keys one after another."""
        await self.pilot.press(*keys)

    async def type(self, letters: str) -> None:
        """Type letters, as fast as a person never could; a tab or return is its key."""
        driver = self.app._driver
        assert driver is not None
        for letter in letters:
            event = Key(_NAMES.get(letter) or _key_of(letter), letter)
            event.set_sender(self.app)
            driver.send_message(event)
        await self.pilot.pause()

    async def click(self, x: int, y: int) -> None:
        """Click a cell of the screen."""
        await self.pilot.click(offset=(x, y))

    @property
    def lines(self) -> list[str]:
        """The screen, row by row."""
        return screen_lines(self.app.screen)

    @property
    def text(self) -> str:
        """The screen as one text."""
        return "\n".join(self.lines)

    @property
    def behind(self) -> str:
        """The screen below all dialogs, as one text."""
        return "\n".join(screen_lines(self.app.screen_stack[0]))

    def row(self, part: str) -> str:
        """The first row that has this in it, or nothing."""
        return next((line for line in self.lines if part in line), "")

    async def see(self, *wanted: str) -> None:
        """Wait until all of this stands on the screen."""
        await self.until(lambda: all(part in self.text for part in wanted), f"{wanted}")

    async def see_no(self, *unwanted: str) -> None:
        """Wait until none of this stands on the screen."""
        await self.until(lambda: not any(part in self.text for part in unwanted), f"no {unwanted}")

    async def see_row(self, *parts: str) -> None:
        """Wait until one row of the screen has all of these."""
        await self.until(
            lambda: any(all(part in line for part in parts) for line in self.lines), f"{parts}"
        )

    async def until(self, holds: Callable[[], bool], what: str = "it") -> None:
        """Wait until something holds; fails with the screen."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not holds():
                    await asyncio.sleep(_POLL)
                    await self.pilot.pause()
        except TimeoutError:
            raise AssertionError(f"never seen: {what}; the screen was:\n{self.text}") from None

    async def settle(self) -> None:
        """Let everything under way come to rest."""
        await self.pilot.pause()


def screen_lines(screen: Screen[Any]) -> list[str]:
    """What a screen shows, row by row."""
    # Looked at by itself a dialog would keep the empty ground that it is drawn on then.
    visible_screen_stack.set(screen.app._background_screens)
    return [strip.text for strip in screen._compositor.render_strips()]


def _key_of(letter: str) -> str:
    return letter if letter.isalnum() else _character_to_key(letter)
