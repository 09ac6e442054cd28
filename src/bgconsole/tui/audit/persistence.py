"""Asks the backend again after every failure that may pass, ever more rarely."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from bgconsole.backend.errors import BackendError, LogRewoundError, NotAllowedError

FIRST_WAIT: Final = 1.0
"""Seconds until the first try after a failure; every further one waits twice as long."""

LONGEST_WAIT: Final = 30.0
"""Seconds between tries at most."""

FINAL: Final = (NotAllowedError, LogRewoundError)
"""What asking again does not change."""

_Answer = TypeVar("_Answer")


class Persistence:
    """`answered` and `failed` are called after each try."""

    def __init__(
        self, answered: Callable[[], None], failed: Callable[[BackendError], None]
    ) -> None:
        self._answered = answered
        self._failed = failed
        self._nudge = asyncio.Event()

    def try_now(self) -> None:
        """Ask at once what waits to be asked."""
        self._nudge.set()

    async def ask(self, call: Callable[[], Awaitable[_Answer]]) -> _Answer:
        """The answer to `call`, however often it takes. Raises what is FINAL."""
        waits = Waits()
        while True:
            try:
                answer = await call()
            except FINAL:
                raise
            except BackendError as error:
                await self.wait_after(error, waits)
            else:
                self._answered()
                return answer

    async def wait_after(self, error: BackendError, waits: "Waits") -> None:
        """Wait for the next try, or until it is to be now."""
        self._failed(error)
        self._nudge.clear()
        try:
            async with asyncio.timeout(waits.following()):
                await self._nudge.wait()
        except TimeoutError:
            return


class Waits:
    """How long to wait, from one try to the next."""

    def __init__(self) -> None:
        self._next = FIRST_WAIT

    def reset(self) -> None:
        """It went well: the next failure is a first one."""
        self._next = FIRST_WAIT

    def following(self) -> float:
        """Seconds to wait this time."""
        wait, self._next = self._next, min(self._next * 2, LONGEST_WAIT)
        return wait
