"""The gate of the sign-in: what it remembers, how fast it refuses, what is on record at the end."""

import asyncio
import logging
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bgconsole.backend.errors import BackendError, ThrottledError
from bgconsole.backend.identity import Caller
from bgconsole.backend.local.backend import LocalBackend
from bgconsole.backend.local.pace import LONGEST, LONGEST_OF_A_FLOOD, Paces
from bgconsole.backend.local.refused_tries import SOURCES_A_MINUTE
from bgconsole.backend.protocol import Backend
from bgconsole.policy.throttle import SOURCE_ALLOWANCE, STRANGERS_ALLOWANCE
from tests.backend.world import CHEAP, OWNER, PASSWORD, World, network

WRONG = "not the password at all"
ROOT = Path(__file__).parents[3]


async def refusal(backend: Backend, email: str, address: str) -> BackendError:
    """What a wrong password is answered with."""
    with pytest.raises(BackendError) as caught:
        await backend.sign_in(Caller(network(address)), email, WRONG)
    return caught.value


async def test_a_refused_try_asks_neither_database_nor_hash(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(6):
        await refusal(world.backend, OWNER, "192.0.2.1")

    def asked(*_: object) -> None:
        raise AssertionError

    assert isinstance(world.backend, LocalBackend)
    parts = world.backend._parts
    with monkeypatch.context() as patched:
        for name in ("read", "write"):
            patched.setattr(parts.database, name, asked)
        patched.setattr(parts.passwords, "check", asked)
        for _ in range(50):
            assert isinstance(await refusal(world.backend, OWNER, "192.0.2.1"), ThrottledError)


async def test_refusals_are_given_out_at_a_pace(world: World) -> None:
    for _ in range(6):
        await refusal(world.backend, OWNER, "192.0.2.1")
    holds = [(await refusal(world.backend, OWNER, "192.0.2.1")).hold for _ in range(200)]
    assert holds[0] == 0
    assert 0 < holds[-1] <= LONGEST


def test_no_answer_is_held_for_longer_than_a_console_waits_but_to_a_flood() -> None:
    paces = Paces()
    flood = [paces.held("192.0.2.1", 0.0, stranger=True) for _ in range(5000)]
    assert flood[:50] == [0.0] * 50
    assert LONGEST < max(flood) <= LONGEST_OF_A_FLOOD
    others = [paces.held(f"2001:db8:{n:x}::/64", 0.0, stranger=True) for n in range(5000)]
    assert max(others) <= LONGEST
    # One source's flood leaves others their own pace.
    assert paces.held("192.0.2.2", 1000.0, stranger=True) == 0


async def test_where_somebody_is_known_a_refusal_takes_as_long_as_a_judgement(
    world: World,
) -> None:
    await world.sign_in(OWNER, source=network("192.0.2.1"))
    for address in ("192.0.2.1", "192.0.2.2"):
        for number in range(SOURCE_ALLOWANCE.burst + 1):
            await refusal(world.backend, f"u{number}@acme.test", address)
    familiar = await refusal(world.backend, "nobody@acme.test", "192.0.2.1")
    assert familiar.hold > 0
    assert (await refusal(world.backend, "nobody@acme.test", "192.0.2.2")).hold == 0
    known = await refusal(world.backend, OWNER, "192.0.2.1")
    assert (known.code, known.refusal) == (familiar.code, familiar.refusal)


async def test_what_was_refused_is_on_record_when_the_backend_closes(
    world: World, path: Path
) -> None:
    backend = LocalBackend.at(path, clock=world.clock, hasher=CHEAP)
    for _ in range(5 + 12):
        await refusal(backend, OWNER, "192.0.2.1")
    await backend.close()
    (event,) = await world.newest()
    assert (event.actor, event.reason, event.metadata["count"]) == (OWNER, "throttled", 12)


async def test_what_cannot_be_written_at_the_end_is_told_of(
    world: World, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    backend = LocalBackend.at(path, clock=world.clock, hasher=CHEAP)
    for _ in range(5 + 12):
        await refusal(backend, OWNER, "192.0.2.1")
    with closing(sqlite3.connect(path)) as connection, caplog.at_level(logging.WARNING):
        connection.execute("BEGIN EXCLUSIVE")
        await backend.close()
    assert "12 refused login attempts could not be written to the audit log" in caplog.text


async def test_what_cannot_be_written_in_time_is_written_later(world: World, path: Path) -> None:
    for _ in range(5 + 3):
        await refusal(world.backend, OWNER, "192.0.2.1")
    assert isinstance(world.backend, LocalBackend)
    log = world.backend._refusals
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        await log._write(log._tries.all())
    assert log._tries
    await log._write(log._tries.all())
    (event,) = await world.newest()
    assert event.metadata["count"] == 3


async def test_of_many_sources_in_a_minute_some_are_named_and_the_others_share_one(
    world: World, path: Path
) -> None:
    backend = LocalBackend.at(path, clock=world.clock, hasher=CHEAP)
    head = await world.head()
    for number in range(SOURCES_A_MINUTE + 5):
        for _ in range(6):
            await refusal(backend, f"u{number}@acme.test", f"192.0.2.{number}")
    await backend.close()
    folded = [e for e in await world.events() if e.seq > head and "count" in e.metadata]
    assert len(folded) == SOURCES_A_MINUTE + 1
    assert (folded[-1].source, folded[-1].metadata["sources"]) == ("other sources", 5)
    assert folded[-1].metadata["count"] == 5


async def test_a_wait_lifted_by_another_process_ends_soon(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bgconsole.backend.local.waits.BELIEVED", 0.05)
    other = world.another()
    for _ in range(6):
        await refusal(world.backend, OWNER, "192.0.2.1")
    await other.unpause(world.owner, OWNER)
    await asyncio.sleep(0.06)
    await world.sign_in(OWNER, source=network("192.0.2.1"))


async def test_what_strangers_can_write_in_an_hour_is_what_the_papers_say(
    world: World, path: Path
) -> None:
    judged = STRANGERS_ALLOWANCE.per_hour
    # Two kinds of event, sign-in and proof, each with one for what has none of its own.
    folded = (SOURCES_A_MINUTE + 2) * 60
    count, before = 100, path.stat().st_size
    for number in range(count):
        email = f"{number:03}@{'x' * 61}.{'x' * 61}.{'x' * 61}.{'x' * 60}"
        await refusal(world.backend, email, f"2001:db8:ffff:ffff:ffff:ffff:ffff:{number:04x}")
    size = (path.stat().st_size - before) / count
    papers = (ROOT / "SECURITY.md").read_text()
    for figure in (judged, folded, judged + folded):
        assert f"{figure:,}" in papers
    assert "24 MB in SQLite" in papers
    assert (judged + folded) * size < 24e6


async def test_strangers_together_have_an_allowance_and_known_sources_none(
    world: World, path: Path
) -> None:
    home = network("198.51.100.7")
    await world.sign_in(OWNER, source=home)
    left = STRANGERS_ALLOWANCE.burst
    with closing(sqlite3.connect(path)) as connection, connection:
        due = world.clock.now.replace(minute=59).strftime("%Y-%m-%dT%H:%M:%S.000000Z")
        at = world.clock.now.strftime("%Y-%m-%dT%H:%M:%S.000000Z")
        connection.execute("INSERT INTO throttle VALUES ('', '', ?, ?, ?)", (left, due, at))
    refused = await refusal(world.backend, "nobody@acme.test", "192.0.2.1")
    assert isinstance(refused, ThrottledError)
    assert (await world.sign_in(OWNER, PASSWORD, home)).email == OWNER
