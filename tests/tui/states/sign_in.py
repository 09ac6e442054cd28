"""The sign-in screen, and what is reached from it: a one-time code, a password forgotten."""

import sqlite3
from contextlib import closing

from bgconsole.demo import HINTS
from bgconsole.demo.people import MIA
from tests.tui.console import Console
from tests.tui.states.scene import Scene, State
from tests.tui.states.set_up import anywhere


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


async def _trouble(screen: Console, _scene: Scene) -> None:
    await screen.see("Nobody can sign in here now", "Try again")


def _of_a_later_version(scene: Scene) -> None:
    with closing(sqlite3.connect(scene.path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()


async def _redeem(screen: Console, scene: Scene) -> None:
    await _sign_in(screen, scene)
    await screen.press("f6")
    await screen.see("Set your password for Harbor Pay")
    await screen.type("grace@harbor.example")
    await screen.press("enter")
    await screen.type("not the code at all")
    await screen.press("enter")
    await screen.type("three grey harbour cranes")
    await screen.press("enter")
    await screen.type("three grey harbour cranes")
    await screen.press("enter")
    await screen.see("the code has expired")


async def _forgot(screen: Console, scene: Scene) -> None:
    await _sign_in(screen, scene)
    await screen.press("f7")
    await screen.see("bgconsole member reset EMAIL")


STATES = (
    State("sign-in", _sign_in, who=None, hints=HINTS),
    State("sign-in-password", _sign_in_password, who=None),
    State("sign-in-refused", _sign_in_refused, who=None),
    State("sign-in-outage", _sign_in_password, who=None, before=Scene.outage),
    State("sign-in-trouble", _trouble, who=None, before=_of_a_later_version, connected=anywhere),
    State("redeem", _redeem, who=None),
    State("forgot", _forgot, who=None),
)
