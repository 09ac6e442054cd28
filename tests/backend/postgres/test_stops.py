"""A server that stops, fails over or does not confirm: it is said, and nothing is lost."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from bgconsole.backend.errors import UnavailableError, UnreachableError
from bgconsole.backend.identity import Caller
from bgconsole.backend.local.backend import LocalBackend
from bgconsole.backend.local.postgres import database as database_module
from bgconsole.backend.local.postgres.database import PostgresDatabase
from bgconsole.backend.protocol import Backend
from bgconsole.policy.refusals import Code
from tests.backend.world import CHEAP, CONSOLE, OWNER, PASSWORD, MovableClock
from tests.postgres import SUPERUSER, Cluster, StopMode, standby

_SYNCHRONOUS = "synchronous_standby_names = 'standby'\n"


@asynccontextmanager
async def opened(url: str) -> AsyncGenerator[Backend]:
    """A backend on the database at `url`."""
    backend = LocalBackend.on(PostgresDatabase(url), clock=MovableClock(), hasher=CHEAP)
    try:
        yield backend
    finally:
        await backend.close()


async def founded(backend: Backend) -> Caller:
    """A team with its owner signed in."""
    signed_in = await backend.initialise(Caller(CONSOLE), "Acme", OWNER, PASSWORD)
    return Caller(CONSOLE, signed_in.token)


async def test_a_server_that_stops_is_told_and_met_again(cluster: Cluster) -> None:
    async with opened(cluster.url(cluster.create())) as backend:
        owner = await founded(backend)
        follower = backend.audit_follow(owner, 5)
        heard = asyncio.ensure_future(anext(aiter(follower)))
        cluster.stop(StopMode.IMMEDIATE)
        for call in (backend.me(owner), backend.create_token(owner, 1)):
            with pytest.raises(UnreachableError) as caught:
                await call
            assert str(cluster.port) in caught.value.refusal.message
            assert caught.value.refusal.remedy
        heard.cancel()
        cluster.start()
        issued = await backend.create_token(owner, 1)
        assert [token.id for token in await backend.tokens(owner)] == [issued.id]
        assert (await backend.audit_verify(owner)).ok
        with pytest.raises((asyncio.CancelledError, UnreachableError)):
            await heard


async def test_a_restart_between_two_calls_is_not_noticed(cluster: Cluster) -> None:
    async with opened(cluster.url(cluster.create())) as backend:
        owner = await founded(backend)
        cluster.stop()
        cluster.start()
        await backend.create_token(owner, 1)
        assert (await backend.me(owner)).email == OWNER


async def test_a_failover_to_a_synchronous_standby_loses_nothing_acknowledged(
    cluster: Cluster,
) -> None:
    name = cluster.create()
    with standby(cluster) as second:
        cluster.configure(_SYNCHRONOUS)
        cluster.reload()
        hosts = f"{cluster.host}:{cluster.port},{second.host}:{second.port}"
        async with opened(f"postgresql+psycopg://{SUPERUSER}@{hosts}/{name}") as backend:
            owner = await founded(backend)
            acknowledged: set[str] = set()
            enough = asyncio.Event()

            async def write() -> None:
                while True:
                    acknowledged.add((await backend.create_token(owner, 1)).id)
                    if len(acknowledged) == 20:
                        enough.set()

            writers = [asyncio.ensure_future(write()) for _ in range(4)]
            await enough.wait()
            cluster.stop(StopMode.IMMEDIATE)
            ended = await asyncio.gather(*writers, return_exceptions=True)
            assert [one for one in ended if not isinstance(one, UnreachableError)] == []
            with pytest.raises(UnreachableError):
                await backend.me(owner)
            second.configure("synchronous_standby_names = ''")
            second.promote()
            issued = await backend.create_token(owner, 1)
            stored = {token.id for token in await backend.tokens(owner)}
            assert acknowledged | {issued.id} <= stored
            # What was under way may have been done, once each.
            assert len(stored - acknowledged) <= 1 + len(writers)
            assert (await backend.audit_verify(owner)).ok


async def test_a_commit_that_no_standby_confirms_is_not_acknowledged(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "_CONFIRMED_WITHIN", 0.3)
    async with opened(cluster.url(cluster.create())) as backend:
        owner = await founded(backend)
        cluster.configure(_SYNCHRONOUS)
        cluster.reload()
        with pytest.raises(UnavailableError) as caught:
            await backend.create_token(owner, 1)
        assert caught.value.code is Code.OUTCOME_UNKNOWN
        assert "did not confirm" in caught.value.refusal.message
        assert len(await backend.tokens(owner)) == 1
