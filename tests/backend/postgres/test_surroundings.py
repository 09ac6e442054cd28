"""How a server was set up by others: what changes nothing here, and what is refused in words."""

import asyncio
from collections.abc import Generator

import pytest

from bgconsole.backend.errors import UnavailableError
from bgconsole.backend.identity import Caller
from bgconsole.backend.local.backend import LocalBackend
from bgconsole.backend.local.postgres.database import PostgresDatabase
from bgconsole.backend.local.postgres.notify_listener import NotifyListener
from bgconsole.backend.local.postgres.settings import settings_of
from bgconsole.backend.values import MemberAddition, Severity
from tests.backend.world import CHEAP, CONSOLE, OWNER, PASSWORD, PostgresDeployment, World
from tests.postgres import SHARED

_DEFAULTS = (
    "default_transaction_isolation = 'serializable'",
    "client_encoding = 'LATIN1'",
    "timezone = 'Asia/Kathmandu'",
    "datestyle = 'German'",
    "standard_conforming_strings = off",
)


@pytest.fixture(params=["SQL_ASCII", "LATIN1"])
def encoded_otherwise(request: pytest.FixtureRequest) -> Generator[str]:
    """The name of a database in an older encoding."""
    name = f"in_{request.param.lower()}"
    made = f"CREATE DATABASE {name} ENCODING '{request.param}' TEMPLATE template0"
    SHARED.get().run(f"{made} LC_COLLATE 'C' LC_CTYPE 'C'")
    yield name
    SHARED.get().drop(name)


async def test_a_database_that_cannot_hold_every_name_is_refused_at_once(
    encoded_otherwise: str,
) -> None:
    backend = LocalBackend.on(PostgresDatabase(SHARED.get().url(encoded_otherwise)), hasher=CHEAP)
    with pytest.raises(UnavailableError) as caught:
        await backend.initialise(Caller(CONSOLE), "Zürich ✓", OWNER, PASSWORD)
    encoding = encoded_otherwise.removeprefix("in_").upper()
    assert f"uses the encoding {encoding}" in caught.value.refusal.message
    assert "ENCODING 'UTF8'" in caught.value.refusal.remedy
    await backend.close()


async def test_what_others_made_the_default_changes_nothing(
    deployment: PostgresDeployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    for one in _DEFAULTS:
        SHARED.get().run(f"ALTER DATABASE {deployment.name} SET {one}")
    try:
        monkeypatch.setenv("PGCLIENTENCODING", "SQL_ASCII")
        backends = [
            LocalBackend.on(PostgresDatabase(deployment.url), hasher=CHEAP) for _ in range(2)
        ]
        first = backends[0]
        founder = await first.initialise(Caller(CONSOLE), "Zürich ✓", OWNER, PASSWORD)
        owner = Caller(CONSOLE, founder.token)
        await asyncio.gather(
            *(
                backend.add_members(owner, [MemberAddition(f"p{i}é@acme.test", name="Ünï ✓ 😀")])
                for i in range(8)
                for backend in (backends[i % 2],)
            )
        )
        names = [one.name for one in await first.members(owner)]
        assert names.count("Ünï ✓ 😀") == 8
        assert (await backends[1].audit_verify(owner)).ok
        for backend in backends:
            await backend.close()
    finally:
        SHARED.get().run(f"ALTER DATABASE {deployment.name} RESET ALL")


async def test_a_user_who_may_not_see_the_schema_is_not_told_to_make_a_team(
    world: World, deployment: PostgresDeployment
) -> None:
    role = f"stranger_{deployment.name}"
    for statement in (
        f"CREATE ROLE {role} LOGIN",
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
    ):
        SHARED.get().run(statement, deployment.name)
    stranger = LocalBackend.on(PostgresDatabase(SHARED.get().url(deployment.name, role)))
    with pytest.raises(UnavailableError) as caught:
        await stranger.welcome()
    assert "does not allow its user" in caught.value.refusal.message
    await stranger.close()


async def test_doctor_tells_of_a_user_who_cannot_write_and_of_a_schema_open_to_all(
    world: World, deployment: PostgresDeployment
) -> None:
    cluster = SHARED.get()
    cluster.run("GRANT CREATE ON SCHEMA public TO PUBLIC", deployment.name)
    cluster.run(f"ALTER DATABASE {deployment.name} SET default_transaction_read_only = on")
    try:
        backend = LocalBackend.on(PostgresDatabase(deployment.url))
        found = {one.check: one for one in await backend.doctor(Caller(CONSOLE))}
        assert found["writing"].severity is Severity.PROBLEM
        assert "default_transaction_read_only" in found["writing"].remedy
        assert "REVOKE CREATE ON SCHEMA public" in found["schema rights"].remedy
        with pytest.raises(UnavailableError) as caught:
            await backend.sign_in(Caller(CONSOLE), OWNER, PASSWORD)
        assert "default_transaction_read_only" in caught.value.refusal.remedy
        await backend.close()
    finally:
        cluster.run(f"ALTER DATABASE {deployment.name} RESET ALL")
    found = {one.check for one in await world.backend.doctor(world.owner)}
    assert "writing" not in found


def test_an_ear_that_was_closed_meanwhile_is_interrupted_in_vain() -> None:
    listener = NotifyListener(settings_of(SHARED.get().url()))
    listener.open()
    listener.close()
    listener.interrupt()
