"""Splits the bytes of a terminal into keys, control sequences and pastes, as ECMA-48 has them.

A byte that belongs to a sequence never comes out as a key, however the sequence was cut on its way
and whether its end ever comes. Nothing is guessed from what a sequence says; that is for `keys.py`
and `mouse.py`.
"""

from codecs import getincrementaldecoder
from collections.abc import Callable
from enum import Enum, auto
from typing import Final

from bgconsole.tui.terminal.control_bytes import (
    ABORTS,
    BEL,
    EIGHT_BIT_INTRODUCERS,
    ESC,
    INTRODUCERS,
    ST,
    STRINGS,
    UNREADABLE,
    is_in_number,
    is_junk,
    is_pressed,
    is_rest,
)
from bgconsole.tui.terminal.pasting import Pasting
from bgconsole.tui.terminal.tokens import Control, OldMouse, Pasted, Token, Typed

__all__ = ["AFTER_PASTE", "ESCAPE_WAIT", "PASTE_WAIT", "Recogniser"]

ESCAPE_WAIT: Final = 0.2
"""Seconds of silence after which a lone ESC is the key Escape, not the start of a sequence."""

TOGETHER: Final = 0.05
"""Seconds within which ESC and a character are one key with Alt, not two keys."""

OVERDUE: Final = 0.1
"""Seconds of silence in a sequence after which a key with Ctrl, all alone, ends it."""

RESUMED: Final = 2.0
"""Seconds after an Escape within which the rest of a sequence may still come in one piece."""

AFTER_PASTE: Final = 0.1
"""Seconds of silence after a paste before keys count again: its text may hold an end of its own."""

PASTE_WAIT: Final = 5.0
"""Seconds of silence after which a paste without an end is over."""

_SEQUENCE_LIMIT: Final = 2048
"""Characters of a control sequence that are kept; a longer one is none that is known."""


class _State(Enum):
    GROUND = auto()
    ESCAPE = auto()
    CSI = auto()
    LINUX = auto()
    """After `ESC [ [`: one character more, of a function key of the Linux console."""
    SS3 = auto()
    STRING = auto()
    STRING_ESCAPE = auto()
    MOUSE = auto()
    PASTE = auto()


_UNFINISHED: Final = frozenset(
    {_State.CSI, _State.LINUX, _State.SS3, _State.STRING, _State.STRING_ESCAPE, _State.MOUSE}
)


_INTRODUCED: Final = {"[": _State.CSI, "O": _State.SS3}


class Recogniser:
    """Takes bytes and the time at which they came, in seconds of any steady clock.

    Time decides whether an ESC is a key, and when a paste is over. An unfinished sequence is kept
    for as long as it takes; whoever has begun one by mistake (Alt+], say) ends it with Escape, an
    arrow, or a key with Ctrl. `has_old_mouse` says that `ESC [ M` is followed by three bytes.
    """

    def __init__(self, encoding: str, *, has_old_mouse: bool = True) -> None:
        self._decode = getincrementaldecoder(encoding)("replace").decode
        self._c1_csi = "\x9b".encode(encoding, "ignore")
        self._has_old_mouse = has_old_mouse
        self._state = _State.GROUND
        self._tokens: list[Token] = []
        self._text = ""
        self._bytes = bytearray()
        self._csi = b""
        self._pasting = Pasting(b"")
        self._kind = ""
        self._alt = False
        self._doubtful = False
        self._late_end = False
        self._to_final = False
        self._last = self._escaped = self._muted_until = float("-inf")
        self._steps: dict[_State, Callable[[str], None]] = {
            _State.GROUND: self._in_ground,
            _State.ESCAPE: self._in_escape,
            _State.CSI: self._in_csi,
            _State.LINUX: self._in_linux,
            _State.SS3: self._in_ss3,
            _State.STRING: self._in_string,
            _State.STRING_ESCAPE: self._in_string_escape,
        }

    def wait(self, now: float) -> float | None:
        """Seconds until `tick` has something to decide, if nothing comes; None: it has nothing."""
        if self._state is _State.PASTE:
            return max(0.0, self._last + PASTE_WAIT - now)
        if self._state in {_State.ESCAPE, _State.STRING_ESCAPE} or self._doubtful:
            return max(0.0, self._last + ESCAPE_WAIT - now)
        return None

    def tick(self, now: float) -> list[Token]:
        """What is decided by silence until now."""
        silence = now - self._last
        if self._state is _State.PASTE and silence >= PASTE_WAIT:
            self._end_paste(now)
        elif silence >= ESCAPE_WAIT:
            self._decide(now)
        return self._told()

    def feed(self, data: bytes, now: float) -> list[Token]:
        """What `data` completes."""
        told = self.tick(now)
        silence, self._last = now - self._last, now
        if now < self._muted_until:
            self._muted_until = now + AFTER_PASTE
        self._doubtful = self._to_final = False
        self._resume(data, silence, now)
        at = 0
        while at < len(data):
            if self._state is _State.PASTE:
                at = self._in_paste(data, at, now)
                continue
            if self._state is _State.MOUSE:
                self._in_mouse(data[at])
            else:
                for char in self._decode(data[at : at + 1]):
                    self._step(char)
            at += 1
        return told + self._told()

    def _told(self) -> list[Token]:
        told, self._tokens = self._tokens, []
        return told

    def _emit(self, token: Token) -> None:
        if self._last >= self._muted_until:
            self._tokens.append(token)

    def _decide(self, now: float) -> None:
        """Silence: what has waited is a key, or an end that came without its second half."""
        if self._state is _State.ESCAPE:
            for _ in range(2 if self._alt else 1):
                self._emit(Typed(ESC))
            self._state, self._escaped = _State.GROUND, now
        elif self._state is _State.STRING_ESCAPE:
            self._state, self._late_end = _State.GROUND, True
        elif self._doubtful:
            self._emit(Typed(ESC))
            self._emit(Typed(self._kind))
            self._state = _State.GROUND
        self._doubtful = False

    def _resume(self, data: bytes, silence: float, now: float) -> None:
        """Settle, before `data` is read, what depends on how long it took to come."""
        if self._state is _State.GROUND and now - self._escaped < RESUMED and is_rest(data):
            self._state, self._alt = _State.ESCAPE, False
        elif self._state is _State.ESCAPE and silence >= TOGETHER:
            # A person's next key after Escape may look like the start of a sequence.
            self._doubtful = len(data) == 1 and chr(data[0]) in INTRODUCERS
            if not (self._doubtful or is_rest(data)):
                self._decide(now)
        elif self._state in _UNFINISHED and silence >= OVERDUE and is_pressed(data):
            self._state = _State.GROUND
        self._escaped = float("-inf")

    def _step(self, char: str) -> None:
        late_end, self._late_end = self._late_end, False
        if char in ABORTS and self._state in _UNFINISHED:
            self._state = _State.GROUND
        elif not (late_end and char == "\\"):
            self._steps[self._state](char)

    def _in_ground(self, char: str) -> None:
        if char == ESC:
            self._state, self._alt = _State.ESCAPE, False
        elif char in EIGHT_BIT_INTRODUCERS:
            self._introduce(EIGHT_BIT_INTRODUCERS[char], self._c1_csi)
        elif self._to_final and " " <= char <= "~":
            self._to_final = char <= "/"
        elif not is_junk(char):
            self._emit(Typed(char))

    def _in_escape(self, char: str) -> None:
        self._to_final = False
        if char == ESC:
            if self._alt:
                self._emit(Typed(ESC))
            self._alt = True
        elif char in INTRODUCERS:
            if self._alt and char in STRINGS:
                self._emit(Typed(ESC))
            self._introduce(char, b"\x1b[", alt=self._alt)
        elif char in EIGHT_BIT_INTRODUCERS:
            self._introduce(EIGHT_BIT_INTRODUCERS[char], self._c1_csi, alt=True)
        else:
            if self._alt:
                self._emit(Typed(ESC))
            self._state = _State.GROUND
            # A key with Alt, or what chooses a character set: then its final is still to come.
            self._to_final = " " <= char <= "/"
            # The second half of an ST whose string was given up.
            if char != "\\" and not is_junk(char):
                self._emit(Typed(char, alt=True))

    def _introduce(self, kind: str, csi: bytes, *, alt: bool = False) -> None:
        self._kind, self._text, self._alt, self._csi = kind, "", alt, csi
        self._state = _INTRODUCED.get(kind, _State.STRING)

    def _in_csi(self, char: str) -> None:
        if char == ESC:
            self._state, self._alt = _State.ESCAPE, False
        elif char == "[" and not self._text:
            self._state = _State.LINUX
        elif is_in_number(self._text, char):
            # No end, and nothing that can be read.
            self._text = UNREADABLE
        elif "@" <= char <= "~" or (char == "$" and self._text.isdigit()):
            # With '$' rxvt ends keys with Shift; elsewhere it comes before the final.
            self._end_csi(char)
        elif " " <= char <= "?":
            self._text = (self._text + char)[: _SEQUENCE_LIMIT + 1]
        elif char > "\x7f":
            # It cannot be read any more, but its final is still to come.
            self._text = UNREADABLE

    def _end_csi(self, final: str) -> None:
        self._state = _State.GROUND
        if self._text == "" and final == "M" and self._has_old_mouse:
            self._state, self._bytes = _State.MOUSE, bytearray()
        elif self._text == "200" and final == "~":
            self._state, self._pasting = _State.PASTE, Pasting(self._csi)
        elif len(self._text) <= _SEQUENCE_LIMIT and UNREADABLE not in self._text:
            self._emit(Control(f"[{self._text}{final}", self._alt))

    def _in_linux(self, char: str) -> None:
        self._state = _State.GROUND
        if char == ESC:
            self._in_ground(char)
        else:
            self._emit(Control(f"[[{char}", self._alt))

    def _in_ss3(self, char: str) -> None:
        if char == ESC:
            self._state, self._alt = _State.ESCAPE, False
        elif "0" <= char <= ";":
            self._text = (self._text + char)[:_SEQUENCE_LIMIT]
        else:
            self._state = _State.GROUND
            self._emit(Control(f"O{self._text}{char}", self._alt))

    def _in_string(self, char: str) -> None:
        # Nothing of it is kept: nothing that was asked for is answered by a string.
        if char == ESC:
            self._state = _State.STRING_ESCAPE
        elif char == ST or (char == BEL and self._kind == "]"):
            self._state = _State.GROUND

    def _in_string_escape(self, char: str) -> None:
        if char == "\\":
            self._state = _State.GROUND
        elif char != ESC:
            self._state, self._alt = _State.ESCAPE, False
            self._in_escape(char)

    def _in_mouse(self, code: int) -> None:
        if code < 0x20:
            self._state = _State.GROUND
            self._step(chr(code))
            return
        self._bytes.append(code)
        if len(self._bytes) == 3:
            self._state = _State.GROUND
            button, x, y = self._bytes
            self._emit(OldMouse((button, x, y)))

    def _in_paste(self, data: bytes, at: int, now: float) -> int:
        end = self._pasting.take(data, at)
        if end is None:
            return len(data)
        self._end_paste(now)
        return end

    def _end_paste(self, now: float) -> None:
        self._state = _State.GROUND
        self._emit(Pasted(self._decode(self._pasting.text, final=True)))
        self._muted_until = now + AFTER_PASTE
