"""Raw connections: clients that say nothing, half of a request, or what is no HTTP."""

import json
import resource
import socket
from collections.abc import Generator
from contextlib import closing
from pathlib import Path

import httpx
import psutil
import pytest

from tests.server.command import WITHIN, Served, serving

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
