"""The sign-in screen."""

from bgconsole.demo import HINTS
from bgconsole.demo.people import MIA
from tests.tui.console import Console
from tests.tui.states.scene import Scene, State


async def _sign_in(screen: Console, _scene: Scene) -> None:
    await screen.see("Sign in to Harbor Pay")


async def _sign_in_password(screen: Console, scene: Scene) -> None:
    await _sign_in(screen, scene)
    await screen.type(MIA.email)
    await screen.press("enter")
    await screen.see("Password", "Sign in with Generic OIDC")
    await screen.type("not my password")


async def _sign_in_refused(screen: Console, scene: Scene) -> None:
    await _sign_in_password(screen, scene)
    await screen.press("enter")
    await screen.see("do not let you in")


async def _no_team(screen: Console, _scene: Scene) -> None:
    await screen.see("There is no team here yet")


def _no_database(scene: Scene) -> None:
    scene.path.unlink()


STATES = (
    State("sign-in", _sign_in, who=None, hints=HINTS),
    State("sign-in-password", _sign_in_password, who=None),
    State("sign-in-refused", _sign_in_refused, who=None),
    State("sign-in-outage", _sign_in_password, who=None, before=Scene.outage),
    State("sign-in-no-team", _no_team, who=None, before=_no_database),
)
