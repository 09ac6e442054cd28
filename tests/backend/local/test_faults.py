"""Every statement of every operation fails in turn: nothing is ever changed without its event."""

import sqlite3
from collections.abc import Awaitable, Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from bgconsole.backend.errors import BackendError, UnreachableError
from bgconsole.backend.identity import Caller
from bgconsole.backend.local.engine import Database
from bgconsole.backend.protocol import Backend
from bgconsole.backend.values import MemberAddition, ProviderAddition, ProviderChange, SettingsSave
from bgconsole.policy.audit import AuditFilter
from bgconsole.policy.provider_kinds import ProviderKind
from bgconsole.policy.settings import Delta, Settings
from bgconsole.policy.team import Role
from tests.backend.world import CONSOLE, OWNER, PASSWORD, SqliteDeployment, World, network

ANNA, BERT = "anna@acme.test", "bert@acme.test"
KEY = "0f6b7d5e3c21a948"

AUDITED = ("team", "account", "membership", "provider", "entry", "api_token", "idempotency")
"""Tables that change only together with an event (a key is stored with what was done by it); so do
sessions, but for when they were seen."""

SESSION = (
    "SELECT token_hash, account_id, method, opened_by_recover, is_break_glass, proven_at,"
    " revoked_at FROM session ORDER BY token_hash"
)


@dataclass
class Fault:
    """Lets so many statements pass, then fails each one until it is mended."""

    passing: int | None = None
    struck: int = 0
    seen: list[str] = field(default_factory=list)

    def statement(self, sql: str) -> None:
        """Called before each."""
        self.seen.append(sql)
        if self.passing is not None and len(self.seen) > self.passing:
            self.struck += 1
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorcode = sqlite3.SQLITE_IOERR
            raise error

    def arm(self, passing: int) -> None:
        """Fail from the next statement but so many on."""
        self.passing, self.struck, self.seen = passing, 0, []

    def mend(self) -> None:
        """Fail no more."""
        self.passing = None


FAULT = Fault()


class FaultyCursor(sqlite3.Cursor):
    """A cursor whose statements may fail."""

    def execute(self, sql: str, parameters: Any = (), /) -> "FaultyCursor":
        FAULT.statement(sql)
        super().execute(sql, parameters)
        return self

    def executemany(self, sql: str, parameters: Iterable[Any], /) -> "FaultyCursor":
        FAULT.statement(sql)
        super().executemany(sql, parameters)
        return self


class FaultyConnection(sqlite3.Connection):
    """A connection whose statements and commits may fail."""

    def cursor(self, factory: Any = FaultyCursor, /) -> Any:
        return super().cursor(factory)

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        return self.cursor().execute(sql, parameters)

    def commit(self) -> None:
        FAULT.statement("COMMIT")
        super().commit()


@dataclass(frozen=True)
class Callers:
    """The sessions that the operations use."""

    owner: Caller
    anna: Caller
    bert_code: str


Call = Callable[[Backend, Callers], Awaitable[object]]

OPERATIONS: dict[str, Call] = {
    "sign_in": lambda b, c: b.sign_in(Caller(network("192.0.2.1")), ANNA, PASSWORD),
    "sign_in refused": lambda b, c: b.sign_in(Caller(network("192.0.2.1")), OWNER, PASSWORD),
    "sign_out": lambda b, c: b.sign_out(c.anna),
    "reauthenticate": lambda b, c: b.reauthenticate(c.owner, PASSWORD),
    "reauthenticate refused": lambda b, c: b.reauthenticate(c.owner, "wrong"),
    "redeem": lambda b, c: b.redeem(Caller(CONSOLE), BERT, c.bert_code, PASSWORD),
    "redeem refused": lambda b, c: b.redeem(Caller(CONSOLE), BERT, "wrong", PASSWORD),
    "change_password": lambda b, c: b.change_password(c.owner, PASSWORD, PASSWORD + " more"),
    "recover": lambda b, c: b.recover(Caller(CONSOLE), ANNA, PASSWORD + " more"),
    "recover anew": lambda b, c: b.recover(Caller(CONSOLE), "x@acme.test", PASSWORD),
    "save_settings": lambda b, c: b.save_settings(
        c.owner, "entra", SettingsSave(Settings(True, (OWNER,)), 2)
    ),
    "apply_delta": lambda b, c: b.apply_delta(c.owner, "oidc", Delta(True, (OWNER, ANNA))),
    "switch off": lambda b, c: b.apply_delta(c.owner, "entra", Delta(False)),
    "add_provider": lambda b, c: b.add_provider(
        c.owner, ProviderAddition("x", ProviderKind.OIDC, "X")
    ),
    "change_provider": lambda b, c: b.change_provider(
        c.owner, "oidc", ProviderChange("X", 1, "https://x.test")
    ),
    "remove_provider": lambda b, c: b.remove_provider(c.owner, "entra"),
    "add_members": lambda b, c: b.add_members(
        c.owner, [MemberAddition("x@acme.test"), MemberAddition("gone@acme.test")]
    ),
    "reset_member": lambda b, c: b.reset_member(c.owner, "cleo@acme.test"),
    "set_role": lambda b, c: b.set_role(c.owner, ANNA, Role.ADMIN),
    "rename_member": lambda b, c: b.rename_member(c.owner, ANNA, "other@acme.test"),
    "set_name": lambda b, c: b.set_name(c.owner, ANNA, "Another Name"),
    "unpause": lambda b, c: b.unpause(c.owner, ANNA),
    "remove_member": lambda b, c: b.remove_member(c.owner, "cleo@acme.test"),
    "create_token": lambda b, c: b.create_token(c.owner, 3),
    "add_members by key": lambda b, c: b.add_members(
        replace(c.owner, key=KEY), [MemberAddition("x@acme.test")]
    ),
    "redeem by key": lambda b, c: b.redeem(Caller(CONSOLE, key=KEY), BERT, c.bert_code, PASSWORD),
    "change_password by key": lambda b, c: b.change_password(
        replace(c.owner, key=KEY), PASSWORD, PASSWORD + " more"
    ),
    "change_password by key refused": lambda b, c: b.change_password(
        replace(c.owner, key=KEY), "wrong", PASSWORD + " more"
    ),
    "record_export": lambda b, c: b.record_export(c.owner, AuditFilter(), 3),
}


def state(path: Path) -> tuple[dict[str, list[Any]], int]:
    """What is audited, and how many events there are."""
    with closing(sqlite3.connect(path)) as connection:
        found = {
            table: connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()
            for table in AUDITED
        }
        found["session"] = connection.execute(SESSION).fetchall()
        (events,) = connection.execute("SELECT count(*) FROM audit_event").fetchone()
        return found, events


@pytest.fixture
async def template(world: World, path: Path, monkeypatch: pytest.MonkeyPatch) -> Callers:
    """A team in which every operation has something to do; its connections may fail."""
    await world.add("anna", "cleo", "gone")
    (issued,) = await world.backend.add_members(world.owner, [MemberAddition(BERT)])
    await world.backend.remove_member(world.owner, "gone@acme.test")
    await world.enforce("entra", ANNA, "cleo@acme.test")
    for email in (ANNA, "cleo@acme.test"):
        await world.sign_in(email)
    # Old enough for `last_seen` to be written with what is done next.
    world.clock.advance(minutes=2)
    await world.close()

    def connect(self: Database) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, isolation_level=None, check_same_thread=False, factory=FaultyConnection
        )
        try:
            # What is lost at a power cut is no matter here.
            connection.execute("PRAGMA synchronous=OFF")
            connection.execute("PRAGMA foreign_keys=ON")
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    monkeypatch.setattr(Database, "_connect", connect)
    FAULT.mend()
    assert issued.code is not None
    return Callers(world.owner, world.sessions[ANNA], issued.code)


@pytest.mark.parametrize("name", sorted(OPERATIONS))
async def test_no_fault_leaves_a_change_without_its_event(
    name: str, world: World, template: Callers, path: Path, tmp_path: Path
) -> None:
    content = path.read_bytes()
    before, events_before = state(path)
    deployment = SqliteDeployment(tmp_path / "faulty")
    copy = tmp_path / "faulty" / "data" / "team.db"
    copy.parent.mkdir(parents=True)
    passing = 0
    while True:
        copy.write_bytes(content)
        backend = deployment.open(world.clock)
        await backend.welcome()
        FAULT.arm(passing)
        error = None
        try:
            await OPERATIONS[name](backend, template)
        except BackendError as caught:
            error = caught
        struck, statements = FAULT.struck, len(FAULT.seen)
        FAULT.mend()
        after, events = state(copy)
        verification = await backend.audit_verify(template.owner) if after == before else None
        await backend.close()
        if after == before:
            assert verification is not None
            assert verification.ok
        else:
            assert events > events_before, f"changed without an event: {FAULT.seen[-1]}"
        if struck and error is not None:
            assert isinstance(error, UnreachableError), error
            assert (after, events) == (before, events_before)
        if not struck:
            assert events > events_before
            break
        passing += 1
    assert passing == statements


async def test_a_team_is_made_whole_or_not_at_all(
    empty: World, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def connect(self: Database) -> sqlite3.Connection:
        return sqlite3.connect(
            self.path, isolation_level=None, check_same_thread=False, factory=FaultyConnection
        )

    monkeypatch.setattr(Database, "_connect", connect)
    passing = 0
    while True:
        FAULT.arm(passing)
        backend = empty.another()
        try:
            await backend.initialise(Caller(CONSOLE), "Acme", OWNER, PASSWORD)
        except UnreachableError:
            FAULT.mend()
            assert (await backend.welcome()).team is None
        else:
            FAULT.mend()
            break
        await backend.close()
        passing += 1
    assert passing > 20
    assert (await empty.backend.welcome()).team == "Acme"
