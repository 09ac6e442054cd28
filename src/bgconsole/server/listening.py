"""Taking the ports: where to listen, with TLS or without, and what is refused."""

import resource
import socket
import ssl
import stat
import sys
from contextlib import ExitStack
from ipaddress import ip_address
from typing import Final

from bgconsole.server import notices
from bgconsole.server.options import Address, ServeError, ServeOptions, TlsFiles

_BACKLOG: Final = 4096
"""Connections that the system holds ready to be accepted. Where a flood fills it, nobody's gets in
for seconds."""

_UNREAD_FOR: Final = 60_000
"""Milliseconds after which a client that takes nothing of what was sent is given up."""

_DESCRIPTORS: Final = 65_536
_KEPT: Final = 256
"""Descriptors kept for databases, logs and what Python opens."""


def check_plain(options: ServeOptions) -> None:
    """Raises ServeError where passwords would leave this machine readable to everybody."""
    if options.tls is not None or options.behind_tls_proxy:
        return
    if not all(_is_loopback(address) for _, address in _found(options.address)):
        raise ServeError(
            f"Plain HTTP on {options.address.host} would send passwords unencrypted",
            "Use --tls-cert and --tls-key, or --behind-tls-proxy if a proxy terminates TLS",
            misused=True,
        )


def bound(address: Address) -> list[socket.socket]:
    """Sockets that listen at every address of the host, on one port. Raises ServeError."""
    port = address.port
    with ExitStack() as opened:
        sockets: list[socket.socket] = []
        for family, host in _found(address):
            one = opened.enter_context(_listening(family, host, port))
            port = one.getsockname()[1]
            sockets.append(one)
        opened.pop_all()
        return sockets


def allow_many() -> None:
    """Have room for as many connections as the system lets this process have.

    What it gives unasked, often 1,024, a single hostile client could take from everybody.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, _DESCRIPTORS)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def room() -> int:
    """How many connections this process may have at a time, and still open what else it needs."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = _DESCRIPTORS if soft == resource.RLIM_INFINITY else soft
    return max(allowed - _KEPT, allowed // 2)


def tls_context(files: TlsFiles) -> ssl.SSLContext:
    """TLS 1.2 or later with this certificate. Raises ServeError."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    load_certificate(context, files)
    return context


def load_certificate(context: ssl.SSLContext, files: TlsFiles) -> None:
    """Take the certificate that is in the files now. Raises ServeError."""
    for path in (files.certificate, files.key):
        try:
            with path.open("rb"):
                pass
        except OSError as error:
            raise ServeError(f"{path} cannot be read ({error.strerror})") from error
    if files.key.stat().st_mode & stat.S_IROTH:
        notices.tell(f"Every user can read the key {files.key}. Run: chmod o-r")
    try:
        # Without an answer for its password, OpenSSL would ask at the terminal and wait.
        context.load_cert_chain(files.certificate, files.key, password=lambda: b"")
    except ssl.SSLError as error:
        raise ServeError(
            f"{files.certificate} and {files.key} are no certificate and key that fit each other"
            f" ({(error.reason or 'unreadable').replace('_', ' ').lower()})",
            "Use PEM files: the certificate with its chain, and its key without a password",
        ) from error


def url_of(options: ServeOptions, sockets: list[socket.socket]) -> str:
    """The server's own URL, with the port that it got."""
    scheme = "http" if options.tls is None else "https"
    host = f"[{options.address.host}]" if ":" in options.address.host else options.address.host
    return f"{scheme}://{host}:{sockets[0].getsockname()[1]}"


def _found(address: Address) -> list[tuple[int, str]]:
    try:
        found = socket.getaddrinfo(
            address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except OSError as error:
        raise ServeError(f"{address.host} is not an address of this machine") from error
    return list(dict.fromkeys((family, str(where[0])) for family, _, _, _, where in found))


def _is_loopback(address: str) -> bool:
    return ip_address(address.partition("%")[0]).is_loopback


def _listening(family: int, host: str, port: int) -> socket.socket:
    try:
        listening = socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        raise ServeError(
            f"Cannot listen on {host} port {port} ({error.strerror})",
            "Choose another with --host and --port, or stop the program that listens there",
        ) from error
    # Every connection has it from here; where there is none, the system's hours are waited.
    if sys.platform == "linux":
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNREAD_FOR)
    # Taken up by its number, it knows that it speaks TCP. asyncio switches Nagle's algorithm off
    # only then, and with it on, every second answer on a connection waits 40 ms.
    return socket.socket(fileno=listening.detach())
