"""What is written to the terminal makes the screen that Textual's own output makes."""

import random
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import pyte
import pytest
from rich.color import ColorSystem
from rich.console import Console as RichConsole
from textual._compositor import CompositorUpdate
from textual.screen import Screen

from bgconsole.tui.app import ConsoleApp
from bgconsole.tui.terminal.picture import Picture
from tests.backend.world import OWNER, World
from tests.tui.console import SIZES, console

_RICH = RichConsole(color_system="truecolor", force_terminal=True)


class _Twins:
    """Two terminals side by side: one is told everything, the other what differs."""

    def __init__(self, size: tuple[int, int], *, erases_in_colour: bool) -> None:
        self._whole, self._thin = pyte.Screen(*size), pyte.Screen(*size)
        self._picture = Picture(*size, ColorSystem.TRUECOLOR, erases_in_colour=erases_in_colour)
        self.bytes = [0, 0]
        self.updates = 0

    def show(self, update: CompositorUpdate) -> None:
        """Show one more update on both. The two look the same afterwards."""
        whole, thin = update.render_segments(_RICH), self._picture.update(update)
        assert thin is not None
        pyte.Stream(self._whole).feed(whole)
        pyte.Stream(self._thin).feed(thin)
        self.bytes = [self.bytes[0] + len(whole), self.bytes[1] + len(thin)]
        self.updates += 1
        for y in range(self._whole.lines):
            assert _cells(self._thin, y) == _cells(self._whole, y), f"row {y} after {thin!r}"


def _cells(screen: pyte.Screen, y: int) -> list[object]:
    """A row as it is seen: the colour of a letter that is not there counts for nothing."""
    row = [screen.buffer[y][x] for x in range(screen.columns)]
    return [
        char._replace(fg="default", bold=False, italics=False) if char.data == " " else char
        for char in row
    ]


@contextmanager
def _watched(twins: _Twins, monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    def display(_app: ConsoleApp, _screen: Screen[Any], update: object) -> None:
        if isinstance(update, CompositorUpdate):
            twins.show(update)

    with monkeypatch.context() as patched:
        patched.setattr(ConsoleApp, "_display", display)
        yield


@pytest.mark.parametrize("erases_in_colour", [True, False])
@pytest.mark.parametrize("size", SIZES)
async def test_the_screen_is_the_same_through_all_that_can_be_done(
    world: World,
    size: tuple[int, int],
    *,
    erases_in_colour: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await world.enforce("entra", OWNER)
    twins = _Twins(size, erases_in_colour=erases_in_colour)
    with _watched(twins, monkeypatch):
        async with console(world, size=size) as screen:
            await screen.see("e edits")
            await screen.add("ken@acme.test")
            await screen.press("ctrl+s")
            await screen.press("escape", "slash")
            await screen.type("mi")
            await screen.press("escape", "2", "t", "question_mark", "escape", "l", "home", "end")
            await screen.press("b", "b", "up", "enter", "escape", "w", "m", "p", "1", "ctrl+p")
            await screen.press("escape")
            await screen.settle()
    assert twins.updates > 20
    assert twins.bytes[1] < twins.bytes[0] / 3


@pytest.mark.parametrize("seed", range(2))
async def test_wide_and_combining_letters_stay_in_their_columns(
    world: World, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters = "日本語 aé é̂ ◆✓ ﬀ "
    dice = random.Random(seed)
    await world.enforce("entra", OWNER)
    twins = _Twins((120, 40), erases_in_colour=True)
    with _watched(twins, monkeypatch):
        async with console(world) as screen:
            await screen.see("e edits")
            await screen.press("slash")
            for _ in range(30):
                await screen.press(dice.choice(["left", "right", "backspace", "home", "end"]))
                await screen.type(dice.choice(letters))
            await screen.settle()
