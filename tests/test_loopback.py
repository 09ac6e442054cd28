"""The port to which a browser brings a sign-in's answer: one right request counts, no other."""

import socket
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

from bgconsole.sso_client import loopback
from bgconsole.sso_client.loopback import (
    Callback,
    CallbackRefusedError,
    ListenerClosedError,
    LoopbackListener,
)

Outcome = list[Callback | Exception]


@contextmanager
def waiting(timeout: float = 30) -> Generator[tuple[LoopbackListener, Outcome]]:
    """A listener that somebody waits at, and what came of it once the block ends."""
    listener = LoopbackListener()
    outcome: Outcome = []

    def wait() -> None:
        try:
            outcome.append(listener.wait("the state", timeout))
        except (CallbackRefusedError, ListenerClosedError, TimeoutError) as error:
            outcome.append(error)

    thread = threading.Thread(target=wait)
    thread.start()
    try:
        yield listener, outcome
    finally:
        if not outcome:
            thread.join(2)
        listener.close()
        thread.join(10)
        assert not thread.is_alive()


def connect(listener: LoopbackListener) -> socket.socket:
    port = urlsplit(listener.redirect_uri).port
    assert port is not None
    return socket.create_connection(("127.0.0.1", port), timeout=60)


def ask(listener: LoopbackListener, target: str, method: str = "GET", host: str = "") -> str:
    """The whole answer to a request."""
    parts = urlsplit(listener.redirect_uri)
    with connect(listener) as connection:
        head = f"{method} {target} HTTP/1.1\r\nHost: {host or parts.netloc}\r\n\r\n"
        connection.sendall(head.encode())
        answer = b""
        while part := connection.recv(4096):
            answer += part
    return answer.decode()


def test_the_right_answer_ends_the_wait() -> None:
    with waiting() as (listener, outcome):
        assert listener.redirect_uri.startswith("http://127.0.0.1:")
        answer = ask(listener, "/callback?code=a%20code&state=the%20state&iss=https://id.example")
    assert outcome == [Callback("a code", "https://id.example")]
    assert "a code" not in repr(outcome[0])
    head, _, page = answer.partition("\r\n\r\n")
    assert head.startswith("HTTP/1.1 200 OK")
    assert "Content-Security-Policy: default-src 'none'" in head
    assert "<script" not in page
    assert "a code" not in page
    with pytest.raises(ConnectionRefusedError):
        connect(listener)


WRONG = [
    ("/callback?code=c&state=another", "GET", ""),
    ("/callback?code=c", "GET", ""),
    ("/callback?code=c&state=the+state&state=the+state", "GET", ""),
    ("/callback?state=the+state", "GET", ""),
    ("/callback/?code=c&state=the+state", "GET", ""),
    ("/favicon.ico", "GET", ""),
    ("/", "GET", ""),
    ("/callback?code=c&state=the+state", "POST", ""),
    ("/callback?code=c&state=the+state", "HEAD", ""),
    ("/callback?code=c&state=the+state", "GET", "evil.example"),
    ("/callback?code=c&state=the+state", "GET", "localhost"),
    ("http://evil.example/callback?code=c&state=the+state", "GET", ""),
    ("/callback?" + "&".join(f"a{n}=1" for n in range(60)), "GET", ""),
    ("/callback?code=c&state=\u00e9", "GET", ""),
    ("/callback?code=c&state=<script>", "GET", ""),
    ("http://[::1/callback", "GET", ""),
]


def test_everything_else_gets_a_404_and_the_wait_goes_on() -> None:
    with waiting() as (listener, outcome):
        for target, method, host in WRONG:
            answer = ask(listener, target, method, host)
            assert answer.startswith("HTTP/1.1 404"), target
            assert "<script>" not in answer
            assert outcome == []
        ask(listener, "/callback?code=c&state=the+state")
    assert outcome == [Callback("c")]


def test_an_error_from_the_provider_ends_the_wait() -> None:
    with waiting() as (listener, outcome):
        answer = ask(
            listener, "/callback?error=access_denied&state=the+state&error_description=<x>"
        )
    assert isinstance(outcome[0], CallbackRefusedError)
    assert outcome[0].code == "access_denied"
    assert "<x>" not in answer


def test_an_error_without_the_state_does_not() -> None:
    with waiting() as (listener, outcome):
        assert ask(listener, "/callback?error=access_denied&state=x").startswith("HTTP/1.1 404")
        assert outcome == []


@pytest.mark.parametrize(
    "sent",
    [b"", b"\r\n\r\n", b"\x16\x03\x01\x02\x00", b"GET\r\n\r\n", b"x" * 70_000, b"\xff\xfe" * 9],
)
def test_garbage_does_no_harm(sent: bytes) -> None:
    with waiting() as (listener, outcome):
        with connect(listener) as connection:
            connection.sendall(sent)
        ask(listener, "/callback?code=c&state=the+state")
    assert outcome == [Callback("c")]


def test_slow_and_many_clients_do_not_keep_the_browser_out() -> None:
    with waiting() as (listener, outcome):
        idle = [connect(listener) for _ in range(100)]
        for connection in idle[:50]:
            connection.sendall(b"GET /call")
        ask(listener, "/callback?code=c&state=the+state")
        for connection in idle:
            connection.close()
    assert outcome == [Callback("c")]


def test_a_client_that_never_ends_its_request_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loopback, "_SLOWEST", 0.2)
    with waiting() as (listener, outcome):
        with connect(listener) as connection:
            connection.sendall(b"GET /call")
            assert connection.recv(100) == b""
        ask(listener, "/callback?code=c&state=the+state")
    assert outcome == [Callback("c")]


def test_a_request_may_arrive_in_pieces() -> None:
    with waiting() as (listener, outcome), connect(listener) as connection:
        host = urlsplit(listener.redirect_uri).netloc
        head = f"GET /callback?code=c&state=the+state HTTP/1.1\r\nHost: {host}\r\n\r\n"
        for letter in head:
            connection.sendall(letter.encode())
            time.sleep(0.001)
        assert connection.recv(100).startswith(b"HTTP/1.1 200")
    assert outcome == [Callback("c")]


def test_a_browser_that_does_not_read_the_page_counts() -> None:
    with waiting() as (listener, outcome):
        host = urlsplit(listener.redirect_uri).netloc
        with connect(listener) as connection:
            head = f"GET /callback?code=c&state=the+state HTTP/1.1\r\nHost: {host}\r\n\r\n"
            connection.sendall(head.encode())
    assert outcome == [Callback("c")]


def test_an_answer_before_the_wait_is_not_lost() -> None:
    listener = LoopbackListener()
    with connect(listener) as connection:
        host = urlsplit(listener.redirect_uri).netloc
        head = f"GET /callback?code=c&state=the+state HTTP/1.1\r\nHost: {host}\r\n\r\n"
        connection.sendall(head.encode())
        assert listener.wait("the state", 10) == Callback("c")


def test_time_runs_out() -> None:
    listener = LoopbackListener()
    with pytest.raises(TimeoutError):
        listener.wait("the state", 0.05)
    with pytest.raises(ConnectionRefusedError):
        connect(listener)


def test_closing_ends_the_wait() -> None:
    with waiting() as (listener, outcome):
        listener.close()
    assert isinstance(outcome[0], ListenerClosedError)
    listener.close()


def test_closed_before_the_wait() -> None:
    listener = LoopbackListener()
    listener.close()
    with pytest.raises(ListenerClosedError):
        listener.wait("the state", 10)
