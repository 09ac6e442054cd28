"""Every screen in every state worth a picture, on the sample team at one fixed moment.

The snapshot tests and `make screenshots` draw the same states. Whatever differs from one machine
or run to another (ids, hashes, sources) is fixed here.
"""

import asyncio
import hashlib
import shutil
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from bgconsole.backend.identity import Caller, Source
from bgconsole.backend.local.backend import LocalBackend
from bgconsole.backend.local.passwords import Argon2Hasher
from bgconsole.demo import HINTS, build
from bgconsole.demo.people import KEN, MIA, OLGA, TOM, Colleague
from bgconsole.policy.settings import Delta
from bgconsole.tui.app import ConsoleApp
from bgconsole.tui.connection import Connection, SignInHint
from tests.backend.world import MovableClock
from tests.tui.console import Console

NOW = datetime(2026, 10, 14, 3, 12, tzinfo=UTC)
PLACE = "local · sqlite"
HERE = Source("local:1000", "bastion-1 uid 1000 pts/0", local=True)
SARA, GUS = "sara@harbor.example", "gus@harbor.example"

_CHEAP = Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1)


def sample_team(path: Path) -> None:
    """Make the sample team at `path`, with ids and hashes that are the same every time."""
    build(path, NOW)
    with closing(sqlite3.connect(path)) as connection:
        connection.create_function("fixed", 1, lambda seq: hashlib.sha256(b"%d" % seq).hexdigest())
        connection.execute(
            "UPDATE audit_event SET hash = fixed(seq), prev_hash = fixed(seq - 1),"
            " id = printf('0199e08a-%04x-7bd1-8a54-%012x', seq, seq * 7919)"
        )
        connection.commit()


@dataclass
class Scene:
    """A copy of the sample team of its own, and the console on it."""

    path: Path
    clock: MovableClock = field(default_factory=lambda: MovableClock(NOW))
    opened: list[LocalBackend] = field(default_factory=list[LocalBackend])
    failed: list[BaseException] = field(default_factory=list[BaseException])

    def backend(self) -> LocalBackend:
        """One more backend on the team, as another process has it."""
        backend = LocalBackend.at(self.path, clock=self.clock, hasher=_CHEAP)
        self.opened.append(backend)
        return backend

    async def session(self, who: Colleague) -> Caller:
        """Sign somebody in, from where they sit."""
        source = HERE if who is OLGA else who.source
        opened = await self.backend().sign_in(Caller(source), who.email, who.password)
        return Caller(source, opened.token)

    def outage(self) -> None:
        """Let Entra be down since half an hour."""
        with closing(sqlite3.connect(self.path)) as connection:
            connection.execute(
                "UPDATE provider SET idp_state = 'down', idp_since = ?, idp_checked_at = ?,"
                " idp_detail = 'Discovery timed out after 5 s' WHERE slug = 'entra'",
                ("2026-10-14 02:41:07.000000", "2026-10-14 03:12:00.000000"),
            )
            connection.commit()

    def close(self) -> None:
        """Let go of the database. Raises what went wrong on the way to the picture."""

        async def close_all() -> None:
            for backend in self.opened:
                await backend.close()

        asyncio.run(close_all())
        if self.failed:
            raise self.failed[0]


@dataclass(frozen=True)
class State:
    """How to come to a picture: who sits there, what happened before, which keys they press."""

    name: str
    reach: Callable[[Console, Scene], Awaitable[None]]
    who: Colleague | None = OLGA
    before: Callable[[Scene], None] = lambda _scene: None
    hints: tuple[SignInHint, ...] = ()

    def app(self, scene: Scene) -> ConsoleApp:
        """The console, not started yet."""
        self.before(scene)
        caller = asyncio.run(scene.session(self.who)) if self.who else Caller(HERE)
        scene.clock.now = NOW
        return ConsoleApp(
            Connection(
                place=PLACE,
                open=scene.backend,
                source=caller.source,
                token=caller.token,
                hints=self.hints,
                clock=scene.clock,
            )
        )

    def run(self, scene: Scene) -> Callable[[Pilot[Any]], Awaitable[None]]:
        """What brings a started console there."""

        async def run(pilot: Pilot[Any]) -> None:
            try:
                await self.reach(Console(pilot.app, pilot), scene)
                await pilot.pause()
            except BaseException as error:
                scene.failed.append(error)
                raise

        return run


def copy_of(team: Path, folder: Path) -> Scene:
    """A scene on a copy of the team, so that one picture changes nothing for the next."""
    path = folder / "team.db"
    shutil.copy(team, path)
    return Scene(path)


def _is_wide(screen: Console) -> bool:
    """Whether everything is shown at once."""
    return screen.app.size.width >= 100


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


async def _main(screen: Console, _scene: Scene) -> None:
    await screen.see("2–3 is recommended", "raj@harbor.example")
    await screen.until(lambda: "Reading the team" not in screen.text)
    if _is_wide(screen):
        await screen.see("● following", "Login Success", "last break-glass login")


async def _draft(screen: Console, scene: Scene) -> None:
    await _main(screen, scene)
    await screen.press("down", "down", "down", "x")
    await screen.see_row("− tom@harbor.example")
    await screen.add(KEN.email)
    await screen.see_row("+ ken@harbor.example")
    await screen.add(SARA)
    await screen.see("This user has no password configured")


async def _guard(screen: Console, scene: Scene) -> None:
    await _main(screen, scene)
    await screen.press("x", "down", "x", "down", "down", "x", "ctrl+s")
    await screen.see("This would lock everybody out")
    await screen.type("Microsoft Entra ID")
    await screen.press("enter")
    await screen.see("the name matches")


async def _conflict(screen: Console, scene: Scene) -> None:
    await _main(screen, scene)
    await screen.press("down", "down", "down", "x")
    await screen.add(KEN.email)
    await screen.see_row("+ ken@harbor.example")
    elsewhere = await scene.session(OLGA)
    await scene.backend().apply_delta(
        elsewhere, "entra", Delta(add=(GUS,), remove=("raj@harbor.example",))
    )
    if _is_wide(screen):
        await screen.see("Break-Glass User Added", "gus, tom")
    await screen.press("ctrl+s")
    await screen.see("Somebody saved first")


async def _proof(screen: Console, scene: Scene) -> None:
    await _main(screen, scene)
    await screen.add(KEN.email)
    await screen.see_row("+ ken@harbor.example")
    await screen.press("ctrl+s")
    await screen.see("Prove that it is still you")
    await screen.type("not my password")
    await screen.press("enter")
    await screen.see("This is not your password")
    if _is_wide(screen):
        await screen.until(lambda: "Proof Failure" in screen.behind)


async def _locked(screen: Console, scene: Scene) -> None:
    await screen.see("Locked")
    if _is_wide(screen):
        await screen.until(lambda: "last break-glass login" in screen.behind)


async def _simulator(screen: Console, scene: Scene) -> None:
    await _main(screen, scene)
    await screen.press("slash")
    await screen.type("ke")
    await screen.see("ken cannot get in")


async def _audit(screen: Console, scene: Scene) -> None:
    await _main(screen, scene)
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


async def _help(screen: Console, scene: Scene) -> None:
    await _main(screen, scene)
    await screen.press("question_mark")
    await screen.see("Turn enforcement on or off")


async def _member(screen: Console, _scene: Scene) -> None:
    await screen.see("You are on this list")


async def _no_team(screen: Console, _scene: Scene) -> None:
    await screen.see("There is no team here yet")


def _long_ago(minutes: int) -> Callable[[Scene], None]:
    return lambda scene: scene.clock.advance(minutes=-minutes)


def _no_database(scene: Scene) -> None:
    scene.path.unlink()


STATES = (
    State("sign-in", _sign_in, who=None, hints=HINTS),
    State("sign-in-password", _sign_in_password, who=None),
    State("sign-in-refused", _sign_in_refused, who=None),
    State("sign-in-outage", _sign_in_password, who=None, before=Scene.outage),
    State("sign-in-no-team", _no_team, who=None, before=_no_database),
    State("main", _main),
    State("main-draft", _draft),
    State("member", _member, who=TOM),
    State("guard", _guard),
    State("conflict", _conflict),
    State("proof", _proof, before=_long_ago(6)),
    State("locked", _locked, before=_long_ago(20)),
    State("simulator", _simulator),
    State("audit", _audit),
    State("audit-filter", _audit_filter),
    State("event", _event),
    State("help", _help),
)
