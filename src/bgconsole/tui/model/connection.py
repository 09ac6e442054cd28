"""What the console is started with: how to reach the backend, and as whom.

Put together by the command line; nothing here connects before the first frame stands.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bgconsole.backend.identity import Source

if TYPE_CHECKING:
    # Only names here: the values behind them are imported after the first frame.
    from bgconsole.backend.protocol import Backend
    from bgconsole.backend.values import AuditPage
    from bgconsole.tui.model.draft_file import DraftFile


def utc_now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class SignInHint:
    """One way into the sample team, shown on its sign-in screen."""

    email: str
    password: str = field(repr=False)
    what: str


@dataclass(frozen=True, slots=True)
class Connection:
    """How to reach the team's data.

    `place` is shown until the backend answers. `open` imports the database's libraries and is
    called in a thread. `token` is a stored session's, which outlives the console; one that the
    console opens itself ends with it. `audit_preview` reads the newest audit page for a token while
    the backend is being opened; None where it cannot say. `vacant` says that nothing at all is at
    the place yet. `connect` gives the connection to another place, written as people write it, and
    raises UnreachableError where there can be none; it opens nothing. None: there is only this one.
    `drafts` is where unsaved changes outlive a dropped line; None: nowhere. `host` is the machine
    that the line to the data leads to, "" for this one; `server` says that a server is there, not
    the database itself. `watches` is whether the console probes the identity providers, as long as
    no other process does. `program` is how the command line is called for this place.
    """

    place: str
    open: "Callable[[], Backend]"
    source: Source
    token: str | None = field(default=None, repr=False)
    hints: tuple[SignInHint, ...] = ()
    read_only: bool = False
    clock: Callable[[], datetime] = utc_now
    audit_preview: "Callable[[str], AuditPage | None]" = lambda _token: None
    vacant: bool = False
    connect: "Callable[[str], Connection] | None" = None
    drafts: "DraftFile | None" = None
    host: str = ""
    server: bool = False
    watches: bool = False
    program: Callable[[], str] = lambda: "bgconsole"
