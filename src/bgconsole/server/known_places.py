"""The sources that people signed in from before this process began: their connections go first."""

import asyncio
from contextlib import suppress
from typing import Final, Protocol, runtime_checkable

from bgconsole.backend.errors import BackendError
from bgconsole.backend.protocol import Backend
from bgconsole.server.room import Room

_AGAIN: Final = 30.0
"""Seconds after which they are read again: other processes let people in too."""


@runtime_checkable
class KnowsSources(Protocol):
    """A backend that keeps from where people signed in."""

    async def known_sources(self) -> tuple[str, ...]:
        """What sources are counted by, those used last at the end."""
        ...


async def keep_known(room: Room, backend: Backend) -> None:
    """Tell `room` of them for ever. Without the database it goes on with those that it knows."""
    while isinstance(backend, KnowsSources):
        with suppress(BackendError):
            for source in await backend.known_sources():
                room.know(source)
        await asyncio.sleep(_AGAIN)
