"""The console at the far end of a line: a real server process on a team's database."""

from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from bgconsole import compose
from bgconsole.targets.server_url import host_of
from bgconsole.tui.app import ConsoleApp
from bgconsole.tui.model.connection import Connection
from bgconsole.tui.model.draft_file import DraftFile
from tests.backend.world import CONSOLE, OWNER, World
from tests.serving import ClockFile, Server, forked
from tests.tui.console import LARGE, Console


@contextmanager
def server_on(world: World, folder: Path) -> Generator[Server]:
    """A server on the database of `world`, which is `SqliteDeployment(folder)`; its clock too."""
    clock = ClockFile(folder / "server-clock")
    world.clock.follow(clock.show)
    with forked(f"sqlite:///{folder / 'data' / 'team.db'}", clock) as server:
        yield server


@asynccontextmanager
async def far_console(
    world: World,
    url: str,
    who: str | None = OWNER,
    *,
    size: tuple[int, int] = LARGE,
    drafts: DraftFile | None = None,
) -> AsyncGenerator[Console]:
    """The console as `who` over the server at `url`; at the sign-in screen for None."""
    target = compose.server_target(url)
    app = ConsoleApp(
        Connection(
            place=compose.place_of(target),
            open=lambda: compose.open_backend(target),
            source=CONSOLE,
            token=None if who is None else world.sessions[who].token,
            clock=world.clock,
            drafts=drafts,
            host=host_of(target.url),
            server=True,
        )
    )
    async with app.run_test(size=size) as pilot:
        yield Console(app, pilot)
        # Nothing that is under way finds its screen gone.
        app.workers.cancel_all()
        await pilot.pause()
        await app.session.end()
