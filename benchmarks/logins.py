"""Logins: how many a second a server takes, beside bare argon2 verifications on the same cores."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

import argon2

from benchmarks.shared_stage import signed_in
from benchmarks.stage import OWNER, PASSWORD
from bgconsole.backend.identity import Caller
from bgconsole.backend.local.passwords import SLOTS
from bgconsole.compose import local_source

_CLIENTS = 4
_COUNT = 40


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


def verifications_per_second() -> float:
    """Verifications a second by argon2-cffi alone, as many at a time as the product allows."""
    hasher = argon2.PasswordHasher()
    encoded = hasher.hash(PASSWORD)
    with ThreadPoolExecutor(SLOTS) as threads:
        begun = time.perf_counter()
        verified = threads.map(hasher.verify, (encoded,) * _COUNT, (PASSWORD,) * _COUNT)
        assert all(verified)
        return _COUNT / (time.perf_counter() - begun)
