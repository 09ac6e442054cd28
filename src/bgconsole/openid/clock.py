"""How far this machine's clock and the provider's are apart."""

from datetime import datetime
from typing import Final

from bgconsole.openid.transport import HttpAnswer

MOST_SKEW: Final = 60.0
"""Seconds up to which tokens are accepted all the same."""


def skew(answer: HttpAnswer, received: datetime) -> float | None:
    """Seconds that the provider's clock is ahead; None where it does not say its time.

    Its Date header has whole seconds, so less than one means nothing.
    """
    if answer.date is None:
        return None
    found = (answer.date - received).total_seconds() + answer.age + answer.ms / 2000
    return round(found, 1) if abs(found) >= 1 else 0.0
