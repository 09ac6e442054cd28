"""What every operation of the local backend works with, put together once."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bgconsole.backend.errors import UnreachableError
from bgconsole.backend.local.database import TeamDatabase
from bgconsole.backend.local.idp_clients import IdentityProviders
from bgconsole.backend.local.passwords import Passwords
from bgconsole.policy.idp_health import PROBE_EVERY
from bgconsole.policy.refusals import Code, refusal

Clock = Callable[[], datetime]


class Rest:
    """Lets seconds pass, in the thread that asks, unless the backend closes before."""

    def __init__(self) -> None:
        self._closing = threading.Event()

    def __call__(self, seconds: float) -> None:
        """Wait. Raises UnreachableError when the backend closes."""
        if self._closing.wait(seconds):
            raise UnreachableError(refusal(Code.UNREACHABLE, "The database is closed"))

    def end(self) -> None:
        """Nobody waits any longer."""
        self._closing.set()


@dataclass(frozen=True, slots=True)
class SsoOptions:
    """How this process takes part in single sign-on.

    `public_url` is where browsers reach it if it is a server, without a slash at the end. `proxy`
    is the HTTP proxy on the way to identity providers. `probe_every` is in seconds.
    """

    public_url: str | None = None
    proxy: str | None = field(default=None, repr=False)
    probe_every: float = PROBE_EVERY


SSO_BY_DEFAULT = SsoOptions()


@dataclass(frozen=True, slots=True)
class Parts:
    """The database, the clock (UTC) and the hashing that one backend shares between its threads.

    `rest` is how a try at the local keyboard is delayed.
    """

    database: TeamDatabase
    clock: Clock
    passwords: Passwords
    read_only: bool
    rest: Rest = field(default_factory=Rest)
    idps: IdentityProviders = field(default_factory=IdentityProviders)
    sso: SsoOptions = SSO_BY_DEFAULT
