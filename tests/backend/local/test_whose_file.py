"""Whose the database's file is: who may begin a team in it, and who may recover one."""

import os
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from bgconsole.backend.identity import Caller
from bgconsole.policy.audit import EventType
from bgconsole.policy.refusals import Code
from tests.backend.world import CONSOLE, OWNER, PASSWORD, World, refused


@pytest.mark.parametrize("whose", ["getuid", "geteuid"])
async def test_recovery_is_for_the_file_s_own_user(
    world: World, path: Path, monkeypatch: pytest.MonkeyPatch, whose: str
) -> None:
    # Also where anybody may write to it.
    path.chmod(0o666)
    uid = os.getuid()
    monkeypatch.setattr(os, whose, lambda: uid + 1)
    with refused(Code.FORBIDDEN):
        await world.backend.recover(Caller(CONSOLE), OWNER, PASSWORD)


async def test_recovery_is_for_root_on_anybody_s_file(
    world: World, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = path.stat().st_uid or 12345
    if os.getuid() == 0:
        os.chown(path, owner, -1)
    for whose in ("getuid", "geteuid"):
        monkeypatch.setattr(os, whose, lambda: 0)
    assert (await world.backend.recover(Caller(CONSOLE), OWNER, f"{PASSWORD} more")).token
    for whose in ("getuid", "geteuid"):
        monkeypatch.setattr(os, whose, lambda: owner + 1)
    with refused(Code.FORBIDDEN):
        await world.backend.recover(Caller(CONSOLE), OWNER, f"{PASSWORD} more")


async def test_recovery_is_on_record_whatever_host_and_terminal_are_called(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for called in ("\udcff\udcfehost", "h\0st", "\ud83d", "x" * 5000):
        monkeypatch.setattr(socket, "gethostname", lambda called=called: called)
        monkeypatch.setattr(os, "ttyname", lambda _descriptor, called=called: called)
        source = replace(CONSOLE, label=f"{called} uid 0")
        recovered = await world.backend.recover(Caller(source), OWNER, f"{PASSWORD} more")
        world.sessions[OWNER] = Caller(CONSOLE, recovered.token)
        (event,) = await world.newest()
        assert event.type is EventType.SYSTEM_RECOVERED
        assert str(event.metadata["host"]).isascii()
    assert (await world.backend.audit_verify(world.owner)).ok


@pytest.mark.parametrize("mode", [0o666, 0o622, 0o620])
async def test_no_team_is_made_in_a_file_that_others_may_write_to(
    empty: World, path: Path, mode: int
) -> None:
    path.parent.mkdir()
    path.touch()
    path.chmod(mode)
    with refused(Code.FORBIDDEN) as outcome:
        await empty.backend.initialise(Caller(CONSOLE), "Acme", OWNER, PASSWORD)
    assert "other users can access it" in outcome.message
    assert path.stat().st_size == 0
    path.chmod(0o600)
    await empty.found()


async def test_no_team_is_made_in_somebody_else_s_file(
    empty: World, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.parent.mkdir()
    path.touch(mode=0o600)
    uid = os.getuid()
    monkeypatch.setattr(os, "geteuid", lambda: uid + 1)
    with refused(Code.FORBIDDEN):
        await empty.backend.initialise(Caller(CONSOLE), "Acme", OWNER, PASSWORD)
    assert path.stat().st_size == 0
