"""How a server was set up by others: what changes nothing here, and what is refused in words."""

import asyncio
from collections.abc import Generator

import pytest

from bgconsole.backend.errors import UnavailableError
from bgconsole.backend.identity import Caller
from bgconsole.backend.local.backend import LocalBackend
from bgconsole.backend.local.postgres.database import PostgresDatabase
from bgconsole.backend.local.postgres.ear import Ear
from bgconsole.backend.local.postgres.settings import settings_of
from bgconsole.backend.values import MemberAddition
from tests.backend.world import CHEAP, CONSOLE, OWNER, PASSWORD, PostgresDeployment
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
    assert f"is encoded as {encoding}" in caught.value.refusal.message
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


def test_an_ear_that_was_closed_meanwhile_is_interrupted_in_vain() -> None:
    ear = Ear(settings_of(SHARED.get().url()))
    ear.open()
    ear.close()
    ear.interrupt()
