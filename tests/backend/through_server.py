"""A database behind a real server process, and the remote backend that talks to it."""

from pathlib import Path

from bgconsole.backend.identity import Caller, Source
from bgconsole.backend.protocol import Backend
from bgconsole.backend.remote.backend import RemoteBackend
from bgconsole.backend.remote.request import Pairs
from bgconsole.backend.remote.settings import RemoteSettings
from tests.backend.world import Deployment, MovableClock, SkippedRest
from tests.serving import ClockFile, Server

_LOOPBACK = Source("127.0.0.1", "127.0.0.1", local=False)
"""What a server sees of whoever calls from its own machine."""


class ForwardingBackend(RemoteBackend):
    """The remote backend, whose callers come from where they say: the server trusts this proxy."""

    def _headers(self, caller: Caller) -> Pairs:
        headers = super()._headers(caller)
        if caller.source.local:
            return headers
        return (*headers, ("X-Forwarded-For", caller.source.bucket))


class RemoteDeployment:
    """A database of one of the other kinds, reached through a server process of its own."""

    here = _LOOPBACK

    def __init__(self, behind: Deployment, folder: Path) -> None:
        self._behind = behind
        self._clock = ClockFile(folder / "clock")
        self.server = Server(behind.url, self._clock)

    @property
    def url(self) -> str:
        return self.server.url

    @property
    def rest(self) -> SkippedRest:
        return self._behind.rest

    def open(self, clock: MovableClock, *, read_only: bool = False) -> Backend:
        if self.server.pid is None:
            clock.follow(self._clock.show)
            self.server.start()
        settings = RemoteSettings(self.server.url, read_only=read_only)
        return ForwardingBackend(settings, clock=clock)

    def founder(self, clock: MovableClock) -> Backend | None:
        return self._behind.open(clock)

    def tamper(self, statement: str) -> list[tuple[object, ...]]:
        return self._behind.tamper(statement)

    def close(self) -> None:
        self.server.kill()
        self._behind.close()
