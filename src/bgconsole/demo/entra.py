"""Entra of the sample team: the demo's own identity provider, started for the team's database."""

import fcntl
import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO
from urllib.parse import quote

from bgconsole.compose import SQLITE_SCHEME, Target
from bgconsole.demo.identity_provider.process import (
    DemoIdentityProvider,
    DemoIdentityProviderError,
)
from bgconsole.demo.identity_provider.protocol import DEFAULT_PORT, port_of

if TYPE_CHECKING:
    # Only a name here: the database's libraries are imported after the first frame.
    from bgconsole.backend.protocol import Backend

PROBE_EVERY: Final = 3.0
"""Seconds between two probes of an identity provider, in the demo."""

_PATIENCE: Final = 1.0
"""Seconds to wait for a database that is busy."""


class DemoEntra:
    """The identity provider of one sample team. Every method waits: none is for an event loop."""

    def __init__(self, target: Target, *, probe_every: float = PROBE_EVERY) -> None:
        """For the sample team at `target`; nothing is started yet."""
        self._target = target
        self._probe_every = probe_every
        self._path = Path(target.url.removeprefix(SQLITE_SCHEME))
        self._lock = threading.Lock()
        self._provider: DemoIdentityProvider | None = None
        self._held: TextIO | None = None
        self._closed = False

    @property
    def target(self) -> Target:
        """Where the sample team is."""
        return self._target

    def open(self) -> "Backend":
        """The sample team's backend, with the identity provider started beside it.

        A provider that cannot be started keeps nobody from the console: `switch` says why.
        """
        # It starts while the database's libraries are imported.
        starting = threading.Thread(target=self._start_or_note, daemon=True)
        starting.start()
        from bgconsole.backend.local.backend import LocalBackend
        from bgconsole.backend.local.engine import Database
        from bgconsole.backend.local.parts import SsoOptions
        from bgconsole.demo.registration import register

        database = Database(self._path, read_only=self._target.read_only)
        starting.join()
        provider = self._provider
        if provider is not None and not self._target.read_only:
            register(database, provider.issuer)
        options = SsoOptions(probe_every=self._probe_every)
        return LocalBackend.on(database, read_only=self._target.read_only, sso=options)

    def switch(self) -> bool:
        """Take the provider down, or up again; whether it is up then.

        Raises DemoIdentityProviderError.
        """
        with self._lock:
            if not port_of(_stored_issuer(self._path)):
                raise DemoIdentityProviderError(
                    "Entra of this sample team is not the demo's identity provider",
                    "bgconsole demo --reset recreates the team",
                )
            if self._provider is None or self._provider.process is None:
                self._start()
                return True
            if self._provider.is_up:
                self._provider.down()
                return False
            self._provider.up()
            return True

    def close(self) -> None:
        """End the provider."""
        with self._lock:
            self._closed = True
            if self._provider is not None:
                self._provider.close()
            if self._held is not None:
                self._held.close()
                self._held = None

    def _start_or_note(self) -> None:
        with self._lock:
            try:
                self._start()
            except (DemoIdentityProviderError, OSError):
                # `switch` tries again, and tells.
                return

    def _start(self) -> None:
        """Start it where the team expects it; elsewhere if another program has that port."""
        if self._closed:
            raise DemoIdentityProviderError("The demo's identity provider has ended")
        if self._provider is not None and self._provider.process is not None:
            return
        self._demand_first()
        provider = DemoIdentityProvider(port=port_of(_stored_issuer(self._path)) or DEFAULT_PORT)
        provider.start()
        self._provider = provider

    def _demand_first(self) -> None:
        """One console of all on this sample team has its identity provider: the lock's holder."""
        if self._held is None:
            self._held = self._path.with_name(f"{self._path.name}.identity-provider").open("w")
        try:
            fcntl.flock(self._held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DemoIdentityProviderError(
                "Another bgconsole demo runs the identity provider", "Press F9 there, or end it"
            ) from error


def _stored_issuer(path: Path) -> str | None:
    """Entra's issuer in the team's database, read by the standard library alone."""
    place = f"file:{quote(str(path))}?mode=ro"
    try:
        with closing(sqlite3.connect(place, uri=True, timeout=_PATIENCE)) as connection:
            row = connection.execute("SELECT issuer FROM provider WHERE slug = 'entra'").fetchone()
    except sqlite3.Error:
        return None
    return row[0] if row is not None and isinstance(row[0], str) else None
