"""How `bgconsole serve` is asked to serve, and why it may not."""

from dataclasses import dataclass, field
from pathlib import Path

from bgconsole.server.settings import ServerSettings


class ServeError(Exception):
    """Serving cannot begin. `misused`: what was asked for is wrong on every machine."""

    def __init__(self, message: str, remedy: str = "", *, misused: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.misused = misused


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen. Port 0 takes a free one."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """The certificate, with those between it and its root, and its key; both PEM."""

    certificate: Path
    key: Path


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """All that a server is started with, beside its backend.

    `target` is what it says it serves; without secrets. `behind_tls_proxy`: plain HTTP may leave
    the machine, since a proxy before it speaks TLS. `metrics` None: none are offered. `as_json`:
    all that it says of itself is lines of JSON, its address too.
    """

    target: str
    address: Address
    tls: TlsFiles | None = None
    behind_tls_proxy: bool = False
    workers: int = 1
    metrics: Address | None = None
    as_json: bool = False
    settings: ServerSettings = field(default_factory=ServerSettings)
