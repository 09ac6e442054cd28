"""How to reach a server."""

from dataclasses import dataclass
from pathlib import Path

from bgconsole import __version__


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds.

    `connect`: for a connection. `read`: for the next bytes of an answer. `whole`: for all of it.
    `silence`: for the next bytes of a stream, on which a server says every 15 that it is there.
    `finding_out`: for the outcome of a change whose answer was lost. `poll`: between two questions
    for what is on record, where there is no stream.
    """

    connect: float = 3.0
    read: float = 10.0
    whole: float = 60.0
    silence: float = 40.0
    finding_out: float = 25.0
    poll: float = 2.0


@dataclass(frozen=True, slots=True)
class RemoteSettings:
    """A server's URL, without secrets, and how it is known.

    `ca_file` holds certificates (PEM) that are trusted besides the system's; None: there are none.
    `read_only` refuses every change but signing in and out, before anything is sent. `version` is
    this program's, sent to the server and shown beside the server's where they differ.
    """

    url: str
    ca_file: Path | None = None
    read_only: bool = False
    version: str = __version__
    patience: Patience = Patience()
