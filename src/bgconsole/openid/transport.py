"""Requests to a provider: a deadline, a size limit, no redirects, nothing from the environment."""

import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from types import TracebackType
from typing import Final, Self
from urllib.parse import unquote, urlencode, urlsplit

import httpcore

from bgconsole.openid.addresses import Internal, permitted
from bgconsole.openid.client import Client
from bgconsole.openid.deadline import TOTAL, Deadline, DeadlineError
from bgconsole.openid.errors import OpenIdError, SsoStep, quoted, unreachable
from bgconsole.openid.network import CheckedNetwork, Seen
from bgconsole.openid.tls import Trust
from bgconsole.policy.issuers import is_loopback_host
from bgconsole.policy.proxy_url import EXAMPLE as PROXY_EXAMPLE
from bgconsole.policy.proxy_url import fault_of as proxy_fault

MOST_BYTES: Final = 1 << 20
"""Of an answer's body."""

_HEADERS: Final = {
    "User-Agent": "bgconsole",
    "Accept": "application/json",
    # A packed body could unpack to any size.
    "Accept-Encoding": "identity",
}


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """An answer in full.

    `date` is the provider's clock when the answer was made, `age` the seconds since then that a
    cache kept it, `ms` how long it took.
    """

    url: str
    status: int
    content_type: str
    body: bytes
    location: str
    date: datetime | None
    age: int
    ms: float

    @property
    def is_json(self) -> bool:
        """Whether the answer says that it is JSON."""
        return self.content_type == "application/json" or self.content_type.endswith("+json")


class HttpConnection:
    """Requests to one provider, in one thread; connections are kept until it is closed."""

    def __init__(self, client: Client, trust: Trust, limit: float | None = None) -> None:
        """`limit`: seconds for all requests together, where each one's own limit is too much."""
        loopback = is_loopback_host(urlsplit(client.issuer).hostname or "")
        self._internal = Internal.of(client.internal)
        self._loopback = loopback
        # A provider on this machine is reached directly: a proxy has a loopback of its own.
        proxy = None if loopback else client.proxy
        self._proxied = proxy is not None
        self._limit = None if limit is None else Deadline(limit)
        self._network = CheckedNetwork(self._internal, loopback=loopback, proxied=self._proxied)
        context = trust.context()
        self._pool = httpcore.ConnectionPool(
            ssl_context=context,
            proxy=None if proxy is None else _proxy(proxy, context),
            max_connections=4,
            http2=False,
            retries=0,
            network_backend=self._network,
        )

    @property
    def certificate_until(self) -> datetime | None:
        """When the first certificate of those that were seen ends."""
        return self._network.certificate_until

    @property
    def seen(self) -> tuple[Seen, ...]:
        """The steps of connecting that worked, in their order."""
        return tuple(self._network.seen)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._pool.close()

    def get(self, url: str, step: SsoStep, headers: Mapping[str, str] | None = None) -> HttpAnswer:
        """Fetch `url`. Raises OpenIdError; what the status means is the caller's to say."""
        return self._request("GET", url, step, headers or {}, None)

    def options(self, url: str, step: SsoStep) -> HttpAnswer:
        """Knock at `url`, without asking for anything. Raises OpenIdError as `get`."""
        return self._request("OPTIONS", url, step, {}, None)

    def post(
        self, url: str, step: SsoStep, form: Mapping[str, str], headers: Mapping[str, str]
    ) -> HttpAnswer:
        """Send a form to `url`. Raises OpenIdError as `get`."""
        sent = {**headers, "Content-Type": "application/x-www-form-urlencoded"}
        return self._request("POST", url, step, sent, urlencode(form).encode())

    def _request(
        self, method: str, url: str, step: SsoStep, headers: Mapping[str, str], body: bytes | None
    ) -> HttpAnswer:
        host = self._demand_url(url, step)
        began = time.perf_counter()
        try:
            self._network.deadline = Deadline(TOTAL if self._limit is None else self._limit.left())
            if self._proxied:
                self._demand_no_literal(host)
            with self._pool.stream(
                method, url, headers={**_HEADERS, **headers}, content=body
            ) as response:
                content = _body(response, host, step)
                return _answer(url, response, content, (time.perf_counter() - began) * 1000)
        except (DeadlineError, httpcore.TimeoutException) as error:
            raise _failed(host, step, f"did not answer within {TOTAL:.0f} s") from error
        except httpcore.ProxyError as error:
            raise unreachable(
                SsoStep.CONNECTION,
                f"The proxy does not connect to {quoted(host)}",
                "Check the proxy setting, and what the proxy allows",
                passing=True,
            ) from error
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise _failed(
                host, step, "closed the connection before its answer was complete"
            ) from error
        except (httpcore.UnsupportedProtocol, ValueError) as error:
            raise unreachable(
                step, f"{quoted(url)} is not a valid address", "Check the issuer"
            ) from error

    def _demand_url(self, url: str, step: SsoStep) -> str:
        """The host of `url`: https, or http where the issuer itself is on this machine."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            parts, host, port = urlsplit(""), "", None
        # A provider elsewhere must not send requests to a port of this machine.
        plain = parts.scheme == "http" and self._loopback and is_loopback_host(host)
        if not host or port == 0 or not (parts.scheme == "https" or plain) or "@" in parts.netloc:
            raise unreachable(
                step,
                f"{quoted(url)} is not an https address",
                "The provider must only use https addresses; check its discovery document",
            )
        return host

    def _demand_no_literal(self, host: str) -> None:
        """A proxy looks names up itself; an address that is written out is checked here."""
        try:
            ip_address(host)
        except ValueError:
            literal = is_loopback_host(host)
        else:
            literal = True
        if literal:
            permitted(
                host, 0, self._internal, loopback=self._loopback, deadline=self._network.deadline
            )


def _proxy(url: str, context: ssl.SSLContext) -> httpcore.Proxy:
    fault = proxy_fault(url)
    if fault is not None:
        raise unreachable(SsoStep.SETTINGS, fault, PROXY_EXAMPLE)
    parts = urlsplit(url)
    auth = None
    if parts.username is not None:
        auth = unquote(parts.username), unquote(parts.password or "")
    # Without what precedes the @: the library would take it for a part of the host.
    plain = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    # The proxy's certificate is judged as the provider's is.
    return httpcore.Proxy(
        plain, auth=auth, ssl_context=context if parts.scheme == "https" else None
    )


def _body(response: httpcore.Response, host: str, step: SsoStep) -> bytes:
    too_long = unreachable(
        step,
        f"{quoted(host)} answers with more than {MOST_BYTES >> 20} MiB",
        "This is not an OpenID Connect provider; check the issuer",
    )
    announced = _header(response, b"content-length")
    if announced.isdecimal() and (len(announced) > 12 or int(announced) > MOST_BYTES):
        raise too_long
    if _header(response, b"content-encoding") not in {"", "identity"}:
        raise unreachable(
            step,
            f"{quoted(host)} answers with a compression that was not requested",
            "Turn off compression for this address at the provider",
        )
    body = bytearray()
    for part in response.iter_stream():
        body += part
        if len(body) > MOST_BYTES:
            raise too_long
    return bytes(body)


def _answer(url: str, response: httpcore.Response, body: bytes, ms: float) -> HttpAnswer:
    return HttpAnswer(
        url=url,
        status=response.status,
        content_type=_header(response, b"content-type").partition(";")[0].strip().lower(),
        body=body,
        location=_header(response, b"location"),
        date=_date(_header(response, b"date")),
        age=_age(_header(response, b"age")),
        ms=ms,
    )


def _header(response: httpcore.Response, name: bytes) -> str:
    found = next((value for key, value in response.headers if key.lower() == name), b"")
    return found.decode("latin-1")


def _date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (TypeError, ValueError, OverflowError, IndexError):
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def _age(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _failed(host: str, step: SsoStep, what: str) -> OpenIdError:
    return unreachable(
        step,
        f"{quoted(host)} {what}",
        "Try again; check that the provider is up",
        passing=True,
    )
