"""Peers: terminal programs of others, each installed on demand into an environment of its own."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures import Measure

_ROOT = Path(__file__).parents[1]
_ENVIRONMENTS = _ROOT / ".bench-peers"


@dataclass(frozen=True)
class Peer:
    """A program to compare the start with; `ready` matches its first usable screen."""

    name: str
    ready: str
    measure: Measure
    typed: "Typed | None" = None


@dataclass(frozen=True)
class Typed:
    """What `shows` on the screen once a key was typed into it."""

    shows: str
    measure: Measure


PEERS = (
    Peer(
        *("posting", "Enter a URL", Measure.POSTING_READY),
        typed=Typed("GET .*Z", Measure.POSTING_INTERACTIVE),
    ),
    # Nothing is typed into harlequin: it loses keys that come before its catalogue has loaded, and
    # crashes on some of them.
    Peer("harlequin", "Run Query", Measure.HARLEQUIN_READY),
)


def install() -> None:
    """Install every peer from its pinned, hashed requirements, unless it is there.

    They have an environment each: they need different releases of Textual. Raises
    subprocess.CalledProcessError when an installation fails.
    """
    make = ["make", "--silent", "--directory", str(_ROOT), f"PYTHON={sys.executable}", "peers"]
    # The report goes to the standard output; what make says does not belong to it.
    subprocess.run(make, stdout=sys.stderr, check=True)


def command_of(peer: Peer) -> Path:
    """The command of an installed peer."""
    return _ENVIRONMENTS / peer.name / "bin" / peer.name
