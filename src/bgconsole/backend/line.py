"""The line to a backend that is elsewhere: whether it is up, in doubt or down, and since when."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto


class LineState(Enum):
    """How the line is."""

    UP = auto()
    """The last request was answered, whatever the answer said."""

    CHECKING = auto()
    """The answer to a change was lost; whether it was done is being asked."""

    DOWN = auto()
    """The last request was not answered."""


@dataclass(frozen=True, slots=True)
class LineStatus:
    """The line's state; `sentence` says what is wrong ("" when up), `since` is UTC."""

    state: LineState
    sentence: str
    since: datetime


LineListener = Callable[[LineStatus], None]
"""Told in the event loop, once for each change of state or sentence."""
