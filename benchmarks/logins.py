"""Logins: how many a second a server takes, beside bare argon2 verifications on the same cores."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from enum import Enum

import argon2

from benchmarks.shared_stage import signed_in
from benchmarks.stage import OWNER, PASSWORD
from bgconsole.backend.identity import Caller
from bgconsole.backend.local.passwords import SLOTS
from bgconsole.backend.protocol import Backend
from bgconsole.compose import local_source

_CLIENTS = 4
_COUNT = 40
_SIGN_INS = 15
_ANOTHER = "somebody{}@example.org"
_UNTIL_FLOODED = 5.0
"""Seconds in which the flood gets going."""


async def logins_per_second(server: str) -> float:
    """Sessions opened a second by a few clients at once, each event committed and on disk."""
    async with signed_in(server) as (backend, _):
        caller = Caller(local_source())
        left = iter(range(_COUNT))

        async def client() -> None:
            for _ in left:
                await backend.sign_in(caller, OWNER, PASSWORD)

        begun = time.perf_counter()
        await asyncio.gather(*(client() for _ in range(_CLIENTS)))
        return _COUNT / (time.perf_counter() - begun)


class FloodKind(Enum):
    """What asks on many connections; the value is what `benchmarks.flood` gets."""

    ONE_EMAIL = (OWNER,)
    EMAILS = (_ANOTHER,)
    ADDRESSES = (_ANOTHER, "--addresses", "2000")
    CONNECTIONS = (_ANOTHER, "--addresses", "2000", "--afresh")


async def sign_ins_ms(server: str, kind: FloodKind) -> tuple[list[float], list[float]]:
    """How long sign-ins take from a known source: at rest, then under a flood from others."""
    async with signed_in(server) as (backend, _):
        at_rest = [await _sign_in_ms(backend) for _ in range(_SIGN_INS)]
        with flooding(server, kind):
            await asyncio.sleep(_UNTIL_FLOODED)
            return at_rest, [await _sign_in_ms(backend) for _ in range(_SIGN_INS)]


@contextmanager
def flooding(server: str, kind: FloodKind, connections: int = 2000) -> Generator[None]:
    """A process that floods this server, while inside."""
    flood = subprocess.Popen(
        [
            *(sys.executable, "-m", "benchmarks.flood", server, *kind.value),
            *("--connections", str(connections)),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert flood.stdout is not None
    flood.stdout.readline()
    try:
        yield
    finally:
        flood.communicate()


async def _sign_in_ms(backend: Backend) -> float:
    begun = time.perf_counter()
    await backend.sign_in(Caller(local_source()), OWNER, PASSWORD)
    return 1000 * (time.perf_counter() - begun)


def verifications_per_second() -> float:
    """Verifications a second by argon2-cffi alone, as many at a time as the product allows."""
    hasher = argon2.PasswordHasher()
    encoded = hasher.hash(PASSWORD)
    with ThreadPoolExecutor(SLOTS) as threads:
        begun = time.perf_counter()
        verified = threads.map(hasher.verify, (encoded,) * _COUNT, (PASSWORD,) * _COUNT)
        assert all(verified)
        return _COUNT / (time.perf_counter() - begun)
