"""What is there on every screen: the list of all actions, jump mode."""

from tests.tui.console import Console
from tests.tui.states.scene import Scene, State, main_screen


async def _actions(screen: Console, scene: Scene) -> None:
    await main_screen(screen, scene)
    await screen.press("ctrl+p")
    await screen.see("All actions")
    await screen.press("down")


async def _actions_found(screen: Console, scene: Scene) -> None:
    await _actions(screen, scene)
    await screen.type("save")
    await screen.see("No changes to save")


async def _jump(screen: Console, scene: Scene) -> None:
    await main_screen(screen, scene)
    await screen.press("ctrl+o")
    await screen.see("stay")


STATES = (
    State("actions", _actions),
    State("actions-found", _actions_found),
    State("jump", _jump),
)
