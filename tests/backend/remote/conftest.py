"""What the tests of the client share: it, opened on a server of bytes, and in no mood to wait."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bgconsole.backend.line import LineState, LineStatus
from bgconsole.backend.remote.backend import RemoteBackend
from bgconsole.backend.remote.settings import Patience, RemoteSettings

SHORT = Patience(connect=2.0, read=0.3, whole=1.5, silence=0.6, finding_out=1.5, poll=0.05)

Open = Callable[..., RemoteBackend]


@pytest.fixture
async def opened() -> AsyncIterator[Open]:
    """Opens clients, which are closed in the end."""
    clients: list[RemoteBackend] = []

    def open_client(
        url: str, *, ca_file: Path | None = None, patience: Patience = SHORT, version: str = "1.0"
    ) -> RemoteBackend:
        settings = RemoteSettings(url, ca_file, version=version, patience=patience)
        clients.append(RemoteBackend(settings))
        return clients[-1]

    yield open_client
    for client in clients:
        await client.close()


class Told:
    """What a client told of its line."""

    def __init__(self, client: RemoteBackend) -> None:
        self.all: list[LineStatus] = []
        client.on_line(self.all.append)

    @property
    def states(self) -> list[LineState]:
        """The states, in order."""
        return [status.state for status in self.all]
