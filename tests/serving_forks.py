"""A process that has the server imported, and forks a server of its own for every order.

So that each test can have a real server process, on its own database, within a few milliseconds.
Orders are lines of JSON on standard input, each answered by one on standard output; at the end of
the input all servers end with it. `tests/serving.py` is its other end.
"""

import gc
import json
import os
import signal
import socket
import sys
from contextlib import suppress
from importlib import import_module
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from bgconsole.backend.confusables import prototypes
from bgconsole.backend.local.backend import LocalBackend, utc_now
from bgconsole.backend.local.parts import Clock, SsoOptions
from bgconsole.backend.local.passwords import Argon2Hasher
from bgconsole.backend.strength import guessable
from bgconsole.server.app import create_app
from bgconsole.server.process import Post, serve
from bgconsole.server.settings import ServerSettings
from bgconsole.server.streams import Streams
from tests.serving import ClockFile

_SETTINGS = ServerSettings(trusted_proxies=(ip_network("127.0.0.0/8"),))
_SQLITE = "sqlite:///"


def _backend(url: str, clock: Clock, public_url: str | None) -> LocalBackend:
    """The product's backend on this database, with hashing that costs nothing."""
    cheap = Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1)
    if url.startswith(_SQLITE):
        path = Path(url.removeprefix(_SQLITE))
        return LocalBackend.at(path, clock=clock, hasher=cheap, sso=SsoOptions(public_url))
    from bgconsole.backend.local.postgres.database import PostgresDatabase

    return LocalBackend.on(PostgresDatabase(url), clock=clock, hasher=cheap)


def _serve(order: dict[str, Any], listening: socket.socket) -> int:
    """Be the server that an order asks for, until told to stop."""
    clock: Clock = ClockFile(Path(order["clock"])) if order["clock"] else utc_now
    streams = Streams(_SETTINGS.max_streams)
    port = listening.getsockname()[1]
    public = f"http://127.0.0.1:{port}" if order["public"] else None
    app = create_app(lambda: _backend(order["database"], clock, public), _SETTINGS, streams=streams)
    return serve(app, streams, Post([listening], None, lambda: None))


def _fork(order: dict[str, Any]) -> dict[str, Any]:
    """Start a server; it listens already when this returns, so nobody need wait for it."""
    # Taken up by its number, it knows that it speaks TCP: see `bgconsole.server.listening`.
    made = socket.create_server(("127.0.0.1", order["port"]), backlog=128)
    listening = socket.socket(fileno=made.detach())
    port = listening.getsockname()[1]
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            # The input belongs to the process that takes the orders.
            os.dup2(os.open(os.devnull, os.O_RDWR), 0)
            os.dup2(2, 1)
            code = _serve(order, listening)
        finally:
            os._exit(code)
    listening.close()
    return {"pid": pid, "port": port}


def _end(pid: int, by: int) -> dict[str, Any]:
    with suppress(ProcessLookupError):
        os.kill(pid, by)
    _, status = os.waitpid(pid, 0)
    return {"status": os.waitstatus_to_exitcode(status)}


def _prepare() -> None:
    """Load once what every server would load by itself, and walk over none of it again."""
    prototypes()
    guessable("plum violin harbour staple", ())
    for name in ("argon2", "uvicorn.lifespan.on", "uvicorn.loops.asyncio"):
        import_module(name)
    create_app(lambda: _backend("", utc_now, None), _SETTINGS)
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)


def main() -> None:
    """Take orders until there are no more."""
    _prepare()
    servers: set[int] = set()
    for line in sys.stdin:
        order = json.loads(line)
        if "end" in order:
            servers.discard(order["end"])
            answer = _end(order["end"], order["by"])
        else:
            answer = _fork(order)
            servers.add(answer["pid"])
        print(json.dumps(answer), flush=True)
    for pid in servers:
        _end(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
