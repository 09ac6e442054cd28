"""Sockets for requests to a provider: to checked addresses only, never past the deadline."""

import ssl
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpcore

from bgconsole.openid.addresses import Address, Internal, permitted
from bgconsole.openid.deadline import CONNECT, Deadline
from bgconsole.openid.errors import SsoStep, quoted, unreachable
from bgconsole.openid.tls import bad_certificate, no_tls, valid_until


@dataclass(frozen=True, slots=True)
class Seen:
    """A step of connecting that worked, how long it took, and what there was to see."""

    step: SsoStep
    ms: int
    detail: str


class CheckedNetwork(httpcore.NetworkBackend):
    """Connects to exactly the addresses that were checked; names stay for TLS and Host.

    `proxied`: connections go to the proxy that the settings name, which looks names up itself.
    """

    def __init__(self, internal: Internal, *, loopback: bool, proxied: bool) -> None:
        self._internal = internal
        self._loopback = loopback
        self._proxied = proxied
        self._sockets = httpcore.SyncBackend()
        self.deadline = Deadline()
        self.certificate_until: datetime | None = None
        self.seen: list[Seen] = []

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Try each permitted address in turn. Raises OpenIdError."""
        where = self._where(host, port)
        began = time.perf_counter()
        connecting = Deadline(self.deadline.left(CONNECT))
        failure: Exception | None = None
        for nth, address in enumerate(where):
            share = connecting.left() / (len(where) - nth)
            try:
                stream = self._sockets.connect_tcp(
                    str(address), port, share, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                self.note(
                    SsoStep.CONNECTION, began, f"{address} accepts connections on port {port}"
                )
                return _Stream(stream, host, self)
        raise unreachable(
            SsoStep.CONNECTION,
            f"{quoted(host)} does not accept connections on port {port}: {_why(failure)}",
            "Check that the provider is up and that no firewall blocks it",
            passing=True,
        ) from failure

    def note(self, step: SsoStep, began: float, detail: str) -> None:
        """Remember a step that worked."""
        self.seen.append(Seen(step, round((time.perf_counter() - began) * 1000), detail))

    def _where(self, host: str, port: int) -> tuple[Address | str, ...]:
        if self._proxied:
            return (host,)
        began = time.perf_counter()
        found = permitted(
            host, port, self._internal, loopback=self._loopback, deadline=self.deadline
        )
        addresses = ", ".join(str(address) for address in found)
        self.note(SsoStep.NAME, began, addresses if addresses == host else f"{host} is {addresses}")
        return found


class _Stream(httpcore.NetworkStream):
    """A connection whose every wait is cut to what the request's deadline leaves."""

    def __init__(self, stream: httpcore.NetworkStream, host: str, network: CheckedNetwork) -> None:
        self._stream = stream
        self._host = host
        self._network = network

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._network.deadline.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._network.deadline.left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        host, began = server_hostname or self._host, time.perf_counter()
        try:
            secured = self._stream.start_tls(
                ssl_context, server_hostname, self._network.deadline.left(CONNECT)
            )
        except httpcore.ConnectError as error:
            cause = error.__cause__ or error.__context__
            if isinstance(cause, ssl.SSLCertVerificationError):
                raise bad_certificate(host, cause) from error
            if isinstance(cause, ssl.SSLError) and not isinstance(cause, ssl.SSLEOFError):
                raise no_tls(host, cause) from error
            raise unreachable(
                SsoStep.CERTIFICATE,
                f"{quoted(host)} closed the connection during the TLS handshake",
                "Check the issuer's port, and that the provider speaks TLS",
                passing=True,
            ) from error
        except httpcore.ConnectTimeout as error:
            raise unreachable(
                SsoStep.CERTIFICATE,
                f"{quoted(host)} did not finish the TLS handshake in time",
                "Check the issuer's port, and that the provider speaks TLS",
                passing=True,
            ) from error
        until = valid_until(secured.get_extra_info("ssl_object"))
        known = self._network.certificate_until
        if until is not None and (known is None or until < known):
            self._network.certificate_until = until
        valid = "trusted" if until is None else f"trusted, valid until {until:%-d %b %Y}"
        self._network.note(SsoStep.CERTIFICATE, began, f"{host}: {valid}")
        return _Stream(secured, host, self._network)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _why(failure: Exception | None) -> str:
    if isinstance(failure, httpcore.ConnectTimeout):
        return "no answer in time"
    cause = failure.__cause__ or failure.__context__ if failure is not None else None
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror.lower()
    return "the connection failed"
