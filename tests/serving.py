"""Real server processes for tests, each with one of its own.

`forked` gives a server that tests can steer: on any database, with the test's clock, with cheap
hashing, and believing loopback's X-Forwarded-For.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).parents[1]
_READY_WITHIN = 60.0


class ServerFailedError(RuntimeError):
    """A server process ended that should have run; holds what it said."""


@dataclass(frozen=True, slots=True)
class ClockFile:
    """A clock that stands in a file, for a process beside the test."""

    path: Path

    def show(self, now: datetime) -> None:
        """Set it. Whoever reads finds the time before or the time after, never half of one."""
        beside = self.path.with_suffix(".next")
        beside.write_text(now.isoformat())
        beside.replace(self.path)

    def __call__(self) -> datetime:
        return datetime.fromisoformat(self.path.read_text())


class Forks:
    """The process that forks servers, started when the first one is asked for."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._log: Path | None = None

    def start(
        self, database: str, clock: Path | None, port: int, *, public: bool = False
    ) -> tuple[int, int]:
        """A server on this database: its process id and its port.

        `public`: browsers reach it where it listens, so that it has the server's flow of SSO.
        """
        order = {
            "database": database, "clock": clock and str(clock), "port": port, "public": public,
        }  # fmt: skip
        answer = self._ask(order)
        return answer["pid"], answer["port"]

    def stop(self, pid: int, by: signal.Signals) -> int:
        """End a server by a signal; its exit code once it is gone, negative for a signal's."""
        return self._ask({"end": pid, "by": by})["status"]

    @property
    def said(self) -> str:
        """What the servers wrote to standard error."""
        return "" if self._log is None else self._log.read_text(errors="replace")

    def end(self) -> None:
        """End the process, and every server with it."""
        process, self._process = self._process, None
        if process is not None:
            process.communicate()
        if self._log is not None:
            self._log.unlink(missing_ok=True)
            self._log = None

    def _ask(self, order: Mapping[str, object]) -> dict[str, Any]:
        process = self._process or self._begin()
        assert process.stdin is not None
        assert process.stdout is not None
        with suppress(BrokenPipeError):
            process.stdin.write(f"{json.dumps(order)}\n")
            process.stdin.flush()
        line = process.stdout.readline()
        if not line:
            raise ServerFailedError(self.said)
        return json.loads(line)

    def _begin(self) -> subprocess.Popen[str]:
        handle, name = tempfile.mkstemp(prefix="bgconsole-servers-", suffix=".log")
        self._log = Path(name)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.serving_forks"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=handle,
            text=True,
            cwd=_ROOT,
            # A server that is killed at the end of its test leaves nothing that it measured.
            env={k: v for k, v in os.environ.items() if not k.startswith("COVERAGE_")},
        )
        os.close(handle)
        return self._process


FORKS = Forks()
"""That of this test process; `tests/conftest.py` ends it."""


@dataclass
class Server:
    """A server that a test may kill and start again on the port it had."""

    database: str
    clock: ClockFile | None = None
    port: int = 0
    public: bool = False
    pid: int | None = field(default=None, init=False)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it; requests are taken from now on."""
        clock = None if self.clock is None else self.clock.path
        self.pid, self.port = FORKS.start(self.database, clock, self.port, public=self.public)

    def stop(self, by: signal.Signals = signal.SIGTERM) -> int | None:
        """End it, once it is gone; its exit code. Does nothing where none runs."""
        pid, self.pid = self.pid, None
        return None if pid is None else FORKS.stop(pid, by)

    def kill(self) -> None:
        """End it at once, in the midst of whatever it does."""
        self.stop(signal.SIGKILL)


@contextmanager
def forked(
    database: str, clock: ClockFile | None = None, *, public: bool = False
) -> Generator[Server]:
    """A server process of one's own on this database."""
    server = Server(database, clock, public=public)
    server.start()
    try:
        yield server
    finally:
        server.kill()
