"""Where the sample team lives: beside the user's own, made once, kept, made again when asked."""

import asyncio
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from bgconsole.backend.errors import NotAllowedError
from bgconsole.backend.identity import Caller, Source
from bgconsole.backend.protocol import Backend
from bgconsole.compose import default_target, open_backend
from bgconsole.demo import DemoTeam, prepare
from bgconsole.policy.settings import Delta

HERE = Caller(Source("local:1000", "test", local=True))


@pytest.fixture
def folder(own_home: Path) -> Path:
    """The user's data folder."""
    path = Path(default_target().url.removeprefix("sqlite:///")).parent
    assert path.is_relative_to(own_home)
    return path


async def _signed_in(team: DemoTeam) -> tuple[Backend, Caller]:
    backend = open_backend(team.target)
    owner = team.hints[0]
    opened = await backend.sign_in(HERE, owner.email, owner.password)
    return backend, Caller(HERE.source, opened.token)


async def _enforced(team: DemoTeam) -> bool:
    backend, caller = await _signed_in(team)
    (entra, _) = await backend.providers(caller)
    await backend.close()
    return entra.enforced


async def _turn_off(team: DemoTeam) -> None:
    backend, caller = await _signed_in(team)
    await backend.apply_delta(caller, "entra", Delta(enforced=False))
    await backend.close()


def test_first_start_makes_it_for_the_user_alone(folder: Path) -> None:
    team = prepare(reset=False)
    assert team.target.url == f"sqlite:///{folder / 'demo.db'}"
    assert [path.name for path in folder.iterdir()] == ["demo.db"], "nothing else is left"
    assert stat.S_IMODE((folder / "demo.db").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert asyncio.run(_enforced(team))


def test_second_start_keeps_what_was_changed() -> None:
    asyncio.run(_turn_off(prepare(reset=False)))
    assert not asyncio.run(_enforced(prepare(reset=False)))


def test_reset_makes_it_again(folder: Path) -> None:
    asyncio.run(_turn_off(prepare(reset=False)))
    team = prepare(reset=True)
    assert asyncio.run(_enforced(team))
    assert [path.name for path in folder.iterdir()] == ["demo.db"]


def test_reset_without_one_makes_it() -> None:
    assert asyncio.run(_enforced(prepare(reset=True)))


def test_reset_leaves_no_journal_of_the_team_before(folder: Path) -> None:
    """It would be played into the next one."""
    prepare(reset=False)
    for ending in ("-journal", "-wal", "-shm"):
        (folder / f"demo.db{ending}").write_bytes(b"left by a killed process")
    team = prepare(reset=True)
    assert [path.name for path in folder.iterdir()] == ["demo.db"]
    assert asyncio.run(_enforced(team))


def test_own_team_is_never_touched(folder: Path) -> None:
    folder.mkdir(parents=True)
    own = folder / "team.db"
    own.write_bytes(b"the user's own team")
    before = own.stat()
    prepare(reset=False)
    asyncio.run(_turn_off(prepare(reset=True)))
    assert own.read_bytes() == b"the user's own team"
    assert (own.stat().st_ino, own.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_console_that_is_open_during_a_reset_sees_the_new_team() -> None:
    """Its session is gone, and it says so; nothing is mixed up."""

    async def ask(backend: Backend, caller: Caller) -> None:
        try:
            with pytest.raises(NotAllowedError):
                await backend.providers(caller)
        finally:
            await backend.close()

    with asyncio.Runner() as runner:
        backend, caller = runner.run(_signed_in(prepare(reset=False)))
        _in_other_process()
        runner.run(ask(backend, caller))


def test_failed_making_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(path: Path, now: object) -> None:
        path.write_bytes(b"half a team")
        raise OSError("no space")

    monkeypatch.setattr("bgconsole.demo.build", fail)
    with pytest.raises(OSError, match="no space"):
        prepare(reset=False)
    assert list(folder.iterdir()) == []


def test_start_on_a_team_that_is_there_loads_no_database() -> None:
    """The sign-in screen is drawn before anything heavy is imported."""
    prepare(reset=False)
    script = (
        "import sys; from bgconsole.demo import prepare; prepare(reset=False);"
        "print(sorted({'sqlalchemy', 'argon2', 'alembic'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], env=os.environ, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def _in_other_process() -> None:
    script = "from bgconsole.demo import prepare; prepare(reset=True)"
    subprocess.run([sys.executable, "-c", script], env=os.environ, check=True)
