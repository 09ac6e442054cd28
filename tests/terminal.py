"""A program in a real terminal: keys in, raw bytes out, and which of them are not its own."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

from pyte.screens import Char
from rich.cells import cell_len

from benchmarks.emulator import Emulator, Size

_QUIET = 0.15
ESCAPED = 0.35
"""After a lone ESC: only silence tells that it is the key."""
_PATIENCE = 60.0

_ATTRIBUTE = r"(?:2?\d|[34]9|[34]8;2;\d+;\d+;\d+)"
_OWN = re.compile(
    rf"\x1b\[(?:{_ATTRIBUTE}(?:;{_ATTRIBUTE})*)?m"  # true colours, as the theme has them
    r"|\x1b\[(?:\d+(?:;\d+)?)?H"
    r"|\x1b\[\d+G|\r"  # to a column of the row
    r"|\x1b\[[JKr]"
    r"|\x1b\[\?[\d;]+[hl]"
    r"|\x1b\[(?:<|>\d+|=\d+;1)u"
    r"|\x1b\(B\x0f\x1b\[4l"  # undoes what another program may have left
    r"|\x1b\]22;[a-z]+\x07"  # the mouse pointer's shape
    r"|\x1b\[2[23];2t"  # the window's title kept and given back
    r"|\x1b\]2;(?:\x07|bgconsole[^\x00-\x1f\x7f-\x9f]*\x07)"
    r"|\x1b\]52;c;(?!cHduZWQ=)[A-Za-z0-9+/=]*\x07"  # what is copied, but not by the corpus
)
"""What the console itself writes, and only this."""


class Terminal:
    """`bgconsole` on a pty of its own."""

    PROGRAM: ClassVar[tuple[str, ...]] = ("-m", "bgconsole")
    """What this Python runs."""
    SURROUNDINGS: ClassVar[Mapping[str, str]] = os.environ
    """The variables that it gets, besides those of its own terminal and those that are named."""

    def __init__(self, *arguments: str, columns: int, rows: int, **environment: str) -> None:
        """Run `bgconsole ARGUMENTS`."""
        self.raw = b""
        self.size = Size(columns, rows)
        self._emulator = Emulator(self.size)
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        own: Mapping[str, str] = {
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "LC_ALL": "C.UTF-8",
        }
        surroundings = {**self.SURROUNDINGS, **own, **environment}
        self._state = Path(surroundings.get("XDG_STATE_HOME", os.devnull))
        self._process = subprocess.Popen(
            [sys.executable, *self.PROGRAM, *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            env=surroundings,
        )
        os.close(slave)
        self._open = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.wait()
        self.hang_up()
        if error is not None:
            for report in self._state.glob("bgconsole/crashes/*.txt"):
                error.add_note(f"The program crashed:\n{report.read_text(errors='replace')}")

    @property
    def process(self) -> int:
        """The id of the process that was started."""
        return self._process.pid

    @property
    def master(self) -> int:
        """The terminal's own end."""
        return self._master

    @property
    def exit_code(self) -> int | None:
        """How it ended, None while it runs."""
        return self._process.poll()

    def see(self, text: str) -> None:
        """Wait until `text` stands on the screen, or was written in one piece, then for silence."""
        deadline = time.monotonic() + _PATIENCE
        while text.encode() not in self.raw and text not in self.screen():
            # A console that stays writes its clock every minute: silence is not what ends this.
            came = self._read(max(deadline - time.monotonic(), 0))
            assert came, f"{text!r} never came:\n{self.screen()}"
        self.rest()

    def press(self, *keys: str) -> None:
        """Send each of `keys` and wait until its effect is written."""
        for key in keys:
            os.write(self._master, key.encode())
            self.rest(ESCAPED if key == "\x1b" else _QUIET)

    def send(self, key: str) -> None:
        """Send a key and wait for nothing."""
        self.send_piece(key.encode())

    def send_piece(self, data: bytes) -> None:
        """Send a piece of what a terminal sends, and wait for nothing."""
        os.write(self._master, data)

    def send_bytes(self, raw: bytes) -> None:
        """Send what a terminal of another encoding sends, and wait until its effect is written."""
        os.write(self._master, raw)
        self.rest()

    def click(self, text: str, *, times: int = 1) -> None:
        """Press and let go of the mouse on the middle of `text`, as an SGR report tells it."""
        rows = self.screen().splitlines()
        y, row = next(((y, row) for y, row in enumerate(rows) if text in row), (-1, ""))
        assert y >= 0, f"{text!r} is not on the screen:\n{self.screen()}"
        x = cell_len(row[: row.index(text)]) + cell_len(text) // 2
        for _ in range(times):
            self.send(f"\x1b[<0;{x + 1};{y + 1}M\x1b[<0;{x + 1};{y + 1}m")
        self.rest()

    def screen(self) -> str:
        """What stands on the screen, row by row."""
        while self._emulator.next_arrival() is not None:
            self._emulator.draw()
        return self._emulator.text()

    @property
    def cursor(self) -> tuple[int, int]:
        """Where the cursor is, hidden or not: column and row, from 0."""
        self.screen()
        return self._emulator.cursor

    def cells(self) -> list[list[Char]]:
        """What stands on the screen, cell by cell; the colour of no letter counts for nothing."""
        self.screen()
        return seen(self._emulator)

    def read(self, patience: float = 0.0, most: int = 65536) -> bool:
        """Take in what was written, at most so many bytes; whether there was anything."""
        return self._read(patience, most)

    def paste(self, text: str) -> None:
        """Put `text` where the cursor is, as a terminal pastes."""
        self.press(f"\x1b[200~{text}\x1b[201~")

    def more(self) -> None:
        """Wait until something is written."""
        assert self._read(_PATIENCE), f"nothing came:\n{self.screen()}"

    def pause(self) -> None:
        """Let the program do something, without reading what it writes."""
        time.sleep(0.02)

    def exit_code_unread(self) -> int:
        """Wait for the end without reading anything that is written; the exit code."""
        return self._process.wait(timeout=_PATIENCE)

    def rest(self, quiet: float = _QUIET) -> None:
        """Wait for silence of a program that has nothing to do: on a busy machine it may only be
        waiting for its turn.
        """
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            before = self._ticks()
            if not self._read(quiet) and not self._runs() and self._ticks() - before <= 1:
                return

    def _ticks(self) -> int:
        """What the program has used of a processor, in hundredths of a second."""
        fields = _facts(Path(f"/proc/{self.process}/stat"))
        return sum(map(int, fields[11:13]))

    def _runs(self) -> bool:
        """Whether a thread of the program is at work, or would be if it had a processor."""
        threads = Path(f"/proc/{self.process}/task").glob("*/stat")
        return any(_facts(thread)[:1] in (["R"], ["D"]) for thread in threads)

    def leave(self) -> int:
        """Quit, dropping what is not saved, and wait for the end; the exit code."""
        asked_from = len(self.raw)
        os.write(self._master, b"\x11")
        return self._end(lambda: b"not saved?" in self.raw[asked_from:])

    def ended(self) -> int:
        """Wait for the end; the exit code."""
        return self._end(lambda: False)

    def _end(self, asked: Callable[[], bool]) -> int:
        """Wait for the end, answering once if it asks."""
        deadline = time.monotonic() + _PATIENCE
        answered = False
        # A console that stays writes its clock every minute: silence is not what ends this.
        while self._open and self._read(max(deadline - time.monotonic(), 0)):
            assert time.monotonic() < deadline, f"it did not end: {self.raw[-3000:]!r}"
            if not answered and asked():
                os.write(self._master, b"y")
                answered = True
        try:
            return self._process.wait(timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"it did not end: {self.raw[-3000:]!r}") from None

    def signal(self, number: signal.Signals) -> None:
        """Send the program a signal."""
        self._process.send_signal(number)

    def resize(self, columns: int, rows: int) -> None:
        """Have another size, and say so."""
        self.size = Size(columns, rows)
        # What a terminal makes of a picture of another size is its own affair.
        self._emulator = Emulator(self.size)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.signal(signal.SIGWINCH)

    def hang_up(self) -> None:
        """Be gone, as when the line drops."""
        if self._open:
            self._open = False
            os.close(self._master)

    def left_on(self) -> tuple[str, ...]:
        """The terminal's modes that were switched on and not off again."""
        emulator = Emulator(self.size)
        emulator.take(self.raw, 0)
        return emulator.left_on()

    def foreign(self) -> list[str]:
        """Whatever was written that is neither printable nor the console's own."""
        text = self.raw.decode("utf-8", "surrogateescape")
        left = _OWN.sub("", text)
        return [
            repr(left[max(0, at - 20) : at + 20])
            for at, char in enumerate(left)
            if not char.isprintable()
        ]

    def _read(self, patience: float, most: int = 65536) -> bool:
        if not select.select([self._master], [], [], patience)[0]:
            return False
        try:
            part = os.read(self._master, most)
        except OSError:
            # The last program left the terminal.
            return False
        self.raw += part
        self._emulator.take(part, 0)
        return bool(part)


def _facts(stat: Path) -> list[str]:
    """What Linux tells of a process or thread, from its state on; nothing once it is gone."""
    try:
        return stat.read_text().rpartition(") ")[2].split()
    except OSError:
        return []


def seen(emulator: Emulator) -> list[list[Char]]:
    """The screen of `emulator` as it is seen: where no letter is, its colour counts for nothing."""
    return [
        [
            char._replace(fg="default", bold=False, italics=False) if char.data == " " else char
            for char in row
        ]
        for row in emulator.cells()
    ]
