"""The application's role of deploy/grants.sql does what a team does, and cannot alter the log."""

from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from bgconsole.backend.identity import Caller
from bgconsole.backend.values import ProviderAddition, ProviderChange, Severity, Simulation
from bgconsole.policy.audit import ALL_EVENTS
from bgconsole.policy.provider_kinds import ProviderKind
from bgconsole.policy.refusals import Code
from bgconsole.policy.settings import Delta
from bgconsole.policy.team import Role
from tests.backend.granted import APP_ROLE, AUDIT_ROLE, OWNER_ROLE, GrantedDeployment
from tests.backend.world import CONSOLE, OWNER, PASSWORD, World, refused

_NEXT = "seven quiet lanterns by the pier"


@pytest.fixture
def deployment(tmp_path: Path) -> GrantedDeployment:
    """A database with its tables and roles, and no team."""
    return GrantedDeployment(tmp_path)


@pytest.fixture
async def world(deployment: GrantedDeployment) -> AsyncIterator[World]:
    """A team, made by the owner of the tables."""
    world = World(deployment)
    await world.found()
    yield world
    await world.close()


def _do(deployment: GrantedDeployment, role: str, statement: str) -> int:
    """Run a statement as this role; how many rows it touched."""
    url = deployment.url_as(role).replace("postgresql+psycopg://", "postgresql://")
    with closing(psycopg.connect(url, autocommit=True)) as connection:
        return connection.execute(statement.encode()).rowcount


async def test_the_application_does_everything_that_a_team_does(world: World) -> None:
    backend, owner = world.backend, world.owner
    assert (await backend.welcome()).team == "Acme"
    admin = await world.person("admin", Role.ADMIN)
    (member,) = await world.add("member")
    await backend.set_role(owner, member, Role.ADMIN)
    await backend.rename_member(owner, member, "other@acme.test")
    await backend.set_name(owner, "other@acme.test", "Other")
    await backend.rename_member(owner, "other@acme.test", member)
    await backend.add_provider(owner, ProviderAddition("backup", ProviderKind.OIDC, "Backup"))
    await backend.change_provider(owner, "backup", ProviderChange(name="Second", position=1))
    await world.enforce("entra", OWNER, member)
    await world.save("entra", OWNER)
    await backend.apply_delta(owner, "entra", Delta(add=(member,)))
    await backend.simulate(owner, Simulation(member))
    await backend.change_password(owner, PASSWORD, _NEXT)
    await backend.reauthenticate(owner, _NEXT)
    await backend.reset_member(owner, member)
    await backend.unpause(owner, member)
    await backend.remove_member(owner, member)
    await backend.remove_provider(owner, "backup")
    issued = await backend.create_token(owner, 1)
    assert (await backend.audit_page(Caller(CONSOLE, issued.token))).events
    await backend.revoke_token(owner, issued.id)
    await backend.record_export(owner, ALL_EVENTS, 1)
    await backend.sign_out(admin)
    with refused(Code.LOGIN_FAILED):
        await backend.sign_in(Caller(CONSOLE), "nobody@acme.test", PASSWORD)
    assert (await backend.audit_verify(owner)).ok


async def test_it_is_told_that_the_rights_are_as_they_should_be(world: World) -> None:
    findings = {one.check: one for one in await world.backend.doctor(world.owner)}
    assert findings["rights"].severity is Severity.OK


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET actor = 'nobody'",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event",
        "DROP TABLE audit_event",
        "ALTER TABLE audit_event DISABLE TRIGGER ALL",
        "DELETE FROM audit_head",
        "CREATE TABLE mine (one int)",
        "DELETE FROM account",
        "UPDATE team SET name = 'Mine'",
        "UPDATE alembic_version SET version_num = '0000'",
        "SET ROLE bgconsole_owner",
    ],
)
async def test_the_database_refuses_the_application(
    world: World, deployment: GrantedDeployment, statement: str
) -> None:
    before = await world.head()
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        _do(deployment, APP_ROLE, statement)
    assert (await world.backend.audit_verify(world.owner)).ok
    assert await world.head() == before


async def test_the_application_is_no_owner_who_could_recover(world: World) -> None:
    with refused(Code.FORBIDDEN):
        await world.backend.recover(Caller(CONSOLE), "mallory@acme.test", _NEXT)
    await world.founder.recover(Caller(CONSOLE), OWNER, _NEXT)


async def test_the_reader_reads_the_log_and_nothing_else(
    world: World, deployment: GrantedDeployment
) -> None:
    assert _do(deployment, AUDIT_ROLE, "SELECT * FROM audit_event") == await world.head()
    for table in ("account", "session", "membership", "idempotency"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            _do(deployment, AUDIT_ROLE, f"SELECT * FROM {table}")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        _do(deployment, AUDIT_ROLE, "INSERT INTO audit_event SELECT * FROM audit_event")


async def test_giving_the_rights_again_changes_nothing_and_takes_back_what_was_added(
    world: World, deployment: GrantedDeployment
) -> None:
    _do(deployment, OWNER_ROLE, f"GRANT ALL ON audit_event TO {APP_ROLE}")
    deployment.grant()
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        _do(deployment, APP_ROLE, "DELETE FROM audit_event")
    await world.person("grace")
