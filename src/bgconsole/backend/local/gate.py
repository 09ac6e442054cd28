"""The way in without a session: which attempts are checked, refused without a check, or wait.

Before any queue that is shared, a try is refused if a wait is known to stand, or if its source has
enough tries in flight. Others are judged in one of two lanes, of which one is for known sources
alone. Nobody outside may tell from an answer whether an email is known at a source: where a
stranger would be refused, a person at a known source is judged, and told the same as the stranger
unless the password is right; and the answer takes as long for the one as for the other.
"""

import asyncio
import random
import time
from collections import Counter, deque
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, TypeVar

from bgconsole.backend.errors import BackendError, ThrottledError
from bgconsole.backend.identity import Source
from bgconsole.backend.local import throttle
from bgconsole.backend.local.known_sources import FRESH, LOADED, KnownSources
from bgconsole.backend.local.lane import Lane
from bgconsole.backend.local.pace import Paces
from bgconsole.backend.local.parts import Parts
from bgconsole.backend.local.passwords import QUEUE, SLOTS, crowded
from bgconsole.backend.local.refusal_log import RefusalLog
from bgconsole.backend.local.refused_tries import RefusedTry
from bgconsole.backend.local.waits import NOBODY, RememberedWaits, TurnedAwayError
from bgconsole.policy.audit import EventType
from bgconsole.policy.login import Method
from bgconsole.policy.refusals import Code

_T = TypeVar("_T")

AT_A_TIME: Final = 4
"""Tries of one source that are judged at a time, and of one person at a known one."""

_JUDGED_WRONG: Final = frozenset(
    {Code.LOGIN_FAILED, Code.CODE_INVALID, Code.THROTTLED, Code.PAUSED}
)
CODE_ANSWERED: Final = 0.05
"""Seconds after which a wrong code is answered, and no sooner: else a fraction of a millisecond
would tell whether there is an account. Judging one, without a hash, takes a tenth of that."""

_RECENT: Final = 60.0
"""Seconds for which it counts how long a stranger's try took. Theirs take longer than others on a
busy machine, where hashing for them gives way."""

_USUAL: Final = 0.08
"""Seconds that a judgement takes, as long as none was seen."""


@dataclass(frozen=True, slots=True)
class Try:
    """Somebody without a session wants in. `email` is canonical, None where it is no email."""

    source: Source
    email: str | None
    method: str

    @property
    def key(self) -> str:
        """What it is counted under."""
        return self.email or NOBODY

    @property
    def refused(self) -> RefusedTry:
        """What is recorded when it is refused without a check."""
        return RefusedTry(EventType.LOGIN_FAILURE, self.email, self.method, self.source)


@dataclass(frozen=True, slots=True)
class StrangerRefusal:
    """What a stranger gets instead of a check. `own`: so does a person at a known source.

    `shared`: it would not hold at a known source, so that it must not come sooner than a judgement
    where somebody is known.
    """

    error: BackendError
    own: bool
    shared: bool


class LoginGate:
    """Judges tries, in lanes. For one event loop."""

    def __init__(self, parts: Parts, refusals: RefusalLog) -> None:
        self._parts = parts
        self._refusals = refusals
        self._waits = RememberedWaits()
        self._known = KnownSources()
        self._read_at = float("-inf")
        self._reading: asyncio.Task[None] | None = None
        self._paces = Paces()
        self._reader = Lane("bgconsole-known", 1)
        self._known_lane = Lane("bgconsole-known-sources", QUEUE + SLOTS)
        self._strangers_lane = Lane("bgconsole-strangers", QUEUE + SLOTS - 1)
        self._proofs_lane = Lane("bgconsole-proofs", 2 * (QUEUE + SLOTS))
        self._in_flight: Counter[tuple[str, str]] = Counter()
        self._known_took: deque[float] = deque(maxlen=32)
        self._strangers_took: deque[tuple[float, float]] = deque(maxlen=32)
        """When a stranger was judged, and how long it took."""

    async def judge(self, tried: Try, work: Callable[[], _T]) -> _T:
        """What `work` returns. Raises what it raises, ThrottledError and CrowdedError."""
        source = tried.source
        if source.local:
            return await self._known_lane.run(work)
        await self._refresh()
        known = self._is_known(tried)
        refusal = self._refusal(tried)
        if refusal is not None and (not known or refusal.own or self._crowded(tried)):
            raise self._turned_away(tried.refused, refusal)
        began = time.monotonic()
        lane = self._known_lane if known else self._strangers_lane
        with self._counted(("", source.bucket), (tried.key, source.bucket)):
            try:
                done = await lane.run(work)
            except BackendError as error:
                took = time.monotonic() - began
                told = self._told(tried, error, refusal, took, known=known)
                if told is error:
                    # It must not be its own cause: following causes would never end.
                    raise
                raise told from error
        self._waits.forget(tried.key)
        if tried.email is not None and tried.method == Method.PASSWORD:
            self._known.learn(tried.email, source.bucket, self._parts.clock())
        return done

    async def prove(self, source: Source, work: Callable[[], _T]) -> _T:
        """The same for a proof of who has a session, whose password `work` judges."""
        if source.local:
            return await self._proofs_lane.run(work)
        unknown = RefusedTry(EventType.REAUTH_FAILURE, None, Method.PASSWORD.value, source)
        if self._in_flight["proof", source.bucket] >= AT_A_TIME:
            raise self._turned_away(
                unknown, StrangerRefusal(ThrottledError(1), own=True, shared=False)
            )
        with self._counted(("proof", source.bucket)):
            try:
                return await self._proofs_lane.run(work)
            except TurnedAwayError as error:
                self._refusals.add(replace(unknown, actor=error.actor))
                raise

    def forget(self, email: str) -> None:
        """The waits of this email were lifted."""
        self._waits.forget(email)

    def close(self) -> None:
        """Let running tries end. Blocks."""
        for lane in (self._known_lane, self._strangers_lane, self._proofs_lane, self._reader):
            lane.close()

    def _refusal(self, tried: Try) -> StrangerRefusal | None:
        """Why a stranger would not be judged, as far as is known without the database."""
        waits = self._waits.of(tried.key, tried.source.bucket, self._parts.clock())
        if waits is not None and tried.method != Method.PASSWORD:
            waits = waits.of_a_code
        if waits is not None and waits.any:
            return StrangerRefusal(waits.error(), own=waits.own > 0, shared=waits.shared)
        if self._in_flight["", tried.source.bucket] >= AT_A_TIME:
            return StrangerRefusal(ThrottledError(1), own=False, shared=True)
        if self._strangers_lane.full:
            return StrangerRefusal(crowded(), own=False, shared=True)
        return None

    def _turned_away(self, refused: RefusedTry, refusal: StrangerRefusal) -> BackendError:
        """Refuse without a check: no database, no queue; a flood is answered at its pace."""
        self._refusals.add(refused)
        bucket = refused.source.bucket
        familiar = self._known.anybody_at(bucket, self._parts.clock())
        now = asyncio.get_running_loop().time()
        error = refusal.error
        error.hold = self._paces.held(bucket, now, stranger=not familiar)
        if familiar and refusal.shared:
            error.hold = max(error.hold, self._judgement())
        return error

    def _told(
        self,
        tried: Try,
        error: BackendError,
        refusal: StrangerRefusal | None,
        took: float,
        *,
        known: bool,
    ) -> BackendError:
        """What is said to somebody who was not let in, when it is time to."""
        told = error if refusal is None else refusal.error
        if isinstance(error, TurnedAwayError):
            now = self._parts.clock()
            self._waits.remember(tried.key, tried.source.bucket, error.waits, now)
            self._refusals.add(tried.refused)
            familiar = self._known.anybody_at(tried.source.bucket, now)
            if familiar and (refusal is not None or error.waits.shared):
                told.hold = max(0.0, self._judgement() - took)
        elif error.code in _JUDGED_WRONG:
            if not known:
                self._strangers_took.append((time.monotonic(), took))
            elif self._strangers_lane.busy or self._strangers():
                told.hold = max(0.0, self._judgement() - took)
            if known:
                self._known_took.append(took)
            if told.code is Code.CODE_INVALID:
                told.hold = max(told.hold, CODE_ANSWERED - took)
        else:
            return error
        return told

    def _judgement(self) -> float:
        """How long judging a stranger takes now, queue and all."""
        # No secret, only no constant.
        return random.choice(self._strangers() or self._known_took or (_USUAL,))  # noqa: S311

    def _strangers(self) -> list[float]:
        """How long judging strangers took lately."""
        now = time.monotonic()
        return [took for at, took in self._strangers_took if now - at < _RECENT]

    def _is_known(self, tried: Try) -> bool:
        now = self._parts.clock()
        return tried.email is not None and self._known.has(tried.email, tried.source.bucket, now)

    def _crowded(self, tried: Try) -> bool:
        """Whether one person at a known source, or all of them, have enough in flight."""
        own = self._in_flight[tried.key, tried.source.bucket]
        return own >= AT_A_TIME or self._known_lane.full

    @contextmanager
    def _counted(self, *keys: tuple[str, str]) -> Generator[None]:
        """In flight, while inside."""
        self._in_flight.update(keys)
        try:
            yield
        finally:
            for key in keys:
                self._in_flight[key] -= 1
                if not self._in_flight[key]:
                    del self._in_flight[key]

    async def _refresh(self) -> None:
        """Have the known sources at hand: read at the first try, then beside the tries."""
        age = time.monotonic() - self._read_at
        if age < FRESH:
            return
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read_known())
        if self._read_at < 0:
            await asyncio.shield(self._reading)

    async def _read_known(self) -> None:
        try:
            self._known.replace(await self._reader.run(self._known_sources))
        except BackendError:
            # The attempt itself uses the same database, and reports what is wrong.
            return
        self._read_at = time.monotonic()

    def _known_sources(self) -> list[tuple[str, str, datetime]]:
        with self._parts.database.read() as connection:
            return throttle.known_sources(connection, self._parts.clock(), LOADED)
