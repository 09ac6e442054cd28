"""The whole console on a real team: start it as somebody, then press keys and see."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial

from bgconsole.backend.identity import Source
from bgconsole.files.settings import Preferences
from bgconsole.tui.app import ConsoleApp
from bgconsole.tui.kit.clock import Clock
from bgconsole.tui.model.connection import Connection
from bgconsole.tui.model.draft_file import DraftFile
from bgconsole.tui.provider_page.add_field import AddField
from tests.backend.world import CONSOLE, OWNER, World
from tests.tui.keyboard import Keyboard

LARGE = (120, 40)
SMALL = (80, 24)
SIZES = (LARGE, SMALL)
_DEFAULT = Preferences()


class Console(Keyboard):
    """Somebody at the console."""

    app: ConsoleApp

    @property
    def page(self) -> str:
        """The provider's page: what stands left of the simulator and above the log."""
        return "\n".join(line.partition("│")[0] for line in self.lines if "│" in line[:80])

    async def sign_in(self, email: str, password: str) -> None:
        """Answer the sign-in screen; says nothing of what comes of it."""
        await self.see("Email")
        await self.type(email)
        await self.press("enter")
        await self.see("Password")
        await self.type(password)
        await self.press("enter")

    async def add(self, email: str) -> None:
        """Type an email into the add field and enter it."""
        if not isinstance(self.app.focused, AddField):
            await self.press("a")
        await self.type(email)
        await self.press("enter")

    async def save(self) -> None:
        """Save, also what enforces an unproven provider, and see it said."""
        await self.press("ctrl+s")
        await self.until(lambda: any(said in self.text for said in ("✓ Saved", "Enforce anyway?")))
        if "Enforce anyway?" in self.text:
            await self.press("y")
        await self.see("✓ Saved")

    async def minute(self) -> None:
        """Let the clock strike another minute."""
        self.app.screen_stack[0].query_one(Clock).post_message(Clock.Ticked())
        await self.settle()


@asynccontextmanager
async def console(
    world: World,
    who: str | None = OWNER,
    *,
    size: tuple[int, int] = LARGE,
    read_only: bool = False,
    drafts: DraftFile | None = None,
    preferences: Preferences = _DEFAULT,
    source: Source = CONSOLE,
    program: str = "bgconsole",
) -> AsyncGenerator[Console]:
    """The console as `who`, whose session is stored; at the sign-in screen for None.

    `source` is where its requests come from, as a server would see it; `program` is how the command
    line is called for the same place.
    """
    app = ConsoleApp(
        Connection(
            place="local · sqlite",
            open=partial(world.another, read_only=read_only),
            source=source,
            token=None if who is None else world.sessions[who].token,
            read_only=read_only,
            clock=world.clock,
            drafts=drafts,
            program=lambda: program,
        ),
        preferences,
    )
    async with app.run_test(size=size) as pilot:
        yield Console(app, pilot)
        # Nothing that is under way finds its screen gone.
        app.workers.cancel_all()
        await pilot.pause()
