"""The database as a file: how it is made and opened, and what is said when it is not well."""

import asyncio
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bgconsole.backend.errors import BackendError, UnavailableError, UnreachableError
from bgconsole.backend.identity import Caller
from bgconsole.backend.local import engine
from bgconsole.backend.local.engine import Database, configure, journal_settings, wal_is_safe
from bgconsole.policy.refusals import Code
from bgconsole.policy.settings import Delta
from tests.backend.world import CONSOLE, OWNER, PASSWORD, World, refused


def mode_of(path: Path) -> int:
    """The permissions of a file."""
    return stat.S_IMODE(path.stat().st_mode)


async def test_file_and_folder_are_for_their_owner_only(world: World, path: Path) -> None:
    await world.enforce("entra", OWNER)
    assert mode_of(path) == 0o600
    assert mode_of(path.parent) == 0o700


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 0), False),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 52, 0), True),
        ((4, 0, 0), True),
    ],
)
def test_wal_is_used_only_where_its_corruption_is_fixed(
    version: tuple[int, ...], safe: bool
) -> None:
    assert wal_is_safe(version) is safe
    assert journal_settings(version) == (("wal", "FULL") if safe else ("delete", "EXTRA"))


@pytest.mark.parametrize("safe", [True, False])
def test_every_connection_is_durable_and_strict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, safe: bool
) -> None:
    monkeypatch.setattr(engine, "wal_is_safe", lambda version: safe)
    for _ in range(2):
        with closing(sqlite3.connect(tmp_path / "x.db", isolation_level=None)) as connection:
            configure(connection)
            values = {
                name: connection.execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("busy_timeout", "journal_mode", "synchronous", "foreign_keys")
            }
            connection.execute("CREATE TABLE IF NOT EXISTS t (x)")
        assert values == {
            "busy_timeout": 5000,
            "journal_mode": "wal" if safe else "delete",
            "synchronous": 2 if safe else 3,
            "foreign_keys": 1,
        }


async def test_a_database_left_in_wal_is_used_on_while_another_holds_it(
    world: World, path: Path
) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA journal_mode=wal")
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM team").fetchone()
        backend = world.another()
        assert (await backend.me(world.owner)).email == OWNER


@pytest.mark.parametrize("call", ["sign_in", "me", "redeem", "recover", "touch", "audit_page"])
async def test_no_call_but_init_makes_a_database(empty: World, path: Path, call: str) -> None:
    caller = Caller(CONSOLE, "bgs_token")
    backend = empty.backend
    calls = {
        "sign_in": lambda: backend.sign_in(caller, OWNER, PASSWORD),
        "me": lambda: backend.me(caller),
        "redeem": lambda: backend.redeem(caller, OWNER, "code", PASSWORD),
        "recover": lambda: backend.recover(caller, OWNER, PASSWORD),
        "touch": lambda: backend.touch(caller),
        "audit_page": lambda: backend.audit_page(caller),
    }
    with pytest.raises(UnreachableError) as caught:
        await calls[call]()
    assert caught.value.refusal.message == f"There is no database at {path}"
    assert caught.value.refusal.remedy == 'Run "bgconsole init"'
    assert not path.parent.exists()


async def test_a_refused_init_leaves_nothing_behind(empty: World, path: Path) -> None:
    with refused(Code.PASSWORD_TOO_SHORT):
        await empty.backend.initialise(Caller(CONSOLE), "Acme", OWNER, "short")
    assert not path.exists()


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0"])
async def test_an_empty_file_is_set_up_like_a_missing_one(
    empty: World, path: Path, content: bytes
) -> None:
    path.parent.mkdir()
    if content:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TABLE t (x)")
            connection.execute("DROP TABLE t")
    else:
        path.touch()
    assert (await empty.backend.welcome()).team is None
    with pytest.raises(UnreachableError) as caught:
        await empty.backend.sign_in(Caller(CONSOLE), OWNER, PASSWORD)
    assert caught.value.refusal.message == f"There is no team in the database at {path}"
    await empty.found()
    assert (await empty.backend.welcome()).team == "Acme"


async def test_a_file_that_is_no_database_is_left_alone(empty: World, path: Path) -> None:
    path.parent.mkdir()
    path.write_text("name,email\n" * 1000)
    for call in (empty.backend.welcome(), empty.backend.sign_in(Caller(CONSOLE), OWNER, PASSWORD)):
        with pytest.raises(UnavailableError) as caught:
            await call
        assert caught.value.refusal.message == f"{path} is not a database of bgconsole"
    with pytest.raises(UnavailableError):
        await empty.found()
    assert path.read_text() == "name,email\n" * 1000


@pytest.mark.parametrize("wal", [False, True])
async def test_another_program_s_database_is_left_alone(
    empty: World, path: Path, wal: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its journal mode too, whatever this SQLite would have for a file of ours."""
    monkeypatch.setattr(engine, "wal_is_safe", lambda _: wal)
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE team (x)")
    before = path.read_bytes()
    with pytest.raises(UnavailableError) as caught:
        await empty.found()
    assert "is not a database of bgconsole" in caught.value.refusal.message
    assert path.read_bytes() == before


async def test_a_folder_in_the_place_of_the_file_gets_one_sentence(
    empty: World, path: Path
) -> None:
    path.mkdir(parents=True)
    with pytest.raises(UnreachableError) as caught:
        await empty.backend.welcome()
    assert caught.value.refusal.message == f"The database at {path} cannot be opened"
    assert caught.value.refusal.remedy


async def test_a_file_in_the_place_of_the_folder_gets_one_sentence(
    empty: World, path: Path
) -> None:
    path.parent.write_text("")
    with pytest.raises(UnreachableError):
        await empty.backend.sign_in(Caller(CONSOLE), OWNER, PASSWORD)
    with pytest.raises(UnreachableError):
        await empty.found()


async def test_a_damaged_database_gets_one_sentence(world: World, path: Path) -> None:
    await world.backend.close()
    content = bytearray(path.read_bytes())
    for start in range(4096, len(content), 4096):
        content[start : start + 64] = b"\xff" * 64
    path.write_bytes(content)
    with pytest.raises(UnavailableError) as caught:
        await world.another().sign_in(Caller(CONSOLE), OWNER, PASSWORD)
    assert caught.value.refusal.message == f"The database at {path} is damaged"


async def test_a_busy_database_is_told_of_and_works_again_afterwards(
    world: World, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_TIMEOUT", 50)
    backend = world.another()
    head = await world.head()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(UnavailableError) as caught:
            await backend.apply_delta(world.owner, "entra", Delta(True, (OWNER,)))
        assert caught.value.refusal.message == f"The database at {path} is busy"
        with pytest.raises(UnavailableError):
            await backend.sign_in(Caller(CONSOLE), OWNER, PASSWORD)
        other.execute("ROLLBACK")
    assert await world.head() == head
    await backend.apply_delta(world.owner, "entra", Delta(True, (OWNER,)))


async def test_a_reader_does_not_wait_for_a_writer_to_note_that_somebody_is_there(
    world: World, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_TIMEOUT", 10_000_000)
    world.clock.advance(minutes=14)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        # It would wait for as long as the writer takes.
        async with asyncio.timeout(60):
            await world.backend.providers(world.owner)
        other.execute("ROLLBACK")
    await world.backend.providers(world.owner)
    world.clock.advance(minutes=14)
    assert not (await world.backend.me(world.owner)).locked


async def test_a_full_disk_loses_nothing_and_works_again_when_there_is_room(
    world: World, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = path.stat().st_size // 4096
    limit = {"pages": pages}
    connect = Database._connect

    def small(self: Database) -> sqlite3.Connection:
        connection = connect(self)
        connection.execute(f"PRAGMA max_page_count={limit['pages']}")
        return connection

    monkeypatch.setattr(Database, "_connect", small)
    backend = world.another()
    refusals: set[str] = set()
    done = 0
    for number in range(200):
        try:
            await backend.create_token(world.owner, 1 + number % 9)
        except BackendError as error:
            refusals.add(error.refusal.message)
            break
        done += 1
    assert refusals == {f"The disk that holds {path} is full, so nothing was changed"}
    await backend.close()

    monkeypatch.undo()
    again = world.another()
    assert len(await again.tokens(world.owner)) == done
    assert (await again.audit_verify(world.owner)).ok
    await again.create_token(world.owner, 1)


async def test_a_restored_backup_is_noticed(world: World, path: Path) -> None:
    backup = path.with_name("backup.db")
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(backup)) as target:
        source.backup(target)
    await world.enforce("entra", OWNER)
    backup.replace(path)
    assert not (await world.provider("entra")).enforced


async def test_a_database_that_goes_away_is_told_of_and_found_again(
    world: World, path: Path
) -> None:
    path.rename(path.with_suffix(".away"))
    with pytest.raises(UnreachableError):
        await world.backend.me(world.owner)
    path.with_suffix(".away").rename(path)
    assert (await world.backend.me(world.owner)).email == OWNER


# Root reads and writes what is closed to it, unless a process gives that up (CAP_DAC_OVERRIDE).
_AS_ANYBODY = """
import ctypes, os, sys
if os.getuid() == 0:
    PR_CAPBSET_DROP, CAP_DAC_OVERRIDE = 24, 1
    if ctypes.CDLL(None, use_errno=True).prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0):
        sys.exit(os.strerror(ctypes.get_errno()))
os.execv(sys.executable, [sys.executable, "-c", *sys.argv[1:]])
"""
_READS_AND_WRITES = """
import asyncio, sys
from pathlib import Path
from bgconsole.backend.errors import BackendError
from bgconsole.backend.local.backend import LocalBackend
from bgconsole.backend.identity import Caller, Source
from tests.backend.world import CHEAP, OWNER, PASSWORD, START
async def main():
    caller = Caller(Source("local:65534", "x", True), sys.argv[2])
    backend = LocalBackend.at(Path(sys.argv[1]), clock=lambda: START, hasher=CHEAP)
    print((await backend.me(caller)).email)
    print((await backend.audit_page(caller)).head)
    for call in (backend.sign_in(caller, OWNER, PASSWORD), backend.create_token(caller, 1)):
        try:
            await call
        except BackendError as error:
            print(error.code, error)
    await backend.close()
asyncio.run(main())
"""


async def test_a_database_that_cannot_be_written_can_be_read_and_says_so(
    world: World, path: Path
) -> None:
    head = await world.head()
    path.chmod(0o444)
    path.parent.chmod(0o555)
    try:
        done = subprocess.run(
            [sys.executable, "-c", _AS_ANYBODY, _READS_AND_WRITES, path, str(world.owner.token)],
            capture_output=True,
            text=True,
            check=False,
            cwd=Path(__file__).parents[3],
        )
    finally:
        path.parent.chmod(0o700)
    assert done.returncode == 0, done.stderr
    sentence = f"unavailable The database at {path} is read-only, so nothing can be"
    lines = done.stdout.splitlines()
    assert lines[:2] == [OWNER, str(head)]
    assert [line.startswith(sentence) for line in lines[2:]] == [True, True]
