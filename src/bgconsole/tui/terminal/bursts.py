"""Many characters at once: most likely a paste, on a terminal that does not mark pastes as such.

The console of Linux, VT220 and GNU screen hand a paste over as if it were typed. It cannot be told
from keys with certainty, so a burst is still typed into fields, but is no command.
"""

from collections.abc import Sequence
from typing import Final, Self

from textual.events import Key

from bgconsole.tui.terminal.tokens import Token, Typed

__all__ = ["BurstKey", "is_burst"]

_MOST_KEYS: Final = 8
"""So many characters in one read nobody has typed, unless the line has stalled."""

_MOST_DIFFERENT: Final = 4
"""Fewer different ones are a key that is held down."""


class BurstKey(Key):
    """A key that came in a burst."""

    @classmethod
    def of(cls, key: Key) -> Self:
        """The same key, in a burst."""
        return cls(key.key, key.character)


# Whatever handles keys handles these.
BurstKey.handler_name = Key.handler_name


def is_burst(tokens: Sequence[Token]) -> bool:
    """Whether what came in one read is more than a person types."""
    typed = [token.char for token in tokens if isinstance(token, Typed)]
    return len(typed) >= _MOST_KEYS and len(set(typed)) >= _MOST_DIFFERENT
