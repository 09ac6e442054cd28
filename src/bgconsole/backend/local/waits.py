"""Waits as they were read: what refuses the tries of a flood without another look at the database.

Nothing here decides by itself: a wait is remembered only after the database said so, and believed
for a moment only, so that one lifted elsewhere (`member unpause`, `recover`) ends soon. Within
this process it ends at once.
"""

import time
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bgconsole.backend.errors import ThrottledError
from bgconsole.policy.refusals import Code, Refusal, refusal

NOBODY: Final = "?"
"""Stands for whatever was typed that is no email address: it is stored nowhere."""

BELIEVED: Final = 2.0
"""Seconds for which a wait that was read is believed."""

_REMEMBERED: Final = 20_000
"""Waits remembered at most; past that the oldest are read anew."""


@dataclass(frozen=True, slots=True)
class Waits:
    """Why a try is refused: seconds that it has to wait, and a pause, which no wait ends.

    `own`: this email failed at this source. `source`: this source failed with many emails, or all
    sources together did. `paused`: this email is. Only `own` holds at a known source.
    """

    own: int = 0
    source: int = 0
    paused: bool = False

    @property
    def shared(self) -> bool:
        """Whether there is one that a known source has no part in."""
        return self.paused or self.source > 0

    @property
    def any(self) -> bool:
        """Whether a stranger is refused."""
        return self.shared or self.own > 0

    @property
    def seconds(self) -> int:
        """Seconds that a stranger is asked to wait; 0 where waiting does not help."""
        return 0 if self.paused else max(self.own, self.source)

    @property
    def refusal(self) -> Refusal | None:
        """The words of a pause: true at every source, of every email, with an account or not.

        Not how long the email has to wait here besides: that grows only where it is known.
        """
        return refusal(Code.PAUSED) if self.paused else None

    def error(self) -> ThrottledError:
        """The refusal for a stranger."""
        return ThrottledError(self.seconds, self.refusal)

    def after(self, seconds: int) -> "Waits":
        """What is left of them so much later; a pause does not run out."""
        return Waits(max(0, self.own - seconds), max(0, self.source - seconds), self.paused)

    @property
    def of_a_code(self) -> "Waits":
        """What counts for a one-time code, which nobody guesses: a pause is of the password."""
        return Waits(self.own, self.source)


class TurnedAwayError(ThrottledError):
    """Refused by a wait, without a check: nothing was written or recorded yet."""

    def __init__(self, waits: Waits, actor: str | None = None) -> None:
        super().__init__(waits.seconds, waits.refusal)
        self.waits = waits
        self.actor = actor


@dataclass(frozen=True, slots=True)
class _Reading:
    """Waits with the time at which they were read, by the backend's clock and by the machine's."""

    waits: Waits
    at: datetime
    read_at: float


class RememberedWaits:
    """The waits that this process read lately. For one event loop."""

    def __init__(self) -> None:
        self._read: OrderedDict[tuple[str, str], _Reading] = OrderedDict()

    def of(self, email: str, bucket: str, now: datetime) -> Waits | None:
        """What is remembered of `email` at the source, or else of the source alone."""
        return self._fresh((email, bucket), now) or self._fresh(("", bucket), now)

    def remember(self, email: str, bucket: str, waits: Waits, now: datetime) -> None:
        """Keep what the database said at `now`."""
        self._keep((email, bucket), waits, now)
        if waits.source:
            self._keep(("", bucket), Waits(source=waits.source), now)

    def forget(self, email: str) -> None:
        """What is kept of this email is out of date."""
        for key in [key for key in self._read if key[0] == email]:
            del self._read[key]

    def _keep(self, key: tuple[str, str], waits: Waits, now: datetime) -> None:
        self._read[key] = _Reading(waits, now, time.monotonic())
        self._read.move_to_end(key)
        if len(self._read) > _REMEMBERED:
            self._read.popitem(last=False)

    def _fresh(self, key: tuple[str, str], now: datetime) -> Waits | None:
        found = self._read.get(key)
        if found is None:
            return None
        # By both clocks: one may be set, the other does not run while the machine sleeps.
        age = (now - found.at).total_seconds()
        if 0 <= age < BELIEVED and time.monotonic() - found.read_at < BELIEVED:
            return found.waits.after(int(age))
        del self._read[key]
        return None
