"""One HTTP connection to the demo's provider: what is read, what is refused, what is sent back."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socket import socket
from typing import Final
from urllib.parse import urlsplit

from bgconsole.demo.identity_provider.pages import STYLE_HASH, message_page
from bgconsole.demo.identity_provider.protocol import OAuthError, Path, ProtocolError, fields
from bgconsole.demo.identity_provider.provider import OpenIdProvider, Response, refusal

_LONGEST_BODY: Final = 16_384
_FORM: Final = "application/x-www-form-urlencoded"


class ProviderConnection(BaseHTTPRequestHandler):
    """Answers the one request of a connection, and closes it."""

    protocol_version = "HTTP/1.1"

    def __init__(self, connection: socket, provider: OpenIdProvider, port: int) -> None:
        self._provider = provider
        self._port = port
        # The base class handles the request in its constructor, and only stores its last argument.
        super().__init__(connection, connection.getpeername(), None)  # pyright: ignore[reportArgumentType]

    def version_string(self) -> str:
        """No versions in the Server header."""
        return "bgconsole-demo"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class's name)
        """Nothing is logged: the terminal belongs to the console."""

    def do_GET(self) -> None:
        """Answer a GET."""
        self._respond(self._provider.get, lambda: urlsplit(self.path).query)

    def do_POST(self) -> None:
        """Answer a POST."""
        self._respond(self._provider.post, self._form)

    def _respond(
        self,
        answer: Callable[[Path, Mapping[str, str]], Response | None],
        encoded: Callable[[], str],
    ) -> None:
        self.close_connection = True
        try:
            self._demand_own_page()
            path = Path(urlsplit(self.path).path)
        except ProtocolError as error:
            self._send(refusal(error))
            return
        except ValueError:
            self._send_words(HTTPStatus.NOT_FOUND, "There is no such page.")
            return
        try:
            response = answer(path, fields(encoded()))
        except ProtocolError as error:
            response = refusal(error)
        if response is None:
            self._send_words(
                HTTPStatus.METHOD_NOT_ALLOWED, ("This address does not accept this method.")
            )
        else:
            self._send(response)

    def _demand_own_page(self) -> None:
        """Refuse what pages of other sites make a browser send, also under a name of their own."""
        names = {f"{name}:{self._port}" for name in ("127.0.0.1", "localhost")}
        origins = {f"http://{name}" for name in names}
        if self.headers.get("Host") not in names:
            raise ProtocolError(OAuthError.INVALID_REQUEST, "This host name is not served here")
        if self.headers.get("Origin", next(iter(origins))) not in origins:
            raise ProtocolError(OAuthError.INVALID_REQUEST, "The request comes from another site")

    def _form(self) -> str:
        if self.headers.get_content_type() != _FORM:
            raise ProtocolError(OAuthError.INVALID_REQUEST, f"The body must be {_FORM}")
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit() and int(length[:9]) <= _LONGEST_BODY):
            words = f"The body must state its length, at most {_LONGEST_BODY} bytes"
            raise ProtocolError(OAuthError.INVALID_REQUEST, words)
        try:
            return self.rfile.read(int(length)).decode("ascii")
        except UnicodeDecodeError as error:
            raise ProtocolError(OAuthError.INVALID_REQUEST, "The body is not ASCII") from error

    def _send_words(self, status: HTTPStatus, words: str) -> None:
        self._send(Response(status, "text/html; charset=utf-8", message_page(words)))

    def _send(self, response: Response) -> None:
        body = response.body.encode()
        forms = f"'self' {response.goes_to}".rstrip()
        policy = (
            f"default-src 'none'; style-src '{STYLE_HASH}'; form-action {forms};"
            " base-uri 'none'; frame-ancestors 'none'"
        )
        self.send_response(response.status)
        for name, value in (
            ("Content-Type", response.kind),
            ("Content-Length", str(len(body))),
            ("Content-Security-Policy", policy),
            ("Cache-Control", "no-store"),
            ("Referrer-Policy", "same-origin"),
            ("X-Content-Type-Options", "nosniff"),
            ("Location", response.location),
            ("Connection", "close"),
        ):
            if value:
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
