"""The sample team of `bgconsole demo`: Harbor Pay, 25 people and a year of events.

It lives in a database of its own beside the user's; nothing here opens any other.
"""

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bgconsole.compose import SQLITE_SCHEME, Target, default_target, target_of
from bgconsole.demo.people import KEN, OLGA, TOM
from bgconsole.files import private_folder
from bgconsole.tui.model.connection import SignInHint

FILE_NAME = "demo.db"

HINTS = (
    SignInHint(OLGA.email, OLGA.password, "owner"),
    SignInHint(TOM.email, TOM.password, "member"),
    SignInHint(KEN.email, KEN.password, "not listed"),
)
"""Who can be tried at the sign-in screen. Ken is refused: SSO is enforced and he is on no list."""


@dataclass(frozen=True, slots=True)
class DemoTeam:
    """Where the sample team is, and with what to sign in to it."""

    target: Target
    hints: tuple[SignInHint, ...]


def prepare(*, reset: bool) -> DemoTeam:
    """The sample team in the user's data folder: made at the first time, or again with `reset`.

    Takes up to three seconds when it is made, and no time when it is there. Not for a running
    event loop. Raises OSError when the folder cannot be written.
    """
    path = Path(default_target().url.removeprefix(SQLITE_SCHEME)).with_name(FILE_NAME)
    if reset or not path.exists():
        _make(path, replace=reset)
    return DemoTeam(target_of(f"{SQLITE_SCHEME}{path}"), HINTS)


def build(path: Path, now: datetime) -> None:
    """Make the sample team in a file at `path` that is not there yet, as if it were `now` (UTC).

    The same `now` makes the same team and history; only ids, tokens and hashes differ.
    """
    from bgconsole.demo.replay import play

    play(path, now)


def _make(path: Path, *, replace: bool) -> None:
    """Build it under another name first, so that nobody opens half a team."""
    private_folder.make(path.parent)
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        build(unfinished, datetime.now(UTC))
        if replace:
            _remove(path)
        # A link: the process that finished first keeps the file it may be using.
        with suppress(FileExistsError):
            os.link(unfinished, path)
    finally:
        _remove(unfinished)


def _remove(path: Path) -> None:
    """Remove a database and its journal: an old journal would be played into the next one."""
    for name in (path.name, f"{path.name}-journal", f"{path.name}-wal", f"{path.name}-shm"):
        path.with_name(name).unlink(missing_ok=True)
