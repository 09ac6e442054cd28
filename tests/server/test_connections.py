"""Raw connections: clients that say nothing, half of a request, or what is no HTTP."""

import json
import resource
import socket
import time
from collections.abc import Generator
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import httpx
import psutil
import pytest
import trustme

from tests.server.command import WITHIN, Served, found_team, serving, signed_in

_HEAD = b"GET /healthz HTTP/1.1\r\nHost: team.test\r\n"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Generator[Served]:
    """A server without a team; nothing here comes as far as the database."""
    with serving(tmp_path_factory.mktemp("served")) as served:
        yield served


def connected(served: Served) -> socket.socket:
    place = httpx.URL(served.url)
    return socket.create_connection((place.host, place.port or 0), WITHIN)


def answered(connection: socket.socket) -> bytes:
    """All that comes until the other side hangs up."""
    found = b""
    while chunk := connection.recv(1 << 16):
        found += chunk
    return found


@pytest.mark.parametrize("begun", [b"", _HEAD], ids=["nothing", "half a head"])
def test_who_does_not_finish_a_head_is_hung_up_on(tmp_path: Path, begun: bytes) -> None:
    # Ten seconds in the product.
    (tmp_path / "sitecustomize.py").write_text(
        "from bgconsole.server import connection\nconnection.HEAD_WITHIN = 0.3\n"
    )
    with serving(tmp_path, PYTHONPATH=str(tmp_path)) as served:
        with closing(connected(served)) as slow:
            slow.sendall(begun)
            assert answered(slow) == b""
        with closing(connected(served)) as kept:
            kept.sendall(_HEAD + b"\r\n")
            answer = b""
            while not answer.endswith(b"}"):
                answer += kept.recv(1 << 16)
            assert answer.startswith(b"HTTP/1.1 200 ")
            kept.sendall(_HEAD)
            assert answered(kept) == b""


def test_it_takes_all_the_room_for_connections_that_the_system_allows(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
    try:
        with serving(tmp_path) as served:
            limits = psutil.Process(served.process.pid).rlimit(psutil.RLIMIT_NOFILE)
            assert limits == (min(hard, 65_536), hard)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\r\n\r\n",
        b"GET /healthz\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\n\r\n",
        b"POST /v1/login HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n",
        b"POST /v1/login HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n",
        b"POST /v1/login HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        b"POST /v1/login HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\nTransfer-Encoding: chunked"
        b"\r\n\r\n0\r\n\r\n" + _HEAD + b"\r\n",
    ],
    ids=["tls", "old", "no host", "two lengths", "coding", "chunk", "two ends"],
)
def test_what_is_no_http_is_refused_as_everything_is_and_nothing_behind_it_is_read(
    served: Served, sent: bytes
) -> None:
    with closing(connected(served)) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        head, _, body = answered(connection).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert b"content-type: application/problem+json" in head
    assert b"cache-control: no-store" in head
    problem = json.loads(body)
    assert problem["code"] == "invalid_request"
    assert f"x-request-id: {problem['request_id']}".encode() in head
    assert "Traceback" not in served.said


def patched(folder: Path, *lines: str) -> dict[str, str]:
    """An environment in which the server begins with these lines."""
    (folder / "sitecustomize.py").write_text("\n".join(lines))
    return {"PYTHONPATH": str(folder)}


_QUICK = (
    "from bgconsole.server import accepting, bodies, connection",
    "accepting.HANDSHAKE_WITHIN = bodies._PATIENCE = 0.3",
    "bodies._SECONDS = 1.0",
    "connection.REST_WITHIN = connection.TAKE_WITHIN = 0.3",
)
"""The ends of phases, ten seconds to a minute in the product."""


def trickled(connection: socket.socket, byte: bytes = b"x") -> bytes:
    """All that comes until the other side hangs up, while a byte is sent now and then."""
    found = b""
    connection.settimeout(0.05)
    while True:
        try:
            chunk = connection.recv(1 << 16)
        except TimeoutError:
            try:
                connection.sendall(byte)
            except OSError:
                return found
            continue
        except ConnectionResetError:
            return found
        if not chunk:
            return found
        found += chunk


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        (b"POST /v1/login", b"413"),
        (b"POST /v1/members", b"401"),
        (b"GET /healthz", b"200"),
        (b"GET /nowhere", b"404"),
        (b"PUT /v1/login", b"405"),
        (b"GET /" + b"x" * 9000, b"414"),
    ],
    ids=lambda value: ascii(value[:20]),
)
def test_a_body_that_trickles_in_behind_its_answer_ends(
    tmp_path: Path, request_line: bytes, status: bytes
) -> None:
    with (
        serving(tmp_path, **patched(tmp_path, *_QUICK)) as served,
        closing(connected(served)) as slow,
    ):
        slow.sendall(
            request_line + b" HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n"
            b"Content-Length: 999999999\r\n\r\n{"
        )
        assert trickled(slow).startswith(b"HTTP/1.1 " + status)


def test_a_body_that_trickles_in_ends_with_408_and_then_altogether(tmp_path: Path) -> None:
    found_team()
    with serving(tmp_path, **patched(tmp_path, *_QUICK)) as served:
        for head in (b"Content-Length: 5000", b"Transfer-Encoding: chunked"):
            with closing(connected(served)) as slow:
                slow.sendall(
                    b"POST /v1/login HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n"
                    + head
                    + b"\r\n\r\n"
                )
                byte = b"1\r\nx\r\n" if b"chunked" in head else b"x"
                assert trickled(slow, byte).startswith(b"HTTP/1.1 408 ")


def test_a_client_that_takes_nothing_of_its_answers_is_hung_up_on(tmp_path: Path) -> None:
    with serving(tmp_path, **patched(tmp_path, *_QUICK)) as served:
        place = httpx.URL(served.url)
        with closing(socket.socket()) as slow:
            slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            slow.settimeout(WITHIN)
            slow.connect((place.host, place.port or 0))
            asked = b"GET /openapi.json HTTP/1.1\r\nHost: t\r\n\r\n"
            sent = 0
            # Until the server takes no more, and then until it has gone.
            with suppress(OSError):
                while sent < 1 << 24:
                    slow.sendall(asked * 100)
                    sent += 100
            until_closed(served)


def until_closed(served: Served) -> None:
    """Wait until the server has no connection any more."""
    process = psutil.Process(served.process.pid)
    end = time.monotonic() + WITHIN
    while any(one.status == psutil.CONN_ESTABLISHED for one in process.net_connections("tcp")):
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_silent_tls_client_is_hung_up_on(tmp_path: Path) -> None:
    certificate, key = tmp_path / "team.crt", tmp_path / "team.key"
    issued = trustme.CA().issue_cert("127.0.0.1")
    certificate.write_bytes(b"".join(one.bytes() for one in issued.cert_chain_pems))
    key.write_bytes(issued.private_key_pem.bytes())
    key.chmod(0o600)
    tls = ("--tls-cert", str(certificate), "--tls-key", str(key))
    with serving(tmp_path, *tls, **patched(tmp_path, *_QUICK)) as served:
        for begun in (b"", b"\x16\x03\x01\x02\x00\x01"):
            with closing(connected(served)) as silent:
                silent.sendall(begun)
                assert answered(silent) == b""


def test_at_its_limit_of_files_it_answers_whoever_it_knows_and_strangers_in_turn(
    tmp_path: Path,
) -> None:
    found_team()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
    environment = patched(
        tmp_path, "from bgconsole.server import listening", "listening._DESCRIPTORS = 256"
    )
    try:
        with serving(tmp_path, **environment) as served, ExitStack() as held:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
            with httpx.Client(base_url=served.url) as known:
                signed_in(known)
                flood = [
                    held.enter_context(closing(_from("127.0.0.2", served))) for _ in range(120)
                ]
                flood += [
                    held.enter_context(closing(_from(f"127.0.1.{number}", served)))
                    for number in range(1, 250)
                ]
                assert known.get("/v1/me").status_code == 200
            for source in ("127.0.0.1", "127.0.0.3", "127.0.0.2"):
                with closing(_from(source, served)) as newcomer:
                    newcomer.sendall(
                        b"GET /healthz HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n"
                    )
                    assert answered(newcomer).startswith(b"HTTP/1.1 200 "), source
            process = psutil.Process(served.process.pid)
            assert process.num_fds() < 256
            assert "Too many open files" not in served.said
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def _from(source: str, served: Served) -> socket.socket:
    place = httpx.URL(served.url)
    return socket.create_connection((place.host, place.port or 0), WITHIN, (source, 0))
