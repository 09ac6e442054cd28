"""What waits in this process, streams (whose they are) and held answers, and what ends it all."""

import asyncio
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from bgconsole.backend.errors import CrowdedError
from bgconsole.backend.values import AuditReader
from bgconsole.policy.refusals import Code, refusal

PER_TOKEN: Final = 8
"""Streams that one script's token may have open at a time."""

PER_PERSON: Final = 40
"""Streams that the sessions of one person may have open at a time; and so may their scripts,
however many tokens they have."""

_KEPT: Final = 5
"""Of so many streams one is kept for people: scripts get none of these."""


def _end(over: asyncio.Future[None]) -> None:
    if not over.done():
        over.set_result(None)


def _unseen(change: int) -> None:
    """Nobody counts."""


@dataclass
class Streams:
    """Counts open streams, and ends them and every rest when the server stops.

    `changed` gets +1 and -1.
    """

    limit: int
    changed: Callable[[int], None] = _unseen
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    count: int = 0
    _by_reader: Counter[AuditReader] = field(default_factory=Counter[AuditReader])
    _resting: set[asyncio.Future[None]] = field(default_factory=set[asyncio.Future[None]])

    def check(self, reader: AuditReader) -> None:
        """Raises CrowdedError when there is no room for one more of this reader's."""
        if self.count >= self.limit or self.stopping.is_set():
            raise _crowded("Too many clients follow the audit log", "Try again later")
        is_script = reader.script is not None
        alike = {
            one: count
            for one, count in self._by_reader.items()
            if (one.script is not None) is is_script
        }
        theirs = sum(count for one, count in alike.items() if one.email == reader.email)
        if theirs >= PER_PERSON or (is_script and self._by_reader[reader] >= PER_TOKEN):
            raise _crowded(
                "You follow the audit log too many times at once",
                ("Stop following it elsewhere first"),
            )
        if is_script and sum(alike.values()) >= self.limit - self.limit // _KEPT:
            raise _crowded("Too many scripts follow the audit log", "Try again later")

    @contextmanager
    def opened(self, reader: AuditReader) -> Generator[None]:
        """One more stream, while inside."""
        self.count += 1
        self._by_reader[reader] += 1
        self.changed(1)
        try:
            yield
        finally:
            self.count -= 1
            self._by_reader[reader] -= 1
            # Whoever is gone is forgotten.
            self._by_reader += Counter()
            self.changed(-1)

    async def rest(self, seconds: float) -> None:
        """Let so much time pass, unless the server stops before.

        By a bare future: a flood has thousands of them.
        """
        if seconds <= 0 or self.stopping.is_set():
            return
        loop = asyncio.get_running_loop()
        over = loop.create_future()
        timer = loop.call_later(seconds, _end, over)
        self._resting.add(over)
        try:
            await over
        finally:
            timer.cancel()
            self._resting.discard(over)

    def stop(self) -> None:
        """End every stream and rest."""
        self.stopping.set()
        for over in self._resting:
            _end(over)


def _crowded(message: str, remedy: str) -> CrowdedError:
    return CrowdedError(refusal(Code.UNAVAILABLE, message, remedy))
