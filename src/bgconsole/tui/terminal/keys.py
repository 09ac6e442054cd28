"""Makes Textual's key events of what a terminal sends for a key; what is no known key makes none.

Keys are named as Textual names them, so that bindings and keymaps fit.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._keyboard_protocol import FUNCTIONAL_KEYS, MODIFIER_FUNCTIONAL_KEYS
from textual.events import Key
from textual.keys import _character_to_key  # pyright: ignore[reportPrivateUsage]

from bgconsole.tui.terminal.keyboard import LayoutKey
from bgconsole.tui.terminal.tokens import Control, Typed

__all__ = ["control_keys", "typed_key"]

_ESC: Final = "\x1b"
_SHIFT: Final = 1
_ALT: Final = 2
_MODIFIERS: Final = {"alt": _ALT, "ctrl": 4, "hyper": 16, "meta": 32, "shift": _SHIFT, "super": 8}
_LOCKS: Final = 64 | 128
_HELD: Final = range(1, 257)
_PRESSED_OR_REPEATED: Final = frozenset("12")
_CHARACTERS: Final = {"backspace": "\x7f", "enter": "\r", "tab": "\t"}

_PROTOCOL: Final = re.compile(
    r"\[(?P<code>\d{0,7})(?::(?P<shifted>\d{0,7}))?(?::(?P<base>\d{0,7}))?"
    r"(?:;(?P<held>\d{0,3})(?::(?P<event>\d?))?(?:;(?P<text>[\d:]{0,999}))?)?"
    # Without R: with parameters it is the report of a cursor's place, which looks like F3.
    r"(?P<final>[u~ABCDEFHPQS])"
)
_OTHER_KEYS: Final = re.compile(r"\[27;(\d+);(\d+)~")
"""xterm's modifyOtherKeys: modifiers, then the code."""

_SS3_HELD: Final = re.compile(r"O(?:1;)?(\d+)([A-Z])")

_RXVT: Final = {"Ob": "ctrl+down", "[7^": "ctrl+home", "[8^": "ctrl+end", "[R": "f3"}
"""Where Textual's table has another key, or none."""

_ST: Final = {
    "[P": "delete", "[M": "ctrl+delete", "[2K": "shift+delete", "[4h": "insert",
    "[L": "ctrl+insert", "[4l": "shift+insert", "[J": "ctrl+end", "[K": "shift+end",
    "[2J": "shift+home",
}  # fmt: skip
"""What st sends for editing keys; elsewhere it means something else."""


def typed_key(token: Typed) -> Key:
    """The key of a character that came by itself, or right after ESC."""
    if not token.alt:
        return _typed(token.char)
    known = ANSI_SEQUENCES_KEYS.get(_ESC + token.char)
    if isinstance(known, tuple):
        return Key(known[-1].value, None)
    name = _typed(token.char).key
    if len(name) == 1 and name.isupper():
        name = f"shift+{name.lower()}"
    return Key(f"alt+{name}", None)


def control_keys(token: Control, *, is_st: bool = False) -> list[Key] | None:
    """The keys of a control sequence; none for a press without meaning, None if it is no key."""
    keys = _keys(token.text, is_st=is_st)
    if keys and token.alt:
        return [Key(f"alt+{key.key.removeprefix('alt+')}", None) for key in keys]
    return keys


def _keys(text: str, *, is_st: bool) -> list[Key] | None:
    if is_st and text in _ST:
        return [Key(_ST[text], None)]
    if other := _OTHER_KEYS.fullmatch(text):
        text = f"[{other[2]};{other[1]}u"
    elif held := _SS3_HELD.fullmatch(text):
        text = f"[1;{held[1]}{held[2]}"
    told = _PROTOCOL.fullmatch(text)
    keys = None if told is None else _protocol_keys(told)
    return _table_keys(text) if keys is None else keys


def _typed(char: str) -> Key:
    known = ANSI_SEQUENCES_KEYS.get(char)
    return Key(known[0].value if isinstance(known, tuple) else _character_to_key(char), char)


def _table_keys(text: str) -> list[Key] | None:
    """What terminals sent before there was a protocol."""
    if text in _RXVT:
        return [Key(_RXVT[text], None)]
    if text.startswith("[1;") and text.endswith("R"):
        return None
    known = ANSI_SEQUENCES_KEYS.get(_ESC + text)
    if isinstance(known, str):
        return [_typed(known)]
    if isinstance(known, tuple):
        # Textual writes Alt as Escape before the key.
        name = known[-1].value
        return [Key(f"alt+{name}" if len(known) > 1 else name, _CHARACTERS.get(name))]
    return None if known is None else []


@dataclass(frozen=True, slots=True)
class _Press:
    """One key as the protocol tells it. `alternates` says that it told other layouts' keys too."""

    code: int
    shifted: str | None
    base: str | None
    alternates: bool
    held: int
    text: str


def _protocol_keys(told: re.Match[str]) -> list[Key] | None:
    """The keys of an event of the protocol, None if it has another meaning or none at all."""
    held = int(told["held"] or 1)
    if held not in _HELD:
        return None
    if (told["event"] or "1") not in _PRESSED_OR_REPEATED:
        return []
    press = _Press(
        code=int(told["code"] or 1),
        shifted=_character(told["shifted"] or ""),
        base=_character(told["base"] or ""),
        alternates=told["shifted"] is not None,
        held=(held - 1) & ~_LOCKS,
        text=_text(told["text"] or ""),
    )
    name = FUNCTIONAL_KEYS.get(f"{press.code}{told['final']}")
    if name is not None:
        return _functional(name, press)
    return _character_keys(press) if told["final"] == "u" else None


def _functional(name: str, press: _Press) -> list[Key]:
    if name in MODIFIER_FUNCTIONAL_KEYS:
        return []
    if press.text and not press.held & ~(_SHIFT | _ALT):
        # Of the keypad.
        return _each(press.text)
    character = None if press.held else _CHARACTERS.get(name)
    return [Key(_held_name(name, press.held), character)]


def _character_keys(press: _Press) -> list[Key] | None:
    own = _character(str(press.code))
    strong = press.held & ~_SHIFT
    text = press.text
    if own is not None and not text and not strong:
        if press.alternates and own.isascii():
            # Its text was asked for as well, and it has none: part of a composed letter.
            return []
        # Some leave out the text of what is not ASCII.
        text = press.shifted or own.upper()[:1] if press.held else own
    if text and not strong & ~_ALT:
        latin = _latin(press, text)
        if latin is not None:
            return [LayoutKey(_character_to_key(text), text, latin)]
        return _each(text)
    if own is None:
        return None
    # Shortcuts are where they are on a Latin keyboard, if the letter is of another script.
    letter = press.base if press.base is not None and not own.isascii() else own
    return [Key(_held_name(_character_to_key(letter.lower()), press.held), None)]


def _latin(press: _Press, text: str) -> str | None:
    """What a letter of another script would be on a Latin keyboard."""
    base = press.base
    if base is None or len(text) > 1 or text.isascii() or not base.isascii():
        return None
    if not press.held & _SHIFT:
        return base
    return base.upper() if base.isalpha() else None


def _held_name(name: str, held: int) -> str:
    return "+".join((*(held_by for held_by, bit in _MODIFIERS.items() if held & bit), name))


def _each(text: Iterable[str]) -> list[Key]:
    return [_typed(char) for char in text]


def _text(codes: str) -> str:
    """The text that a list of code points is, without those that are no printable character."""
    return "".join(filter(None, map(_character, codes.split(":"))))


def _character(code: str) -> str | None:
    """The printable character of a code point in decimal digits."""
    if not 0 < len(code) <= 7 or int(code) > 0x10FFFF:
        return None
    char = chr(int(code))
    return char if char.isprintable() else None
