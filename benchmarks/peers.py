"""Peers: terminal programs of others, each installed on demand into an environment of its own."""

import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures import Measure

_REFERENCES = Path(__file__).parent / "references"


@dataclass(frozen=True)
class Peer:
    """A program to compare the start with.

    `ready` matches its first usable screen, `shows` the screen once the key Z was typed into it.
    """

    name: str
    ready: str
    shows: str
    ready_measure: Measure
    interactive_measure: Measure


PEERS = (
    Peer(
        *("posting", "Enter a URL", "GET .*Z"),
        *(Measure.POSTING_READY, Measure.POSTING_INTERACTIVE),
    ),
    Peer(
        *("harlequin", "Run Query", "1 +Z"),
        *(Measure.HARLEQUIN_READY, Measure.HARLEQUIN_INTERACTIVE),
    ),
)


def installed(peer: Peer, folder: Path) -> Path:
    """The peer's command, installed below `folder` from its pinned, hashed requirements if missing.

    They have an environment each: they need different releases of Textual. Raises
    subprocess.CalledProcessError when an installation fails.
    """
    pins = _REFERENCES / f"{peer.name}.txt"
    home = folder / peer.name
    command, done = home / "bin" / peer.name, home / "installed.txt"
    if not (done.exists() and done.read_bytes() == pins.read_bytes()):
        print(f"Installing {peer.name} into {home} (once) ...", file=sys.stderr)
        venv.create(home, clear=True, with_pip=True)
        pip = [str(home / "bin" / "python"), "-m", "pip", "--disable-pip-version-check"]
        subprocess.run([*pip, "install", "-qq", "--require-hashes", "-r", str(pins)], check=True)
        done.write_bytes(pins.read_bytes())
    return command
