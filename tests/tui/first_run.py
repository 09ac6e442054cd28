"""The console as somebody starts it who has no team yet, or whose database is no good."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bgconsole import compose
from bgconsole.backend.errors import UnreachableError
from bgconsole.backend.local.backend import LocalBackend
from bgconsole.policy.refusals import Code, refusal
from bgconsole.targets.postgres_url import PostgresUrlError
from bgconsole.tui.app import ConsoleApp
from bgconsole.tui.model.connection import Connection
from tests.backend.world import CHEAP, CONSOLE, MovableClock
from tests.tui.console import LARGE, Console

GOOD = "three grey harbour cranes"


@dataclass
class Places:
    """Connections to files, as the command line puts them together, with a cheap hash."""

    clock: MovableClock = field(default_factory=MovableClock)
    opened: list[LocalBackend] = field(default_factory=list[LocalBackend])

    def connection(self, path: Path, *, read_only: bool = False) -> Connection:
        """The console on the file at `path`."""
        target = compose.Target(f"{compose.SQLITE_SCHEME}{path}", read_only)
        return self._at(target)

    def _at(self, target: compose.Target) -> Connection:
        path = Path(target.url.removeprefix(compose.SQLITE_SCHEME))

        def open_backend() -> LocalBackend:
            backend = LocalBackend.at(
                path, read_only=target.read_only, clock=self.clock, hasher=CHEAP
            )
            self.opened.append(backend)
            return backend

        def connect(place: str) -> Connection:
            try:
                return self._at(compose.target_at(place, read_only=target.read_only))
            except (compose.UnknownTargetError, PostgresUrlError) as error:
                raise UnreachableError(refusal(Code.UNREACHABLE)) from error

        return Connection(
            place=compose.place_of(target),
            open=open_backend,
            source=CONSOLE,
            read_only=target.read_only,
            clock=self.clock,
            vacant=compose.is_vacant(target),
            connect=connect,
        )


@asynccontextmanager
async def started(
    path: Path, *, size: tuple[int, int] = LARGE, read_only: bool = False
) -> AsyncGenerator[Console]:
    """The console started on the file at `path`, whatever is there."""
    places = Places()
    app = ConsoleApp(places.connection(path, read_only=read_only))
    async with app.run_test(size=size) as pilot:
        yield Console(app, pilot)
        # Nothing that is under way finds its screen gone.
        app.workers.cancel_all()
        await pilot.pause()
    for backend in places.opened:
        await backend.close()


async def fill(screen: Console, *typed: str) -> None:
    """Type each into the field that has the focus, and enter it."""
    for text in typed:
        await screen.type(text)
        await screen.press("enter")
