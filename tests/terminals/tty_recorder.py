"""Runs inside a terminal: sets the console's modes, and writes every byte it gets to a file."""

import os
import sys
import termios
import tty
from base64 import b64encode

from bgconsole.tui.terminal.modes import Modes

QUESTIONS = "\x1b[c\x1b[>c\x1b[>q\x1b]11;?\x07\x1b]4;1;?\x1b\\\x1b[6n\x1b[?2026$p\x1b[16t\x1b[?u"
"""What another program may have asked, and the console gets the answers."""

COPIED = b64encode(b"olga@acme.test\tsecret\n").decode()


def main() -> None:
    """Record to the file that is named, until 'Q' is pressed or the terminal goes away."""
    modes = Modes(mouse=True)
    before = termios.tcgetattr(0)
    tty.setraw(0)
    os.write(1, f"{modes.on}\x1b]52;cp;{COPIED}\x07".encode())
    record = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        while data := os.read(0, 4096):
            os.write(record, data)
            if data == b"Q" or data.endswith(b"81u"):
                # The end: within a multiplexer no hang-up comes.
                break
            if data == b"?" or data.endswith(b"63u"):
                os.write(1, QUESTIONS.encode())
    finally:
        os.write(1, modes.off.encode())
        termios.tcsetattr(0, termios.TCSANOW, before)


if __name__ == "__main__":
    main()
