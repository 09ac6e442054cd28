"""`bgconsole serve` as a process: TLS, signals, workers, metrics, logs, and what it refuses."""

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import psutil
import pytest
import trustme

from bgconsole import __version__
from tests.backend.world import OWNER, PASSWORD
from tests.server.command import WITHIN, found_team, ran, serving, signed_in


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def tls(authority: trustme.CA, tmp_path: Path) -> tuple[str, ...]:
    """The options of a certificate for 127.0.0.1."""
    certificate, key = tmp_path / "team.crt", tmp_path / "team.key"
    issued = authority.issue_cert("127.0.0.1", "localhost")
    certificate.write_bytes(b"".join(one.bytes() for one in issued.cert_chain_pems))
    key.write_bytes(issued.private_key_pem.bytes())
    key.chmod(0o600)
    return ("--tls-cert", str(certificate), "--tls-key", str(key))


def trusting(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


def until(holds: Callable[[], bool]) -> None:
    """Wait until it holds."""
    end = time.monotonic() + WITHIN
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_told_to_stop_it_ends_streams_and_itself_with_exit_code_0(
    authority: trustme.CA, tls: tuple[str, ...], tmp_path: Path, workers: str
) -> None:
    target = found_team()
    with (
        serving(tmp_path, *tls, "--workers", workers) as served,
        httpx.Client(base_url=served.url, verify=trusting(authority), timeout=WITHIN) as client,
    ):
        assert served.url.startswith("https://127.0.0.1:")
        assert f"Serving {target} at " in served.said
        signed_in(client)
        with client.stream("GET", "/v1/audit/stream?after=3") as stream:
            lines = stream.iter_lines()
            assert [next(lines) for _ in range(4)] == [": bgconsole", "", "event: audit", "id: 4"]
            assert json.loads(next(lines).removeprefix("data: "))["seq"] == 4
            served.process.send_signal(signal.SIGTERM)
            # It ends as a stream should, not in the middle of an answer.
            assert not [line for line in lines if line.startswith("event: problem")]
        assert served.process.wait(WITHIN) == 0
        with pytest.raises(httpx.TransportError):
            client.get("/healthz")


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_request_that_runs_is_answered_before_the_end(tmp_path: Path, workers: str) -> None:
    found_team()
    body = json.dumps({"email": OWNER, "password": PASSWORD}).encode()
    head = "POST /v1/login HTTP/1.1\r\nHost: team.test\r\nContent-Type: application/json\r\n"
    with serving(tmp_path, "--workers", workers) as served:
        place = httpx.URL(served.url)
        assert place.port is not None
        with socket.create_connection((place.host, place.port), WITHIN) as connection:
            connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode())
            connection.sendall(body[:9])
            until(lambda: _accepted(served.process.pid, connection))
            for process in (served.process, *psutil.Process(served.process.pid).children()):
                # As a terminal or service manager does it: to all of them.
                os.kill(process.pid, signal.SIGTERM)
            until(lambda: not _listens(place.port))
            connection.sendall(body[9:])
            answer = b"".join(iter(lambda: connection.recv(65536), b""))
        assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
        assert b'"is_break_glass":false' in answer
        assert served.process.wait(WITHIN) == 0


def test_told_twice_it_ends_at_once(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        place = httpx.URL(served.url)
        assert place.port is not None
        with socket.create_connection((place.host, place.port), WITHIN) as connection:
            connection.sendall(b"POST /v1/login HTTP/1.1\r\nHost: t\r\nContent-Length: 9\r\n\r\n")
            until(lambda: _accepted(served.process.pid, connection))
            served.process.send_signal(signal.SIGTERM)
            until(lambda: not _listens(place.port))
            assert served.stop() == 128 + signal.SIGTERM


def _accepted(pid: int, connection: socket.socket) -> bool:
    """Whether one of the server's processes has the other end, and has read all of it."""
    port = connection.getsockname()[1]
    server = psutil.Process(pid)
    return any(
        one.raddr and one.raddr.port == port
        for process in (server, *server.children())
        for one in process.net_connections("tcp")
    ) and _unread(port)


def _unread(port: int) -> bool:
    """Whether nothing waits in the receiving queue of whoever is connected to this port."""
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    fields = [line.split() for line in lines]
    return any(
        int(one[2].rpartition(":")[2], 16) == port and int(one[4].rpartition(":")[2], 16) == 0
        for one in fields
    )


def _listens(port: int | None) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port or 0)) == 0


def test_old_tls_and_unknown_certificates_are_refused(
    authority: trustme.CA, tls: tuple[str, ...], tmp_path: Path
) -> None:
    with serving(tmp_path, *tls) as served:
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            httpx.get(f"{served.url}/healthz")
        old = trusting(authority)
        old.minimum_version = ssl.TLSVersion.TLSv1_2
        old.maximum_version = ssl.TLSVersion.TLSv1_2
        assert httpx.get(f"{served.url}/healthz", verify=old).status_code == 200
        plain = served.url.replace("https", "http")
        with pytest.raises(httpx.TransportError):
            httpx.get(f"{plain}/healthz")


def test_a_renewed_certificate_is_taken_without_an_end(
    tls: tuple[str, ...], tmp_path: Path
) -> None:
    with serving(tmp_path, *tls) as served:
        other = trustme.CA()
        issued = other.issue_cert("127.0.0.1")
        Path(tls[1]).write_bytes(issued.cert_chain_pems[0].bytes())
        served.process.send_signal(signal.SIGHUP)
        served.await_said("no certificate and key that fit each other.*The old certificate stays")
        Path(tls[3]).write_bytes(issued.private_key_pem.bytes())
        served.process.send_signal(signal.SIGHUP)

        def renewed() -> bool:
            try:
                return httpx.get(f"{served.url}/healthz", verify=trusting(other)).is_success
            except httpx.ConnectError:
                return False

        until(renewed)


def test_a_worker_that_dies_is_replaced_and_all_go_with_their_supervisor(tmp_path: Path) -> None:
    with serving(tmp_path, "--workers", "2") as served:
        parent = psutil.Process(served.process.pid)
        until(lambda: len(parent.children()) == 2)
        victim, _ = parent.children()
        victim.kill()
        served.await_said(f"worker {victim.pid} died and is replaced")
        until(lambda: len(parent.children()) == 2)
        until(lambda: httpx.get(f"{served.url}/readyz").is_success)
        workers = parent.children()
        served.stop(signal.SIGKILL)
        _, alive = psutil.wait_procs(workers, WITHIN)
        assert not alive


@pytest.mark.parametrize("workers", ["1", "2"])
def test_metrics_count_and_neither_they_nor_logs_hold_secrets(tmp_path: Path, workers: str) -> None:
    found_team()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
    arguments = ("--workers", workers, "--metrics-port", port)
    with (
        serving(tmp_path, *arguments) as served,
        httpx.Client(base_url=served.url, timeout=WITHIN) as client,
    ):
        token = signed_in(client)
        wrong = {"email": OWNER, "password": "canary canary canary"}
        assert client.post("/v1/login", json=wrong).status_code == 401
        assert client.get(f"/v1/audit?text=canary&token={token}").status_code == 422
        headers = {"Idempotency-Key": "k" * 16}
        body = {"members": [{"email": "canary@acme.test"}]}
        (code,) = client.post("/v1/members", json=body, headers=headers).json()
        assert client.get(f"/canary/{token}").status_code == 404
        assert client.get("/metrics").status_code == 404
        with client.stream("GET", "/v1/audit/stream"):
            metrics = httpx.get(f"http://127.0.0.1:{port}/metrics").text
        assert served.stop() == 0
        said = served.said + served.out.read_text() + metrics
        for secret in (PASSWORD, "canary", OWNER, token, code["code"]):
            assert secret not in said
    counted = 'bgconsole_logins_total{break_glass="%s",outcome="%s"} 1.0'
    assert counted % ("false", "success") in metrics
    assert counted % ("unknown", "refused") in metrics
    assert "bgconsole_open_streams 1.0" in metrics
    assert f'bgconsole_build_info{{version="{__version__}"}} 1.0' in metrics
    routed = '{method="GET",route="-",status="404"} 2.0'
    assert f"bgconsole_requests_total{routed}" in metrics
    lines = [json.loads(line) for line in served.out.read_text().splitlines()]
    assert lines[0].keys() == {"time", "request_id", "source", "method", "route", "status", "ms"}
    assert [(one["route"], one["status"]) for one in lines][:2] == [
        ("/v1/login", 200),
        ("/v1/login", 401),
    ]


@pytest.mark.parametrize("workers", ["1", "2"])
def test_with_json_all_that_it_says_is_json_and_first_its_address(
    tmp_path: Path, workers: str
) -> None:
    broken = tmp_path / "team.db"
    broken.write_text("no database at all, but long enough to be looked at")
    database = f"sqlite:///{broken}"
    out, err = tmp_path / "out", tmp_path / "err"
    with out.open("w") as output, err.open("w") as errors:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "bgconsole", "--database", database, "serve", "--json"),
                *("--port", "0", "--workers", workers),
            ],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
        )
    try:
        end = time.monotonic() + WITHIN
        while not out.read_text().endswith("\n"):
            assert process.poll() is None, err.read_text()
            assert time.monotonic() < end
            time.sleep(0.02)
        first = json.loads(out.read_text().splitlines()[0])
        assert first["database"] == database
        assert httpx.get(f"{first['url']}/readyz").status_code == 503
        process.send_signal(signal.SIGTERM)
        assert process.wait(WITHIN) == 0
    finally:
        process.kill()
        process.wait()
    requests = [json.loads(line) for line in out.read_text().splitlines()[1:]]
    assert [one["route"] for one in requests] == ["/readyz"]
    (notice,) = [json.loads(line) for line in err.read_text().splitlines()]
    assert notice.keys() == {"time", "message"}
    assert requests[0]["request_id"] in notice["message"]


def test_without_a_database_it_serves_and_says_that_it_is_not_ready(tmp_path: Path) -> None:
    broken = tmp_path / "team.db"
    broken.write_text("no database at all, but long enough to be looked at")
    with serving(tmp_path, database=f"sqlite:///{broken}") as served:
        assert httpx.get(f"{served.url}/healthz").status_code == 200
        answer = httpx.get(f"{served.url}/readyz")
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert "team.db" not in answer.text
        assert "team.db" in served.said


def test_the_service_manager_is_told(tmp_path: Path) -> None:
    place = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(place))
        manager.settimeout(WITHIN)
        with serving(tmp_path, NOTIFY_SOCKET=str(place)) as served:
            assert manager.recv(100) == b"READY=1"
            served.stop()
            assert manager.recv(100) == b"STOPPING=1"


def test_what_it_may_not_do_is_told_in_a_sentence(tmp_path: Path, tls: tuple[str, ...]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        wrong_key = tmp_path / "other.key"
        wrong_key.write_bytes(trustme.CA().issue_cert("x.test").private_key_pem.bytes())
        wrong_key.chmod(0o600)
        cases = [
            (("--host", "::"), 2, "Plain HTTP on :: would send passwords"),
            (("--host", "::"), 2, "--behind-tls-proxy"),
            (("--tls-cert", tls[1]), 2, "only valid together"),
            ((*tls, "--behind-tls-proxy"), 2, "Use either --tls-cert and --tls-key or"),
            (("--trusted-proxy", "nonsense"), 2, "is not a network"),
            (("--trusted-proxy", "::/0"), 2, "matches every address"),
            (("--port", port), 1, f"Cannot listen on 127.0.0.1 port {port}"),
            (("--port", "0", "--metrics-port", port), 1, "--metrics-port"),
            (("--host", "no-such-host.invalid"), 1, "is not an address of this machine"),
            ((*tls[:3], str(wrong_key)), 1, "no certificate and key that fit each other"),
            (("--tls-cert", "/nosuch", *tls[2:]), 1, "/nosuch cannot be read"),
        ]
        for arguments, code, told in cases:
            done = ran("serve", *arguments)
            assert done.returncode == code, done.stderr
            assert told in done.stderr
            assert done.stderr.startswith("bgconsole: ")
            assert done.stderr.count("\n") == 1
            assert "Traceback" not in done.stderr
    done = ran("--server", "https://team.test", "serve")
    assert (done.returncode, "--database" in done.stderr) == (2, True)


def test_a_key_that_everybody_can_read_is_told(tls: tuple[str, ...], tmp_path: Path) -> None:
    Path(tls[3]).chmod(0o644)
    with serving(tmp_path, *tls) as served:
        served.await_said("team.key. Run: chmod o-r")


def test_behind_a_proxy_that_speaks_tls_it_leaves_the_machine_in_plain(tmp_path: Path) -> None:
    with serving(tmp_path, "--host", "::", "--behind-tls-proxy") as served:
        port = served.url.rpartition(":")[2]
        assert served.url == f"http://[::]:{port}"
        assert httpx.get(f"http://[::1]:{port}/healthz").status_code == 200


def test_without_its_extra_it_says_how_to_install_it(tmp_path: Path) -> None:
    blocked = "import sys; sys.modules['fastapi'] = None"
    (tmp_path / "sitecustomize.py").write_text(blocked)
    done = ran("serve", PYTHONPATH=f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    assert done.returncode == 1
    assert "pip install 'bgconsole[server]'" in done.stderr
