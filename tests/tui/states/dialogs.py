"""The dialogs between a draft and what is stored, and the lock."""

from bgconsole.demo.people import KEN, OLGA
from bgconsole.policy.settings import Delta
from tests.tui.console import Console
from tests.tui.states.scene import Scene, State, is_wide, long_ago, main_screen

GUS = "gus@harbor.example"


async def _guard(screen: Console, scene: Scene) -> None:
    await main_screen(screen, scene)
    await screen.press("x", "down", "x", "down", "down", "x", "ctrl+s")
    await screen.see("This would lock everybody out")
    await screen.type("Microsoft Entra ID")
    await screen.press("enter")
    await screen.see("✓ matches")


async def _conflict(screen: Console, scene: Scene) -> None:
    await main_screen(screen, scene)
    await screen.press("down", "down", "down", "x")
    await screen.add(KEN.email)
    await screen.see_row("+ ken@harbor.example")
    elsewhere = await scene.session(OLGA)
    await scene.backend().apply_delta(
        elsewhere, "entra", Delta(add=(GUS,), remove=("raj@harbor.example",))
    )
    if is_wide(screen):
        await screen.see("Break-Glass User Added", "gus, tom")
    await screen.press("ctrl+s")
    await screen.see("olga saved first")


async def _proof(screen: Console, scene: Scene) -> None:
    await main_screen(screen, scene)
    await screen.add(KEN.email)
    await screen.see_row("+ ken@harbor.example")
    await screen.press("ctrl+s")
    await screen.see("Prove that it is still you")
    await screen.type("not my password")
    await screen.press("enter")
    await screen.see("This is not your password")
    if is_wide(screen):
        await screen.until(lambda: "Proof Failure" in screen.behind)


async def _locked(screen: Console, scene: Scene) -> None:
    await screen.see("Locked")
    if is_wide(screen):
        await screen.until(lambda: "last break-glass login" in screen.behind)


STATES = (
    State("guard", _guard),
    State("conflict", _conflict),
    State("proof", _proof, before=long_ago(6)),
    State("locked", _locked, before=long_ago(20)),
)
