"""What single characters and pieces of sequences mean in ECMA-48, and to today's terminals."""

import re
from typing import Final

ESC: Final = "\x1b"
BEL: Final = "\x07"
ST: Final = "\x9c"
"""The end of a string, in eight bits."""

ABORTS: Final = frozenset("\x18\x1a")
"""CAN and SUB: the sequence is void."""

STRINGS: Final = frozenset("]PX^_")
"""After ESC: OSC, DCS, SOS, PM, APC."""

INTRODUCERS: Final = STRINGS | {"[", "O"}
EIGHT_BIT_INTRODUCERS: Final = dict(zip("\x8f\x90\x98\x9b\x9d\x9e\x9f", "OPX[]^_", strict=True))
"""The introducers of eight bits, each with what stands for it after ESC."""

UNREADABLE: Final = "\x7f"
"""Stands for what makes a sequence one that cannot be read."""

_IN_NUMBERS: Final = frozenset("aefinAEFIN")
_IN_SEQUENCES: Final = frozenset(b"\x07\x08\t\n\v\f\r\x1b")
"""The control characters that a string may have in it or end by."""

_REST: Final = re.compile(
    rb"\[[ -~]|\][0-9lLI]|P[0-9>!|+$]|_G|O[A-DFHP-S]\Z"
    # A string of any kind that is complete.
    rb"|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)"
)


def is_rest(data: bytes) -> bool:
    """Whether a sequence may go on with it whose ESC was taken for the key."""
    return _REST.match(data) is not None


def is_in_number(text: str, char: str) -> bool:
    """Whether `char` is of a number in words: some report a mouse at no place as 'NaN'."""
    return char in _IN_NUMBERS and text[-1:] in {";", "-", UNREADABLE}


def is_junk(char: str) -> bool:
    """Whether no key gives it: a control character of the second set, or no character at all."""
    return "\x80" <= char <= "\x9f" or char == "\N{REPLACEMENT CHARACTER}"


def is_pressed(data: bytes) -> bool:
    """Whether it can be a key with Ctrl only: no sequence goes on with it."""
    return len(data) == 1 and data[0] < 0x20 and data[0] not in _IN_SEQUENCES
