"""Several processes on one database: limits hold, nobody fails, nothing acknowledged is lost."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bgconsole.policy.audit import EventType
from tests.backend.world import World

_HEAD = """
import asyncio, json, sys
from dataclasses import replace
from pathlib import Path
from bgconsole.backend.errors import BackendError
from bgconsole.backend.local.backend import LocalBackend
from bgconsole.backend.identity import Caller
from bgconsole.policy.settings import Delta
from tests.backend.world import CHEAP, CONSOLE, START
path, token, number = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
backend = LocalBackend.at(path, clock=lambda: START, hasher=CHEAP)
caller = Caller(CONSOLE, token)
"""

_ADD = """
async def add(email):
    try:
        await backend.apply_delta(caller, "entra", Delta(None, (email,)))
    except BackendError as error:
        return error.code
    return "added"
async def main():
    emails = [f"p{number * 13 + i}@acme.test" for i in range(13)]
    answers = await asyncio.gather(*map(add, emails))
    print(json.dumps(answers))
    await backend.close()
"""

_WRITE = """
async def main():
    for _ in range(50):
        await backend.create_token(caller, 1)
    print(json.dumps("done"))
    await backend.close()
"""

_SAME = """
async def main():
    issued = []
    for n in range(20):
        issued.append(await backend.create_token(replace(caller, key=f"0f6b7d5e3c21a948 {n}"), 1))
    print(json.dumps([[one.id, one.token] for one in issued]))
    await backend.close()
"""

_ACKNOWLEDGE = """
async def main():
    while True:
        issued = await backend.create_token(caller, 1)
        print(issued.id, flush=True)
"""


def start(body: str, path: Path, world: World, number: int) -> subprocess.Popen[str]:
    """Another process that works on the database."""
    code = f"{_HEAD}{body}\nasyncio.run(main())"
    return subprocess.Popen(
        [sys.executable, "-c", code, str(path), str(world.owner.token), str(number)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    )


def results(processes: list[subprocess.Popen[str]]) -> list[object]:
    """What each printed, once all have ended well."""
    outputs = [process.communicate()[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * len(processes)
    return [json.loads(output) for output in outputs]


@pytest.fixture
async def crowd(world: World) -> World:
    """52 people with a password, one of them listed."""
    await world.add(*(f"p{number}" for number in range(52)))
    await world.add("listed")
    await world.enforce("entra", "listed@acme.test")
    return world


async def test_adds_of_four_processes_never_make_more_than_five(crowd: World, path: Path) -> None:
    answers: list[str] = []
    for one in results([start(_ADD, path, crowd, number) for number in range(4)]):
        assert isinstance(one, list)
        answers.extend(one)
    assert answers.count("added") == 4
    assert answers.count("limit_reached") == 48
    assert len((await crowd.provider("entra")).entries) == 5
    added = [e for e in await crowd.events() if e.type is EventType.ENTRY_ADDED]
    assert len(added) == 5


async def test_eight_writers_all_succeed_and_the_chain_stays_whole(
    world: World, path: Path
) -> None:
    head = await world.head()
    results([start(_WRITE, path, world, number) for number in range(8)])
    assert await world.head() == head + 400
    assert len(await world.backend.tokens(world.owner)) == 400
    verification = await world.backend.audit_verify(world.owner)
    assert (verification.ok, verification.checked) == (True, head + 400)


async def test_four_processes_with_the_same_keys_do_each_change_once(
    world: World, path: Path
) -> None:
    head = await world.head()
    first, *others = results([start(_SAME, path, world, number) for number in range(4)])
    assert others == [first] * 3
    assert await world.head() == head + 20
    assert len(await world.backend.tokens(world.owner)) == 20


async def test_nothing_acknowledged_is_lost_when_a_process_is_killed(
    world: World, path: Path
) -> None:
    acknowledged: set[str] = set()
    for round_ in range(6):
        process = start(_ACKNOWLEDGE, path, world, 0)
        assert process.stdout is not None
        for _ in range(5 + round_ * 3):
            acknowledged.add(process.stdout.readline().strip())
        os.kill(process.pid, signal.SIGKILL)
        rest = process.communicate()[0]
        acknowledged |= {line for line in rest.splitlines(keepends=True) if line.endswith("\n")}
    stored = {token.id for token in await world.backend.tokens(world.owner)}
    assert {one.strip() for one in acknowledged} <= stored
    recorded = {e.target for e in await world.events() if e.type is EventType.TOKEN_CREATED}
    assert recorded == stored
    assert (await world.backend.audit_verify(world.owner)).ok
