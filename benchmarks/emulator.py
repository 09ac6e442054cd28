"""Emulator: the terminal that a measured program believes it writes to.

It keeps the screen (by pyte), the modes that were switched on, and knows the few answers that
programs wait for when they start. It does no input or output of its own.
"""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import pyte

# What may still grow into a sequence with the next piece of output.
_UNFINISHED = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*|[P\]_^X](?:[^\x07\x1b]|\x1b(?=\Z))*)?\Z")
_QUERY = re.compile(rb"\x1b\[(?:\?(?P<mode>\d+)\$p|(?P<attributes>0?c))")
_MODE = re.compile(rb"\x1b\[\?(?P<modes>[\d;]+)(?P<switch>[hl])")
# Private sequences that pyte would print as text or cannot parse.
_NOT_FOR_PYTE = re.compile(
    rb"\x1b\[[>=<][\d;:]*[a-zA-Z]|\x1b\[\?[\d;]*(?:\$p|[umSn])|"
    rb"\x1b[P_^X][^\x1b]*\x1b\\|\x1b\[[\d;]* q"
)
_KNOWN_MODES = frozenset({b"1006", b"2004", b"2026", b"2048"})
_RESIZE_REPORTS = "2048"
_CURSOR = "25"
# Alternate screen, mouse, focus, paste and resize reports: a shell is unusable or noisy with them.
_MUST_BE_RESET = (
    *("47", "1047", "1049"),
    *("1000", "1002", "1003", "1005", "1006", "1015", "1016"),
    *("1004", "2004", _RESIZE_REPORTS),
)
_SLICE = 1024  # bytes; pyte draws about that much in a millisecond


@dataclass(frozen=True)
class Size:
    """A terminal's size in cells."""

    columns: int = 120
    rows: int = 40


class Emulator:
    """A screen that is drawn in small steps, so that reading output never waits for drawing."""

    def __init__(self, size: Size) -> None:
        self.size = size
        self._screen = pyte.Screen(size.columns, size.rows)
        self._stream = pyte.ByteStream(self._screen)
        self._lines: dict[int, str] = {}
        self._undrawn: deque[tuple[float, bytes]] = deque()
        self._held = b""
        self._modes: dict[str, bool] = {}

    def take(self, data: bytes, arrived: float) -> bytes:
        """Queue output that came at `arrived` and return what a terminal answers to it."""
        data = self._held + data
        unfinished = _UNFINISHED.search(data)
        cut = unfinished.start() if unfinished else len(data)
        data, self._held = data[:cut], data[cut:]
        answer = b"".join(self._answers(data))
        shown = _NOT_FOR_PYTE.sub(b"", data)
        slices = range(0, len(shown), _SLICE)
        self._undrawn.extend((arrived, shown[start : start + _SLICE]) for start in slices)
        return answer

    def next_arrival(self) -> float | None:
        """When the next undrawn piece of output arrived, or None when all is drawn."""
        return self._undrawn[0][0] if self._undrawn else None

    def draw(self) -> None:
        """Bring the screen one piece forward."""
        self._stream.feed(self._undrawn.popleft()[1])

    def text(self) -> str:
        """The screen as drawn so far, a line per row, without trailing blanks."""
        rows = self._screen.dirty if self._lines else range(self.size.rows)
        columns = range(self.size.columns)
        for y in rows:
            row = self._screen.buffer[y]
            self._lines[y] = "".join(row[x].data for x in columns).rstrip()
        self._screen.dirty.clear()
        return "\n".join(self._lines[y] for y in range(self.size.rows))

    def cells(self) -> list[list[pyte.screens.Char]]:
        """The screen as drawn so far, cell by cell."""
        columns = range(self.size.columns)
        return [[self._screen.buffer[y][x] for x in columns] for y in range(self.size.rows)]

    @property
    def cursor(self) -> tuple[int, int]:
        """Where the cursor is: column and row, from 0."""
        return self._screen.cursor.x, self._screen.cursor.y

    def left_on(self) -> tuple[str, ...]:
        """The modes that the program forgot to switch off again ('25': the cursor, on)."""
        left = tuple(mode for mode in _MUST_BE_RESET if self._modes.get(mode))
        return left if self._modes.get(_CURSOR, True) else (*left, _CURSOR)

    def _answers(self, data: bytes) -> Iterator[bytes]:
        for query in _QUERY.finditer(data):
            mode = query["mode"]
            if mode is None:
                yield b"\x1b[?62;22c"
            else:
                yield b"\x1b[?%b;%d$y" % (mode, 2 if mode in _KNOWN_MODES else 0)
        for change in _MODE.finditer(data):
            modes, switched_on = change["modes"].decode().split(";"), change["switch"] == b"h"
            self._modes.update(dict.fromkeys(modes, switched_on))
            if switched_on and _RESIZE_REPORTS in modes:
                yield b"\x1b[48;%d;%d;0;0t" % (self.size.rows, self.size.columns)
