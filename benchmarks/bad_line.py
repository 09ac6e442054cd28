"""Bad line: keys typed into a console whose line to the server is slow, narrow, broken or gone."""

import asyncio
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.probe import NeverShownError, Terminal
from benchmarks.stage import OWNER, PASSWORD, SharedSite
from tests.toxic import Fault, Toxic

_LATENCY = 0.3  # seconds, each way
_RATE = 20_000.0  # bytes a second
_KEYS = ("w", "1", "t", "u") * 3
"""To another tab and back, a change and its undoing: each draws something."""

_QUIET = 0.05


def slowest_key_ms(server: str, folder: Path) -> float:
    """Milliseconds from a key to the first byte that it draws: the slowest, in a home in `folder`.

    Typed while the team is read again and again over a slow and narrow line, while a save hangs on
    it, after it broke, and while it is gone.
    """
    home = folder / "afar"
    home.mkdir(exist_ok=True)
    with _line_to(server) as (line, loop):
        site = SharedSite(home, line.url)
        site.run("sign-in", OWNER, "--password-stdin", stdin=f"{PASSWORD}\n")
        with Terminal(site.command, site.environment) as terminal:
            terminal.wait_for("Enforce SSO")
            terminal.rest(1)
            line.latency, line.rate = _LATENCY, _RATE
            taken = _keys(terminal)
            loop.call_soon_threadsafe(line.break_now, Fault.RESET)
            taken += _keys(terminal)
            line.down = True
            loop.call_soon_threadsafe(line.break_now, Fault.RESET)
            terminal.wait_for("Line to 127.0.0.1")
            taken += _keys(terminal)
            line.down, line.latency, line.rate = False, 0.0, None
            terminal.wait_for(r"(?s)\A(?!.*Line to 127.0.0.1)")
            terminal.press("t", quiet=_QUIET)
            loop.call_soon_threadsafe(line.break_now, Fault.STALL)
            terminal.press("ctrl+s", quiet=_QUIET)
            taken += _keys(terminal, ("w", "1") * 5)
            terminal.finish("ctrl+q", timeout=2)
    return max(taken) * 1000


def _keys(terminal: Terminal, keys: tuple[str, ...] = _KEYS) -> list[float]:
    found: list[float] = []
    for key in keys:
        stroke = terminal.press(key, quiet=_QUIET)
        if stroke.first_byte is None:
            raise NeverShownError(f"nothing came of {key!r}; the screen:\n{terminal.screen()}")
        found.append(stroke.first_byte)
    return found


@contextmanager
def _line_to(server: str) -> Generator[tuple[Toxic, asyncio.AbstractEventLoop]]:
    """A line to this server, kept by a thread of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    line = Toxic("127.0.0.1", urlsplit(server).port or 80)
    asyncio.run_coroutine_threadsafe(line.open(), loop).result()
    try:
        yield line, loop
    finally:
        asyncio.run_coroutine_threadsafe(line.close(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
