"""The providers tab, its dialogs, and more tabs than fit."""

import sqlite3
from contextlib import closing

from bgconsole.demo.people import KEN
from tests.tui.console import Console
from tests.tui.states.scene import Scene, State, is_wide, main_screen

_MANY = (
    "Okta Workforce", "Ping Federate", "Keycloak Berlin", "Google Workspace", "Auth Zero",
    "Backup Keycloak", "Contractors", "Shibboleth", "JumpCloud", "Partner Portal",
)  # fmt: skip


async def _providers(screen: Console, scene: Scene) -> None:
    await main_screen(screen, scene)
    await screen.press("p")
    await screen.see("Providers  2", "since", "by nils@harbor.example")
    await screen.see("last SSO sign-in 03:05 by ken@harbor.example")


async def _provider_add(screen: Console, scene: Scene) -> None:
    await _providers(screen, scene)
    await screen.press("a")
    await screen.see("Add a provider")
    await screen.type("Okta Workforce")
    await screen.press("enter", "enter", "enter")
    await screen.type("okta.harbor.example")
    await screen.press("enter")
    await screen.see("An issuer starts with")


async def _provider_remove(screen: Console, scene: Scene) -> None:
    await main_screen(screen, scene)
    await screen.add(KEN.email)
    await screen.see_row("+ ken@harbor.example")
    await screen.press("escape", "p")
    await screen.see("Providers  2", "by nils@harbor.example")
    await screen.press("X")
    await screen.see("Remove Microsoft Entra ID")
    await screen.type("Microsoft Ent")


def _twelve(scene: Scene) -> None:
    """Ten more providers, in whatever state."""
    with closing(sqlite3.connect(scene.path)) as connection:
        for place, name in enumerate(_MANY, 3):
            down = "down" if place == 5 else "unknown"
            connection.execute(
                "INSERT INTO provider (slug, kind, name, position, issuer, enforced, version,"
                " idp_state, idp_detail)"
                " VALUES (?, 'oidc', ?, ?, 'https://id.example', ?, 1, ?, '')",
                (f"p{place}", name, place, place % 3 == 0, down),
            )
        connection.commit()


async def _many_tabs(screen: Console, scene: Scene) -> None:
    await main_screen(screen, scene)
    await screen.press("7")
    await screen.see("Enforce SSO")


async def _many_providers(screen: Console, scene: Scene) -> None:
    await main_screen(screen, scene)
    await screen.press("p", "down", "down", "down", "down")
    await screen.see("Providers  12")


def _none(scene: Scene) -> None:
    """Nobody has set up a provider yet, or the last one was removed."""
    with closing(sqlite3.connect(scene.path)) as connection:
        connection.execute("DELETE FROM entry")
        connection.execute("DELETE FROM provider")
        connection.commit()


async def _no_provider(screen: Console, _scene: Scene) -> None:
    await screen.see("No identity provider yet")
    if is_wide(screen):
        await screen.see("● following", "Login Success")


STATES = (
    State("providers", _providers, before=Scene.probed),
    State("provider-add", _provider_add),
    State("provider-remove", _provider_remove),
    State("many-tabs", _many_tabs, before=_twelve),
    State("many-providers", _many_providers, before=_twelve),
    State("no-provider", _no_provider, before=_none),
)
