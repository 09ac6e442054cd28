"""Whether processes that tests started have ended."""

import time
from pathlib import Path

_PATIENCE = 60.0


def is_gone(process: int) -> bool:
    """Whether a process ends; a zombie that nobody has asked for has ended."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        try:
            if ") Z " in Path(f"/proc/{process}/stat").read_text():
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.01)
    return False
