"""What every operation of the local backend works with, put together once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bgconsole.backend.local.database import TeamDatabase
from bgconsole.backend.local.passwords import Passwords

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Parts:
    """The database, the clock (UTC) and the hashing that one backend shares between its threads."""

    database: TeamDatabase
    clock: Clock
    passwords: Passwords
    read_only: bool
