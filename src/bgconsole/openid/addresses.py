"""Which addresses may be contacted: a name is resolved once, and only what was checked is used."""

import socket
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Final

from bgconsole.openid.deadline import Deadline
from bgconsole.openid.errors import OpenIdError, SsoStep, quoted, unreachable
from bgconsole.policy.issuers import is_loopback_host

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

MOST_ADDRESSES: Final = 8
"""Of a name's addresses, so many are looked at."""

_METADATA: Final = frozenset(
    ip_address(text)
    for text in (
        "169.254.169.254",
        "169.254.170.2",
        "169.254.170.23",
        "fd00:ec2::254",
        "fd00:ec2::23",
        "fd20:ce::254",
        "100.100.100.200",
        "192.0.0.192",
        "168.63.129.16",
    )
)
"""Where clouds hand out credentials to their machines; some of these count as public addresses."""

_NAT64: Final = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"))

# A resolver that hangs holds a thread until its own time is up; no more than these at once.
_LOOKUPS: Final = threading.BoundedSemaphore(16)


@dataclass(frozen=True, slots=True)
class Internal:
    """The private hosts and networks that may be contacted.

    A host name that is listed may have private and loopback addresses. Link-local addresses need
    their network listed, and no list opens a cloud's metadata service.
    """

    names: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()

    @classmethod
    def of(cls, listed: Iterable[str]) -> "Internal":
        """From the setting: an entry is a network or address, or else a host name."""
        names: set[str] = set()
        networks: list[Network] = []
        for entry in listed:
            try:
                networks.append(ip_network(entry.strip().strip("[]"), strict=False))
            except ValueError:
                names.add(_plain(entry))
        return cls(frozenset(names), tuple(networks))

    def allows(self, host: str, address: Address, *, loopback: bool) -> bool:
        """Whether `address`, to which `host` resolves, may be contacted.

        `loopback` is whether the provider's own issuer names this machine.
        """
        inner = unwrapped(address)
        if inner in _METADATA or inner.is_unspecified or inner.is_multicast:
            return False
        named = is_loopback_host(host)
        if is_public(inner):
            return not named
        if any(inner in network for network in self.networks if network.version == inner.version):
            return True
        if inner.is_link_local or (inner.is_reserved and not inner.is_private):
            return False
        if _plain(host) in self.names:
            return True
        return loopback and named and inner.is_loopback


def is_public(address: Address) -> bool:
    """Whether anybody on the internet could have this address."""
    return address.is_global and not address.is_multicast and not address.is_reserved


def unwrapped(address: Address) -> Address:
    """The IPv4 address embedded in an IPv6 one (mapped, 6to4, Teredo, NAT64)."""
    if isinstance(address, IPv4Address):
        return address
    teredo = address.teredo
    inner = address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)
    if inner is None and any(address in network for network in _NAT64):
        inner = IPv4Address(int(address) & 0xFFFFFFFF)
    compatible = int(address) >> 32 == 0 and int(address) > 1
    if inner is None and compatible:
        inner = IPv4Address(int(address))
    return inner or address


def permitted(
    host: str, port: int, internal: Internal, *, loopback: bool, deadline: Deadline
) -> tuple[Address, ...]:
    """The addresses of `host` that may be contacted, at least one. Raises OpenIdError."""
    found = _literal(host) or _resolved(host, port, deadline)
    allowed = tuple(one for one in found if internal.allows(host, one, loopback=loopback))
    if not allowed:
        raise refused(host, found[0])
    return allowed


def refused(host: str, address: Address) -> OpenIdError:
    """An address that must not be contacted."""
    named = quoted(host)
    where = named if str(address) == host else f"{named} has the address {address}, which"
    return unreachable(
        SsoStep.NAME,
        f"{where} is not a public address",
        f'If the provider is internal, list it: "bgconsole provider set SLUG --internal {host}"',
    )


def _literal(host: str) -> tuple[Address, ...]:
    try:
        return (ip_address(host.strip("[]")),)
    except ValueError:
        return ()


def _resolved(host: str, port: int, deadline: Deadline) -> tuple[Address, ...]:
    """Every address of the name, asked in a thread because a lookup knows no time limit."""
    answer: list[tuple[Address, ...] | OSError | UnicodeError] = []
    done = threading.Event()

    def look_up() -> None:
        try:
            answer.append(_lookup(host, port))
        except (OSError, UnicodeError) as error:
            answer.append(error)
        finally:
            _LOOKUPS.release()
            done.set()

    if not _LOOKUPS.acquire(timeout=deadline.left()):
        raise _no_name(host, "too many lookups are pending", passing=True)
    threading.Thread(target=look_up, name="openid-lookup", daemon=True).start()
    if not done.wait(deadline.left()):
        raise _no_name(host, "the name server did not answer in time", passing=True)
    found = answer[0]
    if isinstance(found, OSError):
        unknown = isinstance(found, socket.gaierror) and found.errno == socket.EAI_NONAME
        why = "no such name" if unknown else found.strerror or type(found).__name__
        raise _no_name(host, why, passing=True) from found
    if isinstance(found, UnicodeError) or not found:
        raise _no_name(host, "it is not a host name", passing=False)
    return found


def _lookup(host: str, port: int) -> tuple[Address, ...]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    texts = dict.fromkeys(str(entry[4][0]) for entry in found)
    return tuple(ip_address(text) for text in list(texts)[:MOST_ADDRESSES])


def _no_name(host: str, why: str, *, passing: bool) -> OpenIdError:
    return unreachable(
        SsoStep.NAME,
        f"The host {quoted(host)} could not be looked up: {why}",
        "Check the issuer's spelling, and this machine's DNS",
        passing=passing,
    )


def _plain(host: str) -> str:
    return host.strip().strip("[]").rstrip(".").lower()
