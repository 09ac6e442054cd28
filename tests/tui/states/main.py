"""The main screen: a provider's page, its draft, the simulator, the help."""

from bgconsole.demo.people import KEN, TOM
from tests.tui.console import Console
from tests.tui.states.scene import Scene, State, main_screen

SARA = "sara@harbor.example"


async def _draft(screen: Console, scene: Scene) -> None:
    await main_screen(screen, scene)
    await screen.press("down", "down", "down", "x")
    await screen.see_row("− tom@harbor.example")
    await screen.add(KEN.email)
    await screen.see_row("+ ken@harbor.example")
    await screen.add(SARA)
    await screen.see("This user has no password configured")


async def _simulator(screen: Console, scene: Scene) -> None:
    await main_screen(screen, scene)
    await screen.press("slash")
    await screen.type("ke")
    await screen.see("ken cannot get in")


async def _help(screen: Console, scene: Scene) -> None:
    await main_screen(screen, scene)
    await screen.press("question_mark")
    await screen.see("Turn enforcement on or off")


async def _member(screen: Console, _scene: Scene) -> None:
    await screen.see("You are on this list")


STATES = (
    State("main", main_screen, before=Scene.probed),
    State("main-draft", _draft),
    State("member", _member, who=TOM),
    State("simulator", _simulator),
    State("help", _help),
)
