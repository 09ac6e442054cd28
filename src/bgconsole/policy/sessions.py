"""How long a session lasts, and when it must prove again that it is still the same person.

All lengths are in seconds (OWASP ASVS 5.0, 7.2 to 7.5).
"""

from datetime import datetime, timedelta

from bgconsole.policy.clock import is_recent

SESSION_LIFETIME = 12 * 3600
IDLE_LOCK = 15 * 60
PROOF_LIFETIME = 5 * 60
LAST_SEEN_STEP = 60
"""`last_seen` is written at most this often."""

CODE_LIFETIME = 24 * 3600
"""A one-time code's."""


def is_idle(last_seen: datetime, now: datetime) -> bool:
    """Whether a session without a key for so long is locked, or one last seen in the future."""
    return not is_recent(last_seen, now, timedelta(seconds=IDLE_LOCK))


def needs_proof(proven_at: datetime, now: datetime) -> bool:
    """Whether a change needs the password again; a proof from the future proves nothing."""
    return not is_recent(proven_at, now, timedelta(seconds=PROOF_LIFETIME))


def is_noted(last_at: datetime, now: datetime) -> bool:
    """Whether `last_at` says well enough when something was last used: it is not written again."""
    return is_recent(last_at, now, timedelta(seconds=LAST_SEEN_STEP))
