"""An outage: how long until a console shows it, in the pauses between two probes."""

import os
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from benchmarks.probe import Terminal
from benchmarks.stage import OWNER, PASSWORD, Site
from bgconsole.demo.identity_provider.process import DemoIdentityProvider
from bgconsole.demo.identity_provider.protocol import CLIENT_ID
from tests.program.quick_probes import PAUSE

_PROGRAM: Final = [sys.executable, "-m", "tests.program.quick_probes"]
_UP: Final = r"Entra ✓ up"
_DOWN: Final = r"Entra × down since"


def outage_in_pauses() -> float:
    """Pauses between two probes from a provider's death to its state on a console.

    The console is the real one in a pty and is signed in, the provider a process that is killed.
    """
    with tempfile.TemporaryDirectory() as folder, DemoIdentityProvider() as idp:
        site = Site(Path(folder), Path(folder) / "team.db")
        said = f"{PASSWORD}\n"
        site.run(*("init", "--team", "Bench", "--owner", OWNER, "--password-stdin"), stdin=said)
        issuer = idp.start()
        site.run(*("provider", "set", "entra", "--issuer", issuer, "--client-id", CLIENT_ID))
        with Terminal([*_PROGRAM, *site.place], site.environment) as terminal:
            terminal.wait_for(_UP)
            assert idp.process is not None
            killed = time.perf_counter()
            os.kill(idp.process, signal.SIGKILL)
            shown = terminal.moment_of(_DOWN)
            terminal.finish("ctrl+q")
    return (shown - killed) / PAUSE
