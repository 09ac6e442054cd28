"""Usage: what a process and its children have used, by Linux's own account."""

import re
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Usage:
    """What a process and its children have used: CPU seconds, waits, peak memory in MB."""

    cpu: float
    wakeups: int
    peak_mb: float


def usage_of_tree(pid: int) -> Usage:
    """What a process and all below it have used; those that have ended count nothing."""
    used = [_usage_of(one) for one in _tree(pid)]
    return Usage(
        cpu=sum(one.cpu for one in used),
        wakeups=sum(one.wakeups for one in used),
        peak_mb=sum(one.peak_mb for one in used),
    )


def _tree(pid: int) -> list[int]:
    """A process and all below it; those that end meanwhile are left out."""
    pids = [pid]
    try:
        for children in Path(f"/proc/{pid}/task").glob("*/children"):
            for child in children.read_text().split():
                pids += _tree(int(child))
    except OSError:
        pass
    return pids


def _usage_of(pid: int) -> Usage:
    """What one process has used; nothing when it has ended."""
    try:
        # The kernel's CPU clock of another process, by clock_getcpuclockid's formula: in
        # nanoseconds, where /proc counts ticks of 10 ms.
        cpu = time.clock_gettime((~pid << 3) | 2)
        peak = _field("VmHWM", Path(f"/proc/{pid}/status"))
        threads = Path(f"/proc/{pid}/task").glob("*/status")
        return Usage(cpu, sum(_field("voluntary_ctxt_switches", t) for t in threads), peak / 1024)
    except OSError:
        return Usage(0, 0, 0)


def _field(name: str, status: Path) -> int:
    found = re.search(rf"^{name}:\s+(\d+)", status.read_text(), re.MULTILINE)
    return int(found[1]) if found else 0
