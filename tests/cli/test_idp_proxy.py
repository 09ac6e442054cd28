"""The proxy on the way to identity providers: from the settings file, and from nowhere else."""

import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import trustme

from tests.cli.conftest import OWNER, PASSWORD
from tests.cli.driver import Done, in_a_process
from tests.openid.stub import Stub, stub_provider

NAME = "idp.example"
NOWHERE = "http://127.0.0.1:9"
_VARIABLES = ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")
ENVIRONMENT = dict.fromkeys(_VARIABLES, NOWHERE)


@dataclass
class Proxy:
    """Tunnels whatever is asked for to one port of this machine."""

    port: int
    to: int
    asked: list[str] = field(default_factory=list[str])

    def serve(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._tunnel, args=(client,), daemon=True).start()

    def _tunnel(self, client: socket.socket) -> None:
        with suppress(OSError), client:
            self.asked.append(client.recv(4096).decode().partition("\r\n")[0])
            with socket.create_connection(("127.0.0.1", self.to)) as there:
                client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                back = threading.Thread(target=_copy, args=(there, client), daemon=True)
                back.start()
                _copy(client, there)
                back.join()


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


@contextmanager
def proxy(to: int) -> Generator[Proxy]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        made = Proxy(listener.getsockname()[1], to)
        threading.Thread(target=made.serve, args=(listener,), daemon=True).start()
        yield made
        listener.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def stub(authority: trustme.CA) -> Generator[Stub]:
    """A provider called `idp.example`, which no name server knows."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(NAME).configure_cert(context)
    with stub_provider(tls=context, host=NAME) as running:
        yield running


@pytest.fixture
def team(stub: Stub, authority: trustme.CA, tmp_path: Path) -> tuple[str, str]:
    """The database of a team whose provider `oidc` is that one."""
    place = ("--database", f"sqlite:///{tmp_path / 'team.db'}")
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    done = in_a_process(
        *place,
        *("init", "--team", "Harbor", "--owner", OWNER, "--password-stdin"),
        stdin=PASSWORD,
    )
    assert done.code == 0, done.err
    done = in_a_process(
        *place,
        *("provider", "set", "oidc", "--issuer", stub.issuer, "--client-id", "console"),
        *("--trust-file", str(tmp_path / "ca.pem")),
    )
    assert done.code == 0, done.err
    return place


def name_proxy(own_home: Path, value: str) -> Path:
    """Put it into the user's settings file."""
    path = own_home / "config" / "bgconsole" / "settings.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'[connection]\nidp_proxy = "{value}"\n')
    path.chmod(0o600)
    return path


def checked(*place: str) -> Done:
    return in_a_process(*place, "provider", "check", "oidc", **ENVIRONMENT)


def test_check_goes_through_the_proxy_of_the_settings(
    team: tuple[str, str], stub: Stub, own_home: Path
) -> None:
    port = int(stub.issuer.rpartition(":")[2])
    with proxy(port) as through:
        name_proxy(own_home, f"http://127.0.0.1:{through.port}")
        done = checked(*team)
        assert "✓ keys" in done.out, done.out + done.err
        assert f"CONNECT {NAME}:{port} HTTP/1.1" in through.asked


def test_proxy_of_the_environment_is_not_used(team: tuple[str, str]) -> None:
    done = checked(*team)
    assert done.code == 3
    assert f"{NAME}' could not be looked up" in done.out


@pytest.mark.parametrize("command", ["watch", "serve"])
def test_what_probes_in_the_background_goes_through_it(
    team: tuple[str, str], stub: Stub, own_home: Path, command: str
) -> None:
    port = int(stub.issuer.rpartition(":")[2])
    options = ("--port", "0") if command == "serve" else ()
    with proxy(port) as through:
        name_proxy(own_home, f"http://127.0.0.1:{through.port}")
        process = subprocess.Popen(
            [sys.executable, "-m", "bgconsole", *team, command, *options],
            env=os.environ | ENVIRONMENT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        end = time.monotonic() + 60
        while not through.asked:
            assert time.monotonic() < end
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    assert set(through.asked) == {f"CONNECT {NAME}:{port} HTTP/1.1"}


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("socks5://127.0.0.1:1080", "starts with http:// or https://"),
        ("proxy.example.com:3128", "starts with http:// or https://"),
        ("http://", "has no host"),
        ("http://proxy.example.com/path", "cannot continue after its port"),
        ("http://proxy.example.com:port", "is invalid"),
        ("http://proxy with space", "contains invalid characters"),
    ],
)
def test_each_fault_has_its_sentence(own_home: Path, value: str, told: str) -> None:
    path = name_proxy(own_home, value)
    for arguments in (("watch",), ("--database", f"sqlite:///{own_home}/a.db", "watch")):
        done = in_a_process(*arguments)
        assert done.code == 2
        assert f"{path}, line 2: " in done.err
        assert told in done.err
        assert "Write it like http://proxy.example.com:3128" in done.err


def test_password_in_it_is_for_one_users_eyes(own_home: Path) -> None:
    path = name_proxy(own_home, "http://me:secret@proxy.example.com:3128")
    path.chmod(0o644)
    done = in_a_process("watch")
    assert done.code == 2
    assert "Other users can read this file, and the password in it" in done.err
    assert "secret" not in done.err
