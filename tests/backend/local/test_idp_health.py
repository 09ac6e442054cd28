"""Probes: one process of all probes a provider, and each change of its state is on record once."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager, closing, suppress
from datetime import datetime
from pathlib import Path

import pytest

from bgconsole.backend.identity import Caller, IdpStatus
from bgconsole.backend.local import idp_health
from bgconsole.backend.local.backend import LocalBackend
from bgconsole.backend.local.idp_health import Measured
from bgconsole.backend.local.parts import SsoOptions
from bgconsole.backend.values import ProviderChange
from bgconsole.policy.audit import AuditFilter
from bgconsole.policy.team import IdpState
from tests.backend.world import CHEAP, CONSOLE, OWNER, PASSWORD
from tests.openid.stub import Stub, as_json, stub_provider

EVERY = SsoOptions(probe_every=0.2)
CHANGES = AuditFilter(types=("idp.up", "idp.down"))
PROCESSES = 7


@pytest.fixture
def stub() -> Generator[Stub]:
    with stub_provider() as running:
        yield running


def opened(path: Path) -> LocalBackend:
    return LocalBackend.at(path, hasher=CHEAP, sso=EVERY)


@pytest.fixture
async def owner(tmp_path: Path, stub: Stub) -> AsyncGenerator[tuple[LocalBackend, Caller]]:
    """A team with one provider that is set up."""
    backend = opened(tmp_path / "team.db")
    founder = await backend.initialise(Caller(CONSOLE), "Acme", OWNER, PASSWORD)
    caller = Caller(CONSOLE, founder.token)
    change = ProviderChange(issuer=stub.issuer, client_id="console")
    await backend.change_provider(caller, "oidc", change)
    yield backend, caller
    await backend.close()


@asynccontextmanager
async def probing(path: Path, count: int) -> AsyncGenerator[list[asyncio.Task[None]]]:
    """So many processes, as far as the database can tell, each of which probes."""
    backends = [opened(path) for _ in range(count)]
    tasks = [asyncio.create_task(backend.watch_idps()) for backend in backends]
    yield tasks
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    for backend in backends:
        await backend.close()


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(60):
        while not await holds():  # noqa: ASYNC110 (nothing tells of it)
            await asyncio.sleep(0.05)


async def status(backend: LocalBackend, caller: Caller) -> IdpStatus:
    return (await backend.idps(caller))[1].status


async def changes(backend: LocalBackend, caller: Caller) -> list[str]:
    page = await backend.audit_page(caller, CHANGES)
    return [str(event.metadata["after"]) for event in reversed(page.events)]


async def test_each_change_is_on_record_once_however_many_watch(
    owner: tuple[LocalBackend, Caller], tmp_path: Path, stub: Stub
) -> None:
    backend, caller = owner
    works = stub.discovery

    async def is_up() -> bool:
        return (await status(backend, caller)).state is IdpState.UP

    async def is_down() -> bool:
        return (await status(backend, caller)).state is IdpState.DOWN

    async with probing(tmp_path / "team.db", PROCESSES):
        await until(is_up)
        stub.discovery = lambda _asked: as_json({}, 503)
        await until(is_down)
        assert (await status(backend, caller)).detail
        for_strangers = (await backend.welcome()).ways[1].idp
        assert (for_strangers.state, for_strangers.detail) == (IdpState.DOWN, "")
        stub.discovery = works
        await until(is_up)
    assert await changes(backend, caller) == ["up", "down", "up"]
    report = (await backend.idps(caller))[1]
    assert 3 < len(report.recent) <= idp_health.KEPT
    assert await backend.audit_verify(caller)


async def test_one_failure_is_not_down(
    owner: tuple[LocalBackend, Caller], tmp_path: Path, stub: Stub
) -> None:
    backend, caller = owner
    works, failed = stub.discovery, 0

    async with probing(tmp_path / "team.db", 1):
        await until(lambda: _has_probes(backend, caller, 2))

        def once(asked: object) -> object:
            nonlocal failed
            failed += 1
            stub.discovery = works
            return as_json({}, 503)

        stub.discovery = once  # pyright: ignore[reportAttributeAccessIssue]
        seen = len((await backend.idps(caller))[1].recent)
        await until(lambda: _has_probes(backend, caller, seen + 3))
    assert failed == 1
    assert await changes(backend, caller) == ["up"]


async def test_a_first_failure_is_looked_into_after_half_the_pause(
    owner: tuple[LocalBackend, Caller], tmp_path: Path, stub: Stub
) -> None:
    """So that an outage is known within two pauses; afterwards the pause is the usual one."""
    backend, _ = owner
    (turn,) = idp_health.turns(backend._parts, "me")
    assert idp_health.take(backend._parts, turn, "me")
    pauses: list[float] = []
    for state in (IdpState.UP, IdpState.DOWN, IdpState.DOWN, IdpState.DOWN, IdpState.UP):
        idp_health.store(backend._parts, turn.stored, Measured(state, None, "", 1, None), "me", 30)
        with closing(sqlite3.connect(tmp_path / "team.db")) as connection:
            (checked, due) = connection.execute(
                "SELECT idp_checked_at, probe_due FROM provider WHERE slug = 'oidc'"
            ).fetchone()
        pause = datetime.fromisoformat(due) - datetime.fromisoformat(checked)
        pauses.append(pause.total_seconds())
    assert pauses == [30, 15, 30, 30, 30]


async def _has_probes(backend: LocalBackend, caller: Caller, count: int) -> bool:
    return len((await backend.idps(caller))[1].recent) >= count


async def test_another_process_takes_over_from_one_that_ends(
    owner: tuple[LocalBackend, Caller],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    backend, caller = owner
    monkeypatch.setattr(idp_health, "LEASE", 1.0)
    async with probing(tmp_path / "team.db", 1) as (first,):
        await until(lambda: _has_probes(backend, caller, 1))
        async with probing(tmp_path / "team.db", 1):
            first.cancel()
            with suppress(asyncio.CancelledError):
                await first
            seen = len((await backend.idps(caller))[1].recent)
            await until(lambda: _has_probes(backend, caller, seen + 2))


async def test_what_is_not_set_up_is_not_probed_and_what_was_set_anew_is_unknown(
    owner: tuple[LocalBackend, Caller], tmp_path: Path
) -> None:
    backend, caller = owner
    async with probing(tmp_path / "team.db", 1):
        await until(lambda: _has_probes(backend, caller, 1))
    entra = (await backend.idps(caller))[0]
    assert (entra.configured, entra.status, entra.recent) == (False, IdpStatus(), ())
    await backend.change_provider(caller, "oidc", ProviderChange(client_id="another"))
    oidc = (await backend.idps(caller))[1]
    assert (oidc.status, oidc.recent, oidc.proven_at) == (IdpStatus(), (), None)
