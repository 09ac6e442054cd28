"""Whether the audit log went back to an older copy: the newest record that this user saw, kept."""

from typing import Final

KEPT_AFTER: Final = 5.0
"""Seconds after an event, or a reading, until the end of the log is kept: a burst is kept once."""
