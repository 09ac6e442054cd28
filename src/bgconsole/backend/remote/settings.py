"""How to reach a server."""

from dataclasses import dataclass
from pathlib import Path

from bgconsole import __version__


@dataclass(frozen=True, slots=True)
class RemoteSettings:
    """A server's URL, without secrets, and how it is known.

    `ca_file` holds certificates (PEM) that are trusted besides the system's; None: there are none.
    `read_only` refuses every change but signing in and out, before anything is sent. `version` is
    this program's, told to the server and set beside its own where they differ.
    """

    url: str
    ca_file: Path | None = None
    read_only: bool = False
    version: str = __version__
