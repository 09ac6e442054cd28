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
