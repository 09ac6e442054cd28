"""Keys typed ahead of an enter or a tab: they wait until it is known which field they are for.

Textual hands every key at once to what has the focus. On a slow line, or pasted in one piece, a
password typed right behind 'email, enter' would stand in the email field for all to read.
"""

from collections import deque
from typing import Final

from textual.events import Key, Paste

LONGEST_WAIT: Final = 2.0
"""Seconds after which keys go where the focus is, whatever became of the enter or tab."""


class TypingAhead:
    """The keys that came and were not handed on yet, in their order."""

    def __init__(self) -> None:
        self._keys: deque[Key | Paste] = deque()
        self.waiting = False

    def take_in(self, event: Key | Paste) -> None:
        """One more came."""
        self._keys.append(event)

    def put_back(self, event: Key) -> None:
        """One that was handed on too early is the next one again."""
        self._keys.appendleft(event)

    def drop(self) -> None:
        """Forget the keys that were not handed on."""
        self._keys.clear()

    def drop_text(self) -> None:
        """Forget letters and pastes; keys that are no text, such as Ctrl+Q, stay."""
        self._keys = deque(
            key for key in self._keys if isinstance(key, Key) and not key.is_printable
        )

    def next(self) -> Key | Paste | None:
        """The next one to hand on, or None while none is there or one is being answered."""
        return self._keys.popleft() if self._keys and not self.waiting else None
