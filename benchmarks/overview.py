"""Overview: what a console reads to draw the team, on the database and through a server."""

import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack

from benchmarks.shared_stage import signed_in

_READS = 50
_WARM = 5


async def overviews_ms(urls: Sequence[str]) -> Mapping[str, list[float]]:
    """Milliseconds of each read of all providers and members, from each URL in turn."""
    taken: dict[str, list[float]] = {url: [] for url in urls}
    async with AsyncExitStack() as stack:
        teams = {url: await stack.enter_async_context(signed_in(url)) for url in urls}
        for number in range(_WARM + _READS):
            for url, (backend, caller) in teams.items():
                begun = time.perf_counter()
                await backend.providers(caller)
                await backend.members(caller)
                if number >= _WARM:
                    taken[url].append((time.perf_counter() - begun) * 1000)
    return taken
