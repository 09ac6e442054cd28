"""Noticing commits of any process: one thread looks at the database while somebody follows."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from bgconsole.backend.local.database import ChangeWatcher

INTERVAL = 0.34
"""Seconds between two looks: who follows learns of a commit within 0.4. Waking up for a look costs
a hundred times what the look does, so there are no more of them than that takes."""

_LOOKS_PER_STAT = 4
"""Whether the file is still the same one is looked at every so many looks."""


class Watch:
    """Wakes those who wait when the database changed, in this process or another.

    The thread runs while there is somebody to wake, and wakes nobody for nothing.
    """

    def __init__(self, make_watcher: Callable[[], ChangeWatcher]) -> None:
        self._make_watcher = make_watcher
        self._looking: ChangeWatcher | None = None
        self._wakers: list[Callable[[], None]] = []
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def subscribe(self) -> "Subscription":
        """Begin to be woken, in the running event loop."""
        loop = asyncio.get_running_loop()
        changed = asyncio.Event()

        def wake() -> None:
            # The loop may be gone before its followers are.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(changed.set)

        with self._lock:
            self._wakers.append(wake)
            if self._thread is None:
                self._stop = threading.Event()
                self._looking = self._make_watcher()
                self._thread = threading.Thread(
                    target=self._run,
                    args=(self._looking, self._stop),
                    name="bgconsole-watch",
                    daemon=True,
                )
                self._thread.start()
        return Subscription(changed, lambda: self._unsubscribe(wake))

    def wake(self) -> None:
        """Wake everybody now."""
        with self._lock:
            wakers = tuple(self._wakers)
        for waker in wakers:
            waker()

    def _unsubscribe(self, waker: Callable[[], None]) -> None:
        with self._lock:
            self._wakers.remove(waker)
            if not self._wakers:
                self._stop.set()
                self._thread = None
                if self._looking is not None:
                    self._looking.interrupt()

    def _run(self, watcher: ChangeWatcher, stop: threading.Event) -> None:
        watcher.open()
        # A commit before the first look is seen by everybody who reads after subscribing; a
        # commit in between is not, so everybody looks once.
        self.wake()
        while not stop.is_set():
            if watcher.look():
                self.wake()
        watcher.close()


class Subscription:
    """One who waits for changes. Call `end` when done."""

    def __init__(self, changed: asyncio.Event, end: Callable[[], None]) -> None:
        self._changed = changed
        self.end = end

    async def wait(self, seconds: float) -> None:
        """Return at the next change, or one since the last call; after `seconds` anyway."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        self._changed.clear()


class FileWatcher:
    """Looks at one database file through a connection of its own, which reads no data."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._uri = f"{path.absolute().as_uri()}?mode=ro"
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None
        self._seen: object = None
        self._looks = 0

    def open(self) -> None:
        """Take what is there now as seen."""
        self._seen = self._state()

    def look(self) -> bool:
        """Whether something changed since the last look; a database that went away has changed."""
        # Half the cost of waiting for an event, 345,600 times a day.
        time.sleep(INTERVAL)
        state = self._state()
        # While another connection commits, there is no answer: take it as a change, look again.
        changed = state != self._seen or state == "locked"
        self._seen = state
        return changed

    def interrupt(self) -> None:
        """A look is soon over by itself."""

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _state(self) -> object:
        try:
            connection = self._connection
            if connection is None or self._looks % _LOOKS_PER_STAT == 0:
                connection = self._connected()
            self._looks += 1
            (version,) = connection.execute("PRAGMA data_version").fetchone()
        except OSError:
            return "gone"
        except sqlite3.Error as error:
            busy = getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
            return "locked" if busy else "unreadable"
        else:
            return (self._file, version)

    def _connected(self) -> sqlite3.Connection:
        """A connection to the file that is at the path now: a restored backup is another one."""
        stat = self._path.stat()
        file = (stat.st_dev, stat.st_ino)
        if self._connection is not None and file == self._file:
            return self._connection
        self.close()
        self._connection = sqlite3.connect(
            self._uri, uri=True, isolation_level=None, timeout=0, check_same_thread=False
        )
        self._file = file
        return self._connection
