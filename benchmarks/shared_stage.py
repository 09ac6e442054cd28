"""Shared stage: one team on SQLite and on PostgreSQL, with few events and many, and servers."""

import asyncio
import hashlib
import shutil
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import httpx
import psycopg

from benchmarks import seed, seed_postgres
from benchmarks.stage import BGCONSOLE, OWNER, PASSWORD, StageError, seeded
from bgconsole.backend.identity import Caller
from bgconsole.backend.protocol import Backend
from bgconsole.backend.values import MemberAddition
from bgconsole.compose import local_source, open_backend, target_at
from bgconsole.policy.team import Role
from tests.postgres import Cluster, free_port

SHORT_LOG = 10_000
"""Events of the log that the long one is held against."""

_PEOPLE = 25
_START_WITHIN = 30.0  # seconds


class Engine(StrEnum):
    """What a team's database is."""

    SQLITE = "SQLite"
    POSTGRES = "PostgreSQL"


@dataclass(frozen=True)
class SharedStage:
    """The URLs of databases: with a short log, and with a long one."""

    folder: Path
    cluster: Cluster
    short: Mapping[Engine, str]
    long: Mapping[Engine, str]


@contextmanager
def prepared(folder: Path, many_events: int) -> Generator[SharedStage]:
    """The stage below `folder`, and a PostgreSQL that runs meanwhile.

    Databases made before are used again, those with a long log as they are. Raises StageError.
    """
    run = folder / "run"
    run.mkdir(parents=True, exist_ok=True)
    short, long = seeded(folder, SHORT_LOG), seeded(folder, many_events)
    copied = run / "short.db"
    shutil.copyfile(short, copied)
    copied.chmod(0o600)
    with _kept_cluster(folder / "postgres") as cluster:
        team = _short_team(cluster)
        stage = SharedStage(
            folder=run,
            cluster=cluster,
            short={Engine.SQLITE: f"sqlite:///{copied}", Engine.POSTGRES: team},
            long={
                Engine.SQLITE: f"sqlite:///{long}",
                Engine.POSTGRES: _seeded_database(cluster, many_events),
            },
        )
        for url in stage.short.values():
            asyncio.run(_bring_in_people(url))
        yield stage


@contextmanager
def serving(database: str, *options: str) -> Generator[str]:
    """A server process on this database, listening on loopback; its URL."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [str(BGCONSOLE), "--database", database, "serve", "--port", str(port), *options]
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _await_answer(url, process)
        yield url
    finally:
        process.terminate()
        process.wait()


@asynccontextmanager
async def signed_in(url: str) -> AsyncGenerator[tuple[Backend, Caller]]:
    """A backend for a database or a server, and its owner."""
    backend = open_backend(target_at(url))
    source = local_source()
    try:
        opened = await backend.sign_in(Caller(source), OWNER, PASSWORD)
        yield backend, Caller(source, opened.token)
    finally:
        await backend.close()


def _await_answer(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_WITHIN
    while True:
        try:
            httpx.get(f"{url}/readyz", trust_env=False).raise_for_status()
        except httpx.HTTPError as error:
            if process.poll() is not None or time.monotonic() > deadline:
                raise StageError(f"bgconsole serve did not start: {error}") from error
            time.sleep(0.02)
        else:
            return


async def _bring_in_people(url: str) -> None:
    people = [
        MemberAddition(f"person{number}@example.org", f"Person {number}", Role.MEMBER)
        for number in range(1, _PEOPLE)
    ]
    async with signed_in(url) as (backend, caller):
        await backend.add_members(caller, people)


@contextmanager
def _kept_cluster(folder: Path) -> Generator[Cluster]:
    """The cluster that keeps seeded databases from run to run, durable as in production."""
    cluster = Cluster(folder)
    if not (cluster.data / "PG_VERSION").exists():
        cluster.make(fsync=True)
        cluster.configure(
            "shared_buffers = 256MB\nmaintenance_work_mem = 256MB\nmax_wal_size = 8GB"
        )
    cluster.start()
    try:
        yield cluster
    finally:
        cluster.stop()


def _short_team(cluster: Cluster) -> str:
    """A fresh copy of the database with a short log."""
    kept = _name(_seeded_database(cluster, SHORT_LOG))
    cluster.run("DROP DATABASE IF EXISTS short WITH (FORCE)")
    cluster.run(f"CREATE DATABASE short TEMPLATE {kept}")
    return cluster.url("short")


def _seeded_database(cluster: Cluster, events: int) -> str:
    """The URL of a database with so many events, from before if one of the same schema is there."""
    cluster.run("DROP DATABASE IF EXISTS blank WITH (FORCE)")
    blank = cluster.url(cluster.create("blank"))
    asyncio.run(_initialise(blank))
    kept = f"events_{events}_{_fingerprint(blank)}"
    if not cluster.run(f"SELECT 1 FROM pg_database WHERE datname = '{kept}'"):
        print(f"Seeding {events:,} audit events in PostgreSQL ...", file=sys.stderr)
        with closing(psycopg.connect(libpq(blank))) as connection:
            seed_postgres.fill(connection, events)
        cluster.run(f"ALTER DATABASE blank RENAME TO {kept}")
    return cluster.url(kept)


async def _initialise(url: str) -> None:
    backend = open_backend(target_at(url))
    try:
        await backend.initialise(Caller(local_source()), "Bench", OWNER, PASSWORD)
    finally:
        await backend.close()


def _fingerprint(url: str) -> str:
    """Eight hex digits that change with the database's schema and with the seeding."""
    with closing(psycopg.connect(libpq(url))) as connection:
        schema = connection.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns"
            " WHERE table_schema = 'public' ORDER BY 1, 2"
        ).fetchall()
        schema += connection.execute("SELECT indexdef FROM pg_indexes ORDER BY 1").fetchall()
    files = Path(seed.__file__).read_bytes() + Path(seed_postgres.__file__).read_bytes()
    return hashlib.sha256(repr(schema).encode() + files).hexdigest()[:8]


def libpq(url: str) -> str:
    """The URL as PostgreSQL's own programs take it."""
    return url.replace("postgresql+psycopg://", "postgresql://")


def _name(url: str) -> str:
    return url.rpartition("/")[2]
