"""The log on PostgreSQL: heard of by others, tampering borne, times and emails in one order."""

import asyncio

import pytest
from sqlalchemy import literal_column, select
from sqlalchemy.dialects import postgresql

from bgconsole.backend.errors import UnavailableError
from bgconsole.backend.local.postgres.database import PostgresDatabase
from bgconsole.backend.local.schema import MAY_BE_BREAK_GLASS, audit_event
from bgconsole.policy.audit import AuditFilter, EventType
from tests.backend.world import OWNER, PostgresDeployment, World
from tests.postgres import SHARED


async def test_two_backends_hear_of_each_other_by_notification(world: World) -> None:
    other = world.another()
    follower = aiter(other.audit_follow(world.owner, await world.head()))
    heard = asyncio.ensure_future(anext(follower))
    issued = await world.backend.create_token(world.owner, 1)
    (event,) = await asyncio.wait_for(heard, 60)
    assert (event.type, event.target) == (EventType.TOKEN_CREATED, issued.id)
    again = asyncio.ensure_future(anext(follower))
    await other.revoke_token(world.owner, issued.id)
    (event,) = await asyncio.wait_for(again, 60)
    assert event.type is EventType.TOKEN_REVOKED
    await follower.aclose()  # pyright: ignore[reportAttributeAccessIssue]


@pytest.mark.parametrize("metadata", ["", "{", "[1]", '{"isBreakGlassAccess":1}', "null"])
async def test_metadata_that_are_no_json_hide_nothing(
    world: World, deployment: PostgresDeployment, metadata: str
) -> None:
    await world.enforce("entra", OWNER)
    await world.sign_in(OWNER)
    SHARED.get().run(
        f"UPDATE audit_event SET metadata = '{metadata}' WHERE seq = 2", deployment.name
    )
    page = await world.backend.audit_page(world.owner, AuditFilter(break_glass=True))
    assert [event.type for event in page.events] == [EventType.LOGIN_SUCCESS]
    verification = await world.backend.audit_verify(world.owner)
    assert verification.first_bad is not None
    assert verification.first_bad.seq == 2


async def test_the_break_glass_filter_is_answered_from_its_index(
    world: World, deployment: PostgresDeployment
) -> None:
    # Of a handful of rows a scan of them all is the quickest.
    SHARED.get().run("ALTER ROLE postgres SET enable_seqscan = off")
    query = select(audit_event.c.seq).where(MAY_BE_BREAK_GLASS).order_by(audit_event.c.seq.desc())
    words = query.limit(literal_column("10")).compile(dialect=postgresql.dialect())
    plan = SHARED.get().run(f"EXPLAIN {words}", deployment.name)
    SHARED.get().run("ALTER ROLE postgres RESET enable_seqscan")
    assert "audit_event_break_glass" in str(plan)


async def test_text_is_found_whatever_its_case(world: World) -> None:
    page = await world.backend.audit_page(world.owner, AuditFilter(text="OWNER@ACME"))
    assert page.events


async def test_another_program_s_tables_are_left_alone(deployment: PostgresDeployment) -> None:
    SHARED.get().run("CREATE TABLE account (id int)", deployment.name)
    database = PostgresDatabase(deployment.url)
    with pytest.raises(UnavailableError) as caught, database.create():
        pass
    assert "is not a database of bgconsole" in caught.value.refusal.message
    database.close()
    deployment.close()
