"""What can go wrong on the way to a server and back, in words: what it is, and what to do."""

import socket
import ssl
from collections.abc import Iterator
from enum import Enum, auto
from typing import Final

import httpx

from bgconsole.backend.errors import BackendError, UnavailableError, UnreachableError
from bgconsole.policy.refusals import Code, Refusal, refusal


class Delivery(Enum):
    """What is known of a request that has no answer to go by."""

    UNDONE = auto()
    """It was not sent, or not taken."""

    DECLINED = auto()
    """The server said that it cannot do it now."""

    LOST = auto()
    """It may have been done or not."""

    GARBLED = auto()
    """Something was answered that means nothing here; it may have been done or not."""


class FaultError(Exception):
    """A request has no answer to go by. `error` is what to raise when it is given up.

    `wait` is after how many seconds the server wants to be asked again, if it said so.
    """

    def __init__(self, delivery: Delivery, error: BackendError, wait: float | None = None) -> None:
        super().__init__(str(error))
        self.delivery = delivery
        self.error = error
        self.wait = wait


_EXPIRED, _NOT_YET = 10, 9
_OTHER_NAME: Final = (62, 64)
"""OpenSSL's X509_V_ERR_ for dates, and for another host name or address."""

_LOOK: Final = "Check the network and the server's log"


def fault_of(error: httpx.HTTPError, url: str) -> FaultError:
    """What `error`, raised on the way to the server at `url`, means."""
    if isinstance(error, httpx.ConnectTimeout):
        return _unsent(f"The server at {url} does not answer", "Check host, port and firewall")
    if isinstance(error, httpx.ConnectError):
        return _unconnected(error, url)
    if isinstance(error, httpx.PoolTimeout):
        return _unsent(f"Too many requests to {url} at once", "Try again in a moment")
    if isinstance(error, httpx.TimeoutException):
        return _lost(f"The server at {url} stopped answering")
    if isinstance(error, httpx.DecodingError):
        return garbled(url)
    return _lost(f"The connection to the server at {url} was lost")


def garbled(url: str, *, server: str = "", own: str = "", what: str = "") -> FaultError:
    """The server at `url` answered something else than the contract says.

    `server` and `own` are versions, told where they differ. `what` is the answer in a few words.
    """
    if server and own and server != own:
        message = (
            f"The server at {url} is bgconsole {server[:40]} and this is {own}: these"
            " versions are not compatible"
        )
        remedy = "Use the same version on both sides"
    else:
        seen = f" ({what})" if what else ""
        message = f"The server at {url} sent an answer that bgconsole does not understand{seen}"
        remedy = "Check whether it is a bgconsole server"
    return FaultError(
        Delivery.GARBLED, UnavailableError(refusal(Code.UNAVAILABLE, message, remedy))
    )


def elsewhere(url: str, location: str) -> FaultError:
    """The server at `url` redirects, which is not followed: the token is for this server only."""
    message = f"The server at {url} redirects to another address"
    if location:
        message += f", {location}"
    error = UnavailableError(
        refusal(Code.UNAVAILABLE, message, "If that is the right server, use its address")
    )
    return FaultError(Delivery.UNDONE, error, None)


def too_large(url: str, limit: int) -> FaultError:
    """The answer is larger than `limit` bytes; the rest of it is not read."""
    message = f"The server at {url} sent more than {limit >> 20} MiB, which is too much"
    error = UnavailableError(
        refusal(Code.UNAVAILABLE, message, "Check whether it is a bgconsole server")
    )
    return FaultError(Delivery.GARBLED, error)


def outcome_unknown(url: str, seen: Refusal | None = None) -> UnreachableError:
    """It could not be found out whether a change was done. `seen` is what was wrong, if known."""
    what = f"The answer of {url} was lost" if seen is None else seen.message
    message = f"{what}, so it is not known whether this was done"
    return UnreachableError(refusal(Code.OUTCOME_UNKNOWN, message))


def closed() -> UnreachableError:
    """The backend was closed."""
    return UnreachableError(refusal(Code.UNREACHABLE, "The connection to the server is closed"))


def bad_ca_file(path: str) -> UnreachableError:
    """The file with the private CA cannot be used."""
    return UnreachableError(
        refusal(
            Code.UNREACHABLE,
            f"The CA file {path} does not contain valid certificates",
            "Use a file with the CA's certificate in PEM format",
        )
    )


def _unconnected(error: httpx.ConnectError, url: str) -> FaultError:
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _distrusted(cause, url)
        if isinstance(cause, ssl.SSLError):
            return _unsent(f"The server at {url} does not speak TLS", "Check host and port")
        if isinstance(cause, socket.gaierror):
            return _unsent(f"The host of {url} is unknown", "Check its name and the network")
        if isinstance(cause, ConnectionRefusedError):
            return _unsent(
                f"No server answers at {url}", "Check host and port, and that it is running"
            )
    return _unsent(f"There is no route to the server at {url}", "Check the network")


def _distrusted(error: ssl.SSLCertVerificationError, url: str) -> FaultError:
    match error.verify_code:
        case code if code == _EXPIRED:
            return _unsent(f"The certificate of {url} has expired", "Renew it on the server")
        case code if code == _NOT_YET:
            return _unsent(
                f"The certificate of {url} is not valid yet", "Check the clocks of both machines"
            )
        case code if code in _OTHER_NAME:
            return _unsent(
                f"The certificate of {url} is for another name",
                "Use the name in the certificate, or check who answers there",
            )
        case _:
            return _unsent(
                f"The certificate of {url} is not from a trusted CA",
                "If the team has its own CA, name its certificate with --ca",
            )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """`error`, what it came from, and of several at a time each."""
    seen: set[int] = set()
    waiting: list[BaseException] = [error]
    while waiting:
        current = waiting.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        waiting.extend(one for one in (current.__context__, current.__cause__) if one is not None)
        if isinstance(current, BaseExceptionGroup):
            waiting.extend(current.exceptions)


def _unsent(message: str, remedy: str) -> FaultError:
    error = UnreachableError(refusal(Code.UNREACHABLE, message, remedy))
    return FaultError(Delivery.UNDONE, error)


def _lost(message: str) -> FaultError:
    return FaultError(Delivery.LOST, UnreachableError(refusal(Code.UNREACHABLE, message, _LOOK)))
