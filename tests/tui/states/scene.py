"""A copy of the sample team at one fixed moment, and how a picture of the console on it is made.

Whatever differs from one machine or run to another (ids, hashes, sources) is fixed here.
"""

import asyncio
import shutil
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from bgconsole.backend.identity import Caller, Source
from bgconsole.backend.local.backend import LocalBackend
from bgconsole.backend.local.passwords import Argon2Hasher
from bgconsole.demo import build
from bgconsole.demo.people import OLGA, Colleague
from bgconsole.files.settings import Signs
from bgconsole.policy.chain import timestamp
from bgconsole.tui.app import ConsoleApp
from bgconsole.tui.model.connection import Connection, SignInHint
from bgconsole.tui.terminal.capabilities import Ground
from bgconsole.tui.terminal.theme import Look
from tests.backend.world import MovableClock
from tests.tui.console import Console
from tests.tui.states.chain import fix_chain

NOW = datetime(2026, 10, 14, 3, 12, tzinfo=UTC)
PLACE = "local · sqlite"
HERE = Source("local:1000", "bastion-1 uid 1000 pts/0", local=True)

_CHEAP = Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1)


def sample_team(path: Path) -> None:
    """Make the sample team at `path`, with ids and hashes that are the same every time."""
    build(path, NOW)
    fix_chain(path)


def _copy(source: Path, target: Path) -> None:
    """The database as it is, in one transaction of the target's."""
    with closing(sqlite3.connect(source)) as now, closing(sqlite3.connect(target)) as then:
        now.backup(then)


@dataclass
class Scene:
    """A copy of the sample team of its own, and the console on it."""

    path: Path
    clock: MovableClock = field(default_factory=lambda: MovableClock(NOW))
    session_age: int = 0
    """Minutes since the session was opened, proven and used."""
    opened: list[LocalBackend] = field(default_factory=list[LocalBackend])
    failed: list[BaseException] = field(default_factory=list[BaseException])

    def backend(self, path: Path | None = None) -> LocalBackend:
        """One more backend on the team, as another process has it; or on a copy of it."""
        backend = LocalBackend.at(path or self.path, clock=self.clock, hasher=_CHEAP)
        self.opened.append(backend)
        return backend

    async def session(self, who: Colleague) -> Caller:
        """Sign somebody in, from where they sit."""
        source = HERE if who is OLGA else who.source
        # On a copy: a console that follows the log would see a record whose hash then changes.
        copy = self.path.with_name(f"sign-in-{len(self.opened)}.db")
        _copy(self.path, copy)
        opened = await self.backend(copy).sign_in(Caller(source), who.email, who.password)
        fix_chain(copy)
        if self.session_age:
            begun = timestamp(NOW - timedelta(minutes=self.session_age))
            with closing(sqlite3.connect(copy)) as connection:
                connection.execute(
                    "UPDATE session SET created_at = ?, last_seen_at = ?, proven_at = ?",
                    (begun,) * 3,
                )
                connection.commit()
        _copy(copy, self.path)
        return Caller(source, opened.token)

    def run(self, statement: str) -> None:
        """Change what is stored, behind the program's back."""
        with closing(sqlite3.connect(self.path)) as connection:
            connection.execute(statement)
            connection.commit()

    def outage(self) -> None:
        """Let Entra be down since after the last event of its history."""
        with closing(sqlite3.connect(self.path)) as connection:
            connection.execute(
                "UPDATE provider SET idp_state = 'down', idp_since = ?, idp_checked_at = ?,"
                " idp_detail = 'Discovery timed out after 5 s' WHERE slug = 'entra'",
                ("2026-10-14T03:06:07.000000Z", "2026-10-14T03:12:00.000000Z"),
            )
            connection.commit()

    def probed(self) -> None:
        """Let Entra have been probed sixty times: quick, with one slow answer and one missing."""
        with closing(sqlite3.connect(self.path)) as connection:
            for back in range(60):
                at = NOW - timedelta(seconds=30 * (59 - back))
                latency = {17: None, 41: 212}.get(back, 38 + back * 37 % 23)
                connection.execute(
                    "INSERT INTO idp_probe (provider_id, at, latency_ms)"
                    " SELECT id, ?, ? FROM provider WHERE slug = 'entra'",
                    (f"{at:%Y-%m-%dT%H:%M:%S.%f}Z", latency),
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


class Dress(Enum):
    """What the screen is drawn in: a look and its signs; the value names the picture."""

    DARK = "dark"
    LIGHT = "light"
    HIGH_CONTRAST = "high-contrast"
    ANSI = "ansi"
    MONO = "mono"
    PLAIN = "plain"
    """No colour and nothing but ASCII: the oldest terminal."""

    def put_on(self, app: ConsoleApp) -> None:
        """Let the console look like this, on a dark terminal."""
        app.terminal = replace(app.terminal, ground=Ground.DARK)
        if self is Dress.PLAIN:
            app.wear(Look.MONO, Signs.PLAIN)
        else:
            app.wear(Look(self.value))

    @property
    def suffix(self) -> str:
        """What the names of its pictures have behind the state's."""
        return "" if self is Dress.DARK else f"-{self.value}"


@dataclass(frozen=True)
class State:
    """How to come to a picture: who sits there, what happened before, which keys they press."""

    name: str
    reach: Callable[[Console, Scene], Awaitable[None]]
    who: Colleague | None = OLGA
    before: Callable[[Scene], None] = lambda _scene: None
    hints: tuple[SignInHint, ...] = ()
    connected: Callable[[Connection, Scene], Connection] = lambda connection, _scene: connection

    def app(self, scene: Scene) -> ConsoleApp:
        """The console, not started yet."""
        self.before(scene)
        caller = asyncio.run(scene.session(self.who)) if self.who else Caller(HERE)
        scene.clock.now = NOW
        connection = Connection(
            place=PLACE,
            open=scene.backend,
            source=caller.source,
            token=caller.token,
            hints=self.hints,
            clock=scene.clock,
        )
        return ConsoleApp(self.connected(connection, scene))

    def run(
        self, scene: Scene, dress: Dress | None = None
    ) -> Callable[[Pilot[Any]], Awaitable[None]]:
        """What brings a started console there, and dresses it."""

        async def run(pilot: Pilot[Any]) -> None:
            try:
                screen = Console(pilot.app, pilot)
                await self.reach(screen, scene)
                await pilot.pause()
                if dress is not None:
                    dress.put_on(screen.app)
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


def is_wide(screen: Console) -> bool:
    """Whether everything is shown at once."""
    return screen.app.size.width >= 100


async def main_screen(screen: Console, _scene: Scene) -> None:
    """The main screen, everything read."""
    await screen.see("2–3 is recommended", "raj@harbor.example")
    await screen.until(lambda: "Loading the team" not in screen.text)
    await screen.see("last break-glass login")
    if is_wide(screen):
        await screen.see("● following", "Login Success")


def long_ago(minutes: int) -> Callable[[Scene], None]:
    """Let the session be so old: it was proven so long ago."""

    def age(scene: Scene) -> None:
        scene.session_age = minutes

    return age
