"""Screens: how long it takes from a change in one process to the screen of another's console.

Run as a program it is the one who changes: each line of its input is a provider's next name, and
an empty one another event, which stands last until then. Times count from before the change is
asked for, by the machine's own clock.
"""

import asyncio
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.probe import Terminal
from benchmarks.shared_stage import signed_in
from benchmarks.stage import OWNER, PASSWORD, SharedSite
from bgconsole.backend.values import ProviderChange
from bgconsole.policy.audit import ALL_EVENTS

_CHANGES = 20
_QUIET = 0.3
"""Seconds of silence after which the next change is made."""

_SLUG = "entra"
_TAB = r"^ 1 \S+ {name}\b"
_LAST = r"{event}.*\n.*\Z"
"""The newest event stands last, above the bottom line."""

_CHANGED, _BETWEEN = "Provider Changed", "Audit Exported"


@dataclass(frozen=True)
class Seen:
    """Median milliseconds until its event stood in the audit pane, and the change on the page."""

    event: float
    change: float


def seen_ms(writer: str, reader: str, folder: Path) -> Seen:
    """What is changed at `writer` as a console at `reader` shows it, in a home below `folder`."""
    home = folder / "reader"
    home.mkdir(exist_ok=True)
    site = SharedSite(home, reader)
    site.run("sign-in", OWNER, "--password-stdin", stdin=f"{PASSWORD}\n")
    events: list[float] = []
    changes: list[float] = []
    command = [sys.executable, "-m", "benchmarks.screens", writer]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()  # it is signed in
        with Terminal(site.command, site.environment) as terminal:
            terminal.wait_for("following")
            for number in range(_CHANGES + 1):
                terminal.wait_for(_LAST.format(event=_BETWEEN))
                terminal.rest(_QUIET)
                name = f"Bench {number}x"
                process.stdin.write(f"{name}\n")
                begun = float(process.stdout.readline())
                event = terminal.moment_of(_LAST.format(event=_CHANGED)) - begun
                change = terminal.moment_of(_TAB.format(name=name)) - begun
                process.stdin.write("\n")
                if number:
                    events.append(event * 1000)
                    changes.append(change * 1000)
            terminal.finish("ctrl+q", timeout=2)
        process.stdin.close()
    return Seen(statistics.median(events), statistics.median(changes))


async def _write(url: str) -> None:
    async with signed_in(url) as (backend, caller):
        await backend.record_export(caller, ALL_EVENTS, 1)
        print("ready", flush=True)
        for line in sys.stdin:
            if not line.strip():
                await backend.record_export(caller, ALL_EVENTS, 1)
                continue
            begun = time.perf_counter()
            await backend.change_provider(caller, _SLUG, ProviderChange(name=line.strip()))
            print(begun, flush=True)


if __name__ == "__main__":
    asyncio.run(_write(sys.argv[1]))
