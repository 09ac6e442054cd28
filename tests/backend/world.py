"""A team on some backend, for tests that speak through the protocol only.

Another backend joins the contract suite with a `Deployment` of its own in
`tests/backend/deployments.py`.
"""

import shutil
import sqlite3
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

import pytest

from bgconsole.backend.errors import BackendError, BatchRefusedError
from bgconsole.backend.identity import Caller, SignedIn, Source
from bgconsole.backend.local.backend import LocalBackend
from bgconsole.backend.local.parts import Rest
from bgconsole.backend.local.passwords import Argon2Hasher
from bgconsole.backend.local.postgres.database import PostgresDatabase
from bgconsole.backend.protocol import Backend
from bgconsole.backend.values import MemberAddition, ProviderDetail, SettingsSave
from bgconsole.policy.audit import AuditEvent
from bgconsole.policy.guard import Override
from bgconsole.policy.refusals import Code, RequestField
from bgconsole.policy.settings import Delta, Settings
from bgconsole.policy.team import Role
from tests.postgres import SHARED

OWNER = "owner@acme.test"
PASSWORD = "plum violin harbour staple"
START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CHEAP = Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1)

CONSOLE = Source("local:1000", "host uid 1000", local=True)


def network(address: str) -> Source:
    """A request from this address."""
    return Source(address, address, local=False)


class SkippedRest(Rest):
    """Lets no time pass: it notes how long would have been waited."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


class MovableClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = START) -> None:
        self._now = now
        self._followers: list[Callable[[datetime], None]] = []

    def __call__(self) -> datetime:
        return self._now

    @property
    def now(self) -> datetime:
        """What it shows."""
        return self._now

    @now.setter
    def now(self, now: datetime) -> None:
        self._now = now
        for follower in self._followers:
            follower(now)

    def advance(self, **lengths: float) -> None:
        """Move on by this timedelta."""
        self.now += timedelta(**lengths)

    def follow(self, follower: Callable[[datetime], None]) -> None:
        """Tell a clock in another process what this one shows, now and at every move."""
        self._followers.append(follower)
        follower(self._now)


class Deployment(Protocol):
    """Where a backend of one kind can be opened, again and again, on the same data."""

    @property
    def here(self) -> Source:
        """How the backend sees a caller who comes as `CONSOLE`."""
        ...

    @property
    def url(self) -> str:
        """Where it is, as `--database` or `--server` takes it."""
        ...

    @property
    def rest(self) -> SkippedRest:
        """The delays of tries at the database's own machine."""
        ...

    def open(self, clock: MovableClock, *, read_only: bool = False) -> Backend:
        """A backend on this deployment's data; it is empty at first."""
        ...

    def founder(self, clock: MovableClock) -> Backend | None:
        """A backend with the database's own rights, where those of `open` have none."""
        ...

    def tamper(self, statement: str) -> list[tuple[object, ...]]:
        """Run a statement of SQL behind the program's back; its rows."""
        ...

    def close(self) -> None:
        """End what was started for it. Its backends are closed by then."""
        ...


@dataclass
class SqliteDeployment:
    """A file in a folder of its own."""

    folder: Path
    here: Source = CONSOLE
    rest: SkippedRest = field(default_factory=SkippedRest)

    @property
    def path(self) -> Path:
        """The file, which need not exist yet."""
        return self.folder / "data" / "team.db"

    @property
    def url(self) -> str:
        return f"sqlite:///{self.path}"

    def open(self, clock: MovableClock, *, read_only: bool = False) -> Backend:
        return LocalBackend.at(
            self.path, read_only=read_only, clock=clock, hasher=CHEAP, rest=self.rest
        )

    def founder(self, clock: MovableClock) -> Backend | None:
        return None

    def tamper(self, statement: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.path)) as connection, connection:
            return connection.execute(statement).fetchall()

    def close(self) -> None:
        pass


@dataclass
class PostgresDeployment:
    """A database of its own on the server that this process shares."""

    folder: Path
    here: Source = CONSOLE
    rest: SkippedRest = field(default_factory=SkippedRest)
    name: str = field(init=False)

    def __post_init__(self) -> None:
        self.name = SHARED.lend()

    @property
    def url(self) -> str:
        return SHARED.get().url(self.name)

    def open(self, clock: MovableClock, *, read_only: bool = False) -> Backend:
        database = PostgresDatabase(self.url, read_only=read_only)
        return LocalBackend.on(
            database, read_only=read_only, clock=clock, hasher=CHEAP, rest=self.rest
        )

    def founder(self, clock: MovableClock) -> Backend | None:
        return None

    def tamper(self, statement: str) -> list[tuple[object, ...]]:
        return list(SHARED.get().run(statement, self.name))

    def close(self) -> None:
        SHARED.take_back(self.name)


@dataclass
class World:
    """A deployment, its clock, and the sessions of the people in it."""

    deployment: Deployment
    clock: MovableClock = field(default_factory=MovableClock)
    sessions: dict[str, Caller] = field(default_factory=dict)
    opened: list[Backend] = field(default_factory=list)
    backend: Backend = field(init=False)
    founder: Backend = field(init=False)
    """Where a team is made, recovered and upgraded: only the database's own rights allow it."""

    def __post_init__(self) -> None:
        self.backend = self.another()
        self.founder = self.another_founder() or self.backend

    @classmethod
    def copied(cls, original: "World", deployment: SqliteDeployment) -> "World":
        """The team of a world that is closed, in a deployment of its own, with the same sessions.

        Many times quicker than to make such a team again.
        """
        assert isinstance(original.deployment, SqliteDeployment)
        shutil.copytree(original.deployment.path.parent, deployment.path.parent)
        return cls(deployment, MovableClock(original.clock.now), dict(original.sessions))

    def another(self, *, read_only: bool = False) -> Backend:
        """One more backend on the same data, as another process has it."""
        backend = self.deployment.open(self.clock, read_only=read_only)
        self.opened.append(backend)
        return backend

    def another_founder(self) -> Backend | None:
        """One more backend with the database's own rights, where those of `another` have none."""
        backend = self.deployment.founder(self.clock)
        if backend is not None:
            self.opened.append(backend)
        return backend

    async def close(self) -> None:
        """Close every backend, and end what was started for them."""
        for backend in self.opened:
            await backend.close()
        self.deployment.close()

    @property
    def here(self) -> Source:
        """How the backend sees a caller who comes as `CONSOLE`."""
        return self.deployment.here

    @property
    def owner(self) -> Caller:
        """The first owner's session."""
        return self.sessions[OWNER]

    async def found(self) -> Caller:
        """Make the team; the owner's session."""
        signed_in = await self.founder.initialise(Caller(CONSOLE), "Acme", OWNER, PASSWORD)
        self.sessions[OWNER] = Caller(CONSOLE, signed_in.token)
        return self.owner

    async def add(
        self, *names: str, role: Role = Role.MEMBER, password: str | None = PASSWORD
    ) -> list[str]:
        """Add people called so, or with this email; with a password unless None. Their emails."""
        emails = [name if "@" in name else f"{name}@acme.test" for name in names]
        additions = [
            MemberAddition(email, role=role, sso_only=password is None) for email in emails
        ]
        codes = await self.backend.add_members(self.owner, additions)
        for one in codes:
            if password is not None and one.code is not None:
                await self.backend.redeem(Caller(CONSOLE), one.email, one.code, password)
        return emails

    async def sign_in(
        self, email: str, password: str = PASSWORD, source: Source = CONSOLE
    ) -> SignedIn:
        """Sign in and keep the session."""
        signed_in = await self.backend.sign_in(Caller(source), email, password)
        self.sessions[email] = Caller(source, signed_in.token)
        return signed_in

    async def person(self, name: str, role: Role = Role.MEMBER) -> Caller:
        """Add somebody with a password, and sign them in."""
        (email,) = await self.add(name, role=role)
        await self.sign_in(email)
        return self.sessions[email]

    async def enforce(self, slug: str, *emails: str) -> ProviderDetail:
        """Switch enforcement on with these on the list."""
        return await self.backend.apply_delta(self.owner, slug, Delta(True, emails))

    async def provider(self, slug: str, caller: Caller | None = None) -> ProviderDetail:
        """A provider as it stands."""
        details = await self.backend.providers(caller or self.owner)
        return next(detail for detail in details if detail.slug == slug)

    async def save(
        self, slug: str, *emails: str, enforced: bool = True, override: Override | None = None
    ) -> ProviderDetail:
        """Save switch and list on the version that stands now."""
        version = (await self.provider(slug)).version
        save = SettingsSave(Settings(enforced, emails), version, override)
        return await self.backend.save_settings(self.owner, slug, save)

    async def events(self, caller: Caller | None = None) -> list[AuditEvent]:
        """Every event, oldest first."""
        page = await self.backend.audit_page(caller or self.owner, limit=2000)
        return list(reversed(page.events))

    async def newest(self, count: int = 1) -> list[AuditEvent]:
        """The newest events, oldest of them first."""
        return (await self.events())[-count:]

    async def head(self) -> int:
        """The newest `seq`."""
        return (await self.backend.audit_page(self.owner, limit=1)).head


@dataclass
class Refused:
    """What a call was refused with."""

    error: BackendError | None = None

    @property
    def items(self) -> dict[str, Code]:
        """Of a refused batch, the code of each email."""
        assert isinstance(self.error, BatchRefusedError)
        return {item.email: item.refusal.code for item in self.error.items}

    @property
    def message(self) -> str:
        """The sentence."""
        assert self.error is not None
        return self.error.refusal.message

    @property
    def remedy(self) -> str:
        """What to do about it."""
        assert self.error is not None
        return self.error.refusal.remedy

    @property
    def field(self) -> RequestField | None:
        """The field that it is about."""
        assert self.error is not None
        return self.error.refusal.field


@contextmanager
def refused(code: Code) -> Generator[Refused]:
    """Holds that the call inside is refused with this code, and with words."""
    outcome = Refused()
    with pytest.raises(BackendError) as caught:
        yield outcome
    outcome.error = caught.value
    assert caught.value.code is code, repr(caught.value.refusal)
    assert caught.value.refusal.message
