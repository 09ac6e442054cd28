"""The program with one fault planted: what reads the terminal fails at the first bytes."""

import sys

from bgconsole.cli.main import main
from bgconsole.tui.terminal.sequences import Recogniser
from bgconsole.tui.terminal.tokens import Token


def feed(self: Recogniser, data: bytes, now: float) -> list[Token]:
    """Fail with what was typed in a local variable and in the error itself."""
    typed = f"{data!r} at {now}"
    raise RuntimeError(typed)


Recogniser.feed = feed
sys.exit(main())
