"""An answer that was lost: the process died after the commit, and no secret is kept for it."""

import asyncio
import json
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bgconsole.backend.identity import Caller
from bgconsole.backend.protocol import Backend
from bgconsole.backend.values import MemberAddition
from bgconsole.policy.settings import Delta
from tests.backend.world import CONSOLE, OWNER, PASSWORD, World

ANNA, BERT = "anna@acme.test", "bert@acme.test"
KEY = "0f6b7d5e3c21a948"
NEXT = "another plum violin harbour"

Call = Callable[[Backend, Caller], Awaitable[object]]

CALLS: dict[str, tuple[str, Call]] = {
    "a member is added": (
        "backend.add_members(caller, [MemberAddition('bert@acme.test')])",
        lambda b, c: b.add_members(c, [MemberAddition(BERT)]),
    ),
    "a password is reset": (
        "backend.reset_member(caller, 'anna@acme.test')",
        lambda b, c: b.reset_member(c, ANNA),
    ),
    "a token is made": ("backend.create_token(caller, 3)", lambda b, c: b.create_token(c, 3)),
    "a list is changed": (
        "backend.apply_delta(caller, 'entra', Delta(True, ('owner@acme.test',)))",
        lambda b, c: b.apply_delta(c, "entra", Delta(True, (OWNER,))),
    ),
    "a password is changed": (
        f"backend.change_password(caller, {PASSWORD!r}, {NEXT!r})",
        lambda b, c: b.change_password(c, PASSWORD, NEXT),
    ),
}

DYING = """
import asyncio, json, os, signal, sys
from pathlib import Path
from bgconsole.backend.identity import Caller
from bgconsole.backend.local.backend import LocalBackend
from bgconsole.backend.values import MemberAddition
from bgconsole.policy.settings import Delta
from tests.backend.world import CHEAP, CONSOLE, START
path, token, key = json.load(sys.stdin)
backend = LocalBackend.at(Path(path), clock=lambda: START, hasher=CHEAP)
backend._parts.database.on_commit(lambda: os.kill(os.getpid(), signal.SIGKILL))
caller = Caller(CONSOLE, token, key=key)
async def main():
    await {call}
    print("answered")
asyncio.run(main())
"""


@pytest.mark.parametrize("name", sorted(CALLS))
async def test_a_process_that_died_after_the_commit_is_answered_for_by_the_next(
    name: str, world: World, path: Path
) -> None:
    await world.add("anna")
    text, call = CALLS[name]
    caller, head = replace(world.owner, key=KEY), await world.head()
    died = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", DYING.format(call=text)],
        input=json.dumps([str(path), caller.token, KEY]),
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
        check=False,
    )
    assert (died.returncode, died.stdout) == (-signal.SIGKILL, "")
    events = await world.events()
    assert len(events) > head
    backend = world.another()
    answer = await call(backend, caller)
    assert await call(backend, caller) == answer
    assert await world.events() == events
    assert (await backend.audit_verify(world.owner)).ok


async def test_nothing_that_opens_is_stored_with_a_key(world: World, path: Path) -> None:
    owner, backend = replace(world.owner, key=KEY), world.backend
    (issued,) = await backend.add_members(owner, [MemberAddition(BERT)])
    token = (await backend.create_token(replace(owner, key=KEY + "2"), 3)).token
    assert issued.code is not None
    await backend.redeem(replace(Caller(CONSOLE), key=KEY), BERT, issued.code, NEXT)
    await backend.change_password(replace(owner, key=KEY + "3"), PASSWORD, NEXT)
    await world.close()
    content = path.read_bytes()
    for secret in (KEY, issued.code, issued.code.replace("-", ""), token, NEXT, PASSWORD):
        assert secret.encode() not in content


async def test_expired_keys_are_cleared_away_by_later_changes(world: World, path: Path) -> None:
    def stored() -> int:
        with closing(sqlite3.connect(path)) as connection:
            (count,) = connection.execute("SELECT count(*) FROM idempotency").fetchone()
        return count

    for number in range(3):
        await world.backend.create_token(replace(world.owner, key=f"{KEY} {number}"), 3)
    assert stored() == 3
    world.clock.advance(days=1)
    await world.sign_in(OWNER)
    await world.backend.create_token(world.owner, 3)
    assert stored() == 3
    await world.backend.create_token(replace(world.owner, key=f"{KEY} 1"), 3)
    assert stored() == 1
