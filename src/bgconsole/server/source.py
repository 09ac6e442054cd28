"""Where a request comes from: the peer's address, or what a trusted proxy says of it."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from bgconsole.backend.identity import Source
from bgconsole.server.settings import ServerSettings

_Address = IPv4Address | IPv6Address

_UNKNOWN = Source(bucket="unknown", label="unknown", local=False)


def source_of(peer: str | None, forwarded: Sequence[str], settings: ServerSettings) -> Source:
    """The source of a request from `peer` with these X-Forwarded-For lines.

    The right-most address that is no trusted proxy counts: what stands left of it is whatever the
    client wrote. Fails closed: behind an address that cannot be read, the proxy itself is the
    source, so that nobody chooses a bucket of their own.
    """
    nearest = _address(peer or "")
    if nearest is None:
        return _UNKNOWN
    if not _trusted(nearest, settings):
        return _source(nearest)
    for text in reversed([part for line in forwarded for part in line.split(",")]):
        address = _address(text)
        if address is None:
            break
        nearest = address
        if not _trusted(address, settings):
            break
    return _source(nearest)


def bucket_of(peer: str) -> str:
    """What connections from this address are counted by."""
    address = _address(peer)
    return _UNKNOWN.bucket if address is None else _source(address).bucket


def _trusted(address: _Address, settings: ServerSettings) -> bool:
    return any(address in network for network in settings.trusted_proxies)


def _source(address: _Address) -> Source:
    """The throttle counts an IPv6 network as one: a household has all of a /64 to itself."""
    if isinstance(address, IPv6Address):
        network = IPv6Network((address, 64), strict=False)
        return Source(bucket=str(network), label=str(address), local=False)
    return Source(bucket=str(address), label=str(address), local=False)


def _address(text: str) -> _Address | None:
    """The address written in `text`, perhaps with a port, as it is without mapping and zone."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
