"""The streams that are open in this process: how many, and the word that ends them all."""

import asyncio
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bgconsole.backend.errors import CrowdedError
from bgconsole.policy.refusals import Code, refusal


def _unseen(change: int) -> None:
    """Nobody counts."""


@dataclass
class Streams:
    """Counts open streams, and ends them when the server stops. `changed` gets +1 and -1."""

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

    def stop(self) -> None:
        """End every stream."""
        self.stopping.set()
