"""Job control: whether this process has its terminal, and stopping it for a shell to continue."""

import os
import signal
from pathlib import Path

__all__ = ["can_be_continued", "is_in_foreground", "stop"]


def is_in_foreground(terminal: int) -> bool:
    """Whether the terminal is this process's to use; one that no shell controls always is."""
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return True


def can_be_continued(terminal: int) -> bool:
    """Whether a shell would notice that this process has stopped, and could continue it.

    Nobody would where the process is the first of its session, as after `ssh -t HOST bgconsole`, a
    ForceCommand, `xterm -e` or a multiplexer's window: the system does not stop a process group
    whose parents are all outside its session or in the group itself ('orphaned', POSIX 3.264).
    """
    try:
        os.tcgetpgrp(terminal)
    except OSError:
        return False
    group, session = os.getpgrp(), os.getsid(0)
    parent = os.getppid()
    try:
        while parent > 1 and os.getsid(parent) == session:
            if os.getpgid(parent) != group:
                return True
            parent = _parent_of(parent)
    except OSError:
        # A parent that has ended, or one that another user's process may not look at.
        return False
    return False


def stop() -> None:
    """Stop this process and all that were started with it; returns when they are continued.

    All of them, since the shell waits for the first of them: a script or `make` may be in between.
    Returns at once where the system does not stop an orphaned group.
    """
    os.kill(0, signal.SIGTSTP)


def _parent_of(process: int) -> int:
    """The parent's id. Raises OSError where the system does not tell."""
    status = Path(f"/proc/{process}/stat").read_text(errors="replace")
    # The command's name is in parentheses, and may hold some itself.
    return int(status.rpartition(")")[2].split()[1])
