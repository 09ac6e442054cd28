"""What a server is told beside where its team's data lies."""

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from typing import Final

MAX_BODY: Final = 1 << 20
"""Bytes of a body at most, but where an operation says otherwise."""

SMALL_BODY: Final = 64 << 10
"""Bytes of a body that are taken from anybody; whoever sends more must have a session first."""

MAX_STREAMS: Final = 500
"""Readers of the live audit per process; the next one is asked to come back later."""

HEARTBEAT: Final = 15.0
"""Seconds after which a silent stream says that it is still there."""


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """How requests are taken.

    `trusted_proxies` are the peers whose X-Forwarded-For counts; from anybody else it is ignored.
    `heartbeat` is in seconds.
    """

    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    heartbeat: float = HEARTBEAT
    max_streams: int = MAX_STREAMS
