"""The schema: made at once or by migration alike, upgraded after a copy, later ones refused."""

import sqlite3
import textwrap
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from bgconsole.backend.errors import NotAllowedError, SchemaError, UnavailableError
from bgconsole.backend.identity import Caller
from bgconsole.backend.local import migrate
from bgconsole.backend.local.backend import LocalBackend
from bgconsole.backend.local.engine import Database
from bgconsole.backend.local.migrate import HISTORY, History
from bgconsole.backend.local.schema import REVISIONS
from bgconsole.backend.values import Severity
from bgconsole.policy.refusals import Code
from bgconsole.policy.settings import Delta
from bgconsole.policy.team import Role
from tests.backend.world import CONSOLE, OWNER, PASSWORD, MovableClock, World

NOW, LATER = REVISIONS[-1], "0900"


def described(path: Path) -> dict[str, object]:
    """Every table with its columns, keys and checks, and every index, as SQLite knows them."""
    found: dict[str, object] = {}
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall()
        for kind, name, table, sql in rows:
            found[f"{kind} {name}"] = (table, sorted(" ".join((sql or "").split()).split(", ")))
            for pragma in ("table_info", "foreign_key_list", "index_xinfo"):
                found[f"{pragma} {name}"] = connection.execute(
                    f"PRAGMA {pragma}({name})"
                ).fetchall()
        for table in ("alembic_version", "audit_head"):
            found[f"rows {table}"] = connection.execute(f"SELECT * FROM {table}").fetchall()
    return found


def sorted_words(found: dict[str, object]) -> dict[str, object]:
    """The same, with the words of each definition in one order: constraints stand as they came."""
    return {
        key: (value[0], sorted(" ".join(value[1]).replace("(", " ").replace(")", " ").split()))
        if key.startswith(("table ", "index "))
        else value
        for key, value in found.items()
        if isinstance(value, tuple | list)
    }


def test_a_schema_made_at_once_and_by_migrations_is_the_same(tmp_path: Path) -> None:
    for way in ("made", "migrated"):
        engine = create_engine(f"sqlite:///{tmp_path / way}")
        with engine.begin() as connection:
            if way == "made":
                migrate.make(connection, None)
            else:
                migrate.run_missing(connection, HISTORY)
        engine.dispose()
    made, migrated = described(tmp_path / "made"), described(tmp_path / "migrated")
    assert sorted_words(made) == sorted_words(migrated)


def test_the_program_knows_every_revision_there_is() -> None:
    files = sorted((HISTORY.folder / "versions").glob("r*.py"))
    assert tuple(file.name[1:5] for file in files) == REVISIONS


@pytest.fixture
def later(tmp_path: Path) -> History:
    """A history with one revision more than the program's."""
    folder = tmp_path / "later 100%"
    (folder / "versions").mkdir(parents=True)
    for file in (HISTORY.folder / "env.py", *(HISTORY.folder / "versions").glob("r*.py")):
        (folder / file.relative_to(HISTORY.folder)).write_text(file.read_text())
    (folder / "versions" / "r0900_more.py").write_text(
        textwrap.dedent(f"""
        import sqlalchemy as sa
        from alembic import op

        revision = "{LATER}"
        down_revision = "{NOW}"

        def upgrade():
            with op.batch_alter_table("account", recreate="always") as batch:
                batch.add_column(sa.Column("phone", sa.Text()))
            op.execute("UPDATE account SET phone = 'none'")
        """)
    )
    return History(folder, (*REVISIONS, LATER))


async def test_an_older_database_is_upgraded_at_start_after_a_copy(
    world: World, path: Path, later: History
) -> None:
    await world.enforce("entra", OWNER)
    await world.backend.close()
    database = Database(path, history=later)
    with database.read() as connection:
        phones = connection.exec_driver_sql("SELECT phone FROM account").scalars().all()
        entries = connection.exec_driver_sql("SELECT count(*) FROM entry").scalar_one()
        enforced = connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one()
    database.close()
    assert (phones, entries, enforced) == (["none"], 1, 1)
    copy = migrate.copy_path(path, NOW)
    assert copy.stat().st_mode & 0o777 == 0o600
    backend = LocalBackend.at(copy, clock=MovableClock())
    assert (await backend.me(world.owner)).email == OWNER
    await backend.close()


_LATER_COLUMNS = {
    "account_throttle": ("paused_at",),
    "account": ("password_strong", "email_key"),
    "session": ("provider_id",),
    "provider": (
        "client_id",
        "client_secret_file",
        "scopes",
        "email_domains",
        "internal",
        "trust_file",
        "proven_at",
        "proven_by",
        "idp_step",
        "idp_latency_ms",
        "idp_certificate_until",
        "idp_failures",
        "probe_holder",
        "probe_until",
        "probe_due",
    ),
}
"""What the first revision had not."""


async def test_a_team_of_the_first_revision_goes_on_where_it_was(world: World, path: Path) -> None:
    await world.enforce("entra", OWNER)
    await world.backend.close()
    with closing(sqlite3.connect(path)) as connection, connection:
        for table in ("idempotency", "sso_identity", "sso_attempt", "idp_probe"):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("DROP INDEX account_by_key")
        for table, columns in _LATER_COLUMNS.items():
            for column in columns:
                connection.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    before = described(path)
    backend = world.another()
    keyed = replace(world.owner, key="0123456789abcdef")
    assert (await backend.apply_delta(keyed, "entra", Delta(False))).version == 3
    assert (await backend.apply_delta(keyed, "entra", Delta(False))).version == 3
    assert (await backend.audit_verify(world.owner)).ok
    assert described(migrate.copy_path(path, "0001")) == before


async def test_two_spellings_of_one_mailbox_survive_the_upgrade_and_are_told(
    world: World, path: Path
) -> None:
    """Of two people with one mailbox each is found by their own spelling, and a doctor tells it."""
    unicode, encoded, other = "u@münchen.example", "u@xn--mnchen-3ya.example", "x@acme.test"
    for email in (unicode, other):
        await world.add(email)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE account SET email = ? WHERE email = ?", (encoded, other))
        connection.execute("UPDATE throttle SET email = ?", (encoded,))
        connection.execute("DROP INDEX account_by_key")
        connection.execute("ALTER TABLE account DROP COLUMN email_key")
        connection.execute("UPDATE alembic_version SET version_num = '0006'")
    backend = world.another()
    somebody = Caller(CONSOLE)
    for email in (unicode, encoded):
        assert (await backend.sign_in(somebody, email, PASSWORD)).email == email
    with pytest.raises(NotAllowedError):
        await backend.sign_in(somebody, encoded, "not the password of anybody")
    assert {unicode, encoded} <= {one.email for one in await backend.members(world.owner)}
    (told,) = [f for f in await backend.doctor(somebody) if f.check == "emails"]
    assert told.severity is Severity.NOTE
    assert "1 person has the mailbox of another person" in told.detail
    await backend.remove_member(world.owner, encoded)
    assert [one.role for one in await backend.members(world.owner) if one.email == unicode] == [
        Role.MEMBER
    ]


async def test_upgrade_on_request_says_what_was_done(
    world: World, path: Path, later: History
) -> None:
    database = Database(path, history=later)
    assert database.upgrade() == (NOW, LATER)
    assert database.upgrade() == (LATER, LATER)
    database.close()


async def test_an_upgrade_that_fails_leaves_the_database_as_it_was(
    world: World, path: Path, later: History
) -> None:
    broken = later.folder / "versions" / "r0900_more.py"
    changed = broken.read_text().replace("phone = 'none'\")", "phone = 'none'\")\n    1 / 0")
    broken.write_text(changed)
    database = Database(path, history=later)
    with pytest.raises(ZeroDivisionError), database.read():
        pass
    database.close()
    assert (await world.another().me(world.owner)).email == OWNER


async def test_nothing_is_upgraded_without_a_copy(world: World, path: Path, later: History) -> None:
    path.with_name(f"{path.name}.revision-{NOW}.part").mkdir()
    database = Database(path, history=later)
    with pytest.raises(UnavailableError) as caught, database.read():
        pass
    assert "could not be copied" in caught.value.refusal.message
    database.close()
    assert (await world.another().me(world.owner)).email == OWNER


async def test_a_read_only_console_upgrades_nothing(
    world: World, path: Path, later: History
) -> None:
    database = Database(path, read_only=True, history=later)
    with pytest.raises(SchemaError) as caught, database.read():
        pass
    assert caught.value.code is Code.OLDER_SCHEMA
    database.close()


@pytest.mark.parametrize("version", [LATER, "9999", "abc"])
async def test_a_later_schema_is_refused_and_left_alone(
    world: World, path: Path, version: str
) -> None:
    await world.backend.close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (version,))
    backend = world.another()
    for call in (backend.welcome(), backend.me(world.owner), backend.upgrade()):
        with pytest.raises(SchemaError) as caught:
            await call
        assert caught.value.code is Code.NEWER_SCHEMA
        assert "Update bgconsole" in caught.value.refusal.remedy
