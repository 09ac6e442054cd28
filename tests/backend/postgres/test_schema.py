"""The schema on PostgreSQL: made or migrated alike; an older one waits for `upgrade`."""

import textwrap
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect

from bgconsole.backend.errors import SchemaError
from bgconsole.backend.local import migrate
from bgconsole.backend.local.migrate import HISTORY, History
from bgconsole.backend.local.postgres.database import PostgresDatabase
from bgconsole.backend.local.schema import REVISIONS
from bgconsole.policy.refusals import Code
from tests.backend.world import OWNER, PostgresDeployment, World
from tests.postgres import SHARED

_COLUMNS = """
SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, collation_name,
       column_default
FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2
"""
_CONSTRAINTS = """
SELECT conrelid::regclass::text, contype, pg_get_constraintdef(oid)
FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2, 3
"""
_INDEXES = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"


def described(database: str) -> dict[str, object]:
    """Columns, constraints, indexes and first rows, as PostgreSQL knows them."""
    queries = (_COLUMNS, _CONSTRAINTS, _INDEXES)
    rows = ("SELECT * FROM audit_head", "SELECT * FROM alembic_version")
    return {query: SHARED.get().run(query, database) for query in (*queries, *rows)}


def test_a_schema_made_at_once_and_by_migrations_is_the_same(tmp_path: Path) -> None:
    found: list[dict[str, object]] = []
    for way in ("made", "migrated"):
        deployment = PostgresDeployment(tmp_path)
        engine = create_engine(deployment.url)
        with engine.begin() as connection:
            if way == "made":
                migrate.make(connection, None)
            else:
                migrate.run_missing(connection, HISTORY)
        assert "audit_event" in inspect(engine).get_table_names()
        engine.dispose()
        found.append(described(deployment.name))
        deployment.close()
    assert found[0] == found[1]


@pytest.fixture
def later(tmp_path: Path) -> History:
    """A history with one revision more than the program's."""
    folder = tmp_path / "later"
    (folder / "versions").mkdir(parents=True)
    for file in (HISTORY.folder / "env.py", *sorted((HISTORY.folder / "versions").glob("r*.py"))):
        (folder / file.relative_to(HISTORY.folder)).write_text(file.read_text())
    (folder / "versions" / "r9999_more.py").write_text(
        textwrap.dedent(f"""
        import sqlalchemy as sa
        from alembic import op

        revision = "9999"
        down_revision = "{REVISIONS[-1]}"

        def upgrade():
            op.add_column("account", sa.Column("phone", sa.Text()))
        """)
    )
    return History(folder, (*REVISIONS, "9999"))


async def test_an_older_shared_schema_is_refused_until_it_is_upgraded_on_request(
    world: World, deployment: PostgresDeployment, later: History
) -> None:
    database = PostgresDatabase(deployment.url, history=later)
    for opened in (database.read, database.write):
        with pytest.raises(SchemaError) as caught, opened():
            pass
        assert caught.value.code is Code.OLDER_SCHEMA
        assert "bgconsole upgrade" in caught.value.refusal.remedy
    assert database.upgrade() == (REVISIONS[-1], "9999")
    assert database.upgrade() == ("9999", "9999")
    with database.read() as connection:
        found = connection.exec_driver_sql("SELECT email, phone FROM account").one()
    assert found == (OWNER, None)
    database.close()


async def test_a_program_that_runs_on_writes_nothing_to_a_later_schema(
    world: World, deployment: PostgresDeployment
) -> None:
    head = await world.head()
    SHARED.get().run("UPDATE alembic_version SET version_num = '9999'", deployment.name)
    with pytest.raises(SchemaError) as caught:
        await world.backend.create_token(world.owner, 1)
    assert caught.value.code is Code.NEWER_SCHEMA
    assert SHARED.get().run("SELECT seq FROM audit_head", deployment.name) == [(head,)]
