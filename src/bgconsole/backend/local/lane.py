"""A bounded number of calls in threads of their own; what is too much is refused, never queued."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from bgconsole.backend.local.passwords import crowded

_T = TypeVar("_T")


class Lane:
    """So many calls at a time. For one event loop."""

    def __init__(self, name: str, limit: int) -> None:
        self._limit = limit
        self._pool = ThreadPoolExecutor(limit, thread_name_prefix=name)
        self.busy = 0

    @property
    def full(self) -> bool:
        """Whether the next call would be refused."""
        return self.busy >= self._limit

    async def run(self, work: Callable[[], _T]) -> _T:
        """What `work` returns. Raises CrowdedError."""
        if self.full:
            raise crowded()
        self.busy += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        finally:
            self.busy -= 1

    def close(self) -> None:
        """Let running calls end. Blocks."""
        self._pool.shutdown()
