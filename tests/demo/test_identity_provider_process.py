"""The demo's identity provider as a process: down and up, its end, and what it survives."""

import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from bgconsole.demo.identity_provider.process import (
    DemoIdentityProvider,
    DemoIdentityProviderError,
)
from tests.demo.processes import is_gone

_PATIENCE = 60.0


@pytest.fixture
def provider() -> Generator[DemoIdentityProvider]:
    with DemoIdentityProvider() as started:
        started.start()
        yield started


@pytest.fixture(scope="module")
def survivor() -> Generator[DemoIdentityProvider]:
    """One that has to take all the garbage."""
    with DemoIdentityProvider() as started:
        started.start()
        yield started


def keys(provider: DemoIdentityProvider) -> httpx.Response:
    return httpx.get(f"http://127.0.0.1:{port_of(provider)}/keys", trust_env=False)


def port_of(provider: DemoIdentityProvider) -> int:
    return urlsplit(provider.issuer).port or 0


def ask_raw(provider: DemoIdentityProvider, sent: bytes) -> bytes:
    """Send bytes, say that no more follow, and read to the end."""
    with socket.create_connection(("127.0.0.1", port_of(provider))) as line:
        answer = b""
        try:
            line.sendall(sent)
            line.shutdown(socket.SHUT_WR)
            while part := line.recv(65536):
                answer += part
        except (ConnectionResetError, BrokenPipeError):
            pass
    return answer


def test_down_refuses_connections_and_up_takes_them_at_the_same_address(
    provider: DemoIdentityProvider,
) -> None:
    key = keys(provider).json()
    for _ in range(3):
        assert provider.is_up
        provider.down()
        assert not provider.is_up
        with pytest.raises(httpx.ConnectError):
            keys(provider)
        provider.up()
        assert keys(provider).json() == key


def test_telling_it_twice_changes_nothing(provider: DemoIdentityProvider) -> None:
    provider.up()
    assert keys(provider).status_code == 200
    provider.down()
    provider.down()
    with pytest.raises(httpx.ConnectError):
        keys(provider)


def test_port_is_held_while_it_is_down(provider: DemoIdentityProvider) -> None:
    provider.down()
    with socket.socket() as other, pytest.raises(OSError, match="in use"):
        other.bind(("127.0.0.1", port_of(provider)))


def test_second_one_takes_another_port_while_the_first_is_up(
    provider: DemoIdentityProvider,
) -> None:
    with DemoIdentityProvider(port=port_of(provider)) as second:
        assert second.start() != provider.issuer


def test_up_says_so_when_another_program_took_the_port(provider: DemoIdentityProvider) -> None:
    provider.down()
    with DemoIdentityProvider(port=port_of(provider)) as second:
        assert second.start() == provider.issuer
        with pytest.raises(DemoIdentityProviderError, match="Another program"):
            provider.up()
        assert not provider.is_up
    provider.up()
    assert keys(provider).status_code == 200


def test_connection_that_waits_is_ended_when_it_goes_down(provider: DemoIdentityProvider) -> None:
    with socket.create_connection(("127.0.0.1", port_of(provider))) as line:
        line.sendall(b"GET /keys HTTP/1.1\r\n")
        # Its answer says that the connection before it was taken.
        assert keys(provider).status_code == 200
        provider.down()
        assert line.recv(1) == b""


def test_it_takes_the_port_that_it_had_before() -> None:
    with DemoIdentityProvider() as first:
        issuer = first.start()
    with DemoIdentityProvider(port=port_of(first)) as second:
        assert second.start() == issuer
        assert keys(second).status_code == 200


@pytest.mark.parametrize("port", [-1, 70_000])
def test_port_that_is_none_is_replaced_by_a_free_one(port: int) -> None:
    with DemoIdentityProvider(port=port) as provider:
        provider.start()
        assert keys(provider).status_code == 200


def test_it_listens_on_loopback_only(provider: DemoIdentityProvider) -> None:
    sockets = {
        str(entry.readlink())
        for entry in Path(f"/proc/{provider.process}/fd").iterdir()
        if str(entry.readlink()).startswith("socket:")
    }
    listening: list[str] = []
    for table in ("tcp", "tcp6"):
        rows = [row.split() for row in Path(f"/proc/net/{table}").read_text().splitlines()[1:]]
        listening += [row[1] for row in rows if f"socket:[{row[9]}]" in sockets]
    assert listening == [f"0100007F:{port_of(provider):04X}"]


def test_closing_ends_it() -> None:
    provider = DemoIdentityProvider()
    provider.start()
    process = provider.process
    assert process is not None
    provider.close()
    provider.close()
    assert provider.process is None
    assert not Path(f"/proc/{process}").exists()
    with pytest.raises(DemoIdentityProviderError, match="not running"):
        provider.down()


def test_closing_ends_it_while_it_is_down(provider: DemoIdentityProvider) -> None:
    process = provider.process
    assert process is not None
    provider.down()
    provider.close()
    assert not Path(f"/proc/{process}").exists()


def test_closing_ends_one_that_hangs(provider: DemoIdentityProvider) -> None:
    process = provider.process
    assert process is not None
    os.kill(process, signal.SIGSTOP)
    provider.close()
    assert not Path(f"/proc/{process}").exists()


@pytest.mark.parametrize("forked", [False, True], ids=["alone", "its input is held by a fork"])
def test_it_ends_with_a_parent_that_is_killed(forked: bool) -> None:
    """Nothing is tidied up then."""
    script = (
        "import os, sys, time\n"
        "from bgconsole.demo.identity_provider.process import DemoIdentityProvider\n"
        "provider = DemoIdentityProvider()\n"
        "provider.start()\n"
        f"fork = {forked} and os.fork()\n"
        "if fork or not sys.argv[1:]: print(provider.process, fork or 0, flush=True)\n"
        "time.sleep(60)\n"
    )
    arguments = ["-c", script, *(["forks"] if forked else [])]
    parent = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.PIPE)
    fork = 0
    try:
        assert parent.stdout is not None
        child, fork = map(int, parent.stdout.readline().split())
        parent.kill()
        assert is_gone(child)
    finally:
        if fork:
            os.kill(fork, signal.SIGKILL)
        parent.kill()
        parent.communicate()


def test_it_hears_nothing_from_the_terminal_and_says_nothing_there() -> None:
    """^C and the like go to the console's process group; its own is another one."""
    with DemoIdentityProvider() as provider:
        provider.start()
        assert provider.process is not None
        assert os.getsid(provider.process) == provider.process
        ends = {
            number: Path(f"/proc/{provider.process}/fd/{number}").readlink() for number in (0, 1, 2)
        }
        assert str(ends[0]).startswith("pipe:")
        assert str(ends[1]).startswith("pipe:")
        assert str(ends[2]) == "/dev/null"


def test_one_that_was_killed_is_not_up(provider: DemoIdentityProvider) -> None:
    assert provider.process is not None
    os.kill(provider.process, signal.SIGKILL)
    assert is_gone(provider.process)
    assert not provider.is_up
    with pytest.raises(DemoIdentityProviderError):
        provider.up()
    provider.start()
    assert keys(provider).status_code == 200


def test_one_that_cannot_be_started_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    provider = DemoIdentityProvider()
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(DemoIdentityProviderError, match="No such file"):
        provider.start()
    monkeypatch.setattr(sys, "executable", "/bin/true")
    with pytest.raises(DemoIdentityProviderError, match="did not start"):
        provider.start()
    provider.close()


def test_it_obeys_only_words_that_it_knows() -> None:
    child = subprocess.Popen(
        [sys.executable, "-m", "bgconsole.demo.identity_provider"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert child.stdin is not None
    assert child.stdout is not None
    with child:
        assert child.stdout.readline().startswith(b"up ")
        child.stdin.write(b"\xff\x00 quit DOWN \n\ndown\n")
        child.stdin.flush()
        assert child.stdout.readline() == b"down\n"
        child.stdin.close()
        assert child.wait(_PATIENCE) == 0


_FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        (b"", b""),
        (b"\x00\xff" * 100 + b"\r\n\r\n", b"400"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b""),
        (b"GET\r\n\r\n", b"400"),
        (b"GET /keys HTTP/9.9\r\n\r\n", b"505"),
        (b"GET /" + b"a" * 70_000, b"414"),
        (b"GET /keys HTTP/1.1\r\n" + b"X: y\r\n" * 200 + b"\r\n", b"431"),
        (b"GET /keys HTTP/1.1\r\n\r\n", b"400"),
        (b"GET /keys HTTP/1.1\r\nHost: evil.example\r\n\r\n", b"400"),
        (b"GET /keys HTTP/1.1\r\nHost: OWN\r\nOrigin: https://evil.example\r\n\r\n", b"400"),
        (b"GET /keys HTTP/1.1\r\nHost: OWN\r\nOrigin: http://OWN\r\n\r\n", b"200"),
        (b"BREW /keys HTTP/1.1\r\nHost: OWN\r\n\r\n", b"501"),
        (b"GET /../../etc/passwd HTTP/1.1\r\nHost: OWN\r\n\r\n", b"404"),
        (b"GET keys HTTP/1.1\r\nHost: OWN\r\n\r\n", b"404"),
        (b"GET http://[ HTTP/1.1\r\nHost: OWN\r\n\r\n", b"404"),
        (b"GET /token HTTP/1.1\r\nHost: OWN\r\n\r\n", b"405"),
        (b"POST /keys HTTP/1.1\r\nHost: OWN\r\n" + _FORM + b"Content-Length: 0\r\n\r\n", b"405"),
        (b"GET /device?user_code=%ff HTTP/1.1\r\nHost: OWN\r\n\r\n", b"400"),
        (b"GET /device?a=1&a=2 HTTP/1.1\r\nHost: OWN\r\n\r\n", b"400"),
        (b"GET /device?" + b"a=1&" * 60 + b" HTTP/1.1\r\nHost: OWN\r\n\r\n", b"400"),
        (b"POST /token HTTP/1.1\r\nHost: OWN\r\n\r\n", b"400"),
        (b"POST /token HTTP/1.1\r\nHost: OWN\r\n" + _FORM + b"\r\n", b"400"),
        (b"POST /token HTTP/1.1\r\nHost: OWN\r\n" + _FORM + b"Content-Length: -1\r\n\r\n", b"400"),
        (
            b"POST /token HTTP/1.1\r\nHost: OWN\r\n"
            + _FORM
            + b"Content-Length: 99999999999\r\n\r\n",
            b"400",
        ),
        (
            b"POST /token HTTP/1.1\r\nHost: OWN\r\n" + _FORM + b"Content-Length: 2\r\n\r\n\xff\xff",
            b"400",
        ),
        (
            b"POST /token HTTP/1.1\r\nHost: OWN\r\n" + _FORM + b"Content-Length: 90\r\n\r\na=1",
            b"401",
        ),
        (
            b"POST /authorize HTTP/1.1\r\nHost: OWN\r\n"
            + _FORM
            + b"Content-Length: 9\r\n\r\nrequest=1",
            b"400",
        ),
    ],
)
def test_garbage_is_refused_and_survived(
    survivor: DemoIdentityProvider, sent: bytes, answer: bytes
) -> None:
    own = f"127.0.0.1:{port_of(survivor)}".encode()
    got = ask_raw(survivor, sent.replace(b"OWN", own))
    if answer:
        # What is no HTTP/1 may be answered without a status line.
        assert answer in got.split(b"\r\n\r\n")[0] or b"Error code: " + answer in got
    assert b"Location:" not in got
    assert keys(survivor).status_code == 200


def test_crowd_of_connections_is_bounded_and_makes_room(provider: DemoIdentityProvider) -> None:
    place = ("127.0.0.1", port_of(provider))
    crowd = [socket.create_connection(place) for _ in range(64)]
    dropped = 0
    deadline = time.monotonic() + _PATIENCE
    while dropped < 32 and time.monotonic() < deadline:
        readable, _, _ = select.select(crowd, [], [], 1)
        for line in readable:
            dropped += 1
            crowd.remove(line)
            line.close()
    assert dropped == 32
    threads = Path(f"/proc/{provider.process}/task")
    assert len(list(threads.iterdir())) <= 33
    for line in crowd:
        line.close()
    while time.monotonic() < deadline:
        try:
            assert keys(provider).status_code == 200
            break
        except httpx.TransportError:
            time.sleep(0.01)
    else:
        pytest.fail("the crowd is gone, and there is still no room")
