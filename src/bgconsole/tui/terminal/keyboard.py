"""What the console asks of the terminal's keyboard."""

from typing import Final

KEYBOARD_FLAGS: Final = 0b11001
"""Of the kitty keyboard protocol: unambiguous escapes, every key as an escape, with its text."""
