"""A browser on this machine: whether there is one to be seen, and opening a page in it."""

import os
import shutil
import subprocess
import sys
import threading
from typing import Final

_OPENERS: Final = ("open",) if sys.platform == "darwin" else ("xdg-open",)
_PATIENCE: Final = 30.0
"""Seconds until a program that opens pages is left to itself."""


def has_browser() -> bool:
    """Whether a page opened here is seen by the person at the terminal."""
    if os.environ.get("SSH_CONNECTION"):
        return False
    shown = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return bool(shown) or sys.platform == "darwin"


def open_page(url: str) -> bool:
    """Open `url` in the desktop's browser, never in one that draws on this terminal.

    Returns at once; False where nothing on this machine opens pages.
    """
    opener = next(filter(None, map(shutil.which, _OPENERS)), None)
    if opener is None or not has_browser():
        return False
    threading.Thread(target=_run, args=(opener, url), daemon=True).start()
    return True


def _run(opener: str, url: str) -> None:
    try:
        subprocess.run(
            [opener, url],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        # The address is on the screen too.
        return
