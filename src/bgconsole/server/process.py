"""One serving process: uvicorn around the application, and how it ends."""

import asyncio
import logging
import os
import signal
import socket
import ssl
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

import uvicorn
from fastapi import FastAPI

from bgconsole.server import listening, notices, output
from bgconsole.server.accepting import Acceptor
from bgconsole.server.connection import ServerConnection
from bgconsole.server.edge import MAX_HEAD
from bgconsole.server.known_places import keep_known
from bgconsole.server.listening import load_certificate
from bgconsole.server.options import ServeError, TlsFiles
from bgconsole.server.room import Room
from bgconsole.server.streams import Streams

GRACE: Final = 3
"""Seconds in which running requests may end after the first word to stop."""

_AT_LAST: Final = 4.5
"""Seconds after which the process is gone, even if a long reading still runs in a thread."""

_SWITCH: Final = 0.0005
"""Seconds after which a thread that waits is given its turn. A sign-in takes dozens of them, and
Python's usual 5 ms each would add up while the event loop answers a flood."""

_KEEP_ALIVE: Final = 75


@dataclass(frozen=True, slots=True)
class Tls:
    """The context in use, and the files that it is made from."""

    context: ssl.SSLContext
    files: TlsFiles


@dataclass(frozen=True, slots=True)
class Post:
    """Where a process serves, and whom it tells that it does.

    `room` is what it has for connections. `lifeline` is a pipe whose other end the supervisor
    holds: the process ends with it.
    """

    sockets: list[socket.socket]
    tls: Tls | None
    ready: Callable[[], None]
    lifeline: int | None = None
    room: Room = field(default_factory=lambda: Room(listening.room()))


def serve(app: FastAPI, streams: Streams, post: Post) -> int:
    """Serve until told to stop; the exit code."""
    logging.getLogger().handlers[:] = [_TerseHandler()]
    sys.setswitchinterval(_SWITCH)
    config = uvicorn.Config(
        app,
        http=ServerConnection,
        ws="none",
        loop="asyncio",
        lifespan="on",
        log_config=None,
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE,
        timeout_graceful_shutdown=GRACE,
        h11_max_incomplete_event_size=MAX_HEAD,
    )
    server = _Server(config, app, streams, post)
    # Its own signal handling ends the process by the signal, which a supervisor takes for a crash.
    with output.waiting_for_nobody():
        server.run(sockets=post.sockets)
    return 0 if server.started else 1


class _Server(uvicorn.Server):
    """Ends streams before it waits for requests, and listens to signals in the loop."""

    def __init__(self, config: uvicorn.Config, app: FastAPI, streams: Streams, post: Post) -> None:
        super().__init__(config)
        self._app = app
        self._knowing: asyncio.Task[None] | None = None
        self._streams = streams
        self._post = post
        tls = None if post.tls is None else post.tls.context
        self._acceptor = Acceptor(self._connection, post.room, tls)

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        loop = asyncio.get_running_loop()
        for one in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(one, self._asked_to_stop, one)
        loop.add_signal_handler(signal.SIGHUP, self._reload)
        lifeline = self._post.lifeline
        if lifeline is not None:
            loop.add_reader(lifeline, self._orphaned, lifeline)
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        # It begins the application and listens to none of the sockets: the acceptor does.
        await super().startup([])
        if self.started:
            self._knowing = asyncio.create_task(
                keep_known(self._post.room, self._app.state.backend)
            )
            self._acceptor.listen(self._post.sockets)
            self._post.ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._acceptor.stop()
        self._streams.stop()
        if self._knowing is not None:
            self._knowing.cancel()
        await super().shutdown(sockets)

    def _connection(self, lost: Callable[[], None]) -> ServerConnection:
        return ServerConnection(
            config=self.config,
            server_state=self.server_state,
            app_state=self.lifespan.state,
            lost=lost,
        )

    def _asked_to_stop(self, by: signal.Signals) -> None:
        if self.should_exit:
            # The second time at once; what was answered is on disk. A worker hears it from the
            # service manager or terminal and from its supervisor, which ends it in its own way.
            if self._post.lifeline is None:
                _leave(128 + by)
            return
        self.should_exit = True
        asyncio.get_running_loop().call_later(_AT_LAST, _leave, 0)

    def _orphaned(self, lifeline: int) -> None:
        asyncio.get_running_loop().remove_reader(lifeline)
        self._asked_to_stop(signal.SIGTERM)

    def _reload(self) -> None:
        """Take the certificate that is in the files now; the old one stays if it is no good."""
        if self._post.tls is None:
            return
        try:
            load_certificate(self._post.tls.context, self._post.tls.files)
        except ServeError as error:
            notices.tell(f"{error.message}. The old certificate stays in use.")


class _TerseHandler(logging.Handler):
    """Warnings of the libraries on stderr; an exception by its kind only, for it may quote."""

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno < logging.WARNING:
            return
        kind = record.exc_info[0] if record.exc_info else None
        what = record.getMessage() if kind is None else kind.__qualname__
        notices.tell(f"{record.name}: {ascii(what)[1:-1]}")


def _leave(code: int) -> None:
    output.drain()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)
