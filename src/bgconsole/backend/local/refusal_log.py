"""Puts refused tries on record when their minute is over, and the rest when the backend closes."""

import asyncio
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from bgconsole.backend.errors import BackendError
from bgconsole.backend.local.parts import Parts
from bgconsole.backend.local.refused_tries import Fold, RefusedTries, RefusedTry, write

_LOOK: Final = 1.0
"""Seconds between two looks at the clock, as long as something is not on record."""

_PATIENCE: Final = 2.0
"""Seconds after which a write at the end is said to be stuck: the process may not wait longer."""

_log: Final = logging.getLogger("bgconsole.throttle")


class RefusalLog:
    """Counts refused tries and writes them, each once. For one event loop.

    What cannot be written is kept and tried again. At the end the tries that are not on record are
    counted in the process's log: nothing is dropped silently.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._tries = RefusedTries()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="bgconsole-refusals")
        self._closing = asyncio.Event()
        self._writing: asyncio.Task[None] | None = None

    def add(self, refused: RefusedTry) -> None:
        """Count one."""
        self._tries.add(refused, self._parts.clock())
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_when_due())

    async def close(self) -> None:
        """Write what is left."""
        self._closing.set()
        if self._writing is not None:
            await self._writing
        left = self._tries.all()
        if left:
            writing = asyncio.create_task(self._write(left))
            done, _ = await asyncio.wait({writing}, timeout=_PATIENCE)
            if not done:
                _tell_lost(left)
            await writing
        self._pool.shutdown(wait=False)
        unwritten = self._tries.all()
        if unwritten:
            _tell_lost(unwritten)

    async def _write_when_due(self) -> None:
        while self._tries and not self._closing.is_set():
            try:
                await asyncio.wait_for(self._closing.wait(), _LOOK)
            except TimeoutError:
                await self._write(self._tries.due(self._parts.clock()))

    async def _write(self, folds: Sequence[Fold]) -> None:
        if not folds:
            return
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._pool, write, self._parts, folds)
        except BackendError:
            self._tries.give_back(folds)


def _tell_lost(folds: Sequence[Fold]) -> None:
    count = sum(fold.count for fold in folds)
    _log.warning("%d refused login attempts could not be written to the audit log", count)
