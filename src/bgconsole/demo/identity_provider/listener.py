"""The child's loop: it listens on loopback, obeys the console, and ends with it.

The console's commands come on standard input, a line each: `down` closes the port, so that
connections are refused, and keeps it for itself; `up` opens it again. Each is answered by the same
word on standard output, or by `taken` where another program listens on the port by now. The child
ends when its input ends or the console is gone.
"""

import os
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from selectors import EVENT_READ, DefaultSelector
from typing import Final, TypeAlias

from bgconsole.demo.identity_provider.protocol import LOOPBACK

Answer: TypeAlias = Callable[[socket.socket], None]
"""Called in a thread for each connection, which is closed afterwards."""

_BACKLOG: Final = 32
_MOST_CONNECTIONS: Final = 32
_CONNECTION_SECONDS: Final = 10.0
_LONGEST_COMMAND: Final = 64
_INPUT, _OUTPUT = 0, 1


def bound(port: int) -> socket.socket:
    """A socket that holds this port of loopback, or any free one for 0, without listening on it.

    Raises OSError when another program has the port.
    """
    holder = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind((LOOPBACK, port))
    except OSError:
        holder.close()
        raise
    return holder


class Listener:
    """Takes connections while it is up."""

    def __init__(self, port: int) -> None:
        """Hold this port of loopback, or any free one for 0; OSError when it is not free."""
        self._socket: socket.socket | None = bound(port)
        self._selector = DefaultSelector()
        self._open: dict[socket.socket, float] = {}
        self._lock = threading.Lock()
        self._is_up = False
        self.port: int = self._socket.getsockname()[1]

    def run(self, parent: int, answer: Answer) -> None:
        """Answer connections and obey the console, whose process is `parent`, until it is gone."""
        self._selector.register(_INPUT, EVENT_READ)
        if (end_of_parent := _end_of(parent)) is not None:
            self._selector.register(end_of_parent, EVENT_READ)
        if os.getppid() != parent:
            return
        while True:
            # Nothing wakes the process while there are no connections.
            ready = {key.fd for key, _ in self._selector.select(self._patience())}
            if end_of_parent in ready or (_INPUT in ready and not self._obey()):
                return
            if self._is_up and self._socket is not None and self._socket.fileno() in ready:
                self._accept(self._socket, answer)
            self._end_slow_ones()

    def up(self) -> None:
        """Listen. Raises OSError when another program listens on the port by now."""
        if self._is_up:
            return
        if self._socket is None:
            self._socket = bound(self.port)
        self._socket.listen(_BACKLOG)
        self._socket.setblocking(False)
        self._selector.register(self._socket, EVENT_READ)
        self._is_up = True

    def down(self) -> None:
        """Refuse connections, end those that are open, and hold the port."""
        if not self._is_up or self._socket is None:
            return
        self._selector.unregister(self._socket)
        self._socket.close()
        self._is_up = False
        try:
            self._socket = bound(self.port)
        except OSError:
            # Another program was quicker; it may have gone by the time of `up`.
            self._socket = None
        self._end(lambda _begun: True)

    def _obey(self) -> bool:
        """Do what the console says; False when it has nothing more to say."""
        said = os.read(_INPUT, _LONGEST_COMMAND)
        for word in said.decode("ascii", "replace").split():
            match word:
                case "down":
                    self.down()
                    say(word)
                case "up":
                    say(word if self._listens() else "taken")
                case _:
                    pass
        return bool(said)

    def _listens(self) -> bool:
        with suppress(OSError):
            self.up()
        return self._is_up

    def _accept(self, listening: socket.socket, answer: Answer) -> None:
        try:
            connection, _ = listening.accept()
        except OSError:
            # It was gone before it was taken, or there is no room for it.
            return
        connection.settimeout(_CONNECTION_SECONDS)
        with self._lock:
            if len(self._open) >= _MOST_CONNECTIONS:
                connection.close()
                return
            self._open[connection] = time.monotonic()
        threading.Thread(target=self._serve, args=(connection, answer), daemon=True).start()

    def _serve(self, connection: socket.socket, answer: Answer) -> None:
        try:
            # Whoever goes away in the middle gets no answer.
            with connection, suppress(OSError):
                answer(connection)
        finally:
            with self._lock:
                self._open.pop(connection, None)

    def _patience(self) -> float | None:
        """Seconds to wait for something, before slow connections are looked for."""
        with self._lock:
            return 1.0 if self._open else None

    def _end_slow_ones(self) -> None:
        limit = time.monotonic() - _CONNECTION_SECONDS
        self._end(lambda begun: begun < limit)

    def _end(self, chosen: Callable[[float], bool]) -> None:
        with self._lock:
            for connection, begun in self._open.items():
                if chosen(begun):
                    with suppress(OSError):
                        connection.shutdown(socket.SHUT_RDWR)


def say(line: str) -> None:
    """Answer the console; where it is gone, its end is noticed elsewhere."""
    with suppress(OSError):
        os.write(_OUTPUT, f"{line}\n".encode())


def _end_of(parent: int) -> int | None:
    """A descriptor that becomes readable when that process ends; None where there is no such thing.

    Input that ends says the same, unless another child of the console inherited its other end.
    """
    try:
        return os.pidfd_open(parent)
    except (AttributeError, OSError):
        return None
