"""Several processes on one PostgreSQL: limits hold, nobody fails, the chain stays whole."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

from bgconsole.policy.audit import EventType
from tests.backend.world import PostgresDeployment, World

_HEAD = """
import asyncio, json, sys
from bgconsole.backend.errors import BackendError
from bgconsole.backend.identity import Caller
from bgconsole.backend.local.backend import LocalBackend
from bgconsole.backend.local.postgres.database import PostgresDatabase
from bgconsole.policy.settings import Delta
from tests.backend.world import CHEAP, CONSOLE, START
url, token, number = sys.argv[1], sys.argv[2], int(sys.argv[3])
backend = LocalBackend.on(PostgresDatabase(url), clock=lambda: START, hasher=CHEAP)
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
    print(json.dumps(await asyncio.gather(*map(add, emails))))
    await backend.close()
"""

_WRITE = """
async def main():
    for _ in range(40):
        await backend.create_token(caller, 1)
    print(json.dumps("done"))
    await backend.close()
"""


def start(body: str, world: World, number: int) -> subprocess.Popen[str]:
    """Another process that works on the database."""
    assert isinstance(world.deployment, PostgresDeployment)
    code = f"{_HEAD}{body}\nasyncio.run(main())"
    return subprocess.Popen(
        [sys.executable, "-c", code, world.deployment.url, str(world.owner.token), str(number)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    )


async def results(processes: list[subprocess.Popen[str]]) -> list[object]:
    """What each printed, once all have ended well."""
    outputs = [(await asyncio.to_thread(process.communicate))[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * len(processes)
    return [json.loads(output) for output in outputs]


async def test_eight_writers_all_succeed_and_the_chain_stays_whole(world: World) -> None:
    head = await world.head()
    await results([start(_WRITE, world, number) for number in range(8)])
    assert await world.head() == head + 320
    assert len(await world.backend.tokens(world.owner)) == 320
    verification = await world.backend.audit_verify(world.owner)
    assert (verification.ok, verification.checked) == (True, head + 320)


async def test_adds_of_four_processes_never_make_more_than_five(world: World) -> None:
    await world.add(*(f"p{number}" for number in range(52)))
    await world.add("listed")
    await world.enforce("entra", "listed@acme.test")
    answers: list[str] = []
    for one in await results([start(_ADD, world, number) for number in range(4)]):
        assert isinstance(one, list)
        answers.extend(one)
    assert (answers.count("added"), answers.count("limit_reached")) == (4, 48)
    assert len((await world.provider("entra")).entries) == 5
    added = [e for e in await world.events() if e.type is EventType.ENTRY_ADDED]
    assert len(added) == 5
