"""The audit pane alone on a screen, on a real team's log: press keys, see what stands there."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from textual.app import ComposeResult

from bgconsole.backend.identity import Caller, Source
from bgconsole.backend.local import audit
from bgconsole.backend.local.backend import LocalBackend
from bgconsole.backend.local.engine import Database
from bgconsole.backend.local.passwords import Argon2Hasher
from bgconsole.backend.protocol import Backend
from bgconsole.policy.audit import BREAK_GLASS_KEY, BREAK_GLASS_LOGIN, EventType, Outcome
from bgconsole.tui.audit.feed import AuditFeed
from bgconsole.tui.kit.guided_app import GuidedApp
from bgconsole.tui.kit.key_bar import KeyBar
from bgconsole.tui.terminal.styles import style_files
from bgconsole.tui.terminal.theme import DARK
from tests.tui.keyboard import Keyboard

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HERE = Source("local:1000", "test", local=True)
OWNER, PASSWORD = "olga@harbor.example", "seven green lanterns hum"


def number(count: int) -> str:
    """What the numbered events tell."""
    return f"numbered {count:05}"


def plain(description: str) -> audit.EventDraft:
    """An event of no account."""
    return audit.EventDraft(
        EventType.LOGOUT, description, actor="mia@harbor.example", source="10.2.0.52"
    )


def glass_login(
    actor: str = "mia@harbor.example", *, outcome: Outcome = Outcome.SUCCESS
) -> audit.EventDraft:
    """A use of emergency access."""
    good = outcome is Outcome.SUCCESS
    return audit.EventDraft(
        EventType.LOGIN_SUCCESS if good else EventType.LOGIN_FAILURE,
        BREAK_GLASS_LOGIN if good else "Break-glass login attempt failed",
        actor=actor,
        source="10.9.4.2",
        outcome=outcome,
        provider="entra",
        metadata={BREAK_GLASS_KEY: True, "idpState": "down"},
    )


@dataclass
class Log:
    """A team's database, written to as another process would."""

    path: Path
    backend: LocalBackend
    caller: Caller
    head: int
    at: datetime = field(default=NOW)

    def add(self, *drafts: audit.EventDraft) -> None:
        """Put events on record."""
        database = Database(self.path)
        with database.write() as connection:
            audit.append(connection, drafts, self.at)
            connection.commit()
        database.close()

    def fill(self, count: int) -> None:
        """Put so many numbered events on record, from 1."""
        self.add(*(plain(number(one)) for one in range(1, count + 1)))


@asynccontextmanager
async def open_log(folder: Path) -> AsyncGenerator[Log]:
    """A new team with its owner signed in."""
    hasher = Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1)
    path = folder / "team.db"
    backend = LocalBackend.at(path, clock=lambda: NOW, hasher=hasher)
    opened = await backend.initialise(Caller(HERE), "Harbor", OWNER, PASSWORD)
    caller = Caller(HERE, opened.token)
    try:
        yield Log(path, backend, caller, (await backend.audit_page(caller)).head)
    finally:
        await backend.close()


class AuditConsole(GuidedApp):
    """The pane and the keys, no other tab; without a backend it is not connected."""

    CSS_PATH = style_files()  # pyright: ignore[reportAssignmentType]
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, backend: Backend | None, caller: Caller) -> None:
        super().__init__()
        self.backend = backend
        self.caller = caller
        self.signed_out = False
        self.animation_level = "none"
        self.register_theme(DARK)
        self.theme = DARK.name

    def compose(self) -> ComposeResult:
        yield AuditFeed(clock=lambda: NOW, id="audit")
        yield KeyBar()

    def on_mount(self) -> None:
        # As a tab that fills the screen, which is low in some tests.
        self.screen.add_class("-no-page", "-no-simulator")
        if self.size.width < 100:
            self.screen.add_class("-narrow")
        feed = self.query_one(AuditFeed)
        if self.backend is not None:
            feed.connect(self.backend, self.caller)
        feed.pane.focus()

    def on_audit_feed_signed_out(self) -> None:
        self.signed_out = True


class Reader(Keyboard):
    """Somebody who reads the log."""

    app: AuditConsole

    @property
    def heading(self) -> str:
        """What stands above the list: filters, and whether it follows."""
        for number, line in enumerate(self.lines):
            if "following" in line or "‖" in line or "× not" in line:
                return "\n".join(self.lines[: number + 1])
        raise AssertionError(f"no heading:\n{self.text}")

    @property
    def left(self) -> list[str]:
        """The rows without the event beside them."""
        return [line.partition("│")[0] for line in self.lines]

    @property
    def listed(self) -> str:
        """The same as one text."""
        return "\n".join(self.left)

    @property
    def numbers(self) -> list[int]:
        """The numbered events on the screen, from above."""
        return [int(row.partition("numbered ")[2][:5]) for row in self.left if "numbered " in row]


@asynccontextmanager
async def reading(
    log: Log, *, size: tuple[int, int] = (120, 40), backend: Backend | None = None
) -> AsyncGenerator[Reader]:
    """Somebody reads the log."""
    async with _shown(AuditConsole(backend or log.backend, log.caller), size) as reader:
        yield reader


@asynccontextmanager
async def unconnected(log: Log) -> AsyncGenerator[Reader]:
    """Somebody sits before the pane while the backend is not there yet."""
    async with _shown(AuditConsole(None, log.caller), (120, 40)) as reader:
        yield reader


@asynccontextmanager
async def _shown(app: AuditConsole, size: tuple[int, int]) -> AsyncGenerator[Reader]:
    async with app.run_test(size=size) as pilot:
        yield Reader(app, pilot)


def ascending(numbers: Sequence[int]) -> bool:
    """Whether each is one more than that before it."""
    return list(numbers) == list(range(numbers[0], numbers[0] + len(numbers)))
