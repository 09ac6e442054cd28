"""What a server says of itself stops no request: readers that stall, a disk that is full."""

import fcntl
import os
import signal
import socket
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path

import httpx
import pytest

from tests.server.command import WITHIN, serving

_SITE = """
import os
def full(*_arguments):
    raise OSError(28, "No space left on device")
os.posix_fallocate = full
"""


def _free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        return taken.getsockname()[1]


def _answer(port: int, sent: bytes) -> bytes:
    with closing(socket.create_connection(("127.0.0.1", port), WITHIN)) as connection:
        connection.sendall(sent)
        found = b""
        while chunk := connection.recv(1 << 16):
            found += chunk
        return found


@pytest.mark.parametrize(
    ("stalled", "sent", "status"),
    [
        ("stdout", b"GET /healthz HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n", b"200"),
        ("stderr", b"no http\r\n\r\n", b"400"),
    ],
)
@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_reader_of_the_log_that_stalls_stops_no_request(
    stalled: str, sent: bytes, status: bytes, workers: str
) -> None:
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)
    port = _free_port()
    outputs = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, stalled: writing}
    process = subprocess.Popen(
        [*(sys.executable, "-m", "bgconsole", "serve"), "--port", str(port), "--workers", workers],
        stdin=subprocess.DEVNULL,
        stdout=outputs["stdout"],
        stderr=outputs["stderr"],
        env=os.environ,
    )
    os.close(writing)
    try:
        _until_it_listens(port)
        for _ in range(150):
            assert _answer(port, sent).startswith(b"HTTP/1.1 " + status)
        process.send_signal(signal.SIGTERM)
        assert process.wait(WITHIN) == 0
        os.set_blocking(reading, False)
        assert os.read(reading, 1 << 16)
    finally:
        process.kill()
        process.wait()
        os.close(reading)


def _until_it_listens(port: int) -> None:
    while True:
        with suppress(OSError), closing(socket.create_connection(("127.0.0.1", port), 0.1)):
            return


@pytest.mark.parametrize("workers", ["1", "2"])
def test_where_there_is_no_room_for_metrics_it_serves_without(tmp_path: Path, workers: str) -> None:
    (tmp_path / "sitecustomize.py").write_text(_SITE)
    port = str(_free_port())
    environment = {"PYTHONPATH": str(tmp_path)}
    options = ("--workers", workers, "--metrics-port", port)
    with serving(tmp_path, *options, **environment) as served:
        for _ in range(10):
            assert httpx.get(f"{served.url}/healthz").status_code == 200
        assert httpx.get(f"http://127.0.0.1:{port}/metrics").status_code == 200
        if workers == "2":
            served.await_said("Metrics are turned off")
        assert "died" not in served.said


def test_a_silent_reader_of_the_metrics_holds_no_other_up(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "from bgconsole.server import metrics\nmetrics._SILENT_FOR = 0.3\n"
    )
    port = _free_port()
    with serving(tmp_path, "--metrics-port", str(port), PYTHONPATH=str(tmp_path)):
        silent = [socket.create_connection(("127.0.0.1", port), WITHIN) for _ in range(40)]
        for one in silent:
            with closing(one), suppress(ConnectionResetError):
                assert one.recv(1) == b""
        assert httpx.get(f"http://127.0.0.1:{port}/metrics").status_code == 200
