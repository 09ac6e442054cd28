"""The backend that is elsewhere: a server, reached over HTTP. Importing it imports httpx."""

from bgconsole.backend.remote.backend import RemoteBackend
from bgconsole.backend.remote.settings import RemoteSettings

__all__ = ["RemoteBackend", "RemoteSettings"]
