"""A random walk through the real program, which compares every still screen with a fresh draw.

Keys, resizes, signals, and what others change meanwhile come by one seed. How the program and this
process share the machine is not in it, so a seed repeats what was done, not when it was answered.
"""

import asyncio
import os
import random
import signal
import sys
import time
from collections import deque
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Final

from pyte.screens import Char

from benchmarks.emulator import Emulator, Size
from bgconsole.backend.errors import BackendError
from bgconsole.policy.settings import Delta
from bgconsole.policy.team import Role
from tests.backend.world import OWNER, PASSWORD, MovableClock, SqliteDeployment, World
from tests.program import watched
from tests.terminal import Terminal, seen

_SIZES: Final = ((120, 40), (120, 40), (100, 30), (80, 24), (60, 20), (40, 12))
_PEOPLE: Final = ("mia", "tom", "carla", "raj", "zoe", "ken", "lea", "max", "pia", "otto")
_PATIENCE: Final = 60.0
_ENTER, _ESCAPE, _TAB, _SAVE, _DELETE = "\r", "\x1b", "\t", "\x13", "\x1b[3~"
_ARROWS: Final = ("\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D")
_PAGES: Final = ("\x1b[H", "\x1b[F", "\x1b[5~", "\x1b[6~")
_LETTERS: Final = tuple("abcdefgijkmnpqrstuvwxyzABCDEFGHIJKMNPRSTUVWXYZ/?0123456789 ")
_TYPED: Final = ("mia", "ken@acme.test", "日本語", "ñé", PASSWORD, "carla", "entra", "x")
_FAR: Final = ("\x10", "\x0f", _SAVE, _TAB, "\x1b[Z", "\x1bOQ", "\x1b[15~", "\x08", "\x0c", _DELETE)


class _Kind(Enum):
    """What a step does; the value says how often."""

    RESIZE = 6.0
    SIGNAL = 3.0
    OTHERS = 8.0
    SAVE = 10.5
    WALK = 10.1
    TYPE = 10.2
    BACK = 10.3
    FAR = 10.4
    LETTERS = 33.0


class Watched(Terminal):
    """The program that tells what a fresh draw would write."""

    PROGRAM = (str(Path(watched.__file__)),)


class Others:
    """The team's database, and what others do to it while the console runs."""

    def __init__(self, folder: Path) -> None:
        self._world = World(SqliteDeployment(folder), MovableClock(datetime.now(UTC)))
        self.database = ("--database", self._world.deployment.url)
        self._loop = asyncio.new_event_loop()
        self.token = self._loop.run_until_complete(self._found())

    def act(self, dice: random.Random) -> str:
        """Do one thing, and name it; what the team's state does not allow is left."""
        email = f"{dice.choice(_PEOPLE)}@acme.test"
        slug = dice.choice(("entra", "entra", "oidc"))
        what = dice.choice(("list", "unlist", "unlist", "enforce", "free", "fail", "login"))
        self._world.clock.now = datetime.now(UTC)
        try:
            self._loop.run_until_complete(self._do(what, slug, email))
        except BackendError as error:
            return f"{what} {slug} {email}: {error.code}"
        return f"{what} {slug} {email}"

    def close(self) -> None:
        """Close the database."""
        self._loop.run_until_complete(self._world.close())
        self._loop.close()

    async def _found(self) -> str:
        caller = await self._world.found()
        await self._world.add(*_PEOPLE[:8], role=Role.ADMIN)
        await self._world.add(*_PEOPLE[8:], password=None)
        await self._world.enforce("entra", OWNER, "mia@acme.test", "carla@acme.test")
        assert caller.token is not None
        return caller.token

    async def _do(self, what: str, slug: str, email: str) -> None:
        backend, caller = self._world.backend, self._world.owner
        match what:
            case "list":
                await backend.apply_delta(caller, slug, Delta(add=(email,)))
            case "unlist":
                await backend.apply_delta(caller, slug, Delta(remove=(email,)))
            case "enforce":
                await backend.apply_delta(caller, slug, Delta(enforced=True))
            case "free":
                await backend.apply_delta(caller, slug, Delta(enforced=False))
            case "fail":
                await self._world.sign_in(email, "not the password at all")
            case _:
                await self._world.sign_in(email)


class Walk:
    """One console, one seed."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._dice = random.Random(seed)
        self._seed = seed
        self._folder = folder
        self._answer = folder / "fresh"
        self._others = Others(folder)
        self._size = _SIZES[0]
        self._done: deque[str] = deque(maxlen=30)
        self._terminal: Watched | None = None
        self._last = ""
        self._drawn = (Size(), b"")
        self._wanted: list[list[Char]] = []
        self._read: Size | None = None
        self._cells: list[list[Char]] = []
        self.steps = 0
        self.starts = 0

    def go(self, steps: int) -> None:
        """Take so many steps; fails at the first still screen that a fresh draw would change."""
        try:
            for _ in range(steps):
                terminal = self._running()
                self._step(terminal)
                self._compare(terminal)
                self.steps += 1
        finally:
            if self._terminal is not None:
                self._terminal.__exit__(None, None, None)
            self._others.close()

    def _running(self) -> Watched:
        """The console; another one where it was left."""
        terminal = self._terminal
        if terminal is not None and terminal.exit_code is None:
            return terminal
        if terminal is not None:
            # It may be asked for a fresh draw when it does not listen to that any more.
            ended = terminal.exit_code in {0, -signal.SIGUSR1}
            reports = list(self._folder.glob("state/**/crashes/*"))
            assert ended, self._told(terminal, f"it ended as {terminal.exit_code}")
            assert not reports, self._told(terminal, f"it failed: {reports}")
            terminal.__exit__(None, None, None)
        self.starts += 1
        columns, rows = self._size
        terminal = self._terminal = Watched(
            *self._others.database,
            columns=columns,
            rows=rows,
            BGCONSOLE_TOKEN=self._others.token,
            XDG_STATE_HOME=str(self._folder / "state"),
            PYTHONPATH=os.pathsep.join(sys.path),
            **{watched.ANSWER: str(self._answer)},
        )
        terminal.see("Acme")
        return terminal

    def _step(self, terminal: Watched) -> None:
        dice = self._dice
        screen = terminal.screen()
        if "Go on" in screen and "Email" in screen and dice.random() < 0.5:
            self._press(terminal, OWNER, _ENTER, PASSWORD, _ENTER)
        else:
            (kind,) = dice.choices(list(_Kind), [kind.value for kind in _Kind])
            self._do(kind, terminal)
        if dice.random() < 0.3:
            # A slow line: what is written comes in small pieces, and late.
            for _ in range(dice.randint(1, 8)):
                terminal.read(0.01, 128)

    def _do(self, kind: _Kind, terminal: Watched) -> None:
        dice = self._dice
        match kind:
            case _Kind.RESIZE:
                self._size = dice.choice(_SIZES)
                self._done.append(f"size {self._size}")
                terminal.resize(*self._size)
            case _Kind.SIGNAL:
                self._done.append("SIGWINCH")
                terminal.signal(signal.SIGWINCH)
            case _Kind.OTHERS:
                self._done.append(self._others.act(dice))
            case _Kind.SAVE:
                edit = dice.choice(("x", "x", "u", "t"))
                self._press(terminal, "1", _ESCAPE, edit, _SAVE, _ENTER)
            case _Kind.WALK:
                self._press(terminal, *dice.choices(_ARROWS + _PAGES, k=dice.randint(1, 4)))
            case _Kind.TYPE:
                self._press(terminal, dice.choice(_TYPED))
            case _Kind.BACK:
                self._press(terminal, _ESCAPE)
            case _Kind.FAR:
                self._press(terminal, dice.choice((*_FAR, _ENTER, _ENTER)))
            case _Kind.LETTERS:
                self._press(terminal, *dice.choices(_LETTERS, k=dice.randint(1, 3)))

    def _press(self, terminal: Watched, *keys: str) -> None:
        self._done.append(f"press {keys!r}")
        for key in keys:
            terminal.send(key)
            terminal.read()

    def _compare(self, terminal: Watched) -> None:
        """Wait until what is on the terminal is what a fresh draw would put there."""
        deadline = time.monotonic() + _PATIENCE
        while terminal.exit_code is None:
            fresh = self._fresh(terminal)
            while terminal.read(0.003):
                pass
            if fresh is not None and fresh == self._shown(terminal):
                return
            assert time.monotonic() < deadline, self._told(terminal, "a fresh draw differs")

    def _shown(self, terminal: Watched) -> list[list[Char]]:
        """The cells on the terminal."""
        if terminal.raw or terminal.size != self._read:
            self._read, self._cells = terminal.size, terminal.cells()
            # Of a long walk it would be hundreds of megabytes.
            terminal.raw = b""
        return self._cells

    def _fresh(self, terminal: Watched) -> list[list[Char]] | None:
        """The screen that a fresh draw would make now; None where it was left meanwhile."""
        self._answer.unlink(missing_ok=True)
        terminal.signal(signal.SIGUSR1)
        deadline = time.monotonic() + _PATIENCE
        while not self._answer.exists():
            terminal.read(0.002)
            if terminal.exit_code is not None:
                return None
            assert time.monotonic() < deadline, self._told(terminal, "it does not answer")
        drawn = (terminal.size, self._answer.read_bytes())
        if drawn != self._drawn:
            self._drawn = drawn
            emulator = Emulator(terminal.size)
            emulator.take(drawn[1], 0)
            while emulator.next_arrival() is not None:
                emulator.draw()
            self._last, self._wanted = emulator.text(), seen(emulator)
        return self._wanted

    def _told(self, terminal: Watched, what: str) -> str:
        done = "\n".join(self._done)
        return (
            f"{what}: seed {self._seed}, step {self.steps}, after\n{done}\n"
            f"--- on the terminal\n{terminal.screen()}\n--- afresh\n{self._last}"
        )
