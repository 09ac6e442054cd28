"""The port on 127.0.0.1 to which a browser on this machine brings a sign-in's answer (RFC 8252)."""

import hmac
import selectors
import socket
import time
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qs, urlsplit

PATH: Final = "/callback"

_MOST_HEAD: Final = 32 * 1024
"""Bytes of a request; codes can be long, and browsers add much."""

_SLOWEST: Final = 10.0
"""Seconds that a client may take for its request."""

_MOST_CLIENTS: Final = 64
"""At once; one more ends the oldest."""

_STEP: Final = 0.5
_HEADERS: Final = (
    "Content-Type: text/html; charset=utf-8\r\n"
    "Content-Security-Policy: default-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Cache-Control: no-store\r\n"
    "Connection: close\r\n"
)
_DONE: Final = (
    "Back to the terminal",
    ("bgconsole has received the answer. You can close this page."),
)
_REFUSED: Final = ("Not signed in", "The sign-in was not completed. bgconsole shows why.")
_NOT_FOUND: Final = ("Nothing here", "This page belongs to a sign-in of bgconsole.")


class ListenerClosedError(Exception):
    """The listener was closed while somebody waited for the answer."""


class CallbackRefusedError(Exception):
    """The provider sent the browser back with an error: `code` is OAuth's name for it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Callback:
    """The answer: the code, and the issuer where the provider names itself (RFC 9207)."""

    code: str = field(repr=False)
    issuer: str | None = None


@dataclass(slots=True)
class _Client:
    """A connection whose request has not arrived in full."""

    connection: socket.socket
    until: float
    received: bytearray = field(default_factory=bytearray)


class LoopbackListener:
    """Waits on a free port for one request to /callback with the right state.

    Everything else gets a 404. Raises OSError where no port can be opened.
    """

    def __init__(self) -> None:
        self._state = ""
        self._server = socket.create_server(("127.0.0.1", 0), backlog=_MOST_CLIENTS)
        self._server.setblocking(False)
        self._port = int(self._server.getsockname()[1])
        self._waker, self._woken = socket.socketpair()
        self._clients: dict[socket.socket, _Client] = {}

    @property
    def redirect_uri(self) -> str:
        """Where the provider is to send the browser."""
        return f"http://127.0.0.1:{self._port}{PATH}"

    def wait(self, state: str, timeout: float) -> Callback:
        """The answer to the sign-in of `state`, within `timeout` seconds; then the port is closed.

        Raises TimeoutError, ListenerClosedError after `close`, and CallbackRefusedError.
        """
        end = time.monotonic() + timeout
        self._state = state
        try:
            with selectors.DefaultSelector() as selector:
                selector.register(self._server, selectors.EVENT_READ)
                selector.register(self._woken, selectors.EVENT_READ)
                while (left := end - time.monotonic()) > 0:
                    answer = self._serve(selector, min(left, _STEP))
                    if answer is not None:
                        return answer
            raise TimeoutError
        except (OSError, ValueError) as error:
            if isinstance(error, TimeoutError):
                raise
            raise ListenerClosedError from error
        finally:
            self._end()

    def close(self) -> None:
        """Stop waiting, from any thread; again does no harm."""
        try:
            self._waker.send(b"x")
        except OSError:
            return
        self._server.close()

    def _serve(self, selector: selectors.BaseSelector, most: float) -> Callback | None:
        for key, _events in selector.select(most):
            if key.fileobj is self._woken:
                raise ListenerClosedError
            if key.fileobj is self._server:
                self._accept(selector)
            # One that had to make room for another may be in the same batch.
            elif (client := self._clients.get(key.data)) is not None:
                answer = self._read(selector, client)
                if answer is not None:
                    return answer
        now = time.monotonic()
        for client in [client for client in self._clients.values() if client.until <= now]:
            self._drop(selector, client)
        return None

    def _accept(self, selector: selectors.BaseSelector) -> None:
        try:
            connection, _address = self._server.accept()
        except (BlockingIOError, ConnectionError):
            return
        connection.setblocking(False)
        if len(self._clients) >= _MOST_CLIENTS:
            self._drop(selector, next(iter(self._clients.values())))
        self._clients[connection] = _Client(connection, time.monotonic() + _SLOWEST)
        selector.register(connection, selectors.EVENT_READ, connection)

    def _read(self, selector: selectors.BaseSelector, client: _Client) -> Callback | None:
        """Take what has arrived; answer once the head of the request is complete."""
        try:
            part = client.connection.recv(_MOST_HEAD)
        except BlockingIOError:
            return None
        except OSError:
            part = b""
        client.received += part
        if part and b"\r\n\r\n" not in client.received and len(client.received) <= _MOST_HEAD:
            return None
        found = self._answer_in(bytes(client.received)) if part else None
        if part:
            _reply(client.connection, found)
        self._drop(selector, client)
        if isinstance(found, CallbackRefusedError):
            raise found
        return found

    def _answer_in(self, head: bytes) -> "Callback | CallbackRefusedError | None":
        """What the request brings, if it is the one that is awaited."""
        lines = head.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
        words = lines[0].split(" ")
        if len(words) != 3 or words[0] != "GET" or not self._is_for_this(lines[1:]):
            return None
        try:
            parts = urlsplit(words[1])
            values = parse_qs(parts.query, max_num_fields=50)
        except ValueError:
            return None
        if parts.path != PATH or parts.netloc or any(len(found) != 1 for found in values.values()):
            return None
        said = {name: found[0] for name, found in values.items()}
        if not hmac.compare_digest(said.get("state", "").encode(), self._state.encode()):
            return None
        if "error" in said:
            return CallbackRefusedError(said["error"])
        return Callback(said["code"], said.get("iss")) if "code" in said else None

    def _is_for_this(self, headers: list[str]) -> bool:
        """Whether the request names this listener: a name that resolves to it is not enough."""
        hosts = [line.partition(":")[2].strip() for line in headers if line[:5].lower() == "host:"]
        return hosts == [f"127.0.0.1:{self._port}"]

    def _drop(self, selector: selectors.BaseSelector, client: _Client) -> None:
        selector.unregister(client.connection)
        del self._clients[client.connection]
        client.connection.close()

    def _end(self) -> None:
        for client in self._clients.values():
            client.connection.close()
        self._clients.clear()
        for one in (self._server, self._waker, self._woken):
            one.close()


def _reply(connection: socket.socket, found: "Callback | CallbackRefusedError | None") -> None:
    """Send the page: short enough for the socket's buffer, so that nobody has to wait for it."""
    if found is None:
        status, words = "404 Not Found", _NOT_FOUND
    elif isinstance(found, Callback):
        status, words = "200 OK", _DONE
    else:
        status, words = "200 OK", _REFUSED
    title, text = words
    page = (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"</head><body><h1>{title}</h1><p>{text}</p></body></html>\n"
    ).encode()
    head = f"HTTP/1.1 {status}\r\n{_HEADERS}Content-Length: {len(page)}\r\n\r\n"
    try:
        connection.sendall(head.encode() + page)
        connection.shutdown(socket.SHUT_WR)
    except OSError:
        # The answer counts although nobody reads the page.
        return
