"""A team of one's own behind the real command line, with cheap hashes and a clock to move."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bgconsole import compose
from bgconsole.backend.local.backend import LocalBackend
from bgconsole.backend.local.passwords import Argon2Hasher
from bgconsole.backend.protocol import Backend
from tests.backend.world import SkippedRest
from tests.cli.driver import CommandLine

PASSWORD = "seven green lanterns hum"
OWNER = "ada@harbor.example"


class Clock:
    """The real time, moved on by tests."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def pass_by(self, **length: float) -> None:
        """Let so much time pass."""
        self._ahead += timedelta(**length)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def bgconsole(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, clock: Clock) -> CommandLine:
    """The command line on a database that is not there yet."""
    hasher = Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1)

    rest = SkippedRest()

    def open_backend(target: compose.Target) -> Backend:
        path = Path(target.url.removeprefix(compose.SQLITE_SCHEME))
        return LocalBackend.at(
            path, read_only=target.read_only, clock=clock, hasher=hasher, rest=rest
        )

    monkeypatch.setattr(compose, "open_backend", open_backend)
    command_line = CommandLine(monkeypatch)
    command_line.database = f"sqlite:///{tmp_path / 'team.db'}"
    return command_line


@pytest.fixture
def team(bgconsole: CommandLine) -> CommandLine:
    """A team whose owner Ada has just signed in."""
    done = bgconsole(
        *("init", "--team", "Harbor", "--owner", OWNER, "--password-stdin"), stdin=PASSWORD
    )
    assert done.code == 0, done.err
    return bgconsole


Join = Callable[..., None]


@pytest.fixture
def join(team: CommandLine) -> Join:
    """Adds people, each with a password of their own."""

    def add(*emails: str, role: str = "member") -> None:
        for email in emails:
            added = team("member", "add", email, "--role", role, "--json")
            assert added.code == 0, added.err
            lines = f"{added.json['code']}\n{PASSWORD}\n"
            redeemed = team("redeem", email, "--stdin", stdin=lines)
            assert redeemed.code == 0, redeemed.err

    return add
