"""Text from outside, made harmless for a terminal without losing what it says."""

import re
from typing import Final

_UNSEEN: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""What Unicode says is not shown by default (Default_Ignorable_Code_Point), and the braille blank:
some of it is printable to Python, and two texts that differ in it alone read the same."""


def visible(text: str) -> str:
    r"""`text` with every character that cannot be seen as an escape one can see (``\x1b``).

    Control bytes, line ends, direction overrides, invisible and unassigned characters and lone
    surrogates are such; spaces and other scripts stay as they are.
    """
    if is_visible(text):
        return text
    return "".join(c if is_visible(c) else _escape(ord(c)) for c in text)


def is_visible(text: str) -> bool:
    """Whether every character of `text` can be seen, or is a space."""
    return text.isprintable() and (text.isascii() or _UNSEEN.search(text) is None)


def _escape(code: int) -> str:
    if code <= 0xFF:
        return f"\\x{code:02x}"
    if code <= 0xFFFF:
        return f"\\u{code:04x}"
    return f"\\U{code:08x}"
