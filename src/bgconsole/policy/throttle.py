"""How long a guesser waits, without letting one keep the real person out."""

FREE_FAILURES = 4
"""Failures in a row that cost nothing."""

FIRST_WAIT = 30
MAX_WAIT = 3600
MAX_WAIT_LOCAL = 30
"""Seconds; the local console's own bucket never waits longer than this."""

PAUSE_AFTER = 100
"""Failures in a row, over all sources, that close the network path for unknown sources."""

KNOWN_SOURCE_DAYS = 400
UNKNOWN_EMAIL_HOURS = 24


def wait_after(failures: int, *, local: bool) -> int:
    """Seconds to wait after so many failures in a row from one source."""
    if failures <= FREE_FAILURES:
        return 0
    doublings = min(failures - FREE_FAILURES - 1, 16)
    return min(FIRST_WAIT * 2**doublings, MAX_WAIT_LOCAL if local else MAX_WAIT)
