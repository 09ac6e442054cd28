"""Taking connections in: a place for each, and an end to each handshake."""

import asyncio
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Final

from bgconsole.backend.retrying import LISTENER
from bgconsole.server.arrivals import Arrival, Arrivals
from bgconsole.server.connection import ServerConnection
from bgconsole.server.room import Room, RoomPlace
from bgconsole.server.source import bucket_of

HANDSHAKE_WITHIN: Final = 10.0
"""Seconds in which a client must have agreed on TLS."""

_GOODBYE_WITHIN: Final = 60.0
"""Seconds in which what was sent over TLS must have been taken, once the connection is closed."""

_AT_A_TIME: Final = 16
"""Connections taken before whatever else there is to do has its turn."""

MakeConnection = Callable[[Callable[[], None]], ServerConnection]
"""Makes what speaks on a connection; gets what to call when the connection is lost."""


class Acceptor:
    """Takes connections from listening sockets until it is stopped.

    It accepts by itself, and not by asyncio's server, since that knows who comes only when the
    handshake is over, and stops listening for a second when there is no file descriptor left.
    """

    def __init__(self, make: MakeConnection, room: Room, tls: ssl.SSLContext | None) -> None:
        self._make = make
        self._room = room
        self._tls = tls
        self._listening: list[asyncio.Task[None]] = []
        self._arriving: set[asyncio.Task[None]] = set()
        self._strangers = Arrivals()
        self._turn: asyncio.TimerHandle | None = None

    def listen(self, sockets: list[socket.socket]) -> None:
        """Begin to take connections, in the running event loop."""
        for one in sockets:
            one.setblocking(False)
            self._listening.append(asyncio.create_task(self._take_all(one)))

    def stop(self) -> None:
        """Take no more. What has arrived goes on; what is arriving is hung up on."""
        for task in (*self._listening, *self._arriving):
            task.cancel()
        if self._turn is not None:
            self._turn.cancel()
        self._strangers.clear()

    async def _take_all(self, listening: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        taken = 0
        while True:
            try:
                one, address = await loop.sock_accept(listening)
            except ConnectionError:
                continue
            except OSError:
                # No descriptor, here or in the whole system: a stranger's may be had.
                self._room.end_one()
                await asyncio.sleep(LISTENER.pause())
                continue
            self._receive(one, str(address[0]))
            taken += 1
            if taken % _AT_A_TIME == 0:
                await asyncio.sleep(0)

    def _receive(self, one: socket.socket, host: str) -> None:
        source = bucket_of(host)
        place = self._room.enter(source)
        if place is None:
            one.close()
            return
        if self._room.knows(source):
            self._take_up(one, place)
            return

        def hang_up() -> None:
            one.close()
            self._room.leave(place)

        place.give_up = hang_up
        self._strangers.add(source, Arrival(partial(self._take_up, one, place), hang_up))
        if self._turn is None:
            self._serve_strangers()

    def _serve_strangers(self) -> None:
        """Take up those whose turn it is, and come back for the others."""
        pause = self._strangers.serve()
        loop = asyncio.get_running_loop()
        self._turn = loop.call_later(pause, self._serve_strangers) if self._strangers else None

    def _take_up(self, one: socket.socket, place: RoomPlace) -> None:
        if one.fileno() < 0:
            # It gave way to another one meanwhile.
            return
        task = asyncio.create_task(self._arrive(one, place))
        place.give_up = task.cancel
        self._arriving.add(task)
        task.add_done_callback(self._arriving.discard)

    async def _arrive(self, one: socket.socket, place: RoomPlace) -> None:
        """The handshake, if there is one; then the connection goes on by itself."""
        loop = asyncio.get_running_loop()
        arrived = False
        try:
            with suppress(OSError):
                transport, _ = await loop.connect_accepted_socket(
                    lambda: self._make(partial(self._room.leave, place)),
                    one,
                    ssl=self._tls,
                    ssl_handshake_timeout=None if self._tls is None else HANDSHAKE_WITHIN,
                    ssl_shutdown_timeout=None if self._tls is None else _GOODBYE_WITHIN,
                )
                place.give_up = transport.abort
                arrived = True
        finally:
            if not arrived:
                one.close()
                self._room.leave(place)
