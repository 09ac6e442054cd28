"""The dialogs between a draft and what is stored, and the lock."""

from dataclasses import replace
from datetime import timedelta

from bgconsole.demo.people import KEN, OLGA
from bgconsole.policy.settings import Delta, Settings
from bgconsole.tui.model.connection import Connection
from bgconsole.tui.model.draft_file import DraftFile, KeptDraft, KeptDrafts
from tests.tui.console import Console
from tests.tui.states.scene import NOW, Scene, State, is_wide, long_ago, main_screen

GUS, SARA = "gus@harbor.example", "sara@harbor.example"


async def _guard(screen: Console, scene: Scene) -> None:
    await main_screen(screen, scene)
    await screen.press("x", "down", "x", "down", "down", "x", "ctrl+s")
    await screen.see("This would lock everybody out")
    await screen.type("Microsoft Entra ID")
    await screen.press("enter")
    await screen.see("✓ matches")


async def _conflict(screen: Console, scene: Scene) -> None:
    await _merge(screen, scene)
    await screen.see("› raj@harbor.example")


async def _merge(screen: Console, scene: Scene) -> None:
    await main_screen(screen, scene)
    await screen.press("down", "down", "down", "x")
    await screen.add(KEN.email)
    await screen.see_row("+ ken@harbor.example")
    elsewhere = await scene.session(OLGA)
    await scene.backend().apply_delta(
        elsewhere, "entra", Delta(add=(GUS,), remove=("raj@harbor.example",))
    )
    if is_wide(screen):
        await screen.see("Break-Glass User Added", "saved Entra meanwhile")
    await screen.press("ctrl+s")
    await screen.see("olga saved first")


async def _full(screen: Console, scene: Scene) -> None:
    """The merge would be six."""
    await main_screen(screen, scene)
    await screen.add(KEN.email)
    await screen.see_row("+ ken@harbor.example")
    elsewhere = await scene.session(OLGA)
    await scene.backend().apply_delta(elsewhere, "entra", Delta(add=(GUS,)))
    await screen.press("escape")
    await screen.see("saved Entra meanwhile")
    if is_wide(screen):
        await screen.see("Break-Glass User Added")
    await screen.press("ctrl+s")
    await screen.see("Merged: 6 of 5")


async def _draft(screen: Console, scene: Scene) -> None:
    await main_screen(screen, scene)
    await screen.press("down", "down", "down", "x")
    await screen.add(KEN.email)
    await screen.see_row("+ ken@harbor.example")


async def _leave(screen: Console, scene: Scene) -> None:
    await _draft(screen, scene)
    await screen.press("escape", "2", "t")
    await screen.see("● on")
    await screen.press("ctrl+q")
    await screen.see("Quit with 3 changes not saved?")


async def _meanwhile(screen: Console, scene: Scene) -> None:
    await _draft(screen, scene)
    elsewhere = await scene.session(OLGA)
    await scene.backend().apply_delta(elsewhere, "entra", Delta(add=(GUS,)))
    await screen.press("escape")
    await screen.see("saved Entra meanwhile")
    if is_wide(screen):
        await screen.see("Break-Glass User Added")


async def _kept(screen: Console, _scene: Scene) -> None:
    await screen.see("You left 3 changes unsaved")
    if is_wide(screen):
        await screen.until(lambda: "last break-glass login" in screen.behind)


def _drafts(scene: Scene) -> DraftFile:
    return DraftFile(scene.path.parent / "drafts", "sqlite:///team.db")


def _keeping(connection: Connection, scene: Scene) -> Connection:
    return replace(connection, drafts=_drafts(scene))


def _left_behind(scene: Scene) -> None:
    """A draft of olga's, made on an older list than there is now."""
    base = Settings(True, ("olga@harbor.example", "mia@harbor.example", "tom@harbor.example"))
    current = Settings(True, ("olga@harbor.example", "mia@harbor.example", KEN.email, SARA))
    left = KeptDraft("entra", base, 1, current)
    _drafts(scene).write(OLGA.email, KeptDrafts(NOW - timedelta(minutes=21), (left,)))


async def _proof(screen: Console, scene: Scene) -> None:
    await main_screen(screen, scene)
    await screen.add(KEN.email)
    await screen.see_row("+ ken@harbor.example")
    await screen.press("ctrl+s")
    await screen.see("Re-authenticate")
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
    State("conflict-full", _full),
    State("draft-meanwhile", _meanwhile),
    State("leave", _leave, connected=_keeping),
    State("kept-draft", _kept, before=_left_behind, connected=_keeping),
    State("proof", _proof, before=long_ago(6)),
    State("locked", _locked, before=long_ago(20)),
)
