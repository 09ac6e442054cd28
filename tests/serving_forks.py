"""A process that has the server imported, and forks a server of its own for every order.

So that each test can have a real server process, on its own database, within a few milliseconds.
Orders are lines of JSON on standard input, each answered by one on standard output; at the end of
the input all servers end with it. `tests/serving.py` is its other end.
"""

import json
import os
import signal
import socket
import sys
from contextlib import suppress
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import uvicorn

from bgconsole.backend.local.backend import LocalBackend, utc_now
from bgconsole.backend.local.parts import Clock
from bgconsole.backend.local.passwords import Argon2Hasher
from bgconsole.server.app import create_app
from bgconsole.server.settings import ServerSettings
from tests.serving import ClockFile

LOOPBACK = (ip_network("127.0.0.0/8"),)


def _serve(order: dict[str, Any], listening: socket.socket) -> None:
    """Be the server that an order asks for, until told to stop."""
    clock: Clock = ClockFile(Path(order["clock"])) if order["clock"] else utc_now
    cheap = Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1)
    path = Path(order["database"].removeprefix("sqlite:///"))
    app = create_app(
        lambda: LocalBackend.at(path, clock=clock, hasher=cheap),
        ServerSettings(trusted_proxies=LOOPBACK),
    )
    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1)
    uvicorn.Server(config).run(sockets=[listening])


def _fork(order: dict[str, Any]) -> dict[str, Any]:
    """Start a server; it listens already when this returns, so nobody need wait for it."""
    # With its protocol named: otherwise asyncio leaves Nagle's algorithm on, 40 ms an answer.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", order["port"]))
    listening.listen(128)
    port = listening.getsockname()[1]
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            # The input belongs to the process that takes the orders.
            os.dup2(os.open(os.devnull, os.O_RDWR), 0)
            os.dup2(2, 1)
            _serve(order, listening)
            code = 0
        finally:
            os._exit(code)
    listening.close()
    return {"pid": pid, "port": port}


def _end(pid: int, by: int) -> dict[str, Any]:
    with suppress(ProcessLookupError):
        os.kill(pid, by)
    _, status = os.waitpid(pid, 0)
    return {"status": os.waitstatus_to_exitcode(status)}


def main() -> None:
    """Take orders until there are no more."""
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
