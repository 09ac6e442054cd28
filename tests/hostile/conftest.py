"""The real command line on a hostile team, with its output as raw bytes."""

import io
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from bgconsole import compose
from bgconsole.backend.local.backend import LocalBackend
from bgconsole.backend.protocol import Backend
from bgconsole.cli.main import run
from tests.backend.world import SkippedRest
from tests.hostile import team


@dataclass(frozen=True)
class Raw:
    """How a command ended, and every byte it wrote."""

    code: int
    out: bytes
    err: bytes

    @property
    def all(self) -> bytes:
        """Both streams."""
        return self.out + self.err


class RawCommandLine:
    """Runs commands in this process on one database."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
        self._monkeypatch = monkeypatch
        self.path = path

    def __call__(self, *arguments: str, stdin: str = "", database: str | None = None) -> Raw:
        """Run `bgconsole ARGUMENTS`."""
        out, err = io.BytesIO(), io.BytesIO()
        url = database or f"{compose.SQLITE_SCHEME}{self.path}"
        with self._monkeypatch.context() as patched:
            given = io.BytesIO(stdin.encode("utf-8", "surrogateescape"))
            patched.setattr(sys, "stdin", io.TextIOWrapper(given, encoding="utf-8"))
            patched.setattr(sys, "stdout", io.TextIOWrapper(out, encoding="utf-8", newline=""))
            patched.setattr(sys, "stderr", io.TextIOWrapper(err, encoding="utf-8", newline=""))
            code = run(["--database", url, *arguments])
            sys.stdout.flush()
            sys.stderr.flush()
            return Raw(code, out.getvalue(), err.getvalue())


@pytest.fixture(scope="session")
def hostile_team(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The team's database, not to be changed, and its owner's token."""
    path = tmp_path_factory.mktemp("hostile") / "team.db"
    return path, team.make(path)


@pytest.fixture
def token(hostile_team: tuple[Path, str]) -> str:
    """The owner's."""
    return hostile_team[1]


@pytest.fixture
def bgconsole(
    monkeypatch: pytest.MonkeyPatch, hostile_team: tuple[Path, str], tmp_path: Path, token: str
) -> RawCommandLine:
    """The command line on a copy of the hostile team, signed in as its owner just now."""
    path = tmp_path / "team.db"
    shutil.copy(hostile_team[0], path)
    team.prove(path)

    def open_backend(target: compose.Target) -> Backend:
        place = Path(target.url.removeprefix(compose.SQLITE_SCHEME))
        return LocalBackend.at(
            place, read_only=target.read_only, hasher=team.cheap(), rest=SkippedRest()
        )

    monkeypatch.setattr(compose, "open_backend", open_backend)
    monkeypatch.setenv("BGCONSOLE_TOKEN", token)
    return RawCommandLine(monkeypatch, path)
