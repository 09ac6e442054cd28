"""Hearing of commits on PostgreSQL: LISTEN as a hint, and a look every few seconds in any case."""

import os
import select
import threading

import psycopg

from bgconsole.backend.local.audit import CHANNEL
from bgconsole.backend.local.postgres.settings import PostgresSettings
from bgconsole.backend.retrying import NOTIFICATIONS

RECHECK = 5.0
"""Seconds after which everybody looks, whatever was heard: a hint may be lost."""


class NotifyListener:
    """The `ChangeWatcher` of a PostgreSQL database, on a connection that is in no transaction."""

    def __init__(self, settings: PostgresSettings) -> None:
        self._settings = settings
        self._connection: psycopg.Connection[tuple[object, ...]] | None = None
        self._out, self._in = os.pipe()
        self._pipe = threading.Lock()
        self._closed = False

    def open(self) -> None:
        """Begin to listen, if the database can be reached."""
        try:
            self._connection = self._settings.connect(autocommit=True)
            self._connection.execute(f"LISTEN {CHANNEL}".encode())
        except psycopg.Error:
            self._hang_up()

    def look(self) -> bool:
        """Wait for a notification, at most `RECHECK`; True whenever it is worth to look."""
        if self._connection is None:
            self._wait(None, NOTIFICATIONS.pause())
            self.open()
            return True
        try:
            if not self._wait(self._connection, RECHECK):
                return True
            for _ in self._connection.notifies(timeout=0):
                pass
        except psycopg.Error:
            self._hang_up()
        return True

    def interrupt(self) -> None:
        """Make `look` return now; nothing where it is closed already, by the thread that looks."""
        with self._pipe:
            if not self._closed:
                os.write(self._in, b"!")

    def close(self) -> None:
        """Hang up."""
        self._hang_up()
        with self._pipe:
            self._closed = True
            os.close(self._out)
            os.close(self._in)

    def _wait(
        self, connection: psycopg.Connection[tuple[object, ...]] | None, seconds: float
    ) -> bool:
        """Whether the database said something before the time was over."""
        poll = select.poll()
        poll.register(self._out, select.POLLIN)
        if connection is not None:
            poll.register(connection.fileno(), select.POLLIN)
        return any(descriptor != self._out for descriptor, _ in poll.poll(seconds * 1000))

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
