"""The program of the child process. Not for people: `bgconsole demo` starts and ends it."""

import argparse
import os
import socket
import threading
from typing import TYPE_CHECKING

from bgconsole.demo.identity_provider.listener import Listener, say

if TYPE_CHECKING:
    # Only a name here: what is behind it takes longer to import than all the rest.
    from bgconsole.demo.identity_provider.provider import OpenIdProvider


def main() -> None:
    """Listen, say `up PORT`, and serve until the console that started this process is gone."""
    parent = os.getppid()
    parser = argparse.ArgumentParser(prog="python -m bgconsole.demo.identity_provider")
    parser.add_argument("--port", type=int, default=0, help="the port, if it is free")
    parser.add_argument("--lifetime", type=float, default=600, help="seconds to answer a request")
    parser.add_argument("--interval", type=float, default=2, help="seconds between two polls")
    options = parser.parse_args()
    try:
        listener = Listener(options.port)
        listener.up()
    except (OSError, OverflowError):
        listener = Listener(0)
        listener.up()
    say(f"up {listener.port}")

    site = _Site(listener.port, options.lifetime, options.interval)
    listener.run(parent, site.answer)


class _Site:
    """What answers connections, made for the first one: the console starts at the same time."""

    def __init__(self, port: int, lifetime: float, interval: float) -> None:
        self._port = port
        self._grants = (lifetime, interval)
        self._lock = threading.Lock()
        self._provider: OpenIdProvider | None = None

    def answer(self, connection: socket.socket) -> None:
        """Answer one connection."""
        from bgconsole.demo.identity_provider.web import ProviderConnection

        ProviderConnection(connection, self._ready(), self._port)

    def _ready(self) -> "OpenIdProvider":
        with self._lock:
            if self._provider is None:
                from bgconsole.demo.identity_provider.grants import Grants
                from bgconsole.demo.identity_provider.provider import OpenIdProvider

                self._provider = OpenIdProvider(self._port, Grants(*self._grants))
            return self._provider


if __name__ == "__main__":
    main()
