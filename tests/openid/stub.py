"""A provider of the tests' own that does as it is told: well behaved until a route is replaced."""

import json
import ssl
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jws
from joserfc.jwk import ECKey, OKPKey, RSAKey

from bgconsole.openid.client import Client
from bgconsole.openid.provider import IdentityProvider
from bgconsole.policy.provider_kinds import ProviderKind

Key = RSAKey | ECKey | OKPKey


@dataclass
class Asked:
    """A request as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    form: dict[str, str]
    headers: dict[str, str]


@dataclass
class Said:
    """An answer; `then` writes what a well-behaved server would not."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    then: Callable[[BaseHTTPRequestHandler], None] | None = None


Route = Callable[[Asked], Said]


def as_json(document: object, status: int = 200, **headers: str) -> Said:
    return Said(
        status,
        json.dumps(document).encode(),
        {"Content-Type": "application/json", **headers},
    )


def error(code: str, status: int = 400) -> Said:
    return as_json({"error": code, "error_description": "as the test wants it"}, status)


@cache
def rsa_key(kid: str = "one", bits: int = 2048) -> RSAKey:
    return RSAKey.generate_key(bits, {"kid": kid, "use": "sig"})


class Stub:
    """What the provider knows; tests change it, or replace a route."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.keys: list[dict[str, Any]] = [dict(rsa_key().as_dict(private=False))]
        self.document: dict[str, Any] = {
            "issuer": issuer,
            "jwks_uri": f"{issuer}/keys",
            "token_endpoint": f"{issuer}/token",
            "authorization_endpoint": f"{issuer}/authorize",
            "device_authorization_endpoint": f"{issuer}/device",
            "id_token_signing_alg_values_supported": ["RS256"],
        }
        self.asked: list[Asked] = []
        self.id_token = ""
        self.routes: dict[str, Route] = {
            "/.well-known/openid-configuration": lambda _asked: as_json(self.document),
            "/keys": lambda _asked: as_json({"keys": self.keys}),
            "/token": self._token,
            "/authorize": lambda _asked: Said(
                body=b"sign in", headers={"Content-Type": "text/html"}
            ),
            "/device": lambda _asked: as_json(self.device()),
        }

    @property
    def discovery(self) -> Route:
        return self.routes["/.well-known/openid-configuration"]

    @discovery.setter
    def discovery(self, route: Route) -> None:
        self.routes["/.well-known/openid-configuration"] = route

    def device(self, **changed: object) -> dict[str, object]:
        found: dict[str, object] = {
            "device_code": "a device code",
            "user_code": "BCDF-GHJK",
            "verification_uri": f"{self.issuer}/go",
            "expires_in": 300,
        }
        return {name: value for name, value in {**found, **changed}.items() if value is not None}

    def claims(self, **changed: object) -> dict[str, object]:
        """Those of a token that is right; None takes one away."""
        now = int(time.time())
        found: dict[str, object] = {
            "iss": self.issuer,
            "sub": "1234",
            "aud": "console",
            "iat": now,
            "exp": now + 300,
            "nonce": "a nonce",
            "email": "ken@example.com",
            "email_verified": True,
            "name": "Ken",
        }
        return {name: value for name, value in {**found, **changed}.items() if value is not None}

    def signed(
        self,
        claims: dict[str, object] | None = None,
        *,
        key: Key | None = None,
        alg: str = "RS256",
        kid: str | None = "one",
        **header: object,
    ) -> str:
        """A token signed as told."""
        registry = _Anything(algorithms=[alg], strict_check_header=False)
        named = {} if kid is None else {"kid": kid}
        payload = json.dumps(self.claims() if claims is None else claims)
        head = {"alg": alg, **named, **header}
        return jws.serialize_compact(head, payload, key or rsa_key(), [alg], registry)

    def count(self, path: str) -> int:
        return sum(asked.path == path for asked in self.asked)

    def answer(self, asked: Asked) -> Said:
        self.asked.append(asked)
        route = self.routes.get(asked.path)
        return Said(404) if route is None else route(asked)

    def _token(self, asked: Asked) -> Said:
        if not self.id_token:
            return error("invalid_grant")
        return as_json({"id_token": self.id_token, "access_token": "x", "token_type": "Bearer"})


class _Anything(jws.JWSRegistry):
    def get_alg(self, name: str) -> Any:
        return self.algorithms[name]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    stub: Stub = Stub("")

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_OPTIONS(self) -> None:
        self._serve()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Tests ask what arrived; nobody reads a log."""

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        asked = Asked(
            self.command,
            parts.path,
            {name: values[0] for name, values in parse_qs(parts.query).items()},
            {name: values[0] for name, values in parse_qs(body).items()},
            dict(self.headers.items()),
        )
        said = self.stub.answer(asked)
        try:
            if said.then is not None:
                said.then(self)
                self.close_connection = True
                return
            self.send_response(said.status)
            for name, value in said.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(said.body)))
            self.end_headers()
            self.wfile.write(said.body)
        except OSError:
            self.close_connection = True


@contextmanager
def stub_provider(*, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> Generator[Stub]:
    """Serves on a free port of 127.0.0.1; `host` is how the issuer calls it."""

    class Handler(_Handler):
        pass

    with _Server(("127.0.0.1", 0), Handler) as server:
        if tls is not None:
            # The handshake is for the connection's own thread: a client may break it off.
            server.socket = tls.wrap_socket(
                server.socket, server_side=True, do_handshake_on_connect=False
            )
        scheme = "http" if tls is None else "https"
        Handler.stub = Stub(f"{scheme}://{host}:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield Handler.stub
        server.shutdown()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that breaks off is what many tests are about."""


def provider(
    stub: Stub, kind: ProviderKind = ProviderKind.OIDC, **settings: Any
) -> IdentityProvider:
    ticks = settings.pop("ticks", time.monotonic)
    return IdentityProvider(Client(kind, stub.issuer, "console", **settings), ticks=ticks)
