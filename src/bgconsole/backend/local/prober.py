"""Probes the identity providers in the background, each by one process of all, and looks at the
clock.
"""

import asyncio
import os
import secrets
import socket
from concurrent.futures import Executor
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from bgconsole.backend.errors import BackendError
from bgconsole.backend.local import clock_watch, idp_health
from bgconsole.backend.local.idp_health import Measured, Turn
from bgconsole.backend.local.parts import Parts
from bgconsole.backend.retrying import PROBE
from bgconsole.policy.clock import CLOCK_TOLERANCE
from bgconsole.policy.idp_health import CERTIFICATE_NOTICE, PROBE_EVERY
from bgconsole.policy.team import IdpState

if TYPE_CHECKING:
    from bgconsole.openid.values import Probe


class Prober:
    """One process's part in probing. `every` is the pause between probes, in seconds."""

    def __init__(self, parts: Parts, every: float = PROBE_EVERY) -> None:
        self._parts = parts
        self._every = every
        self._holder = f"{socket.gethostname()} {os.getpid()} {secrets.token_hex(4)}"

    async def run(self, pool: Executor) -> None:
        """Probe what no other process probes, in `pool`, until cancelled."""
        loop = asyncio.get_running_loop()
        try:
            while True:
                pause = await loop.run_in_executor(pool, self._round)
                await asyncio.sleep(pause)
        finally:
            # A pool that has ended takes nothing more: the lease then ends by its own time.
            with suppress(BackendError, RuntimeError):
                await asyncio.shield(loop.run_in_executor(pool, self._release))

    def _round(self) -> float:
        """Probe what is due; seconds until there may be something again.

        A database that is busy or away is no fault of the IdP: nothing is measured then.
        """
        try:
            clock_watch.look(self._parts)
            known = idp_health.turns(self._parts, self._holder)
            for turn in filter(self._is_due, known):
                if idp_health.take(self._parts, turn, self._holder):
                    found = measure(self._parts, turn)
                    idp_health.store(
                        self._parts, turn.stored, found, self._holder, self._next_pause()
                    )
            left = idp_health.turns(self._parts, self._holder)
        except BackendError:
            return self._next_pause()
        if not left:
            return PROBE.longest
        due = (left[0].at - self._parts.clock()).total_seconds()
        return min(max(0.2, due), PROBE.longest)

    def _is_due(self, turn: Turn) -> bool:
        return turn.at <= self._parts.clock() + timedelta(milliseconds=50)

    def _next_pause(self) -> float:
        return PROBE.spread_over(self._every)

    def _release(self) -> None:
        idp_health.release(self._parts, self._holder)


def measure(parts: Parts, turn: Turn) -> Measured:
    """Probe a provider once."""
    from bgconsole.openid.errors import OpenIdError

    try:
        return _judged(parts, parts.idps.of(turn.stored).probe())
    except OpenIdError as error:
        return Measured(IdpState.DOWN, error.step.value, error.message, None, None)


def _judged(parts: Parts, probe: "Probe") -> Measured:
    """The state that a probe's facts amount to."""
    detail, state = probe.detail, IdpState.UP if probe.ok else IdpState.DOWN
    if state is IdpState.UP:
        notice = _notice(parts, probe)
        if notice:
            state, detail = IdpState.DEGRADED, notice
    step = None if probe.step is None else probe.step.value
    return Measured(state, step, detail, probe.latency_ms, probe.certificate_until)


def _notice(parts: Parts, probe: "Probe") -> str:
    """What makes a provider that answers degraded, or nothing."""
    if probe.unanswered:
        return f"{', '.join(probe.unanswered)} does not answer"
    until = probe.certificate_until
    if until is not None and until - parts.clock() < CERTIFICATE_NOTICE:
        return f"The certificate expires at {until:%Y-%m-%d %H:%M} UTC"
    skew = probe.clock_skew
    if skew is not None and abs(skew) > CLOCK_TOLERANCE:
        return f"Its clock and this one differ by {abs(skew):.0f} s"
    return ""
