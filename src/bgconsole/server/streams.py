"""What waits in this process, streams and held answers, and the word that ends it all."""

import asyncio
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from bgconsole.backend.errors import CrowdedError
from bgconsole.policy.refusals import Code, refusal


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

    def check(self) -> None:
        """Raises CrowdedError when there is no room for one more."""
        if self.count >= self.limit or self.stopping.is_set():
            raise CrowdedError(
                refusal(Code.UNAVAILABLE, "Too many follow the audit log", "Try again in a while")
            )

    @contextmanager
    def opened(self) -> Generator[None]:
        """One more stream, while inside."""
        self.count += 1
        self.changed(1)
        try:
            yield
        finally:
            self.count -= 1
            self.changed(-1)

    async def rest(self, seconds: float) -> None:
        """Let so much time pass, unless the server stops before."""
        if seconds > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(self.stopping.wait(), seconds)

    def stop(self) -> None:
        """End every stream."""
        self.stopping.set()
