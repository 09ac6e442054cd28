"""The audit log: following, filtered, one event in full."""

from tests.tui.console import Console
from tests.tui.states.scene import Scene, State, main_screen


async def _audit(screen: Console, scene: Scene) -> None:
    await main_screen(screen, scene)
    await screen.press("l")
    await screen.see("● following", "IdP Up", "◆ olga 03:12:00")


async def _audit_filter(screen: Console, scene: Scene) -> None:
    await _audit(screen, scene)
    await screen.press("f", "space", "down", "space", "down")
    await screen.see("Show only")


async def _event(screen: Console, scene: Scene) -> None:
    await _audit(screen, scene)
    await screen.press("b")
    await screen.see("◆ break-glass only")
    await screen.press("up", "enter")
    await screen.see("auth.login.success", "isBreakGlassAccess")


STATES = (
    State("audit", _audit),
    State("audit-filter", _audit_filter),
    State("event", _event),
)
