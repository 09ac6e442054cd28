"""The audit log: following, filtered and paused, searched, saved, one event in full."""

from tests.tui.console import Console
from tests.tui.states.scene import Scene, State, is_wide, main_screen

_NEWEST = "Nothing else happened then"


async def _audit(screen: Console, scene: Scene) -> None:
    await main_screen(screen, scene)
    await screen.press("l")
    await screen.see("● following", "Entra is up", "◆ olga 03:12:00")
    if is_wide(screen):
        await screen.see(_NEWEST)


async def _filtered(screen: Console, scene: Scene) -> None:
    """Every chip but two, paused on a use in an outage, with a mark of one's own."""
    await _audit(screen, scene)
    await screen.press("f")
    await screen.see("Show only")
    await screen.press("space")
    await screen.type("login.f")
    await screen.press("space")
    await screen.type("login.s")
    await screen.press("space", "tab", "tab")
    await screen.type("entra")
    await screen.press("down")
    await screen.type("1 May")
    await screen.press("enter")
    await screen.see("13 of 2,057")
    await screen.press("M", "up", "up")
    await screen.see("‖ paused", "mark", "00:25:51" if is_wide(screen) else "IdP down")


async def _chips(screen: Console, scene: Scene) -> None:
    await _filtered(screen, scene)
    await screen.press("left", "left")
    await screen.see("×")


async def _find(screen: Console, scene: Scene) -> None:
    await _audit(screen, scene)
    await screen.press("slash")
    await screen.type("raj")
    await screen.see(" in who")
    await screen.press("enter", "n", "n")
    await screen.see("22 Sep 13:29 in who")
    if is_wide(screen):
        await screen.see("event 1,921", _NEWEST)


async def _local(screen: Console, scene: Scene) -> None:
    await _audit(screen, scene)
    await screen.press("g")
    await screen.type("yesterday 08:12")
    await screen.see("first event since")


async def _save(screen: Console, scene: Scene) -> None:
    await _filtered(screen, scene)
    await screen.press("s")
    await screen.see("Save to a file", "oldest first")


async def _audit_filter(screen: Console, scene: Scene) -> None:
    await _audit(screen, scene)
    await screen.press("f", "space", "down", "space", "tab")
    await screen.type("mi")
    await screen.press("down", "down")
    await screen.type("noon")
    await screen.press("enter")
    await screen.see("Show only", "'noon' is no time")


async def _event(screen: Console, scene: Scene) -> None:
    await _audit(screen, scene)
    await screen.press("b")
    await screen.see("◆ break-glass only", "of 2,057")
    await screen.press("up", "enter")
    await screen.see(
        "auth.login.success", "isBreakGlassAccess" if is_wide(screen) else "As recorded"
    )
    await screen.until(lambda: "hash matches" in screen.text or not is_wide(screen))


STATES = (
    State("audit", _audit),
    State("audit-filtered", _filtered),
    State("audit-chips", _chips),
    State("audit-find", _find),
    State("audit-time", _local),
    State("audit-save", _save),
    State("audit-filter", _audit_filter),
    State("event", _event),
)
