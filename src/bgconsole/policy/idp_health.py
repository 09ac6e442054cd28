"""The state of an identity provider, from one probe to the next.

Source: DESIGN, 'Health': down after two failures, up after one success.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bgconsole.policy.clock import is_recent
from bgconsole.policy.team import IdpState

PROBE_EVERY = 30.0
"""Seconds from one probe of a provider to the next, give or take a fifth."""

LEASE = 75.0
"""Seconds for which a process keeps the others from probing a provider: others take over within
90, their own waiting included."""

FRESH_FOR = 300
"""Seconds for which a measurement says how it is; after them it is not known."""

DOWN_AFTER = 2
"""Failures in a row."""

SECOND_LOOK = 0.5
"""The part of the usual pause after which a first failure is looked into again: an outage is known
within two pauses."""

CERTIFICATE_NOTICE = timedelta(days=7)
"""A certificate that ends sooner makes a provider degraded."""


@dataclass(frozen=True, slots=True)
class IdpHealth:
    """What is known of an IdP: its state, and how many probes in a row have failed."""

    state: IdpState
    failures: int = 0


def after_probe(before: IdpHealth, found: IdpState) -> IdpHealth:
    """What a probe that found the IdP up, degraded or down makes of it."""
    if found is not IdpState.DOWN:
        return IdpHealth(found)
    failures = before.failures + 1
    return IdpHealth(IdpState.DOWN if failures >= DOWN_AFTER else before.state, failures)


def fresh_state(measured: IdpState, checked_at: datetime | None, now: datetime) -> IdpState:
    """The state that counts at `now`: unknown once the measurement is old, or from the future."""
    if checked_at is None:
        return IdpState.UNKNOWN
    fresh = is_recent(checked_at, now, timedelta(seconds=FRESH_FOR))
    return measured if fresh else IdpState.UNKNOWN
