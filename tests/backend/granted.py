"""A team on PostgreSQL whose consoles have what deploy/grants.sql gives them, and no more."""

from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from bgconsole.backend.identity import Source
from bgconsole.backend.local.backend import LocalBackend
from bgconsole.backend.local.postgres.database import PostgresDatabase
from bgconsole.backend.protocol import Backend
from tests.backend.world import CHEAP, CONSOLE, MovableClock, SkippedRest
from tests.postgres import SHARED

OWNER_ROLE = "bgconsole_owner"
APP_ROLE = "bgconsole_app"
AUDIT_ROLE = "bgconsole_audit"

_GRANTS = Path(__file__).parents[2] / "deploy" / "grants.sql"


@dataclass
class GrantedDeployment:
    """Consoles connect as the application's role; the founder is the owner of the tables."""

    folder: Path
    here: Source = CONSOLE
    rest: SkippedRest = field(default_factory=SkippedRest)
    name: str = field(init=False)

    def __post_init__(self) -> None:
        self.name = SHARED.get().create()
        self.grant()
        tables = PostgresDatabase(self.url_as(OWNER_ROLE))
        with closing(tables), tables.create() as connection:
            connection.commit()
        self.grant()

    @property
    def url(self) -> str:
        return self.url_as(APP_ROLE)

    def url_as(self, role: str) -> str:
        """The database as `--database` takes it, for this role."""
        return SHARED.get().url(self.name, role)

    def grant(self) -> None:
        """Run the file that gives the rights."""
        SHARED.get().run(_GRANTS.read_text(), self.name)

    def open(self, clock: MovableClock, *, read_only: bool = False) -> Backend:
        return self._backend(APP_ROLE, clock, read_only=read_only)

    def founder(self, clock: MovableClock) -> Backend | None:
        return self._backend(OWNER_ROLE, clock, read_only=False)

    def tamper(self, statement: str) -> list[tuple[object, ...]]:
        return list(SHARED.get().run(statement, self.name))

    def close(self) -> None:
        SHARED.get().drop(self.name)

    def _backend(self, role: str, clock: MovableClock, *, read_only: bool) -> Backend:
        database = PostgresDatabase(self.url_as(role), read_only=read_only)
        return LocalBackend.on(
            database, read_only=read_only, clock=clock, hasher=CHEAP, rest=self.rest
        )
