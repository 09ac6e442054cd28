"""Live: how long it takes from a change in one process to its event in another one.

Run as a program it is that other process: each line of its input is a change to make. Times count
from before the change is asked for, so that its commit is in them; the clock is the machine's own.
"""

import asyncio
import sys
import time
from contextlib import closing, suppress

import httpx
import psycopg

from benchmarks.shared_stage import libpq, signed_in
from bgconsole.backend.identity import Caller
from bgconsole.backend.protocol import Backend
from bgconsole.policy.audit import ALL_EVENTS, AuditFilter, EventType

_CHANGES = 20
_QUIET = 0.1
"""Seconds between two changes: somebody who follows has read the one before by then."""

_EXPORTS = AuditFilter(types=(EventType.AUDIT_EXPORTED,))


async def events_ms(writer: str, follower: str) -> list[float]:
    """Milliseconds from each change made at `writer` until its event came from `follower`."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.live", writer),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    taken: list[float] = []
    try:
        await process.stdout.readline()  # it is signed in
        async with signed_in(follower) as (backend, caller):
            page = await backend.audit_page(caller, limit=1)
            seen: asyncio.Queue[float] = asyncio.Queue()
            following = asyncio.create_task(_follow(backend, caller, page.head, seen))
            for number in range(_CHANGES + 1):
                await asyncio.sleep(_QUIET)
                process.stdin.write(b"\n")
                begun = float(await process.stdout.readline())
                came = await seen.get()
                if number:
                    taken.append((came - begun) * 1000)
            following.cancel()
            with suppress(asyncio.CancelledError):
                await following
    finally:
        process.stdin.close()
        await process.wait()
    return taken


async def _follow(
    backend: Backend, caller: Caller, after: int, seen: "asyncio.Queue[float]"
) -> None:
    """Put the time at which each event came into `seen`."""
    async for events in backend.audit_follow(caller, after, _EXPORTS):
        for _ in events:
            seen.put_nowait(time.perf_counter())


def notify_ms(url: str) -> list[float]:
    """Milliseconds of a bare NOTIFY, from one connection to another one that waits for it."""
    with (
        closing(psycopg.connect(libpq(url), autocommit=True)) as sender,
        closing(psycopg.connect(libpq(url), autocommit=True)) as listener,
    ):
        listener.execute("LISTEN bench")
        taken: list[float] = []
        for _ in range(_CHANGES):
            begun = time.perf_counter()
            sender.execute("NOTIFY bench")
            next(listener.notifies(stop_after=1))
            taken.append((time.perf_counter() - begun) * 1000)
        return taken


def request_ms(server: str) -> list[float]:
    """Milliseconds of the least request that the server answers, on a connection that stands."""
    with httpx.Client(trust_env=False) as client:
        client.get(f"{server}/healthz")
        taken: list[float] = []
        for _ in range(_CHANGES):
            begun = time.perf_counter()
            client.get(f"{server}/healthz").raise_for_status()
            taken.append((time.perf_counter() - begun) * 1000)
        return taken


async def _write(url: str) -> None:
    async with signed_in(url) as (backend, caller):
        print("ready", flush=True)
        for _ in sys.stdin:
            begun = time.perf_counter()
            await backend.record_export(caller, ALL_EVENTS, 1)
            print(begun, flush=True)


if __name__ == "__main__":
    asyncio.run(_write(sys.argv[1]))
