"""The keyboard protocol of kitty: what is asked for, and a key whose layout is not Latin.

https://sw.kovidgoyal.net/kitty/keyboard-protocol/
"""

from enum import IntFlag
from typing import Final

from textual.events import Key

__all__ = ["KEYBOARD_FLAGS", "LayoutKey"]


class _Ask(IntFlag):
    DISAMBIGUATE = 1
    ALTERNATES = 4
    EVERY_KEY = 8
    TEXT = 16


KEYBOARD_FLAGS: Final = int(_Ask.DISAMBIGUATE | _Ask.ALTERNATES | _Ask.EVERY_KEY | _Ask.TEXT)
"""What the terminal is asked to report of each key; presses and repeats only, no releases."""


class LayoutKey(Key):
    """A letter of another script, with the key that stands in its place on a Latin keyboard.

    In a field it is the letter, as a command it is `latin`.
    """

    def __init__(self, key: str, character: str, latin: str) -> None:
        super().__init__(key, character)
        self.latin = latin

    def as_command(self) -> Key:
        """The key that is meant where no text is typed."""
        return Key(self.latin, self.latin)


# Whatever handles keys handles these.
LayoutKey.handler_name = Key.handler_name
