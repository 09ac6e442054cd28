"""The console's end of a session: the backend, once it is there, and the token in use."""

import asyncio
from collections.abc import Callable
from enum import Enum, auto
from typing import TYPE_CHECKING

from bgconsole.backend.errors import BackendError
from bgconsole.backend.identity import (
    Caller,
    SignedIn,
    SsoAnswer,
    SsoRequest,
    SsoStart,
    SsoWaiting,
)
from bgconsole.tui.model.connection import Connection
from bgconsole.tui.model.connection_state import ConnectionState

if TYPE_CHECKING:
    # Only names here: the values behind them are imported after the first frame.
    from bgconsole.backend.protocol import Backend
    from bgconsole.backend.values import AuditPage

_FAREWELL = 1.5
"""Seconds that ending a session may take when the terminal is gone."""


_SETTLED = 3.0
"""Seconds until a console that has just started contacts identity providers."""


class _Way(Enum):
    """How a session was opened, where that is not known yet."""

    UNKNOWN = auto()


class Session:
    """Shared by the screens. Opens the backend once, in a thread."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._token = connection.token
        self._owned = False
        self._audit_preview: asyncio.Future[AuditPage | None] | None = None
        self._opening: asyncio.Task[Backend] | None = None
        self._entering: asyncio.Task[SsoWaiting | None] | asyncio.Task[None] | None = None
        self._watching: asyncio.Task[None] | None = None
        self._way: str | _Way | None = _Way.UNKNOWN
        self.pressed_at = connection.clock()
        self.lets_key_count: Callable[[], bool] | None = None
        """Asked before each key whether it is still somebody's who was there all the time."""
        self.connection_state = _connection_state_of(connection)

    @property
    def has_token(self) -> bool:
        """Whether there is a token to try; it may have ended meanwhile."""
        return self._token is not None

    async def opened_by(self) -> str | None:
        """The slug of the provider that opened the session; None for a password.

        A stored session does not tell: the backend does. Raises the BackendErrors of `me`.
        """
        if self._way is _Way.UNKNOWN:
            backend = await self.backend()
            self._way = (await backend.me(self.unattended)).provider
        return self._way

    @property
    def caller(self) -> Caller:
        """Who calls, for the backend."""
        return Caller(self.connection.source, self._token)

    @property
    def unattended(self) -> Caller:
        """Who calls when the screen asks by itself: that does not keep the session awake."""
        return Caller(self.connection.source, self._token, attended=False)

    def key_pressed(self) -> bool:
        """Somebody is there; False where the key comes too late to count, and does nothing."""
        if self.lets_key_count is not None and not self.lets_key_count():
            return False
        self.pressed_at = self.connection.clock()
        return True

    def look_ahead(self) -> None:
        """Begin to read what `audit_preview` gives: the screen is made meanwhile."""
        if self._token is not None and self._opening is None:
            loop = asyncio.get_running_loop()
            self._audit_preview = loop.run_in_executor(
                None, self.connection.audit_preview, self._token
            )

    async def audit_preview(self) -> "AuditPage | None":
        """The newest audit page as long as the backend is not open yet, where it can be had."""
        looking, self._audit_preview = self._audit_preview, None
        return None if looking is None else await looking

    async def backend(self) -> "Backend":
        """The backend; the first call opens it. Raises BackendError when it cannot be opened."""
        if self._opening is None or (self._opening.done() and self._opening.exception()):
            self._opening = asyncio.create_task(self._open(self.connection, self.connection_state))
        return await asyncio.shield(self._opening)

    async def _open(self, connection: Connection, line: ConnectionState) -> "Backend":
        backend = await asyncio.to_thread(connection.open)
        backend.on_line(line.told)
        if connection.watches and connection is self.connection:
            self._watching = asyncio.create_task(_watch(backend))
        return backend

    async def _stop_watching(self) -> None:
        """Leave the identity providers to other consoles and servers."""
        watching, self._watching = self._watching, None
        if watching is not None:
            watching.cancel()
            await asyncio.wait([watching])

    async def sign_in(self, email: str, password: str) -> None:
        """Open a session, which ends with the console. Raises the BackendErrors of `sign_in`."""
        self._entering = asyncio.create_task(self._enter(email, password))
        # Whoever leaves meanwhile ends it: a login that nobody waits for may still succeed.
        await asyncio.shield(self._entering)

    async def _enter(self, email: str, password: str) -> None:
        backend = await self.backend()
        opened: SignedIn = await backend.sign_in(self.caller, email, password)
        self._token, self._way = opened.token, None
        self._owned = True

    async def start_sso(self, slug: str, request: SsoRequest) -> SsoStart:
        """Begin a sign-in at a provider, or a proof. Raises the BackendErrors of `start_sso`."""
        backend = await self.backend()
        return await backend.start_sso(self.caller, slug, request)

    async def finish_sso(self, slug: str, start: SsoStart, answer: SsoAnswer) -> SsoWaiting | None:
        """None once the session is open, or the proof given. Raises those of `finish_sso`."""
        left = asyncio.Event()
        self._entering = asyncio.create_task(self._finish_sso(slug, start, answer, left))
        try:
            return await asyncio.shield(self._entering)
        except asyncio.CancelledError:
            left.set()
            raise

    async def _finish_sso(
        self,
        slug: str,
        start: SsoStart,
        answer: SsoAnswer,
        left: asyncio.Event,
    ) -> SsoWaiting | None:
        backend = await self.backend()
        found = await backend.finish_sso(self.caller, start.handle, answer)
        if not isinstance(found, SignedIn):
            return found
        if left.is_set():
            # Nobody waits for this session.
            await backend.sign_out(Caller(self.connection.source, found.token))
            return None
        self._token, self._way = found.token, slug
        self._owned = True
        return None

    async def initialise(self, team: str, owner: str, password: str) -> None:
        """Make the team, and open its owner's session, which ends with the console.

        Raises the BackendErrors of `initialise`.
        """
        self._entering = asyncio.create_task(self._begin(team, owner, password))
        await asyncio.shield(self._entering)

    async def _begin(self, team: str, owner: str, password: str) -> None:
        backend = await self.backend()
        opened = await backend.initialise(self.caller, team, owner, password)
        self._token, self._way = opened.token, None
        self._owned = True

    async def move(self, connection: Connection) -> None:
        """Belong to another place from now on: nobody is signed in there but by its token."""
        before, self._opening = self._opening, None
        self.connection = connection
        self.connection_state = _connection_state_of(connection)
        self._token, self._owned, self._way = connection.token, False, _Way.UNKNOWN
        await self._stop_watching()
        if before is not None:
            await (await before).close()

    def signed_out(self) -> None:
        """The token is of no use any more."""
        self._token, self._way = None, _Way.UNKNOWN
        self._owned = False

    async def end(self) -> None:
        """Sign out of a session that this console opened, and let go of the backend.

        Where the database does not answer in time the session is left to its own end.
        """
        try:
            async with asyncio.timeout(_FAREWELL):
                if self._entering is not None:
                    await asyncio.wait([self._entering])
                await self._end()
        except (BackendError, TimeoutError):
            return

    async def _end(self) -> None:
        if self._opening is None or not self._opening.done() or self._opening.exception():
            return
        await self._stop_watching()
        backend = self._opening.result()
        if self._owned and self._token is not None:
            await backend.sign_out(self.caller)
        await backend.close()


async def _watch(backend: "Backend") -> None:
    """Probe the identity providers that nobody else probes, once the console has started."""
    await asyncio.sleep(_SETTLED)
    await backend.watch_idps()


def _connection_state_of(connection: Connection) -> ConnectionState:
    return ConnectionState(connection.host, connection.clock, server=connection.server)
