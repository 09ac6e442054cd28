"""Keeps the metrics of the identity providers at what the database says of them."""

import asyncio
from contextlib import suppress
from typing import Final, Protocol

from bgconsole.backend.errors import BackendError
from bgconsole.backend.identity import SignInWay
from bgconsole.backend.protocol import Backend

_AGAIN: Final = 5.0
"""Seconds after which they are read again: whichever process probes, the database has the state."""


class IdpGauges(Protocol):
    """What shows the states."""

    def know_idps(self, ways: tuple[SignInWay, ...]) -> None:
        """Show these, and none besides."""
        ...


async def keep_idps(gauges: IdpGauges, backend: Backend) -> None:
    """Tell `gauges` of them for ever. Without the database they stay as they are."""
    while True:
        with suppress(BackendError):
            gauges.know_idps((await backend.welcome()).ways)
        await asyncio.sleep(_AGAIN)
