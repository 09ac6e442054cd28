"""The program of the child process. Not for people: `bgconsole demo` starts and ends it."""

import argparse
import os
import socket

from bgconsole.demo.identity_provider.listener import Listener, say


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

    # What is heavy is imported while the first connections may already wait.
    from bgconsole.demo.identity_provider.grants import Grants
    from bgconsole.demo.identity_provider.provider import OpenIdProvider
    from bgconsole.demo.identity_provider.web import Connection

    grants = Grants(options.lifetime, options.interval)
    provider = OpenIdProvider(listener.port, grants)

    def answer(connection: socket.socket) -> None:
        Connection(connection, provider, listener.port)

    listener.run(parent, answer)


if __name__ == "__main__":
    main()
