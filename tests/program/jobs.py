"""The program as the job of a shell: stopped, continued and ended as people do at a terminal."""

import os
import signal
import termios
from pathlib import Path
from typing import Any

from benchmarks.emulator import Emulator
from tests.terminal import Terminal

PROMPT = "ready> "
CTRL_Z = "\x1a"


def settings(terminal: Terminal) -> list[Any]:
    """The terminal's line settings, as a shell leaves them to programs or finds them again."""
    return termios.tcgetattr(terminal.master)


def drawn_since(terminal: Terminal, mark: int) -> str:
    """What a terminal shows that has seen only what was written after the first `mark` bytes."""
    fresh = Emulator(terminal.size)
    fresh.take(terminal.raw[mark:], 0)
    while fresh.next_arrival() is not None:
        fresh.draw()
    return fresh.text()


def wait_for(terminal: Terminal, text: str) -> None:
    """Wait until `text` is on the screen now, whatever was on it before."""
    while text not in terminal.screen():
        terminal.more()
    terminal.rest()


def threads(process: int) -> int:
    """How many threads a process has."""
    return len(list(Path(f"/proc/{process}/task").iterdir()))


class Shell(Terminal):
    """A shell on a pty. `$CONSOLE` runs the program with the arguments given here."""

    PROGRAM = (str(Path(__file__).with_name("shell.py")),)

    def start(self, command: str = "$CONSOLE") -> None:
        """Wait for the prompt and run a command."""
        self.see(PROMPT)
        self.send(f"{command}\n")

    def job(self) -> int:
        """The process of the program that the shell runs."""
        children = Path(f"/proc/{self.process}/task/{self.process}/children").read_text().split()
        return int(children[-1])

    def signal(self, number: signal.Signals) -> None:
        """Send the program a signal, not the shell."""
        os.kill(self.job(), number)

    def stop(self) -> None:
        """Press ^Z and wait for the shell."""
        mark = len(self.raw)
        self.send(CTRL_Z)
        self.prompts_since(mark)

    def resume(self, text: str) -> None:
        """Have the shell continue the console, and wait until it shows `text`."""
        self.send("fg\n")
        wait_for(self, text)

    def prompts_since(self, mark: int) -> None:
        """Wait for the shell's prompt behind the first `mark` bytes."""
        while PROMPT.encode() not in self.raw[mark:]:
            self.more()
        self.rest()

    def back_at_the_shell(self) -> None:
        """Leave by ^Q, and wait for the prompt."""
        mark = len(self.raw)
        self.send("\x11")
        self.prompts_since(mark)
