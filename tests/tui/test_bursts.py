"""Keys that come in one burst: whatever they are, on whatever screen, nothing fails.

`LONG_TESTS=1` sends many bursts to every state that there is a picture of; otherwise each screen
gets one, in one of its states.
"""

import asyncio
import importlib
import os
import pkgutil
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from textual.events import Key
from textual.screen import Screen

import bgconsole.tui
from bgconsole.tui.app import ConsoleApp
from bgconsole.tui.proof.sso_dialog import SsoDialog
from tests.tui.console import Console
from tests.tui.states import STATES, State, copy_of, sample_team
from tests.tui.states.scene import Scene, main_screen

LONG = os.environ.get("LONG_TESTS") == "1"
BURSTS = 12 if LONG else 1
_DIALOG_KEYS = ("escape", "enter", "q", "ctrl+s", "y", "n", "tab", "space", "backspace")
_KEYS = (
    *_DIALOG_KEYS,
    *("up", "down", "left", "right", "pageup", "pagedown", "home", "end", "shift+tab", "delete"),
    *("f1", "f2", "f5", "ctrl+o", "ctrl+p", "ctrl+l", "ctrl+z", "ctrl+u", "ctrl+r", "shift+up"),
    *"abcdefghijklmnopqrstuvwxyzABCDEGHIJKLMNPRSTUVWXYZ0123456789/?",
)
_CHARACTERS = {"space": " ", "/": "/", "?": "?"}
_NAMES = {"/": "slash", "?": "question_mark"}


async def _code(screen: Console, scene: Scene) -> None:
    await main_screen(screen, scene)
    await screen.press("m", "a")
    await screen.see("Add somebody to the team")
    await screen.type("uma@harbor.example")
    await screen.press("enter", "tab", "tab", "ctrl+s")
    await screen.see("uma@harbor.example", "code")


async def _import(screen: Console, scene: Scene) -> None:
    await main_screen(screen, scene)
    await screen.press("m", "i")
    await screen.see("Import people from a CSV file")


async def _unwritten(screen: Console, scene: Scene) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    file = scene.path.with_name("people.csv")
    file.write_text("email,name,role,sso_only\ngrace@harbor.example,Grace Lind,admin,no\n")
    await _import(screen, scene)
    await screen.type(f"{file}")
    await screen.see_row("› people.csv")
    await screen.press("enter")
    await screen.see("What would be imported")
    await screen.press("tab", "ctrl+u")
    await screen.type(f"{file.with_name('codes.csv')}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bgconsole.files.private_file.os.fsync", full)
        await screen.press("ctrl+s")
        await screen.see("could not be written")


async def _rename(screen: Console, scene: Scene) -> None:
    await main_screen(screen, scene)
    await screen.press("p", "N")
    await screen.see("Name")


async def _issuer(screen: Console, scene: Scene) -> None:
    await main_screen(screen, scene)
    await screen.press("p", "i")
    await screen.see("Set SSO up")


async def _check(screen: Console, scene: Scene) -> None:
    await main_screen(screen, scene)
    await screen.press("p", "c")
    await screen.see("Check")


async def _rewind(screen: Console, scene: Scene) -> None:
    await main_screen(screen, scene)
    await screen.see("following")
    scene.run("DELETE FROM audit_event WHERE seq > 2000")
    scene.run(
        "UPDATE audit_head SET seq = 2000, hash = (SELECT hash FROM audit_event WHERE seq = 2000)"
    )
    await screen.see("History went back")
    await screen.press("H")
    await screen.see("Seen before")


async def _sso(screen: Console, scene: Scene) -> None:
    await screen.see("Email")
    await screen.type("ken@harbor.example")
    await screen.press("enter")
    await screen.see("Sign in with Microsoft Entra ID")
    await screen.press("f2")
    await screen.until(lambda: isinstance(screen.app.screen, SsoDialog), "the dialog")


ALL = {
    state.name: state
    for state in (
        *STATES,
        State("code", _code),
        State("import", _import),
        State("codes-unwritten", _unwritten),
        State("provider-rename", _rename),
        State("provider-issuer", _issuer),
        State("provider-check", _check),
        State("rewind", _rewind),
        State("sign-in-sso", _sso, who=None),
    )
}

STATE_OF = {
    "SetUpScreen": "set-up",
    "ConnectScreen": "set-up-connect",
    "PasswordDialog": "password",
    "SignInScreen": "sign-in-password",
    "RedeemScreen": "redeem",
    "ForgotDialog": "forgot",
    "MainScreen": "main-draft",
    "HelpScreen": "help",
    "AttemptDialog": "attempt",
    "GuardDialog": "guard",
    "ConflictDialog": "conflict",
    "LeaveDialog": "leave",
    "KeptDraftDialog": "kept-draft",
    "ProofDialog": "proof",
    "LockDialog": "locked",
    "AuditTimeScreen": "audit-time",
    "AuditSaveScreen": "audit-save",
    "AuditFilterScreen": "audit-filter",
    "EventDetailScreen": "event",
    "PaletteScreen": "actions",
    "JumpScreen": "jump",
    "MemberDetail": "members-person",
    "MemberAddDialog": "members-add",
    "CodeDialog": "code",
    "RoleDialog": "members-role",
    "MemberRenameDialog": "members-email",
    "QuestionDialog": "members-remove",
    "ImportPicker": "import",
    "ImportPreview": "members-import",
    "UnwrittenCodes": "codes-unwritten",
    "ProviderAddDialog": "provider-add",
    "ProviderRenameDialog": "provider-rename",
    "ProviderSetUpDialog": "provider-issuer",
    "ProviderRemoveDialog": "provider-remove",
    "ProviderCheckDialog": "provider-check",
    "SsoDialog": "sign-in-sso",
    "RewindDialog": "rewind",
}
"""A state in which each screen is on top."""


def _screens() -> Iterator[str]:
    """Every screen of the console that is shown as itself: none that others are made from."""
    for module in pkgutil.walk_packages(bgconsole.tui.__path__, "bgconsole.tui."):
        importlib.import_module(module.name)
    waiting: list[type[Screen[object]]] = [Screen]
    seen: set[type] = set()
    while waiting:
        kind = waiting.pop()
        if kind in seen:
            continue
        seen.add(kind)
        below = kind.__subclasses__()
        waiting.extend(below)
        ours = kind.__module__.startswith("bgconsole.") and not kind.__name__.startswith("_")
        if ours and (not below or kind.__name__ in STATE_OF):
            yield kind.__name__


def test_every_screen_gets_its_bursts() -> None:
    assert set(STATE_OF) == set(_screens())


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample team, made once."""
    path = tmp_path_factory.mktemp("sample") / "team.db"
    sample_team(path)
    return path


@dataclass(frozen=True)
class Case:
    """One burst, by its seed, in a state; `screen` is on top of it, where that is said."""

    state: str
    seed: int
    screen: str | None = None

    def __str__(self) -> str:
        return f"{self.state}-{self.seed}"

    def keys(self) -> list[str]:
        """Some keys several times in a row: the second one comes before the first has acted."""
        dice = random.Random(f"{self.state} {self.seed}")
        pressed: list[str] = []
        while len(pressed) < 24:
            kinds = dice.choice((_DIALOG_KEYS, _KEYS))
            pressed += [dice.choice(kinds)] * dice.choice((1, 1, 2, 3))
        return pressed


def _cases() -> Iterator[Case]:
    for screen, state in STATE_OF.items():
        yield from (Case(state, seed, screen) for seed in range(BURSTS))
    if LONG:
        left = ALL.keys() - STATE_OF.values()
        yield from (Case(state, seed) for state in sorted(left) for seed in range(BURSTS))


def _send(app: ConsoleApp, keys: list[str]) -> None:
    """All at once, as they come when somebody's line was slow."""
    driver = app._driver
    assert driver is not None
    for key in keys:
        character = _CHARACTERS.get(key) or (key if len(key) == 1 else None)
        event = Key(_NAMES.get(key, key), character)
        event.set_sender(app)
        driver.send_message(event)


@pytest.mark.parametrize("case", _cases(), ids=str)
def test_a_burst_of_keys_fails_nothing(case: Case, team: Path, tmp_path: Path) -> None:
    scene = copy_of(team, tmp_path)
    state = ALL[case.state]
    app = state.app(scene)

    async def burst() -> None:
        async with app.run_test(size=(120, 40)) as pilot:
            await state.run(scene)(pilot)
            assert case.screen in {None, type(app.screen).__name__}
            _send(app, case.keys())
            for _ in range(20):
                await asyncio.sleep(0.01)
                if not app.is_running:
                    return
            _send(app, ["escape", "x"])
            await pilot.pause()
            # What failed in it is raised where the test's own console ends.

    asyncio.run(burst())
    scene.close()
    assert app.return_code in {None, 0}, case.keys()
