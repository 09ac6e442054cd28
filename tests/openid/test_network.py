"""Requests to a provider end in time, stay small, and reach only what may be reached."""

import socket
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_address

import httpcore
import pytest

from bgconsole.openid import addresses, transport
from bgconsole.openid.addresses import Internal, unwrapped
from bgconsole.openid.client import Client
from bgconsole.openid.errors import OpenIdError, SsoStep
from bgconsole.openid.provider import IdentityProvider
from bgconsole.openid.tls import Trust
from bgconsole.policy.provider_kinds import ProviderKind
from bgconsole.policy.sso import SsoReason
from tests.openid.stub import Said, Stub, as_json, provider

JSON = {"Content-Type": "application/json"}


def refusal(call: Callable[[], object]) -> OpenIdError:
    with pytest.raises(OpenIdError) as refused:
        call()
    assert refused.value.reason is SsoReason.IDP_UNREACHABLE
    assert refused.value.message
    assert refused.value.remedy
    assert "\x1b" not in refused.value.message
    return refused.value


@pytest.fixture
def short_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "TOTAL", 0.4)


DOCUMENTS: dict[str, tuple[Said, str]] = {
    "a page": (Said(200, b"<html>", {"Content-Type": "text/html"}), "is not JSON but 'text/html'"),
    "no type": (Said(200, b"{}"), "nothing it names"),
    "not found": (Said(404), "There is no discovery document"),
    "forbidden": (Said(403), "status 403"),
    "broken": (Said(500), "reports an error"),
    "busy": (Said(429), "reports an error"),
    "a redirect": (Said(302, headers={"Location": "https://evil.example/"}), "redirects to"),
    "a hostile redirect": (Said(301, headers={"Location": "\x1b[31m"}), "\\x1b"),
    "no JSON": (Said(200, b"{", JSON), "not valid JSON"),
    "not a number": (Said(200, b'{"a": NaN}', JSON), "not valid JSON"),
    "no UTF-8": (Said(200, b'"\xff"', JSON), "not valid JSON"),
    "too deep": (Said(200, b"[" * 100_000, JSON), "not valid JSON"),
    "a list": (Said(200, b"[]", JSON), "not an object"),
    "another issuer": (as_json({"issuer": "https://evil.example"}), "'https://evil.example'"),
    "a hostile issuer": (as_json({"issuer": "\x1b[31m" + "x" * 500}), "\\x1b[31m"),
    "packed": (Said(200, b"x", {**JSON, "Content-Encoding": "gzip"}), "compression"),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_discovery_document_that_is_none_is_named(stub: Stub, name: str) -> None:
    answer, part = DOCUMENTS[name]
    stub.discovery = lambda _asked: answer
    found = refusal(provider(stub).metadata)
    assert found.step is SsoStep.DISCOVERY
    assert part in found.message
    assert len(found.message) < 600
    assert provider(stub).probe().step is SsoStep.DISCOVERY
    failed = [step for step in provider(stub).check().steps if not step.ok]
    assert [step.step for step in failed] == [SsoStep.DISCOVERY]
    assert failed[0].remedy


@pytest.mark.parametrize("missing", ["jwks_uri", "token_endpoint"])
def test_a_document_without_an_endpoint_is_named(stub: Stub, missing: str) -> None:
    del stub.document[missing]
    assert missing in refusal(provider(stub).metadata).message


def test_a_provider_that_signs_by_shared_secrets_alone_is_refused(stub: Stub) -> None:
    stub.document["id_token_signing_alg_values_supported"] = ["HS256", "none"]
    assert "HS256" in refusal(provider(stub).metadata).message


def test_a_document_is_kept_for_ten_minutes_and_an_error_never(stub: Stub) -> None:
    at = [0.0]
    idp = provider(stub, ticks=lambda: at[0])
    right = stub.discovery
    stub.discovery = lambda _asked: Said(500)
    refusal(idp.metadata)
    stub.discovery = right
    idp.metadata()
    at[0] = 599
    idp.metadata()
    assert len(stub.asked) == 2
    at[0] = 600
    idp.metadata()
    assert len(stub.asked) == 3


@pytest.mark.parametrize(
    "answer", [as_json({"keys": []}), as_json({"keys": [{"kty": "oct", "k": "x"}, 7]}), as_json({})]
)
def test_a_key_set_without_keys_is_named(stub: Stub, answer: Said) -> None:
    stub.routes["/keys"] = lambda _asked: answer
    found = provider(stub).probe()
    assert (found.ok, found.step) == (False, SsoStep.KEYS)


def _trickle_head(handler: BaseHTTPRequestHandler) -> None:
    for _ in range(200):
        handler.wfile.write(b"H")
        time.sleep(0.05)


def _trickle_body(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{")
    for _ in range(200):
        handler.wfile.write(b" ")
        time.sleep(0.05)


def _half(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")


def _endless(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    for _ in range(1024):
        handler.wfile.write(b" " * (1 << 20))


def _long_head(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 1_000_000)


def _gigabyte(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n{")


def _garbage(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"\x00\xff SSH-2.0 \r\n\r\n")


@pytest.mark.parametrize(
    "route", ["/.well-known/openid-configuration", "/keys", "/token", "/device"]
)
@pytest.mark.parametrize("slow", [_trickle_head, _trickle_body, lambda _handler: time.sleep(1)])
@pytest.mark.usefixtures("short_deadline")
def test_a_slow_answer_ends_at_the_deadline(
    stub: Stub, route: str, slow: Callable[..., None]
) -> None:
    stub.routes[route] = lambda _asked: Said(then=slow)
    idp = provider(stub)
    calls: dict[str, Callable[[], object]] = {
        "/token": lambda: idp.exchange("c", redirect_uri="http://127.0.0.1/callback", verifier="v"),
        "/device": lambda: idp.start_device(reauthenticate=False),
        "/keys": lambda: idp.verify(stub.signed(), nonce=None, authenticated_after=None),
    }
    found = refusal(calls.get(route, idp.metadata))
    assert "did not answer" in found.message
    assert found.passing


@pytest.mark.parametrize("big", [_endless, _gigabyte])
def test_a_body_without_end_is_cut_off(stub: Stub, big: Callable[..., None]) -> None:
    stub.discovery = lambda _asked: Said(then=big)
    assert "more than 1 MiB" in refusal(provider(stub).metadata).message


@pytest.mark.parametrize("odd", [_half, _long_head, _garbage])
def test_an_answer_that_is_no_http_is_named(stub: Stub, odd: Callable[..., None]) -> None:
    stub.discovery = lambda _asked: Said(then=odd)
    found = refusal(provider(stub).metadata)
    assert "before its answer was complete" in found.message
    assert found.step is SsoStep.DISCOVERY


@pytest.mark.usefixtures("short_deadline")
def test_a_port_that_accepts_and_stays_silent_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        issuer = f"http://127.0.0.1:{silent.getsockname()[1]}"
        found = IdentityProvider(Client(ProviderKind.OIDC, issuer, "console")).probe()
    assert (found.ok, found.step) == (False, SsoStep.DISCOVERY)


@pytest.mark.parametrize("ends", [False, True])
@pytest.mark.usefixtures("short_deadline")
def test_a_port_that_does_not_finish_the_handshake_is_named(*, ends: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        issuer = f"https://127.0.0.1:{server.getsockname()[1]}"

        def accept() -> None:
            connection, _address = server.accept()
            with connection:
                if not ends:
                    time.sleep(1)

        thread = threading.Thread(target=accept)
        thread.start()
        found = refusal(IdentityProvider(Client(ProviderKind.OIDC, issuer, "console")).metadata)
        thread.join()
    assert (found.step, found.passing) == (SsoStep.CERTIFICATE, True)


def test_while_it_hangs_everybody_waits_for_their_own_request(
    stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "TOTAL", 1.0)
    stub.discovery = lambda _asked: Said(then=lambda _handler: time.sleep(2))
    idp = provider(stub)
    ended: list[float] = []

    def ask() -> None:
        refusal(idp.metadata)
        ended.append(time.monotonic())

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # One after the other they would end a second apart.
    assert max(ended) - min(ended) < 4


def test_nothing_is_taken_from_the_environment(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert provider(stub).metadata().issuer == stub.issuer
    assert set(stub.asked[0].headers) == {"Host", "User-Agent", "Accept", "Accept-Encoding"}


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://idp.example/keys",
        "ftp://127.0.0.1/keys",
        "https://user:secret@127.0.0.1/keys",
        "https:///keys",
        "https://127.0.0.1:0/keys",
        "https://127.0.0.1:x/keys",
        "https://[::1/keys",
        "https://127.0.0.1:1/\r\nkeys",
        "file:///etc/passwd",
        "/keys",
    ],
)
def test_an_endpoint_that_is_no_https_address_is_refused(stub: Stub, endpoint: str) -> None:
    stub.document["jwks_uri"] = endpoint
    found = provider(stub).probe()
    assert (found.ok, found.step) in {(False, SsoStep.KEYS), (False, SsoStep.CONNECTION)}


INTERNAL_ADDRESSES = [
    "127.0.0.1",
    "127.8.8.8",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.1.1",
    "0.0.0.0",  # noqa: S104
    "0.1.2.3",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "192.0.2.1",
    "198.18.0.1",
    "::",
    "::1",
    "fe80::1",
    "fc00::1",
    "fd12:3456::1",
    "ff02::1",
    "2001:db8::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::",
    "2002:a00:1::1",
]
METADATA_ADDRESSES = [
    "169.254.169.254",
    "169.254.170.2",
    "fd00:ec2::254",
    "100.100.100.200",
    "168.63.129.16",
    "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
]


@pytest.mark.parametrize("text", [*INTERNAL_ADDRESSES, *METADATA_ADDRESSES])
def test_an_address_that_is_not_public_is_refused(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setattr(addresses, "_lookup", lambda _host, _port: (ip_address(text),))
    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", _never)
    for host in ("idp.example", f"[{text}]" if ":" in text else text):
        idp = IdentityProvider(Client(ProviderKind.OIDC, f"https://{host}", "console"))
        literal_loopback = ip_address(text).is_loopback and host != "idp.example"
        if not literal_loopback:
            found = refusal(idp.metadata)
            assert found.step is SsoStep.NAME
            assert "--internal" in found.remedy


def _never(*_args: object, **_more: object) -> None:
    raise AssertionError("something was contacted")


@pytest.mark.parametrize("text", ["8.8.8.8", "2606:4700::1", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_a_public_address_is_permitted(text: str) -> None:
    assert Internal().allows("idp.example", ip_address(text), loopback=False)


@pytest.mark.parametrize(
    ("listed", "address", "allowed"),
    [
        ("idp.corp", "10.0.0.1", True),
        ("IDP.corp.", "10.0.0.1", True),
        ("idp.corp", "127.0.0.1", True),
        ("idp.corp", "fd12::1", True),
        ("other.corp", "10.0.0.1", False),
        ("10.0.0.0/8", "10.1.2.3", True),
        ("10.0.0.1", "10.0.0.1", True),
        ("10.0.0.1", "10.0.0.2", False),
        ("10.0.0.0/8", "::ffff:10.1.2.3", True),
        ("fd00::/8", "fd12::1", True),
        # A name is worth no more than the DNS behind it: never the way to a metadata service.
        ("idp.corp", "169.254.169.254", False),
        ("idp.corp", "169.254.1.1", False),
        ("169.254.0.0/16", "169.254.1.1", True),
        ("169.254.0.0/16", "169.254.169.254", False),
        ("0.0.0.0/0", "0.0.0.0", False),  # noqa: S104
        ("0.0.0.0/0", "224.0.0.1", False),
        ("idp.corp", "0.0.0.0", False),  # noqa: S104
    ],
)
def test_internal_hosts_and_networks_are_listed(listed: str, address: str, allowed: bool) -> None:
    internal = Internal.of((listed,))
    assert internal.allows("idp.corp", ip_address(address), loopback=False) is allowed


def test_localhost_is_this_machine_or_nothing() -> None:
    assert not Internal().allows("localhost", ip_address("8.8.8.8"), loopback=True)
    assert Internal().allows("localhost", ip_address("127.0.0.1"), loopback=True)
    assert not Internal().allows("localhost", ip_address("127.0.0.1"), loopback=False)


def test_a_public_provider_does_not_send_requests_to_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", _never)
    client = Client(ProviderKind.OIDC, "https://idp.example", "console")
    with transport.HttpConnection(client, Trust(None)) as connection:
        for url in ("https://127.0.0.1/keys", "https://localhost/keys", "https://[::1]/keys"):
            assert refusal(lambda url=url: connection.get(url, SsoStep.KEYS)).step is SsoStep.NAME
        found = refusal(lambda: connection.get("http://127.0.0.1/keys", SsoStep.KEYS))
        assert "not an https address" in found.message


def test_what_was_checked_is_what_is_contacted(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [(ip_address("203.0.114.7"), ip_address("10.0.0.1")), (ip_address("127.0.0.1"),)]
    asked: list[str] = []
    contacted: list[str] = []

    def rebinding(host: str, _port: int) -> tuple[addresses.Address, ...]:
        asked.append(host)
        return answers[min(len(asked), len(answers)) - 1]

    def connect(_backend: object, host: str, *_args: object, **_more: object) -> None:
        contacted.append(host)
        raise httpcore.ConnectError("refused")

    monkeypatch.setattr(addresses, "_lookup", rebinding)
    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
    idp = IdentityProvider(Client(ProviderKind.OIDC, "https://idp.example", "console"))
    assert refusal(idp.metadata).step is SsoStep.CONNECTION
    assert refusal(idp.metadata).step is SsoStep.NAME
    assert (asked, contacted) == (["idp.example"] * 2, ["203.0.114.7"])


def test_addresses_are_tried_in_turn(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    both = (ip_address("127.0.0.9"), ip_address("127.0.0.1"))
    monkeypatch.setattr(addresses, "_lookup", lambda _host, _port: both)
    issuer = stub.issuer.replace("127.0.0.1", "localhost")
    stub.document["issuer"] = issuer
    found = IdentityProvider(Client(ProviderKind.OIDC, issuer, "console")).metadata()
    assert found.issuer == issuer
    assert stub.asked[0].headers["Host"].startswith("localhost:")


@pytest.mark.parametrize(
    ("error", "part"),
    [
        (socket.gaierror(socket.EAI_NONAME, "x"), "no such name"),
        (socket.gaierror(socket.EAI_AGAIN, "try again"), "try again"),
        (UnicodeError("label too long"), "not a host name"),
    ],
)
def test_a_name_that_does_not_resolve_is_named(
    monkeypatch: pytest.MonkeyPatch, error: Exception, part: str
) -> None:
    def fail(_host: str, _port: int) -> None:
        raise error

    monkeypatch.setattr(addresses, "_lookup", fail)
    found = refusal(
        IdentityProvider(Client(ProviderKind.OIDC, "https://idp.example", "console")).metadata
    )
    assert found.step is SsoStep.NAME
    assert part in found.message


@pytest.mark.usefixtures("short_deadline")
def test_a_name_server_that_hangs_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = threading.Event()

    def hang(_host: str, _port: int) -> tuple[addresses.Address, ...]:
        ended.wait(30)
        return ()

    monkeypatch.setattr(addresses, "_lookup", hang)
    idp = IdentityProvider(Client(ProviderKind.OIDC, "https://idp.example", "console"))
    found = refusal(idp.metadata)
    ended.set()
    assert (found.step, found.passing) == (SsoStep.NAME, True)
    assert "did not answer in time" in found.message


def test_addresses_inside_addresses_are_seen() -> None:
    teredo = ip_address("2001:0:4136:e378:8000:63bf:3fff:fdd2")
    assert str(unwrapped(teredo)) == "192.0.2.45"
    assert str(unwrapped(ip_address("::1"))) == "::1"
    assert str(unwrapped(ip_address("::ffff:1.2.3.4"))) == "1.2.3.4"


@contextmanager
def proxy(answer: bytes) -> Generator[tuple[str, list[bytes]]]:
    """A proxy that says one thing to everybody, and what it was asked."""
    asked: list[bytes] = []

    def serve() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                asked.append(connection.recv(4096))
                connection.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=serve, daemon=True).start()
        yield f"http://me:secret%20word@127.0.0.1:{server.getsockname()[1]}", asked
        server.shutdown(socket.SHUT_RDWR)


def test_a_proxy_from_the_settings_looks_names_up_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(addresses, "_lookup", _never)
    with proxy(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n") as (url, asked):
        client = Client(ProviderKind.OIDC, "https://idp.example", "console", proxy=url)
        found = refusal(IdentityProvider(client).metadata)
        assert found.step is SsoStep.CONNECTION
        assert "The proxy does not connect" in found.message
        assert asked[0].startswith(b"CONNECT idp.example:443 ")
        assert b"Proxy-Authorization: Basic" in asked[0]
        assert "word" not in repr(client)
        literal = Client(ProviderKind.OIDC, "https://169.254.169.254", "console", proxy=url)
        assert refusal(IdentityProvider(literal).metadata).step is SsoStep.NAME
        assert len(asked) == 1


def test_a_proxy_that_is_no_url_is_named() -> None:
    client = Client(ProviderKind.OIDC, "https://idp.example", "console", proxy="proxy:3128")
    assert refusal(IdentityProvider(client).metadata).step is SsoStep.SETTINGS


@pytest.mark.parametrize(
    "client",
    [
        Client(ProviderKind.OIDC, "http://idp.example", "console"),
        Client(ProviderKind.ENTRA, "https://login.microsoftonline.com/common/v2.0", "console"),
        Client(ProviderKind.OIDC, "https://idp.example", " "),
    ],
)
def test_settings_that_cannot_work_are_named_before_anything_is_sent(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", _never)
    assert refusal(IdentityProvider(client).metadata).step is SsoStep.SETTINGS
    found = IdentityProvider(client).probe()
    assert (found.ok, found.step) == (False, SsoStep.SETTINGS)
