"""What the driver asks of the app that runs on it."""

from contextlib import AbstractContextManager
from typing import Protocol, runtime_checkable

from bgconsole.tui.terminal.capabilities import Terminal


@runtime_checkable
class OnTerminal(Protocol):
    """An app that knows its terminal, and what is to be done when that stops or ends."""

    terminal: Terminal

    def stopping(self) -> AbstractContextManager[bool]:
        """Within it the console is suspended: somebody else may see the terminal meanwhile.

        False where that must not be now.
        """
        ...

    def ended_by(self, number: int) -> None:
        """A signal of this number asked the console to end."""
        ...
